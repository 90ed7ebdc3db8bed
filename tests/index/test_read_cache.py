from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from index import queries, read_cache
from index.errors import VendorUnknown
from index.read_cache import ReadCache
from index.search import Index
from index.tables import ClauseRow


def test_clauses_found_again_are_not_read_again_until_others_took_their_place(
    index: Index, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_cache, "CLAUSES_KEPT", 2)
    rows = list(session.exec(select(ClauseRow.row).order_by(ClauseRow.row)))[:3]
    expected, kept = queries.clauses_by_row(session, rows), ReadCache(index.session)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert kept.clauses(rows[1::-1]) == expected[1::-1]
        assert kept.clauses(rows[:2]) == expected[:2]
        assert len(asked) == 1
        assert kept.clauses(rows) == expected
        assert kept.clauses([rows[1], rows[0]]) == [expected[1], expected[0]]
        assert len(asked) == 3
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_vendor_is_known_once_it_was_asked_for(index: Index, session: Session) -> None:
    kept = ReadCache(index.session)
    vendor = queries.all_vendors(session)[0].id
    assert kept.entries == {}
    assert kept.entry(vendor) == queries.vendor(session, vendor) == kept.entries[vendor]
    with pytest.raises(VendorUnknown):
        kept.entry("nobody")
    assert list(kept.entries) == [vendor]
