from __future__ import annotations

import pytest
from sqlmodel import Session

from index import queries
from index.errors import ClauseUnknown, CursorInvalid, DocumentUnknown, FactUnknown, VendorUnknown
from index.queries import FactFilter
from tests.index import policies


def document_of(session: Session, vendor: str) -> str:
    return queries.versions(session, vendor)[-1].id


def test_vendors_come_by_id_with_the_number_of_their_documents(session: Session) -> None:
    page = queries.vendors(session)
    assert [(entry.vendor.id, entry.documents) for entry in page.items] == [("hill", 1), ("orbit", 1), ("tide", 1)]
    assert (page.total, page.next) == (3, None)


@pytest.mark.parametrize(
    ("q", "expected"), [("ORBIT", ["orbit"]), ("潮", ["tide"]), ("o", ["hill", "orbit"]), ("nobody", []), ("  ", ["hill", "orbit", "tide"])]
)
def test_vendors_are_looked_up_by_any_of_their_names(session: Session, q: str, expected: list[str]) -> None:
    assert [entry.vendor.id for entry in queries.vendors(session, q).items] == expected


def test_an_unknown_vendor_is_refused_with_near_names(session: Session) -> None:
    with pytest.raises(VendorUnknown, match="Did you mean orbit"):
        queries.vendor(session, "orbitt")
    assert queries.near_vendors(session, "tidechat")[0] == "tide"


def test_a_document_says_where_it_came_from_and_its_text_is_the_file(session: Session) -> None:
    document = queries.document(session, document_of(session, "tide"))
    assert (document.vendor, document.media_type, document.language, document.current) == ("tide", "text/plain", "en", True)
    assert queries.text(session, document.id) == policies.TIDE
    assert queries.raw(session, document.id) == (policies.TIDE.encode(), "text/plain")


def test_markup_is_what_only_marks_up(session: Session) -> None:
    orbit = document_of(session, "orbit")
    text, spans = queries.text(session, orbit), queries.markup(session, orbit)
    assert {span.of(text).strip() for span in spans} == {"#", "##"}
    assert queries.markup(session, document_of(session, "tide")) == []


def test_every_clause_and_heading_is_the_text_at_its_offsets(session: Session) -> None:
    for vendor in ("orbit", "tide", "hill"):
        id = document_of(session, vendor)
        text = queries.text(session, id)
        clauses = queries.clauses(session, id, limit=500).items
        assert len(clauses) >= 3
        assert [text[each.start : each.end] for each in clauses] == [each.text for each in clauses]
        assert [clause.ordinal for clause in clauses] == sorted(clause.ordinal for clause in clauses)
    assert [heading.text for heading in queries.headings(session, document_of(session, "tide"))] == [
        "1. Scope",
        "2. Storage",
        "3. Children",
    ]


