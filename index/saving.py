"""What an ingest writes, the same in every engine: one whole policy at a time or nothing of it, and which versions are current.

`index.store` does it in a snapshot's own SQLite file, `index.postgres.store` in rows that snapshots share.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import column, func, insert, table
from sqlmodel import Session, col, delete, select, update

from index import taxonomy, words
from index.domain import Document, Policy, Vendor
from index.embedder import Vectors, digest
from index.errors import EvidenceBroken, VendorUnknown
from index.facts import Evidence
from index.periods import period_days
from index.rows import vendor_of
from index.tables import ClauseRow, DocumentRow, FactRow, FlaggedRow, HeadingRow, TextRow, TitleRow, VendorRow

# A virtual table of FTS5's in SQLite, an ordinary one in PostgreSQL.
CLAUSE_WORDS = table("clause_words", column("rowid"), column("words"), column("context"), column("han"))


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
    tokens: Sequence[bytes]


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


class Saving(ABC):
    """The rows of a snapshot in the making. Every method does the whole of what it says, or raises and leaves the rows as they were."""

    @abstractmethod
    def session(self) -> Session:
        """A session whose commit makes what was written part of the draft."""

    @abstractmethod
    def _first_row(self, session: Session, clauses: int) -> int:
        """The first of so many row numbers that no clause had or has."""

    @abstractmethod
    def _keep_titles(self, session: Session, titles: Mapping[str, Vectors]) -> None: ...

    @abstractmethod
    def _drop(self, session: Session, document: str) -> None:
        """Takes a document with all that hangs on it out of the draft."""

    def held(self) -> dict[str, Held]:
        """Every document by id."""
        with self.session() as session:
            return {
                row.id: Held(row.id, row.vendor, row.series, row.sha256, row.made_by, row.current, row.source, row.retrieved_at)
                for row in session.exec(select(DocumentRow))
            }

    def vendors(self) -> dict[str, Vendor]:
        """What is known of every vendor, by id."""
        with self.session() as session:
            return {row.id: vendor_of(row) for row in session.exec(select(VendorRow))}

    def vectors_of(self, vendor: str, as_read: Callable[[str], str] = str) -> dict[str, Vectors]:
        """The vectors of a vendor's clauses and of all titles by digest of their text: what needs no second embedding.

        `as_read`: what the model is given of a title.
        """
        with self.session() as session:
            rows = [(digest(as_read(row.text)), row.vector) for row in session.exec(select(TitleRow))]
            rows += session.exec(select(ClauseRow.embedded, ClauseRow.vector).where(ClauseRow.vendor == vendor)).all()
            return {key: np.frombuffer(vector, np.float32) for key, vector in rows}

    def source_of(self, document: str) -> tuple[Vendor, bytes, str]:
        """Whose a document is, its own bytes and their media type: what it takes to read it again."""
        with self.session() as session:
            row = session.get_one(DocumentRow, document)
            raw = session.exec(select(TextRow.raw).where(TextRow.document == document)).one()
            return vendor_of(session.get_one(VendorRow, row.vendor)), raw, row.media_type

    def save_vendor(self, vendor: Vendor) -> bool:
        """Keeps what is given of a vendor beside what was known; False when it was known already."""
        with self.session() as session:
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
        with self.session() as session, session.begin():
            held = session.exec(select(DocumentRow.position, DocumentRow.current).where(DocumentRow.id == document.id)).first()
            position, current = held or (self._last(session, document.vendor, whole.series) + 1, False)
            self._drop(session, document.id)
            session.flush()
            first = self._first_row(session, len(policy.clauses))
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
            self._keep_titles(session, whole.titles)
            session.add_all(
                ClauseRow(
                    row=row, id=clause.id, document=document.id, vendor=document.vendor, ordinal=clause.ordinal, start=clause.start,
                    end=clause.end, text=clause.text, section=list(clause.section), number=clause.number, lead=clause.lead,
                    language=clause.language, embedded=embedded, vector=np.asarray(vector, np.float32).tobytes(), tokens=tokens,
                )
                for row, (clause, vector, embedded, tokens) in enumerate(
                    zip(policy.clauses, whole.vectors, whole.embedded, whole.tokens, strict=True), first
                )
            )  # fmt: skip
            said = [words.columns(clause.plain, " ".join([*clause.section, clause.lead or ""])) for clause in policy.clauses]
            if said:
                rows = [dict(zip(("rowid", "words", "context", "han"), (row, *each), strict=True)) for row, each in enumerate(said, first)]
                session.execute(insert(CLAUSE_WORDS), rows)
            session.flush()
            session.add_all(row_of(fact) for fact in {fact.id: fact for fact in whole.facts}.values())

    def arrange(self, vendor: str, series: str, versions: Sequence[str]) -> bool:
        """Puts these versions of a series last, in this order; the last is the current one. False when it was so already.

        One that was held as another document of the vendor is a version of this one from now on.
        """
        with self.session() as session, session.begin():
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
            for row in session.exec(select(DocumentRow).where(DocumentRow.vendor == vendor, col(DocumentRow.id).in_(versions))):
                row.series, by_id[row.id] = series, row
            for position, id in enumerate(order):
                by_id[id].position = position
                by_id[id].current = position == len(order) - 1
            return before != [(id, by_id[id].current) for id in order]

    def retire(self, vendor: str, kept: Sequence[str]) -> bool:
        """Documents of series that are no longer among a vendor's stay, dated, and are no longer current; False when there were none."""
        with self.session() as session, session.begin():
            found = session.execute(
                update(DocumentRow)
                .where(col(DocumentRow.vendor) == vendor, col(DocumentRow.series).not_in(kept), col(DocumentRow.current))
                .values(current=False)
            )
            return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it

    def remove(self, vendor: str) -> None:
        """Removes a vendor with all its documents, versions and facts; raises VendorUnknown."""
        with self.session() as session, session.begin():
            if session.get(VendorRow, vendor) is None:
                raise VendorUnknown(vendor)
            for document in session.exec(select(DocumentRow.id).where(DocumentRow.vendor == vendor)).all():
                self._drop(session, document)
            session.execute(delete(VendorRow).where(col(VendorRow.id) == vendor))

    def counts(self) -> dict[str, int]:
        tables = {"vendors": VendorRow, "documents": DocumentRow, "clauses": ClauseRow, "facts": FactRow}
        with self.session() as session:
            return {name: session.exec(select(func.count()).select_from(table)).one() for name, table in tables.items()}

    @staticmethod
    def _last(session: Session, vendor: str, series: str) -> int:
        query = select(func.max(DocumentRow.position)).where(DocumentRow.vendor == vendor, DocumentRow.series == series)
        found = session.exec(query).one()
        return -1 if found is None else found


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
