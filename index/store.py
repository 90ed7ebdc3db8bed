"""A snapshot's own SQLite file: opened for reading by the service, written by an ingest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, QueuePool, create_engine, event, text
from sqlmodel import Session as Session
from sqlmodel import SQLModel, col, delete

from index import matrix
from index.embedder import Vectors
from index.saving import Saving
from index.tables import WORDS, ClauseRow, DocumentRow, FactRow, FlaggedRow, HeadingRow, TextRow, TitleRow

# What hangs on a document, in the order it may be deleted.
PARTS = (FactRow, ClauseRow, FlaggedRow, HeadingRow, TextRow)


def reader(database: Path) -> Engine:
    """An engine that can only read. `immutable`: a snapshot never changes, so SQLite takes no locks and watches no journal."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(database))}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    # No upper limit: a request holds its connection while it waits for a thread, so with a limit of 72 a storm of 400 requests
    # locked itself out. `hide_parameters`: an error must not carry what was asked into a log.
    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=-1, hide_parameters=True)


def let_go(engine: Engine) -> None:
    """Closes its connections, and drops what it made of queries. An engine is a ring, which Python's collector finds late: with a snapshot
    a minute some ten of them were held open, with all they kept in memory."""
    engine.dispose()
    engine.clear_compiled_cache()


@contextmanager
def asking(engine: Engine) -> Iterator[sqlite3.Cursor]:
    """The driver's own cursor, for what is asked often: a session takes longer to open than a rare word to be found."""
    with closing(engine.raw_connection()) as connection:
        cursor: Any = connection.cursor()
        yield cursor


class Store(Saving):
    """The database of a draft."""

    def __init__(self, database: Path) -> None:
        self._engine = create_engine(f"sqlite:///{database}")

        @event.listens_for(self._engine, "connect")
        def prepare(connection: sqlite3.Connection, _: Any) -> None:
            # The draft is thrown away when the ingest dies and synced once when it ends, so only the rollback of a policy matters.
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA foreign_keys = ON")

        fresh = not database.exists()
        if fresh:
            SQLModel.metadata.create_all(self._engine)
            with self._engine.begin() as connection:
                connection.execute(text(WORDS))
        # Rows above this one are new; those up to it keep their vectors, or are gone.
        self._last_row = matrix.last_row(self._engine)
        self._next_row = self._last_row + 1
        self._gone: list[int] = []

    def close(self) -> None:
        self._engine.dispose()

    def session(self) -> Session:
        return Session(self._engine)

    def matrix(self, new: bool = False) -> Vectors:
        """What each clause is found by, in the order of the rows. `new`: of the clauses saved since the database was opened."""
        return matrix.matrix(self._engine, self._last_row if new else 0)

    def gone(self) -> npt.NDArray[np.int64]:
        """Positions of the clauses that were held when the database was opened and are held no more."""
        return matrix.positions(self._engine, self._gone, self._last_row)

    def _first_row(self, session: Session, clauses: int) -> int:
        # A row is not used again in one ingest, or it would stand for a clause that was there before.
        first = self._next_row
        self._next_row += clauses
        return first

    def _keep_titles(self, session: Session, titles: Mapping[str, Vectors]) -> None:
        for title, vector in titles.items():
            session.merge(TitleRow(text=title, vector=np.asarray(vector, np.float32).tobytes()))

    def _drop(self, session: Session, document: str) -> None:
        held = session.execute(text("SELECT row FROM clause WHERE document = :document"), {"document": document})
        self._gone += held.scalars()
        words_of = "DELETE FROM clause_words WHERE rowid IN (SELECT row FROM clause WHERE document = :document)"
        session.execute(text(words_of), {"document": document})
        for table in PARTS:
            session.execute(delete(table).where(col(table.document) == document))
        session.execute(delete(DocumentRow).where(col(DocumentRow.id) == document))
