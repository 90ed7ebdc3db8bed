"""Every read, one function a question: rows go in, domain objects come out.

A list comes as a `Page`. The reads of facts stand in `index.fact_queries` and are offered here beside the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from index.domain import Document, Heading, Span, Vendor
from index.errors import ClauseUnknown, VendorUnknown
from index.fact_queries import ALL as ALL
from index.fact_queries import FactFilter as FactFilter
from index.fact_queries import counts as counts
from index.fact_queries import every_fact as every_fact
from index.fact_queries import fact as fact
from index.fact_queries import facts as facts
from index.fact_queries import longest as longest
from index.fact_queries import retention as retention
from index.fact_queries import tally as tally
from index.names import near_names
from index.paging import Page as Page
from index.paging import page
from index.rows import IndexedClause as IndexedClause
from index.rows import all_vendors as all_vendors
from index.rows import clause_of, clause_rows, document_of, document_row, known, vendor_of
from index.tables import ClauseRow, DocumentRow, FlaggedRow, HeadingRow, TextRow, VendorRow

# The series of a vendor's main policy, beside which it may have others (a data processing agreement).
MAIN = "policy"


@dataclass(frozen=True, slots=True)
class VendorEntry:
    """A vendor, how many documents of it are indexed (every version counts), and the dates of its current policy."""

    vendor: Vendor
    documents: int
    effective_date: str | None
    last_updated: str | None


@dataclass(frozen=True, slots=True)
class ClauseInContext:
    """A clause with the clauses before and after it in its document (the nearest last and first) and the facts that rest on it."""

    clause: IndexedClause
    before: list[IndexedClause]
    after: list[IndexedClause]
    facts: list[Any]


# --- vendors -------------------------------------------------------------------------------------------------------------------


def vendors(session: Session, q: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[VendorEntry]:
    """Vendors by id. With `q`: those whose id, name, alias, product or legal entity contains it, in any case."""
    query = select(VendorRow)
    if q is not None and (words := q.lower().split()):
        # Few vendors, names in any script: compared here, since SQLite lowers ASCII alone.
        matching = [each.id for each in all_vendors(session) if all(word in _names(each) for word in words)]
        query = query.where(col(VendorRow.id).in_(matching))
    rows, following, total = page(session, query, (VendorRow.id,), cursor, limit)
    return Page([_entry(session, row) for row in rows], following, total)


def vendor(session: Session, vendor: str) -> VendorEntry:
    """One vendor by id; raises VendorUnknown, which names near ones."""
    row = session.get(VendorRow, vendor)
    if row is None:
        raise VendorUnknown(vendor, near_vendors(session, vendor))
    return _entry(session, row)


def near_vendors(session: Session, name: str) -> list[str]:
    """Ids of vendors whose id, name or alias is spelt nearly like `name`, the nearest first."""
    return near_names(name, all_vendors(session))


# --- documents -----------------------------------------------------------------------------------------------------------------


def documents(
    session: Session, vendor: str | None = None, current: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Document]:
    """Documents by vendor, then series and version from the newest. Raises VendorUnknown. `current=True`: only those served by default."""
    query = select(DocumentRow)
    if vendor is not None:
        known(session, vendor)
        query = query.where(DocumentRow.vendor == vendor)
    if current is not None:
        query = query.where(DocumentRow.current == current)
    # Newest first and ascending keys: the position is negated.
    keys = (DocumentRow.vendor, DocumentRow.series, -col(DocumentRow.position))
    rows, following, total = page(session, query, keys, cursor, limit)
    return Page([document_of(row) for row in rows], following, total)


def document(session: Session, document: str) -> Document:
    """One document by id; raises DocumentUnknown."""
    return document_of(document_row(session, document))


def text(session: Session, document: str) -> str:
    """A document's canonical text; raises DocumentUnknown."""
    return session.exec(select(TextRow.text).where(TextRow.document == document_row(session, document).id)).one()


def markup(session: Session, document: str) -> list[Span]:
    """Where a document's canonical text is markup alone (`**`, `## `, `](https://…)`), in order; raises DocumentUnknown."""
    text, plain = session.execute(select(TextRow.text, TextRow.plain).where(TextRow.document == document_row(session, document).id)).one()
    if plain is None:
        return []
    # White space is the same in both: it belongs to the markup it stands in, and is none by itself.
    blanked = "".join("x" if before != after else " " if before.isspace() else "." for before, after in zip(text, plain, strict=True))
    return [Span(*match.span()) for match in re.finditer(r"x(?:[x ]*x)?", blanked)]


def raw(session: Session, document: str) -> tuple[bytes, str]:
    """A document's own bytes and their media type; raises DocumentUnknown."""
    row = document_row(session, document)
    return session.exec(select(TextRow.raw).where(TextRow.document == document)).one(), row.media_type


