"""A snapshot's database: opened for reading by the service, written by an ingest, one whole policy at a time or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, QueuePool, create_engine, event, func, text
from sqlmodel import Session as Session
from sqlmodel import SQLModel, col, delete, select, update

from index import matrix, taxonomy, words
from index.domain import Document, Policy, Vendor
from index.embedder import Vectors, digest
from index.errors import EvidenceBroken, VendorUnknown
from index.facts import Evidence
from index.rows import vendor_of
from index.statements import period_days
from index.tables import WORDS, ClauseRow, DocumentRow, FactRow, FlaggedRow, HeadingRow, TextRow, TitleRow, VendorRow

# What hangs on a document, in the order it may be deleted.
PARTS = (FactRow, ClauseRow, FlaggedRow, HeadingRow, TextRow)


@dataclass(frozen=True)
class Whole:
    """A policy as it is saved: what was read, what was found in it, and by what."""

    document: Document
    series: str
    encoding: str | None
    raw: bytes
    made_by: str
    policy: Policy
    facts: Sequence[Evidence]
    vectors: Vectors
    embedded: Sequence[str]
    titles: Mapping[str, Vectors]


@dataclass(frozen=True, slots=True)
class Held:
    """What the store already has of a document: enough to see whether it must be read again."""

    id: str
    vendor: str
    series: str
    sha256: str
    made_by: str
    current: bool
    source: str
    retrieved_at: str


def reader(database: Path) -> Engine:
    """An engine that can only read. `immutable`: a snapshot never changes, so SQLite takes no locks and watches no journal."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(database))}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    # No upper limit: a request holds its connection while it waits for a thread, so with a limit of 72 a storm of 400 requests
    # locked itself out. `hide_parameters`: an error must not carry what was asked into a log.
    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=-1, hide_parameters=True)


