"""Snapshots in PostgreSQL: published in one transaction, opened by any number of services, pruned once nobody reads them."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from sqlite3 import Cursor
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from index import row_checks
from index.errors import IngestOvertaken, SnapshotDamaged, SnapshotMissing, StorageFailed, StoreUnreachable
from index.postgres.contents import Contents
from index.postgres.engine import connected, reason
from index.postgres.store import Rows
from index.postgres.tables import CLAUSES_A_READING, SnapshotRow, schema, statements
from index.snapshot import GRACE_SECONDS, Made, Manifest

if TYPE_CHECKING:
    from index.vectors import Vectors

# Advisory locks of ours, apart from those of others in the same database: one on publishing, one on each snapshot that is read.
LOCKS = int(schema()[4:11], 16)
PUBLISHING = 0
# What vendors there are and which reading each document shows, in one word.
SUM = """SELECT encode(sha256(convert_to(coalesce(string_agg(told, chr(10) ORDER BY told COLLATE "C"), ''), 'UTF8')), 'hex')
  FROM (SELECT v::text AS told FROM kept_vendor v WHERE snapshot = :id
        UNION ALL SELECT d::text FROM kept_document d WHERE snapshot = :id) AS both_"""


class PostgresArchive:
    """Snapshots of one database. Writers do not wait for each other, but for the moment of publishing."""

    def __init__(self, url: str, keep: int) -> None:
        self._engine, self.keep = connected(url), keep
        self._writing = self._engine.execution_options(isolation_level="READ COMMITTED")
        self._there = False
        # What the last snapshot opened here held: the next one shares most of it.
        self._contents: Contents | None = None
        weakref.finalize(self, self._engine.dispose).atexit = False  # a process that ends closes them anyway

    def pointer(self) -> str | None:
        with self._engine.connect() as connection:
            return None if self._missing(connection) else _number(connection, _published(connection))

    def manifest(self) -> Manifest:
        opened = self.open()
        with self._engine.connect() as connection:
            found = connection.execute(text(SUM), {"id": opened.id}).scalar_one()
        if {"rows": found} != opened.manifest.files:
            raise SnapshotDamaged(f"Snapshot {opened.manifest.number} was altered by hand: its rows have another sha256. {_REPAIR}")
        with opened.session() as session:
            for what, count in opened.manifest.counts.items():
                held = session.execute(text(f"SELECT count(*) FROM {what[:-1]}")).scalar_one()  # noqa: S608
                if held != count:
                    raise SnapshotDamaged(f"Snapshot {opened.manifest.number} holds {held} {what}, not {count}. {_REPAIR}")
            if fault := row_checks.fault(session):
                raise SnapshotDamaged(f"Snapshot {opened.manifest.number} was altered by hand: {fault}. {_REPAIR}")
        return opened.manifest

    def open(self) -> OpenedSnapshot:
        with self._engine.connect() as connection:
            id = None if self._missing(connection) else _published(connection)
        if id is None:
            raise SnapshotMissing("Nothing has been ingested into the database yet. Run `python -m ingest run FOLDER`.")
        return OpenedSnapshot(self, id)

    @contextmanager
    def draft(self) -> Iterator[PostgresDraft]:
        try:
            self._make()
            with self._writing.connect() as connection:
                yield PostgresDraft(self, connection)
        except DBAPIError as error:
            raise StorageFailed(
                f"PostgreSQL refused: {reason(error)}. The snapshot that was published stays so. Make room or mend it, then ingest again."
            ) from error

    def rollback(self) -> Manifest:
        with self._engine.connect() as connection:
            if self._missing(connection):
                raise SnapshotMissing("Nothing has been ingested into the database: nothing to roll back to.")
        with self._writing.begin() as connection:
            _alone(connection)
            number = _number(connection, _published(connection))
            parent = _row(connection, number=number).parent
            before = parent and _row(connection, number=parent)
            if not before:
                raise SnapshotMissing(f"No snapshot before {number} is kept in the database: nothing to roll back to.")
            connection.execute(text("UPDATE published SET snapshot = :id"), {"id": before.id})
            return manifest_of(before)

    def engine(self, snapshot: int) -> Engine:
        """Connections that see this snapshot."""
        return self._engine.execution_options(snapshot=snapshot)

    def contents(self, snapshot: int) -> Contents:
        """The vectors and words of a snapshot; what the last one asked for had in common with it is not read again."""
        with self._engine.connect() as connection:
            self._contents = found = Contents.read(connection, snapshot, self._contents)
        return found

    def count(self) -> None:
        """Lets the database see how much there is now: until it has, a look-up among 10,000 clauses takes it ten times as long."""
        tables = ", ".join(["kept_clause_words", *(f"kept_{table.name}" for table in SQLModel.metadata.sorted_tables)])
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"ANALYZE {tables}")

    def _missing(self, connection: Connection) -> bool:
        if not self._there:
            self._there = connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{schema()}.published"}).scalar_one() is not None
        return not self._there

    def _make(self) -> None:
        """Makes the tables where they are not there yet."""
        with self._writing.begin() as connection:
            if self._missing(connection):
                _alone(connection)
            if self._missing(connection):
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
                connection.exec_driver_sql(f"CREATE SCHEMA {schema()}")
                for statement in statements():
                    connection.exec_driver_sql(statement)


class OpenedSnapshot:
    """A published snapshot as this process sees it; while it is held, nobody prunes it."""

    def __init__(self, home: PostgresArchive, id: int) -> None:
        self._home, self.id = home, id
        self._engine = home.engine(id)
        held = home.engine(id).connect()
        held.execute(text("SELECT pg_advisory_lock_shared(:of, :id)"), {"of": LOCKS, "id": id})
        held.detach()  # closed, not handed back: with it the lock goes
        weakref.finalize(self, held.close).atexit = False
        row = _row(held, id=id)
        if row is None:
            raise SnapshotMissing("The snapshot was pruned while it was being opened. Try again.")
        self.manifest = manifest_of(row)
        self._contents: Contents | None = None

    @property
    def contents(self) -> Contents:
        if self._contents is None:
            found = self._home.contents(self.id)
            if len(found.rows) != self.manifest.counts["clauses"]:
                raise SnapshotDamaged(f"Snapshot {self.manifest.number} holds {len(found.rows)} clauses, not as many as it did. {_REPAIR}")
            self._contents = found
        return self._contents

    @property
    def vectors(self) -> Vectors:
        return self.contents.vectors

    def session(self) -> Session:
        # It keeps this object, and with it the lock, for as long as it is used.
        return Session(self._engine, info={"opened": self})

    def words(self) -> AbstractContextManager[Cursor]:
        return self.contents.words()

    def first_rows(self) -> dict[str, int]:
        asked = text("SELECT id, reading FROM kept_document WHERE snapshot = :id")
        with self._engine.connect() as connection:
            return {id: reading * CLAUSES_A_READING for id, reading in connection.execute(asked, {"id": self.id})}


class PostgresDraft:
    """What one ingest writes, in one transaction."""

    def __init__(self, home: PostgresArchive, connection: Connection) -> None:
        self._home, self._connection = home, connection
        self.rows = Rows(connection)
        self._base = _published(connection)
        self.base = manifest_of(_row(connection, id=self._base)) if self._base is not None else None
        self._id = self._next()
        if self._base is not None:  # held until the end: nobody prunes what we copied from
            connection.execute(text("SELECT pg_advisory_xact_lock_shared(:of, :id)"), {"of": LOCKS, "id": self._base})
        self.rows.begin(self._id, self._base)

    def publish(self, made: Made) -> Manifest:
        connection = self._connection
        _alone(connection)
        now = _published(connection)
        if now is not None and now != self._base:
            meanwhile = manifest_of(_row(connection, id=now))
            if meanwhile.made != made:
                raise IngestOvertaken(
                    f"Another ingest published snapshot {meanwhile.number} meanwhile, by other rules or another model. "
                    f"It is served. Ingest again with the same version of this program and the same model."
                )
            old, self._id = self._id, self._next()
            self.rows.move(old, self._id, now)
        last = connection.execute(text("SELECT last FROM published")).scalar_one_or_none() or 0
        number = f"{last + 1:06d}"
        parent = _number(connection, now) if now is not None else None
        files = {"rows": connection.execute(text(SUM), {"id": self._id}).scalar_one()}
        created = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(number, parent, created, made, self.rows.counts(), files)
        with self.rows.session() as session, session.begin():
            session.add(
                SnapshotRow(
                    id=self._id, number=number, parent=parent, created_at=created, made=asdict(made), counts=manifest.counts, files=files
                )
            )  # fmt: skip
        connection.execute(
            text("INSERT INTO published (snapshot, last) VALUES (:id, :last) ON CONFLICT (one) DO UPDATE SET snapshot = :id, last = :last"),
            {"id": self._id, "last": last + 1},
        )
        prune(connection, self._home.keep)
        connection.commit()
        if 10 * self.rows.documents_saved >= manifest.counts["documents"]:
            # What was published is served, whatever becomes of this; the database counts by itself sooner or later.
            with suppress(DBAPIError, StoreUnreachable):
                self._home.count()
        return manifest

    def _next(self) -> int:
        found: int = self._connection.execute(text("SELECT nextval('draft')")).scalar_one()
        return found


def prune(connection: Connection, keep: int, now: datetime | None = None) -> None:
    """Deletes snapshots beyond the newest `keep` and those nothing leads back to, unless one may still be read; and what only they held."""
    now = now or datetime.now(UTC)
    rows = {row.number: row for row in connection.execute(text("SELECT id, number, parent, created_at FROM snapshot"))}
    number, chain = _number(connection, _published(connection)), []
    while number in rows:
        chain.append(rows[number])
        number = rows[number].parent
    kept = {row.id for row in chain[:keep]}
    gone = []
    for row in rows.values():
        replaced = next((each.created_at for each in chain if each.parent == row.number), row.created_at)
        fresh = (now - datetime.fromisoformat(replaced)).total_seconds() < GRACE_SECONDS
        free = text("SELECT pg_try_advisory_xact_lock(:of, :id)")
        if row.id not in kept and not fresh and connection.execute(free, {"of": LOCKS, "id": row.id}).scalar_one():
            gone.append(row.id)
    if gone:
        for statement in (
            "DELETE FROM kept_vendor WHERE snapshot = ANY(:gone)",
            "DELETE FROM kept_document WHERE snapshot = ANY(:gone)",
            "DELETE FROM snapshot WHERE id = ANY(:gone)",
            "DELETE FROM reading r WHERE NOT EXISTS (SELECT FROM kept_document d WHERE d.reading = r.id)",
        ):
            connection.execute(text(statement), {"gone": gone} if ":gone" in statement else {})


def manifest_of(row: Any) -> Manifest:
    return Manifest(row.number, row.parent, row.created_at, Made(**row.made), dict(row.counts), dict(row.files), schema())


_REPAIR = "Run `python -m ingest rollback`, or ingest the policies again into an empty database."


def _alone(connection: Connection) -> None:
    """Waits until nobody else publishes, and lets nobody do so until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:of, :what)"), {"of": LOCKS, "what": PUBLISHING})


def _published(connection: Connection) -> int | None:
    found: int | None = connection.execute(text("SELECT snapshot FROM published")).scalar_one_or_none()
    return found


def _number(connection: Connection, id: int | None) -> str | None:
    return connection.execute(text("SELECT number FROM snapshot WHERE id = :id"), {"id": id}).scalar_one_or_none()


def _row(connection: Connection, **which: Any) -> Any:
    ((column, value),) = which.items()
    return connection.execute(text(f"SELECT * FROM snapshot WHERE {column} = :value"), {"value": value}).first()  # noqa: S608