def test_pages_hold_every_clause_once_and_the_total_stays(session: Session) -> None:
    id = document_of(session, "orbit")
    whole = [clause.id for clause in queries.clauses(session, id, limit=500).items]
    found, cursor, totals = [], None, set()
    while True:
        page = queries.clauses(session, id, cursor, limit=2)
        found += [clause.id for clause in page.items]
        totals.add(page.total)
        cursor = page.next
        if cursor is None:
            break
    assert found == whole
    assert totals == {len(whole)}


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "W10", "WzFd", "é", "WyJcdWQ4MDAiXQ", "WzFlOTk5XQ", "A" * 5000, "W1tbW1tb"])
def test_a_forged_cursor_is_refused(session: Session, cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        queries.clauses(session, document_of(session, "orbit"), cursor)


def test_a_cursor_of_one_list_is_refused_by_another(session: Session) -> None:
    cursor = queries.clauses(session, document_of(session, "orbit"), limit=1).next
    assert cursor is not None
    with pytest.raises(CursorInvalid):
        queries.clauses(session, document_of(session, "tide"), cursor)


def test_a_clause_comes_with_its_neighbours_and_its_facts(session: Session) -> None:
    id = document_of(session, "orbit")
    clauses = queries.clauses(session, id, limit=500).items
    middle = next(clause for clause in clauses if "thirty days" in clause.text)
    found = queries.clause(session, middle.id)
    assert [each.ordinal for each in (*found.before, found.clause, *found.after)] == [
        middle.ordinal - 1,
        middle.ordinal,
        middle.ordinal + 1,
    ]
    assert [fact.period for fact in found.facts] == ["P30D"]


def test_clauses_come_in_the_order_asked_for(session: Session) -> None:
    ids = [clause.id for clause in queries.clauses(session, document_of(session, "orbit")).items][::-1]
    assert [clause.id for clause in queries.clauses_by_id(session, [*ids, "nowhere.0001"])] == ids


def test_what_is_not_there_is_refused_by_name(session: Session) -> None:
    with pytest.raises(DocumentUnknown, match="nowhere"):
        queries.text(session, "nowhere")
    with pytest.raises(ClauseUnknown, match="nowhere"):
        queries.clause(session, "nowhere")
    with pytest.raises(FactUnknown, match="nowhere"):
        queries.fact(session, "nowhere")
    with pytest.raises(VendorUnknown):
        queries.facts(session, FactFilter(vendor="nowhere"))
    with pytest.raises(DocumentUnknown):
        queries.facts(session, FactFilter(document="nowhere"))


@pytest.mark.parametrize(
    ("wanted", "vendors"),
    [
        (FactFilter(kinds=("retention",)), ["hill", "orbit", "orbit", "tide"]),
        (FactFilter(kinds=("retention",), vendor="orbit"), ["orbit", "orbit"]),
        (FactFilter(category="phone_number"), ["orbit"]),
        (FactFilter(group="contact"), ["orbit"]),
        (FactFilter(category="phone"), []),
        (FactFilter(polarity="no"), []),
        (FactFilter(kinds=("retention", "collection"), vendor="hill"), ["hill"]),
    ],
)
def test_facts_are_narrowed_by_what_is_asked(session: Session, wanted: FactFilter, vendors: list[str]) -> None:
    page = queries.facts(session, wanted)
    assert [fact.vendor for fact in page.items] == vendors
    assert page.total == len(vendors)
    assert queries.every_fact(session, wanted) == page.items


def test_a_fact_comes_back_as_it_was_found(session: Session) -> None:
    found = queries.facts(session, FactFilter(category="phone_number")).items[0]
    assert queries.fact(session, found.id) == found
    assert (found.span, found.quote) == ("phone number", "We collect your name, your phone number and the time of each login.")


def test_facts_are_counted_by_any_column(session: Session) -> None:
    assert queries.counts(session) == {"collection": 1, "retention": 4}
    assert queries.counts(session, FactFilter(kinds=("retention",)), by="vendor") == {"hill": 1, "orbit": 2, "tide": 1}


def test_retention_is_ordered_by_how_long_things_are_kept(session: Session) -> None:
    periods = [fact.period for fact in queries.retention(session, by_period=True).items]
    assert periods == ["P30D", "P180D", "P2Y", "P10Y"]
    longest_first = queries.retention(session, by_period=True, descending=True, limit=2)
    assert [fact.period for fact in longest_first.items] == ["P10Y", "P2Y"]
    rest = queries.retention(session, by_period=True, descending=True, limit=2, cursor=longest_first.next)
    assert [fact.period for fact in rest.items] == ["P180D", "P30D"]
    assert [fact.period for fact in queries.retention(session, shortest_days=60, longest_days=1000, by_period=True).items] == [
        "P180D",
        "P2Y",
    ]


def test_facts_of_several_vendors_are_tallied_in_one_reading(session: Session) -> None:
    assert queries.tally(session, ["orbit", "tide"], ("vendor", "kind")) == {
        ("orbit", "collection"): 1,
        ("orbit", "retention"): 2,
        ("tide", "retention"): 1,
    }
    assert queries.tally(session, [], ("vendor",)) == {}


def test_the_longest_retention_of_each_vendor_is_found(session: Session) -> None:
    every = queries.retention(session, by_period=True, descending=True).items
    expected = {vendor: next(fact for fact in every if fact.vendor == vendor) for vendor in ("orbit", "tide", "hill")}
    assert queries.longest(session, ["orbit", "tide", "hill"]) == expected
    assert list(queries.longest(session, ["tide"])) == ["tide"]
