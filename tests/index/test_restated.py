"""Which statements stand in both versions, though they were found in one: a change of our reading is never the vendor's."""

import pytest

from index import statements
from index.facts import Contact, Retention, Right, Security, StorageLocation
from tests.index.wordings import collected, facts_changed, version, where


def test_a_type_of_data_still_named_in_the_reworded_clause_is_not_gone() -> None:
    before = version("We record your IP address and your browser for safety.")
    after = version("We record your full IP address and your browser version for safety.")
    fact = collected(before, "record your IP address", "IP address", "ip_address")
    assert facts_changed(before, after, [fact], []) == []


def test_a_right_whose_sentence_only_grew_is_not_gone() -> None:
    before = version("You may change your newsletter settings in your own account.")
    after = version("You may change your newsletter settings, and mute single topics, in your account.")
    right = Right(**where(before, before[0].text), right="withdraw_consent")
    assert facts_changed(before, after, [right], []) == []
    other = version("You may phone our office for anything else.")
    assert [change.change for change in facts_changed(before, other, [right], [])] == ["removed"]


def test_a_transfer_whose_sentence_names_one_more_country_is_not_gone() -> None:
    old = version("If you live in the European Union or elsewhere outside of Canada, what you tell us is taken to Canada.")
    new = version("If you live in the European Union, Iceland, or elsewhere outside of Canada, what you tell us is taken to Canada.")
    abroad = StorageLocation(**where(old, "If you live in the European Union or elsewhere outside of Canada"), mode="cross_border_transfer")
    assert facts_changed(old, new, [abroad], []) == []
    other = version("What you tell us stays where you live, whichever country that is.")
    assert [change.change for change in facts_changed(old, other, [abroad], [])] == ["removed"]


def test_a_fact_that_our_rules_found_in_one_version_alone_is_not_the_vendors_change() -> None:
    said = "We collect your fax number. We keep it for a year."
    before, after = version(said), version(f"Welcome to our new policy, dear reader.\n3. {said}")
    fact = collected(after, "We collect your fax number", "fax number", "phone_number")
    assert facts_changed(before, after, [], [fact]) == []
    fact = collected(before, "We collect your fax number", "fax number", "phone_number")
    assert facts_changed(before, after, [fact], []) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Swiss-U.S. Data Privacy Framework (Swiss-U.S. DPF)", "the Swiss-US DPF Principles"), ("ISO/IEC 27001", "iso/iec 27001")],
)
def test_a_framework_goes_by_its_long_and_its_short_name(one: str, other: str) -> None:
    clauses = version("We hold it.")
    held = [Security(**where(clauses, "We hold it"), measure="certification", name=name) for name in (one, other)]
    assert statements.statement(held[0]) == statements.statement(held[1])


def test_a_denial_said_in_other_words_is_not_new() -> None:
    before = version("Your credit card goes straight to our bank and doesn't ever pass our servers.")
    after = version("Credit card numbers go straight to our bank and don't touch our servers.")
    denied = collected(after, "Credit card numbers go straight to our bank", "Credit card numbers", "payment_account", "no")
    assert facts_changed(before, after, [], [denied]) == []
    before = version("Your credit card goes straight to our bank and passes our servers.")
    assert [change.change for change in facts_changed(before, after, [], [denied])] == ["added"]


def test_a_type_of_data_named_elsewhere_for_another_reason_is_gone_from_what_is_collected() -> None:
    before = version("When you sign up we ask for your age and your gender.")
    after = version("When you sign up we ask for your gender.\nOur products are for persons above the age of 13 alone.")
    age = collected(before, "we ask for your age", "age", "age_birth_date")
    gender = [collected(each, "gender", "gender", "gender") for each in (before, after)]
    assert [(change.change, change.before) for change in facts_changed(before, after, [age, gender[0]], gender[1:])] == [("removed", age)]


def test_a_reason_to_keep_that_lost_some_words_still_stands_but_not_where_it_came_to_be_denied() -> None:
    before = version("We keep copies of what was asked for unless a court, a judge or a law tells us otherwise in writing and at once.")
    after = version("We keep copies of what was asked for unless a court or a law tells us otherwise in writing.")
    old = Retention(**where(before, before[0].text), scope="copies", rule="as_long_as_needed")
    assert facts_changed(before, after, [old], []) == []
    denied = version("We never keep copies of what was asked for unless a court or a law tells us otherwise in writing.")
    new = Retention(**where(denied, denied[0].text), scope="copies", rule="not_retained")
    assert [change.change for change in facts_changed(before, denied, [old], [new])] == ["altered"]


