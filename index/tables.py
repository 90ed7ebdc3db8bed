"""The rows of an index, in SQLite and in PostgreSQL. Only the stores write them, only `queries` and what it stands on read them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from sqlalchemy import JSON, BigInteger, Dialect, Integer, LargeBinary
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeDecorator, UserDefinedType
from sqlmodel import Field, SQLModel

DIMENSION = 384


class PgVector(UserDefinedType[bytes]):
    """A column of pgvector's: float32 in, the same float32 out."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return f"VECTOR({DIMENSION})"

    def bind_processor(self, dialect: Dialect) -> Any:
        # As numbers of double length, of which pgvector takes back exactly the float32 they came from.
        return lambda vector: str(np.frombuffer(vector, np.float32).tolist())

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        return lambda told: np.array(told[1:-1].split(","), np.float32).tobytes()


class Unit(TypeDecorator[bytes]):
    """A vector as the bytes of float32[384]."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(PgVector() if dialect.name == "postgresql" else LargeBinary())


class VendorRow(SQLModel, table=True):
    __tablename__ = "vendor"

    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(sa_type=JSON)
    products: list[str] = Field(sa_type=JSON)
    legal_entity: str | None
    url: str | None


class DocumentRow(SQLModel, table=True):
    """One version of one document. `series` tells a vendor's documents apart; of each series one version is `current`."""

    __tablename__ = "document"

    id: str = Field(primary_key=True)
    vendor: str = Field(foreign_key="vendor.id", index=True)
    series: str
    position: int = Field(description="Versions of a series in the order they came to be.")
    current: bool
    title: str | None
    language: str
    languages: list[str] = Field(sa_type=JSON)
    effective_date: str | None
    last_updated: str | None
    version: str | None
    sha256: str = Field(description="Of the raw bytes.")
    source: str
    media_type: str
    encoding: str | None
    retrieved_at: str
    made_by: str = Field(description="Digest of the code, rules and models that read it: another digest means read it again.")
    clauses: int


class TextRow(SQLModel, table=True):
    """A document's texts, apart from its row so that listing documents does not read them."""

    __tablename__ = "document_text"

    document: str = Field(primary_key=True, foreign_key="document.id")
    text: str = Field(description="Canonical.")
    plain: str | None = Field(description="The same characters with markup blanked; null when there is no markup.")
    raw: bytes = Field(sa_type=LargeBinary, description="The source's own bytes.")


class HeadingRow(SQLModel, table=True):
    __tablename__ = "heading"

    document: str = Field(primary_key=True, foreign_key="document.id")
    start: int = Field(primary_key=True)
    end: int
    text: str
    level: int
    number: str | None


class FlaggedRow(SQLModel, table=True):
    """A block that is kept and not searched, and why."""

    __tablename__ = "flagged"

    document: str = Field(primary_key=True, foreign_key="document.id")
    start: int = Field(primary_key=True)
    end: int
    flag: str


class ClauseRow(SQLModel, table=True):
    """A clause; `row` numbers the clauses of a document without a gap, so that one vendor's are a few ranges."""

    __tablename__ = "clause"

    # SQLite numbers rows by columns of this one type alone; in PostgreSQL a number tells a row from those of all snapshots.
    row: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    id: str = Field(unique=True)
    document: str = Field(foreign_key="document.id", index=True)
    vendor: str
    ordinal: int
    start: int
    end: int
    text: str
    section: list[str] = Field(sa_type=JSON)
    number: str | None
    lead: str | None
    language: str
    embedded: str = Field(description="Digest of the text that `vector` was computed from: the clause without markup.")
    vector: bytes = Field(sa_type=Unit, description="float32[384], a unit vector.")
    tokens: bytes = Field(sa_type=LargeBinary, description="int8[wordpieces, 64], see `late_interaction`; empty for another model.")


class TitleRow(SQLModel, table=True):
    """The title of a section and its vector: where a clause stands says half of what it is about."""

    __tablename__ = "title"

    text: str = Field(primary_key=True)
    vector: bytes = Field(sa_type=Unit)


class FactRow(SQLModel, table=True):
    """A fact: `body` is the whole of it as JSON, the other columns are what it is filtered and ordered by."""

    __tablename__ = "fact"

    id: str = Field(primary_key=True)
    vendor: str = Field(index=True)
    document: str = Field(foreign_key="document.id", index=True)
    clause: str | None = Field(index=True)
    kind: str = Field(index=True)
    polarity: str
    start: int
    end: int
    covers: str = Field(description="Every category the fact is about: `|email|phone_number|`, `|any|`, or empty.")
    groups: str = Field(description="The groups of those categories, written alike.")
    source: str | None
    role: str | None
    necessity: str | None
    purpose_category: str | None
    recipient_category: str | None
    right: str | None
    measure: str | None
    practice: str | None
    country: str | None
    rule: str | None
    bound: str | None
    field: str | None
    period_days: float | None
    body: dict[str, Any] = Field(sa_type=JSON)


# Words are stored too (not contentless): SQLite 3.40 cannot delete from a contentless table, and a re-read document must go.
TOKENIZER = "porter unicode61"
WORDS = f"CREATE VIRTUAL TABLE clause_words USING fts5(words, context, han, tokenize='{TOKENIZER}')"


def schema() -> str:
    """A digest of all tables: code with other tables cannot read a database, nor go on writing it."""
    tables = [str(CreateTable(table).compile(dialect=sqlite.dialect())) for table in SQLModel.metadata.sorted_tables]
    return hashlib.sha256("\n".join([*tables, WORDS]).encode()).hexdigest()[:12]
