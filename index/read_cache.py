"""Facts, clauses, their wordpieces and vendors that were read last from a snapshot, kept in memory: the next question asks for some."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from index import queries
from index.queries import FactFilter, IndexedClause, VendorEntry

Read = TypeVar("Read", IndexedClause, bytes)
# Of so many vendors the facts are kept: 1 MB each at most, where a look-up takes ask longer than everything else.
FACTS_KEPT = 32
# Clauses found by the last searches, 1 kB each.
CLAUSES_KEPT = 4096
# The wordpieces of the clauses compared last, some 2 kB each.
TOKENS_KEPT = 8192


class ReadCache:
    """Safe to share between threads. `session` opens one on the snapshot's rows."""

    def __init__(self, session: Callable[[], Session]) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._facts: dict[str, list[Any]] = {}
        self._clauses: dict[int, IndexedClause] = {}
        self._tokens: dict[int, bytes] = {}
        self.entries: dict[str, VendorEntry] = {}

    def facts(self, vendor: str) -> Sequence[Any]:
        """Every fact of a vendor's current documents, in their order."""
        with self._lock:
            found = self._facts.pop(vendor, None)
            if found is None:
                with self._session() as session:
                    found = queries.every_fact(session, FactFilter(vendor=vendor))
            while len(self._facts) >= FACTS_KEPT:
                self._facts.pop(next(iter(self._facts)))
            self._facts[vendor] = found
            return found

    def clauses(self, rows: Sequence[int]) -> list[IndexedClause]:
        """The clauses of these rows, in this order."""
        return self._read(rows, self._clauses, CLAUSES_KEPT, queries.clauses_by_row)

    def tokens(self, rows: Sequence[int]) -> list[bytes]:
        """The wordpieces of the clauses of these rows, in this order."""
        return self._read(rows, self._tokens, TOKENS_KEPT, queries.tokens_by_row)

    def _read(
        self, rows: Sequence[int], kept: dict[int, Read], most: int, read: Callable[[Session, Sequence[int]], list[Read]]
    ) -> list[Read]:
        found = {row: each for row in rows if (each := kept.get(row)) is not None}
        if missing := [row for row in rows if row not in found]:
            with self._session() as session:
                new = dict(zip(missing, read(session, missing), strict=True))
            found |= new
            with self._lock:
                kept |= new
                while len(kept) > most:
                    kept.pop(next(iter(kept)))
        return [found[row] for row in rows]

    def entry(self, vendor: str) -> VendorEntry:
        """A vendor by id, with what is indexed of it; raises VendorUnknown. Those asked for once stand in `entries`."""
        with self._session() as session:
            self.entries[vendor] = queries.vendor(session, vendor)
        return self.entries[vendor]