class Store:
    """The database of a draft. Every method commits what it does, or raises and leaves the database as it was."""

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

    def held(self) -> dict[str, Held]:
        """Every document by id."""
        with Session(self._engine) as session:
            return {
                row.id: Held(row.id, row.vendor, row.series, row.sha256, row.made_by, row.current, row.source, row.retrieved_at)
                for row in session.exec(select(DocumentRow))
            }

    def vectors_of(self, vendor: str, as_read: Callable[[str], str] = str) -> dict[str, Vectors]:
        """The vectors of a vendor's clauses and of all titles by digest of their text: what needs no second embedding.

        `as_read`: what the model is given of a title.
        """
        with Session(self._engine) as session:
            rows = [(digest(as_read(row.text)), row.vector) for row in session.exec(select(TitleRow))]
            rows += session.exec(select(ClauseRow.embedded, ClauseRow.vector).where(ClauseRow.vendor == vendor)).all()
            return {key: np.frombuffer(vector, np.float32) for key, vector in rows}

    def source_of(self, document: str) -> tuple[Vendor, bytes, str]:
        """Whose a document is, its own bytes and their media type: what it takes to read it again."""
        with Session(self._engine) as session:
            row = session.get_one(DocumentRow, document)
            raw = session.exec(select(TextRow.raw).where(TextRow.document == document)).one()
            return vendor_of(session.get_one(VendorRow, row.vendor)), raw, row.media_type

    def save_vendor(self, vendor: Vendor) -> bool:
        """Keeps what is given of a vendor beside what was known; False when it was known already."""
        with Session(self._engine) as session:
            row = session.get(VendorRow, vendor.id)
            if row is None:
                row = VendorRow(id=vendor.id, name="", aliases=[], products=[], legal_entity=None, url=None)
            before = vendor_of(row)
            row.name = vendor.name
            row.aliases = list(vendor.aliases)
            row.products = list(vendor.products) or row.products
            row.legal_entity = vendor.legal_entity or row.legal_entity
            row.url = vendor.url or row.url
            session.add(row)
            session.commit()
            return vendor_of(row) != before

    def save(self, whole: Whole) -> None:
        """Saves one document with everything in it, in one transaction, in the place of what was held of it.

        Raises EvidenceBroken when a quote, span or clause is not the text at its offsets: such a policy is not stored at all.
        """
        check(whole)
        document, policy = whole.document, whole.policy
        with Session(self._engine) as session, session.begin():
            held = session.exec(select(DocumentRow.position, DocumentRow.current).where(DocumentRow.id == document.id)).first()
            position, current = held or (self._last(session, document.vendor, whole.series) + 1, False)
            self._drop(session, document.id)
            session.flush()
            session.add(
                DocumentRow(
                    **{name: getattr(document, name) for name in Document.__slots__ if name not in ("languages", "current")},
                    series=whole.series, position=position, current=current, languages=list(document.languages),
                    encoding=whole.encoding, made_by=whole.made_by, clauses=len(policy.clauses),
                )
            )  # fmt: skip
            session.flush()
            session.add(
                TextRow(document=document.id, text=policy.text, plain=policy.plain if policy.plain != policy.text else None, raw=whole.raw)
            )
            session.add_all(
                HeadingRow(document=document.id, start=each.start, end=each.end, text=each.text, level=each.level, number=each.number)
                for each in policy.headings
            )
            session.add_all(
                FlaggedRow(document=document.id, start=each.start, end=each.end, flag=each.flag or each.kind.value)
                for each in policy.flagged
            )
            for title, vector in whole.titles.items():
                session.merge(TitleRow(text=title, vector=np.asarray(vector, np.float32).tobytes()))
            # A row is not used again in one ingest, or it would stand for a clause that was there before.
            first = self._next_row
            self._next_row += len(policy.clauses)
            for row, clause, vector, embedded in zip(
                range(first, first + len(policy.clauses)), policy.clauses, whole.vectors, whole.embedded, strict=True
            ):
                session.add(
                    ClauseRow(
                        row=row, id=clause.id, document=document.id, vendor=document.vendor, ordinal=clause.ordinal, start=clause.start,
                        end=clause.end, text=clause.text, section=list(clause.section), number=clause.number, lead=clause.lead,
                        language=clause.language, embedded=embedded, vector=np.asarray(vector, np.float32).tobytes(),
                    )
                )  # fmt: skip
                columns = words.columns(clause.plain, " ".join([*clause.section, clause.lead or ""]))
                session.execute(
                    text("INSERT INTO clause_words(rowid, words, context, han) VALUES (:row, :words, :context, :han)"),
                    {"row": row, **dict(zip(("words", "context", "han"), columns, strict=True))},
                )
            session.flush()
            session.add_all(row_of(fact) for fact in {fact.id: fact for fact in whole.facts}.values())

    def arrange(self, vendor: str, series: str, versions: Sequence[str]) -> bool:
        """Puts these versions of a series last, in this order; the last is the current one. False when it was so already."""
        with Session(self._engine) as session, session.begin():
            rows = list(
                session.exec(
                    select(DocumentRow)
                    .where(DocumentRow.vendor == vendor, DocumentRow.series == series)
                    .order_by(col(DocumentRow.position))
                )
            )
            order = [*(row.id for row in rows if row.id not in versions), *versions]
            before = [(row.id, row.current) for row in rows]
            by_id = {row.id: row for row in rows}
            for position, id in enumerate(order):
                by_id[id].position = position
                by_id[id].current = position == len(order) - 1
            return before != [(id, by_id[id].current) for id in order]

    def retire(self, vendor: str, kept: Sequence[str]) -> bool:
        """Documents of series that are no longer among a vendor's stay, dated, and are no longer current; False when there were none."""
        with Session(self._engine) as session, session.begin():
            found = session.execute(
                update(DocumentRow)
                .where(col(DocumentRow.vendor) == vendor, col(DocumentRow.series).not_in(kept), col(DocumentRow.current))
                .values(current=False)
            )
            return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it

    def remove(self, vendor: str) -> None:
        """Removes a vendor with all its documents, versions and facts; raises VendorUnknown."""
        with Session(self._engine) as session, session.begin():
            if session.get(VendorRow, vendor) is None:
                raise VendorUnknown(vendor)
            for document in session.exec(select(DocumentRow.id).where(DocumentRow.vendor == vendor)).all():
                self._drop(session, document)
            session.execute(delete(VendorRow).where(col(VendorRow.id) == vendor))

    def counts(self) -> dict[str, int]:
        tables = {"vendors": VendorRow, "documents": DocumentRow, "clauses": ClauseRow, "facts": FactRow}
        with Session(self._engine) as session:
            return {name: session.exec(select(func.count()).select_from(table)).one() for name, table in tables.items()}

    def matrix(self, new: bool = False) -> Vectors:
        """What each clause is found by, in the order of the rows. `new`: of the clauses saved since the database was opened."""
        return matrix.matrix(self._engine, self._last_row if new else 0)

    def gone(self) -> npt.NDArray[np.int64]:
        """Positions of the clauses that were held when the database was opened and are held no more."""
        return matrix.positions(self._engine, self._gone, self._last_row)

    @staticmethod
    def _last(session: Session, vendor: str, series: str) -> int:
        query = select(func.max(DocumentRow.position)).where(DocumentRow.vendor == vendor, DocumentRow.series == series)
        found = session.exec(query).one()
        return -1 if found is None else found

    def _drop(self, session: Session, document: str) -> None:
        held = session.execute(text("SELECT row FROM clause WHERE document = :document"), {"document": document})
        self._gone += held.scalars()
        words_of = "DELETE FROM clause_words WHERE rowid IN (SELECT row FROM clause WHERE document = :document)"
        session.execute(text(words_of), {"document": document})
        for table in PARTS:
            session.execute(delete(table).where(col(table.document) == document))
        session.execute(delete(DocumentRow).where(col(DocumentRow.id) == document))


def check(whole: Whole) -> None:
    """Raises EvidenceBroken unless every clause, quote and span is the text at its offsets."""
    said, id = whole.policy.text, whole.document.id
    for clause in whole.policy.clauses:
        if said[clause.start : clause.end] != clause.text:
            raise EvidenceBroken(f"{id}: clause {clause.id} is not the text at {clause.start}–{clause.end}. Nothing of it was stored.")
    for fact in whole.facts:
        pairs = [(fact.quote, fact.start, fact.end)]
        if hasattr(fact, "span"):
            pairs.append((fact.span, fact.span_start, fact.span_end))  # type: ignore[attr-defined]  # Collection alone has them
        for piece, start, end in pairs:
            if not piece or said[start:end] != piece:
                raise EvidenceBroken(
                    f"{id}: {fact.origin} gave {piece[:60]!r}, which is not the text at {start}–{end}. Nothing was stored."
                )


def row_of(fact: Evidence) -> FactRow:
    """A fact as a row: the columns it is filtered by, and the whole of it."""
    body: dict[str, Any] = fact.model_dump(mode="json")
    covers = [body["category"]] if "category" in body else body.get("categories") or body.get("data") or []
    groups = dict.fromkeys(taxonomy.group_of(each) for each in covers if each in taxonomy.categories())
    derived = ("covers", "groups", "period_days", "body")
    columns: dict[str, Any] = {name: body.get(name) for name in FactRow.model_fields if name not in derived}
    return FactRow(
        **columns,
        covers="".join(f"|{each}" for each in covers) + "|" if covers else "",
        groups="".join(f"|{each}" for each in groups) + "|" if groups else "",
        period_days=period_days(body.get("period")),
        body=body,
    )