def versions(session: Session, vendor: str) -> list[Document]:
    """All versions of a vendor's main policy, the oldest first (the last is the current one); raises VendorUnknown."""
    known(session, vendor)
    rows = session.exec(select(DocumentRow).where(DocumentRow.vendor == vendor).order_by(col(DocumentRow.position))).all()
    main = next((row.series for row in rows if row.series == MAIN), None) or min((row.series for row in rows), default=None)
    return [document_of(row) for row in rows if row.series == main]


def headings(session: Session, document: str) -> list[Heading]:
    """A document's outline in order; raises DocumentUnknown."""
    document_row(session, document)
    rows = session.exec(select(HeadingRow).where(HeadingRow.document == document).order_by(col(HeadingRow.start)))
    return [Heading(row.start, row.end, row.text, row.level, row.number) for row in rows]


def flagged(session: Session, document: str) -> list[tuple[int, int, str]]:
    """Blocks kept but not searched: (start, end, why)."""
    document_row(session, document)
    rows = session.exec(select(FlaggedRow).where(FlaggedRow.document == document).order_by(col(FlaggedRow.start)))
    return [(row.start, row.end, row.flag) for row in rows]


# --- clauses -------------------------------------------------------------------------------------------------------------------


def clauses(session: Session, document: str, cursor: str | None = None, limit: int = 50) -> Page[IndexedClause]:
    """A document's clauses in order; raises DocumentUnknown."""
    document_row(session, document)
    rows, following, total = page(session, clause_rows().where(col(ClauseRow.document) == document), (ClauseRow.ordinal,), cursor, limit)
    return Page([clause_of(row) for row in rows], following, total)


def clauses_between(session: Session, document: str, first: int, last: int) -> list[IndexedClause]:
    """The clauses of a document from the one of this ordinal to that one, in order."""
    near = clause_rows().where(col(ClauseRow.document) == document, col(ClauseRow.ordinal).between(first, last))
    return [clause_of(row) for row in session.scalars(near.order_by(col(ClauseRow.ordinal)))]


def current_clauses(session: Session, vendor: str) -> list[IndexedClause]:
    """All clauses of a vendor's current documents, in order."""
    # More than any vendor has documents, or any policy clauses.
    current = documents(session, vendor, current=True, limit=500).items
    return [clause for document in current for clause in clauses(session, document.id, limit=1_000_000).items]


def clause(session: Session, clause: str, neighbours: int = 1) -> ClauseInContext:
    """One clause with up to `neighbours` clauses on either side and its facts; raises ClauseUnknown."""
    row = session.scalars(clause_rows().where(col(ClauseRow.id) == clause)).first()
    if row is None:
        raise ClauseUnknown(clause)
    near = clauses_between(session, row.document, row.ordinal - neighbours, row.ordinal + neighbours)
    return ClauseInContext(
        clause_of(row),
        [each for each in near if each.ordinal < row.ordinal],
        [each for each in near if each.ordinal > row.ordinal],
        every_fact(session, FactFilter(document=row.document, clause=clause)),
    )


def clauses_by_id(session: Session, ids: Sequence[str]) -> list[IndexedClause]:
    """These clauses in this order; ids that are not indexed are left out."""
    found = {row.id: clause_of(row) for row in session.scalars(clause_rows().where(col(ClauseRow.id).in_(ids)))}
    return [found[id] for id in ids if id in found]


def clauses_by_row(session: Session, wanted: Sequence[int]) -> list[IndexedClause]:
    """The clauses of these rows, in this order."""
    if not wanted:
        return []
    names = IndexedClause.__slots__
    at = names.index("section")
    found = {}
    for row, *values in _by_row(session, names, wanted):
        values[at] = tuple(values[at] if isinstance(values[at], list) else json.loads(values[at]))
        found[row] = IndexedClause(*values)
    return [found[row] for row in wanted]


def tokens_by_row(session: Session, wanted: Sequence[int]) -> list[bytes]:
    """The wordpieces of the clauses of these rows, in this order."""
    found = dict(tuple(each) for each in _by_row(session, ("tokens",), wanted)) if wanted else {}
    return [bytes(found[row]) for row in wanted]


def _by_row(session: Session, columns: Sequence[str], wanted: Sequence[int]) -> Iterable[Any]:
    """Clauses' rows, each with these columns after it. Past SQLAlchemy's queries, which took longer to put together than SQLite to answer,
    and every search asks this. The names are ours."""
    connection = session.connection()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    named, marks = ", ".join(f'"{name}"' for name in columns), ", ".join([mark] * len(wanted))
    return connection.exec_driver_sql(f'SELECT "row", {named} FROM clause WHERE "row" IN ({marks})', tuple(wanted))  # noqa: S608


def _entry(session: Session, row: VendorRow) -> VendorEntry:
    found = session.exec(select(DocumentRow).where(DocumentRow.vendor == row.id).order_by(col(DocumentRow.series) != MAIN)).all()
    main = next((each for each in found if each.current), None)
    return VendorEntry(vendor_of(row), len(found), main.effective_date if main else None, main.last_updated if main else None)


def _names(vendor: Vendor) -> str:
    return "\n".join((vendor.id, *vendor.names)).lower()
