"""Two versions of a policy, as a lawyer would list their differences."""

from pathlib import Path

import pytest

from index import diff
from index.alignment import align
from index.facts import Contact, Right, StorageLocation
from ingest import pipeline
from tests.index.wordings import collected, facts_changed, kept, version, where

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def changed(before: str, after: str) -> list[tuple[str | None, str | None]]:
    changes = diff.clauses(align(version(before), version(after)))
    return [(change.before and change.before.text, change.after and change.after.text) for change in changes]


# --- clauses -------------------------------------------------------------------------------------------------------------------


def test_a_moved_clause_is_no_change() -> None:
    assert changed("We keep logs for a month.\nWe love our users dearly.", "We love our users dearly.\nWe keep logs for a month.") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("3. We keep logs for a month.", "4.1 We keep logs for a month."),
        ("(a) We keep logs for a month.", "- We keep logs for a month."),
        ("We keep **logs** for a month.", "We keep logs   for a\u00a0month"),
        ("We keep [logs](old.md) for a month.", "We keep [logs](https://acme.example/logs) for a month."),
        ("We don't keep “logs”.", 'We don’t keep "logs".'),
        ("第三条 我们保存日志三十天。", "（四）我们保存日志三十天"),
        ("Our servers stand in the U.S. alone.", "Our servers stand in the US alone."),
    ],
)
def test_numbers_markup_and_typography_are_no_change(before: str, after: str) -> None:
    assert changed(before, after) == []


def test_a_clause_wrapped_otherwise_is_no_change() -> None:
    assert (
        changed(
            "We keep server logs for a month.\nThen we erase them for good.",
            "We keep server logs for a month. Then we erase them for good.",
        )
        == []
    )


def test_a_sentence_said_once_more_is_no_change() -> None:
    assert changed("We never sell your personal data.", "We never sell your personal data.\nWe never sell your personal data.") == []


def test_a_reworded_clause_is_altered_and_shows_which_words() -> None:
    before, after = "Server logs are kept for 30 days.", "Server logs are kept for 90 days at most."
    assert changed(before, after) == [(before, after)]
    assert diff.edits(before, after) == [diff.Edit("30", "90"), diff.Edit("", "at most.")]


def test_two_wordings_are_told_apart_stretch_by_stretch_and_none_of_either_is_lost() -> None:
    before, after = "We keep logs\nfor 30 days, always.", "We keep server logs for 90 days, always."
    found = diff.passages(before, after)
    assert "".join(each.before for each in found) == before
    assert "".join(each.after for each in found) == after
    assert [(each.before, each.after) for each in found if not each.same] == [("", "server "), ("30 ", "90 ")]


def test_a_chinese_clause_is_told_apart_by_character() -> None:
    assert diff.edits("操作日志保存三十天。", "操作日志保存九十天。") == [diff.Edit("三", "九")]


def test_what_has_no_counterpart_is_added_or_removed() -> None:
    before = "We answer within 15 days.\nWe publish a transparency report each year."
    after = "We answer within 15 days.\nOur assistant learns from messages that you rate."
    assert changed(before, after) == [
        (None, "Our assistant learns from messages that you rate."),
        ("We publish a transparency report each year.", None),
    ]


def test_two_sentences_built_alike_about_other_things_are_not_one() -> None:
    before, after = "We do not sell your personal data.", "We do not intentionally gather it from them."
    assert changed(before, after) == [(None, after), (before, None)]


def test_the_same_section_decides_between_two_that_are_alike() -> None:
    before = "## Logs\nWe keep this for as long as your account is active."
    after = "## Photos\nWe keep this for as long as your profile is active.\n## Logs\nWe keep this for as long as your login is active."
    assert changed(before, after)[1] == (
        "We keep this for as long as your account is active.",
        "We keep this for as long as your login is active.",
    )


def test_a_sentence_cut_in_two_is_altered_and_nothing_is_added() -> None:
    before = "We encrypt the database of every product at rest and we also test all our backups each and every month."
    after = "We encrypt the database of every product at rest.\nWe also test all our backups each and every month."
    assert changed(before, after) == [(before, line) for line in after.splitlines()]


def test_a_heading_whose_few_words_stand_scattered_in_a_sentence_is_no_piece_of_it() -> None:
    before = "What you write in notes and in your data sheets stays on your own device for as long as you want."
    after = f"Data care on your device:\n{before.replace('notes', 'diaries')}"
    assert (None, "Data care on your device:") in changed(before, after)


def test_an_item_that_left_a_list_is_removed_though_another_list_names_it() -> None:
    assert changed("Email address\nFull name\nFax number", "Email address\nFull name") == [("Fax number", None)]


def test_five_hundred_clauses_a_side_are_compared_in_a_moment() -> None:
    before = version("\n".join(f"Sentence {n} tells about the matter of chapter {n * 7 % 500}." for n in range(500)))
    after = version("\n".join(f"Paragraph {n} tells about the matter of chapter {n * 7 % 500}." for n in range(500)))
    found = align(before, after)
    assert len(found.similar) == 500
    assert (found.added, found.removed) == ([], [])


