"""What a service keeps in memory of a snapshot in PostgreSQL: the vectors clauses are found by, and their words for FTS5.

So ranking is the same as over a folder, to the last digit. Only readings that the snapshot before did not show are read from the database,
and cells learned once are taken over (`Vectors.changed`): above 30,000 clauses, where search is no longer exact, a service that starts anew
learns others.
"""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, StaticPool, create_engine, text

from index.embedder import DIMENSION
from index.embedder import Vectors as Matrix
from index.matrix import found_by
from index.postgres.tables import CLAUSES_A_READING
from index.store import asking, let_go
from index.tables import WORDS

if TYPE_CHECKING:
    from index.vectors import Vectors

AT_ONCE = 100
CLAUSES = """SELECT c."row", vector_send(c.vector), c.section->>-1, w.words, w.context, w.han
  FROM kept_clause c JOIN kept_clause_words w ON w.rowid = c."row" WHERE c.reading = ANY(:readings) ORDER BY c."row" """
COUNT = "SELECT count(*) FROM kept_clause WHERE reading = ANY(:readings)"
TITLES = "SELECT text, vector_send(vector) FROM kept_title WHERE reading = ANY(:readings)"


@dataclass(frozen=True)
class Contents:
    """Of one snapshot: which readings it shows, the row of each clause in order, its vector, and a table of words."""

    readings: frozenset[int]
    rows: npt.NDArray[np.int64]
    vectors: Vectors
    said: sqlite3.Connection

    @classmethod
    def read(cls, connection: Connection, snapshot: int, before: Contents | None) -> Contents:
        """The contents of this snapshot; of a snapshot read `before` what they have in common is taken over."""
        from index.vectors import Vectors

        asked = text("SELECT DISTINCT reading FROM kept_document WHERE snapshot = :id")
        readings = frozenset(connection.execute(asked, {"id": snapshot}).scalars())
        if before is None:
            said = _memory()
            said.execute(WORDS)
            before = cls(frozenset(), np.zeros(0, np.int64), Vectors.of(np.zeros((0, DIMENSION), np.float32)), said)
        elif readings == before.readings:
            return before
        said = _memory()
        before.said.backup(said)
        stay = np.isin(before.rows // CLAUSES_A_READING, list(readings))
        said.executemany("DELETE FROM clause_words WHERE rowid = ?", [(int(row),) for row in before.rows[~stay]])
        new = sorted(readings - before.readings)
        count = connection.execute(text(COUNT), {"readings": new}).scalar_one()
        new_rows, units, filled = np.empty(count, np.int64), np.empty((count, DIMENSION), np.float32), 0
        for first in range(0, len(new), AT_ONCE):
            some = {"readings": new[first : first + AT_ONCE]}
            titles = {title: _floats(vector) for title, vector in connection.execute(text(TITLES), some)}
            found = connection.execute(text(CLAUSES), some).all()
            said.executemany(
                "INSERT INTO clause_words(rowid, words, context, han) VALUES (?, ?, ?, ?)", [(row, *told) for row, _, _, *told in found]
            )
            own = np.array([_floats(vector) for _, vector, *_ in found], np.float32).reshape(-1, DIMENSION)
            new_rows[filled : filled + len(found)] = [row for row, *_ in found]
            units[filled : filled + len(found)] = found_by(own, [title for _, _, title, *_ in found], titles)
            filled += len(found)
        said.commit()
        new_rows, units, old_rows = new_rows[:filled], units[:filled], before.rows[stay]
        # Another ingest may publish readings later that it began earlier: not all that is new stands at the end.
        at = old_rows.searchsorted(new_rows) + np.arange(filled)
        vectors = before.vectors.changed(np.flatnonzero(~stay), units, at)
        return cls(readings, np.sort(np.concatenate([old_rows, new_rows])), vectors, said)

    def words(self) -> AbstractContextManager[sqlite3.Cursor]:
        return asking(self._words)

    @cached_property
    def _words(self) -> Any:
        said = self.said
        engine = create_engine("sqlite://", creator=lambda: said, poolclass=StaticPool, hide_parameters=True)
        weakref.finalize(self, let_go, engine)
        return engine


def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)


def _floats(sent: bytes) -> Matrix:
    """A vector as pgvector sends it: two numbers of 16 bits, then floats, the high byte first."""
    return np.frombuffer(sent, ">f4", offset=4).astype(np.float32)
