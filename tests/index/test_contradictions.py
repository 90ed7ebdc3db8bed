"""Each sentence pair either contradicts itself or only seems to."""

from typing import Any

import pytest

from index import facts
from index.annexes import annexes
from index.contradictions import contradictions
from index.queries import IndexedClause


def at(start: int, quote: str, section: str = "") -> dict[str, Any]:
    sections = [section] if section else []
    return {"vendor": "acme", "document": "acme-1", "quote": quote, "start": start, "end": start + len(quote), "section": sections}


def right(start: int, quote: str, deadline: str, section: str = "", right: str = "erasure", **fields: Any) -> facts.Right:
    return facts.Right(**at(start, quote, section), right=right, deadline=deadline, **fields)


def collected(start: int, quote: str, span: str, category: str, group: str, **fields: Any) -> facts.Collection:
    return facts.Collection(
        **at(start, quote), span=span, span_start=start, span_end=start + len(span), category=category, group=group, **fields
    )


def kept(start: int, quote: str, scope: str, period: str, **fields: Any) -> facts.Retention:
    return facts.Retention(**at(start, quote), scope=scope, period=period, **fields)


def found(*given: Any) -> list[tuple[str, str, list[str]]]:
    return [(each.kind, each.about, each.says) for each in contradictions(given)]


def test_two_times_in_which_requests_are_answered_contradict() -> None:
    first = right(0, "We reply within 15 working days of verifying you.", "P15D", right="access", working_days=True)
    second = right(90, "We strive to reply to your questions within 13 days.", "P13D", right="complaint")
    assert found(first, second) == [("deadline", "answer to requests", ["P15D (working days)", "P13D"])]


def test_two_times_for_one_right_contradict_and_for_two_rights_do_not() -> None:
    erased = right(0, "Your account is deleted within 30 days.", "P30D")
    assert found(erased, right(60, "Deletion takes 45 days.", "P45D")) == [("deadline", "erasure", ["P30D", "P45D"])]
    assert found(erased, right(60, "A copy is sent within 7 days.", "P7D", right="access")) == []


@pytest.mark.parametrize(
    "second",
    [
        right(60, "This may be extended by 60 days for complex requests.", "P60D"),
        right(60, "Backups are deleted within 90 days.", "P90D"),
        right(60, "We delete within 45 days.", "P45D", section="Your California rights"),
        right(60, "Your account is deleted within 30 days.", "P30D"),
    ],
    ids=["extension", "backups", "law of one place", "said again"],
)
def test_a_second_time_with_a_reason_contradicts_nothing(second: facts.Right) -> None:
    assert found(right(0, "Your account is deleted within 30 days.", "P30D"), second) == []


def test_two_dates_of_one_document_contradict() -> None:
    dates = [
        facts.DocumentFact(**at(start, f"Last updated {date}"), field="last_updated", value=date)
        for start, date in ((0, "2024-01-02"), (500, "2022-02-25"), (900, "2024-01-02"))
    ]
    assert found(*dates) == [("date", "last_updated", ["2024-01-02", "2022-02-25"])]


def test_dates_of_two_documents_do_not_contradict() -> None:
    one = facts.DocumentFact(**at(0, "Updated 2024-01-02"), field="last_updated", value="2024-01-02")
    other = facts.DocumentFact(**{**at(0, "Updated 2023-01-02"), "document": "acme-2"}, field="last_updated", value="2023-01-02")
    assert found(one, other) == []


def test_two_fixed_periods_for_the_same_words_contradict() -> None:
    first = kept(0, "Server logs are kept for 30 days.", "Server logs", "P30D")
    assert found(first, kept(60, "The server logs are kept for 90 days.", "the server logs", "P90D")) == [
        ("retention", "server logs", ["P30D", "P90D"])
    ]
    assert found(first, kept(60, "Server logs are kept for one month.", "server logs", "P30D", bound="exact")) == []
    assert found(first, kept(60, "Server logs are kept for 90 days if you ask.", "server logs", "P90D")) == []
    assert found(first, kept(60, "Server logs are kept at least 6 months.", "server logs", "P6M", bound="at_least")) == []
    assert found(kept(0, "We keep data for 30 days.", "data", "P30D"), kept(60, "We keep data for 2 years.", "your data", "P2Y")) == []


def test_a_plain_yes_and_a_plain_no_on_the_same_data_contradict() -> None:
    yes = collected(0, "We record your precise location.", "precise location", "location_precise", "location")
    no = collected(90, "We do not record your precise location.", "your precise location", "location_precise", "location", polarity="no")
    assert found(yes, no) == [("collection", "precise location", ["yes", "no"])]


@pytest.mark.parametrize(
    "no",
    [
        collected(90, "We do not record your location unless you enable it.", "location", "location_precise", "location", polarity="no"),
        collected(90, "We do not record children's location.", "location", "location_precise", "location", polarity="no"),
        collected(90, "We do not record the location of meetings.", "location of meetings", "location_coarse", "location", polarity="no"),
        collected(90, "As a processor we record no location.", "location", "location_precise", "location", polarity="no", role="processor"),
    ],
    ids=["condition", "children", "other data", "other role"],
)
def test_a_no_under_a_condition_or_on_other_data_contradicts_nothing(no: facts.Collection) -> None:
    assert found(collected(0, "We record your location.", "location", "location_precise", "location"), no) == []


def test_selling_and_not_selling_contradict() -> None:
    yes = facts.PracticeFact(**at(0, "We sell aggregated profiles to brokers."), practice="sale")
    no = facts.PracticeFact(**at(90, "We do not sell personal data."), practice="sale", polarity="no")
    cookies = facts.PracticeFact(**at(200, "We use no cookies."), practice="cookies", polarity="no")
    assert found(yes, no, cookies) == [("practice", "sale", ["yes", "no"])]


def titles(*texts: str, section: tuple[str, ...] = ()) -> list[str]:
    clauses = [
        IndexedClause(f"a.{n}", "acme", "a", n, section, None, text, 100 * n, 100 * n + len(text), "en", None)
        for n, text in enumerate(texts)
    ]
    found = annexes(clauses, ["Acme Notes", "Acme"], ["Acme Privacy Policy"])
    for annex in found:
        assert annex.clause.text[annex.start - annex.clause.start : annex.end - annex.clause.start] == annex.title
    return [annex.title for annex in found]


def test_documents_referred_to_are_named_once_with_their_place() -> None:
    said = titles(
        "For details, see Acme Third-Party SDK List.", "Please read our [Cookie Notice](https://acme.example).", "See our Cookie Notice."
    )
    assert said == ["Acme Third-Party SDK List", "Cookie Notice"]
    assert titles("具体请查看《第三方 SDK 目录》，并遵守《个人信息保护法》。") == ["第三方 SDK 目录"]


def test_what_is_indexed_a_section_a_place_or_a_law_is_no_annex() -> None:
    assert titles("Read our Privacy Policy.", "See the Acme Privacy Policy.", "We operate in the United States.") == []
    assert titles("See Your Rights Statement below.", section=("4. Your Rights Statement",)) == []
    assert titles("Visit the European Union.", "See the Acme App.") == []