# --- facts ---------------------------------------------------------------------------------------------------------------------


def test_another_period_alters_the_fact() -> None:
    before, after = version("Server logs are kept for 30 days."), version("Server logs are kept for 90 days.")
    old, new = kept(before, "kept for 30 days", "Server logs", "P30D"), kept(after, "kept for 90 days", "Server logs", "P90D")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(old, new, ("period",))]


def test_a_denial_that_became_a_statement_is_altered() -> None:
    before, after = version("We do not collect your location."), version("We collect your location.")
    old = collected(before, "do not collect your location", "location", "location_unspecified", "no")
    new = collected(after, "collect your location", "location", "location_unspecified")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(old, new, ("polarity",))]


def test_a_statement_made_in_other_words_elsewhere_has_not_changed() -> None:
    before, after = version("We ask for your email address."), version("Signing up takes an email address.")
    old = collected(before, "email address", "email address", "email_address")
    new = collected(after, "takes an email address", "email address", "email_address")
    assert facts_changed(before, after, [old], [new]) == []


def test_what_is_new_is_added_and_what_is_gone_is_removed() -> None:
    before, after = version("We collect your fax number."), version("You may ask us to delete everything.")
    old = collected(before, "We collect your fax number", "fax number", "phone_number")
    new = Right(**where(after, "ask us to delete everything"), right="erasure")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(None, new), diff.FactChange(old, None)]


def test_data_that_moves_to_another_country_is_altered() -> None:
    old, new = (
        version("All customer data is stored in Ireland, in two halls."),
        version("All customer data is stored in Kenya, in two halls."),
    )
    before = [StorageLocation(**where(old, old[0].text), mode="storage", country="IE")]
    after = [StorageLocation(**where(new, new[0].text), mode="storage", country="KE")]
    assert [(change.change, change.fields) for change in facts_changed(old, new, before, after)] == [("altered", ("country",))]


def test_a_list_under_a_new_lead_says_something_else() -> None:
    before, after = version("Email address", lead="We collect:"), version("Email address", lead="We do not collect:")
    old = collected(before, "Email address", "Email address", "email_address")
    new = collected(after, "Email address", "Email address", "email_address", "no")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(old, new, ("polarity",))]


def test_a_new_address_of_the_privacy_team_alters_the_contact() -> None:
    before, after = version("Write to privacy@acme.example."), version("Write to dpo@acme.example.")
    old = Contact(**where(before, "privacy@acme.example"), channel="email", value="privacy@acme.example")
    new = Contact(**where(after, "dpo@acme.example"), channel="email", value="dpo@acme.example")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(old, new, ("value",))]


def test_what_is_kept_may_be_named_otherwise_while_the_period_stays() -> None:
    before = version("Trashed files leave our servers within 30 days.\nBackups of them are kept for another 30 days.")
    after = version("Your content leaves our servers, and all backups, within 30 days.")
    old = [
        kept(before, "Trashed files leave our servers within 30 days", "Trashed files", "P30D"),
        kept(before, "kept for another 30 days", "Backups", "P30D", categories=["files_documents"]),
    ]
    new = [kept(after, "leaves our servers, and all backups, within 30 days", "Your content", "P30D", categories=["customer_content"])]
    assert [change for change in facts_changed(before, after, old, new) if change.before is old[0] or change.after] == []


def test_a_link_that_came_is_not_another_that_went() -> None:
    before, after = version("Help stands at help.acme.example."), version("Disputes are settled by court.example, far away from us.")
    old = Contact(**where(before, "help.acme.example"), channel="url", value="help.acme.example")
    new = Contact(**where(after, "court.example"), channel="url", value="court.example")
    assert facts_changed(before, after, [old], [new]) == [diff.FactChange(None, new), diff.FactChange(old, None)]


# --- real versions -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here")
def test_the_versions_of_basecamp_are_aligned_as_a_reader_would() -> None:
    older, newer = (pipeline.read_policy(CORPORA / "basecamp" / f"{day}.md", "basecamp").clauses for day in ("2022-02-10", "2022-07-18"))
    changes = diff.clauses(align(older, newer))
    became = {change.after.text: change.before.text for change in changes if change.before and change.after}
    assert len(became) > 60
    login = next(old for new, old in became.items() if "log all account access" in new)
    assert "keep this login data" in login
    trash = next((old, new) for new, old in became.items() if "accessible trash can" in new)
    assert diff.Edit("up to 30", "about 25") in diff.edits(*trash)
    untouched = {clause.text for clause in older} & {clause.text for clause in newer}
    assert len(untouched) > 20
    assert untouched & {each.text for change in changes for each in (change.before, change.after) if each} == set()
    assert diff.clauses(align(older, older)) == []