def test_a_link_to_another_address_alters_the_contact_though_no_word_of_the_sentence_changed() -> None:
    before, after = (version(f"Questions go to [our team](mailto:{name}@acme.example) at any hour.") for name in ("legal", "privacy"))
    old, new = (
        Contact(**where(each, each[0].text), channel="email", value=f"{name}@acme.example")
        for each, name in ((before, "legal"), (after, "privacy"))
    )
    assert [(change.change, change.fields) for change in facts_changed(before, after, [old], [new])] == [("altered", ("value",))]


def test_an_address_that_stands_in_the_other_version_has_neither_come_nor_gone() -> None:
    before = version("Write to us by [our contact form](https://acme.example/ask) at any time.")
    after = version("Our contact form and our parrot answer all of your questions.")
    form = Contact(**where(after, "Our contact form"), channel="url", value="our contact form")
    assert facts_changed(before, after, [], [form]) == []


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("email", "privacy [at] acme [dot] example", "privacy@acme.example"),
        ("in_app", "account settings", "your settings"),
    ],
)
def test_a_contact_written_in_two_ways_is_one(channel: str, one: str, other: str) -> None:
    clauses = version("Reach us there.")
    held = [Contact(**where(clauses, "Reach us there"), channel=channel, value=value) for value in (one, other)]
    assert statements.statement(held[0]) == statements.statement(held[1])


# --- one change, told once -----------------------------------------------------------------------------------------------------


def test_a_deadline_for_every_right_is_one_change() -> None:
    before = version("You may ask for a copy of your data. You may have it erased.")
    after = version("You may ask for a copy of your data. You may have it erased.\nWe answer each such request within 45 days.")
    held = [[Right(**where(each, "You may"), right=right) for right in ("access", "erasure")] for each in (before, after)]
    timed = [
        Right(**where(after, "We answer each such request within 45 days"), right=right, deadline="P45D") for right in ("access", "erasure")
    ]
    beside = Right(**where(after, "You may ask for a copy of your data"), right="copy_portability", deadline="P45D")
    changes = facts_changed(before, after, held[0], [*held[1], beside, *timed])
    assert [change.after.quote for change in changes] == ["We answer each such request within 45 days"]


def test_a_framework_told_by_its_whole_name_is_not_told_by_half_of_it_too_but_its_extension_is() -> None:
    before = version(
        "We comply with the Northern Data Bridge.\nWe adhere to the Data Bridge.\nWe joined the extension to the Northern Data Bridge."
    )
    after = version("We love our users dearly.")
    held = [
        Security(**where(before, name), measure="certification", name=name)
        for name in ("the Northern Data Bridge", "Data Bridge", "extension to the Northern Data Bridge")
    ]
    held[1] = Security(**where(before, "We adhere to the Data Bridge"), measure="certification", name="Data Bridge")
    assert [change.before.name for change in facts_changed(before, after, held, [])] == [
        "the Northern Data Bridge",
        "extension to the Northern Data Bridge",
    ]


def test_a_transfer_to_a_named_country_is_not_told_again_without_it() -> None:
    before, after = version("What you tell us is taken to Canada.\nIt leaves your country for good."), version("We love our users dearly.")
    canada = StorageLocation(**where(before, before[0].text), mode="cross_border_transfer", country="CA")
    abroad = StorageLocation(**where(before, before[1].text), mode="cross_border_transfer")
    assert [change.before for change in facts_changed(before, after, [canada, abroad], [])] == [canada]


def test_what_is_kept_of_one_kind_of_data_below_one_heading_is_altered_not_gone_and_come() -> None:
    before = version("## Addresses\nThe number your machine answers to is erased with the account and nobody can bring it back.")
    after = version("## Addresses\nFor safety we hold on to each IP number as long as spam is a danger to the others here.")
    old = Retention(**where(before, before[0].text), section=["Addresses"], scope="number", categories=["ip_address"], rule="until_event")
    new = Retention(
        **where(after, after[0].text), section=["Addresses"], scope="IP number", categories=["ip_address"], rule="as_long_as_needed"
    )
    assert [(change.change, change.fields[0]) for change in facts_changed(before, after, [old], [new])] == [("altered", "rule")]
