"""How the rows of `index.tables` lie in PostgreSQL, so that snapshots share what they have in common.

What a document says (its text, clauses, facts …) is written once, as one `reading`, and never altered. A snapshot is its own few rows of
vendors and documents, each document with the reading it shows. A view of each table's own name shows the rows of one snapshot, the one that
`vpi.snapshot` names; so the queries written for SQLite are asked here word for word, and what is inserted into a view goes to its snapshot.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import JSON, MetaData, Table, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import String, TypeDecorator
from sqlmodel import Field, SQLModel

from index.tables import DocumentRow, VendorRow

# Rows of these are a snapshot's own; the rest belongs to a reading.
OWN = {VendorRow.__tablename__, DocumentRow.__tablename__}
# What each kind of row is looked up by, beside what its table says.
KEYS = {
    "vendor": ("PRIMARY KEY (snapshot, id)",),
    "document": ("PRIMARY KEY (snapshot, id)",),
    "clause": ('PRIMARY KEY ("row")',),
    "fact": ("PRIMARY KEY (reading, id)",),
    "document_text": ("PRIMARY KEY (reading)",),
    "heading": ("PRIMARY KEY (reading, start)",),
    "flagged": ("PRIMARY KEY (reading, start)",),
}
INDEXES = {
    "document": ("reading", "snapshot, reading", "snapshot, vendor"),
    "clause": ("reading", "id", "document", "vendor"),
    "fact": ("reading", "id", "document", "clause", "vendor", "kind"),
    "title": ("reading",),
    "clause_words": ("reading",),
}
SNAPSHOT = "current_setting('vpi.snapshot')::bigint"
# A document's clauses are numbered within its reading, without asking who else writes.
CLAUSES_A_READING = 1 << 20


class SnapshotRow(SQLModel, table=True):
    """What `manifest.json` says in a folder."""

    metadata = MetaData()
    __tablename__ = "snapshot"

    id: int = Field(primary_key=True)
    number: str
    parent: str | None
    created_at: str
    made: dict[str, str] = Field(sa_type=JSON)
    counts: dict[str, int] = Field(sa_type=JSON)
    files: dict[str, str] = Field(sa_type=JSON)


WHOLE = """CREATE TABLE snapshot (
  id bigint PRIMARY KEY, number text NOT NULL UNIQUE, parent text, created_at text NOT NULL, made json NOT NULL, counts json NOT NULL,
  files json NOT NULL);
CREATE SEQUENCE draft;
CREATE TABLE published (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), snapshot bigint NOT NULL REFERENCES snapshot, last bigint NOT NULL);
CREATE TABLE reading (id bigserial PRIMARY KEY);
CREATE TABLE kept_clause_words (
  reading bigint NOT NULL DEFAULT currval('reading_id_seq') REFERENCES reading ON DELETE CASCADE,
  rowid bigint PRIMARY KEY, words text NOT NULL, context text NOT NULL, han text NOT NULL);
CREATE VIEW clause_words AS SELECT rowid, words, context, han FROM kept_clause_words"""


def statements() -> list[str]:
    """What makes the tables and views in an empty schema."""
    made = WHOLE.split(";\n")
    tables = [_kept(table) for table in SQLModel.metadata.sorted_tables]
    made += [table for table, _ in tables] + [view for _, view in tables]
    made += [f"CREATE INDEX ON kept_{table} ({columns})" for table, keys in INDEXES.items() for columns in keys]
    return made


def schema() -> str:
    """The schema these tables stand in. Those of another version stand in another, so that two versions can run side by side."""
    return "vpi_" + hashlib.sha256("\n".join(statements()).encode()).hexdigest()[:12]


def _kept(table: Table) -> tuple[str, str]:
    name, columns = table.name, ", ".join(_quoted(column.name) for column in table.columns)
    if name in OWN:
        whose = [f"snapshot bigint NOT NULL DEFAULT {SNAPSHOT}"]
        shown = f"snapshot = {SNAPSHOT}"
        if name == DocumentRow.__tablename__:
            whose.append("reading bigint NOT NULL DEFAULT currval('reading_id_seq')")
    else:
        whose = ["reading bigint NOT NULL DEFAULT currval('reading_id_seq') REFERENCES reading ON DELETE CASCADE"]
        shown = f"reading IN (SELECT reading FROM kept_document WHERE snapshot = {SNAPSHOT})"  # noqa: S608
    typed = [f"{_quoted(column.name)} {_type(column.type)}{'' if column.nullable else ' NOT NULL'}" for column in table.columns]
    return (
        f"CREATE TABLE kept_{name} ({', '.join([*whose, *typed, *KEYS.get(name, ())])})",
        f"CREATE VIEW {name} AS SELECT {columns} FROM kept_{name} WHERE {shown}",  # noqa: S608
    )


def _type(kind: Any) -> str:
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(inner, Text | String):
        # By code point, as SQLite compares: pages of a list must follow each other in the same order everywhere.
        return 'text COLLATE "C"'
    return str(kind.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def _quoted(name: str) -> str:
    return f'"{name}"'
