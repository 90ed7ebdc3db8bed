"""Every read, one function a question: rows go in, domain objects come out.

A list comes as a `Page`; its cursor is the key of the last item, so a page costs the same wherever it starts.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, literal, or_, tuple_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from index.domain import Document, Heading, Vendor
from index.errors import ClauseUnknown, CursorInvalid, DocumentUnknown, FactUnknown, VendorUnknown
from index.facts import FACT
from index.names import near_names
from index.tables import ClauseRow, DocumentRow, FactRow, FlaggedRow, HeadingRow, TextRow, VendorRow

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, the cursor of the page after it (None on the last), and how many items there are in all."""

    items: list[Item]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class VendorEntry:
    """A vendor, how many documents of it are indexed (every version counts), and the dates of its current policy."""

    vendor: Vendor
    documents: int
    effective_date: str | None
    last_updated: str | None


@dataclass(frozen=True, slots=True)
class IndexedClause:
    """A clause as it stands in the index: the clause of the domain, and whose it is."""

    id: str
    vendor: str
    document: str
    ordinal: int
    section: tuple[str, ...]
    number: str | None
    text: str
    start: int
    end: int
    language: str
    lead: str | None


@dataclass(frozen=True, slots=True)
class ClauseInContext:
    """A clause with the clauses before and after it in its document (the nearest last and first) and the facts that rest on it."""

    clause: IndexedClause
    before: list[IndexedClause]
    after: list[IndexedClause]
    facts: list[Any]


@dataclass(frozen=True, slots=True)
class FactFilter:
    """What `facts` may be narrowed to; None does not narrow. Without `document`, only current documents are asked.

    `category` also finds retention and sharing that name the category; `group` likewise. Several values may be given for `kinds`.
    """

    vendor: str | None = None
    document: str | None = None
    kinds: tuple[str, ...] = ()
    category: str | None = None
    group: str | None = None
    polarity: str | None = None
    source: str | None = None
    role: str | None = None
    necessity: str | None = None
    purpose_category: str | None = None
    recipient_category: str | None = None
    right: str | None = None
    measure: str | None = None
    practice: str | None = None
    country: str | None = None
    clause: str | None = None


ALL = FactFilter()
# Columns of a fact that a filter of the same name asks to be equal.
EQUAL = (
    "vendor", "document", "polarity", "source", "role", "necessity", "purpose_category", "recipient_category", "right", "measure", "practice",
    "country", "clause",
)  # fmt: skip
# The order of facts, and what tells each from the others.
PLACE = (FactRow.vendor, FactRow.document, FactRow.start, FactRow.id)
# The series of a vendor's main policy, beside which it may have others (a data processing agreement).
MAIN = "policy"
DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
DAYS = (365.25, 30.44, 7.0, 1.0, 1 / 24, 1 / 1440)

# --- vendors -------------------------------------------------------------------------------------------------------------------


def vendors(session: Session, q: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[VendorEntry]:
    """Vendors by id. With `q`: those whose id, name, alias, product or legal entity contains it, in any case."""
    query = select(VendorRow)
    if q is not None and (words := q.lower().split()):
        # Few vendors, names in any script: compared here, since SQLite lowers ASCII alone.
        matching = [each.id for each in all_vendors(session) if all(word in _names(each) for word in words)]
        query = query.where(col(VendorRow.id).in_(matching))
    rows, following, total = _page(session, query, (VendorRow.id,), cursor, limit)
    return Page([_entry(session, row) for row in rows], following, total)


def vendor(session: Session, vendor: str) -> VendorEntry:
    """One vendor by id; raises VendorUnknown, which names near ones."""
    row = session.get(VendorRow, vendor)
    if row is None:
        raise VendorUnknown(vendor, near_vendors(session, vendor))
    return _entry(session, row)


def near_vendors(session: Session, name: str, limit: int = 3) -> list[str]:
    """Ids of vendors whose id, name or alias is spelt nearly like `name`, the nearest first."""
    return near_names(name, all_vendors(session), limit)


def all_vendors(session: Session) -> list[Vendor]:
    """Every vendor, by id: for recognising names in a question."""
    return [vendor_of(row) for row in session.exec(select(VendorRow).order_by(col(VendorRow.id)))]


# --- documents -----------------------------------------------------------------------------------------------------------------


def documents(
    session: Session, vendor: str | None = None, current: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Document]:
    """Documents by vendor, then series and version from the newest. Raises VendorUnknown. `current=True`: only those served by default."""
    query = select(DocumentRow)
    if vendor is not None:
        _known(session, vendor)
        query = query.where(DocumentRow.vendor == vendor)
    if current is not None:
        query = query.where(DocumentRow.current == current)
    # Newest first and ascending keys: the position is negated.
    keys = (DocumentRow.vendor, DocumentRow.series, -col(DocumentRow.position))
    rows, following, total = _page(session, query, keys, cursor, limit)
    return Page([_document(row) for row in rows], following, total)


def document(session: Session, document: str) -> Document:
    """One document by id; raises DocumentUnknown."""
    return _document(_document_row(session, document))


def text(session: Session, document: str) -> str:
    """A document's canonical text; raises DocumentUnknown."""
    return session.exec(select(TextRow.text).where(TextRow.document == _document_row(session, document).id)).one()


def raw(session: Session, document: str) -> tuple[bytes, str]:
    """A document's own bytes and their media type; raises DocumentUnknown."""
    row = _document_row(session, document)
    return session.exec(select(TextRow.raw).where(TextRow.document == document)).one(), row.media_type


def versions(session: Session, vendor: str) -> list[Document]:
    """All versions of a vendor's main policy, the oldest first (the last is the current one); raises VendorUnknown."""
    _known(session, vendor)
    rows = session.exec(select(DocumentRow).where(DocumentRow.vendor == vendor).order_by(col(DocumentRow.position))).all()
    main = next((row.series for row in rows if row.series == MAIN), None) or min((row.series for row in rows), default=None)
    return [_document(row) for row in rows if row.series == main]


def headings(session: Session, document: str) -> list[Heading]:
    """A document's outline in order; raises DocumentUnknown."""
    _document_row(session, document)
    rows = session.exec(select(HeadingRow).where(HeadingRow.document == document).order_by(col(HeadingRow.start)))
    return [Heading(row.start, row.end, row.text, row.level, row.number) for row in rows]


def flagged(session: Session, document: str) -> list[tuple[int, int, str]]:
    """Blocks kept but not searched: (start, end, why)."""
    _document_row(session, document)
    rows = session.exec(select(FlaggedRow).where(FlaggedRow.document == document).order_by(col(FlaggedRow.start)))
    return [(row.start, row.end, row.flag) for row in rows]


# --- clauses -------------------------------------------------------------------------------------------------------------------


def clauses(session: Session, document: str, cursor: str | None = None, limit: int = 50) -> Page[IndexedClause]:
    """A document's clauses in order; raises DocumentUnknown."""
    _document_row(session, document)
    rows, following, total = _page(session, _clauses().where(ClauseRow.document == document), (ClauseRow.ordinal,), cursor, limit)
    return Page([_clause(row) for row in rows], following, total)


def clause(session: Session, clause: str, neighbours: int = 1) -> ClauseInContext:
    """One clause with up to `neighbours` clauses on either side and its facts; raises ClauseUnknown."""
    row = session.scalars(_clauses().where(ClauseRow.id == clause)).first()
    if row is None:
        raise ClauseUnknown(clause)
    near = session.scalars(
        _clauses()
        .where(ClauseRow.document == row.document, col(ClauseRow.ordinal).between(row.ordinal - neighbours, row.ordinal + neighbours))
        .order_by(col(ClauseRow.ordinal))
    ).all()
    return ClauseInContext(
        _clause(row),
        [_clause(each) for each in near if each.ordinal < row.ordinal],
        [_clause(each) for each in near if each.ordinal > row.ordinal],
        every_fact(session, FactFilter(document=row.document, clause=clause)),
    )


def clauses_by_id(session: Session, ids: Sequence[str]) -> list[IndexedClause]:
    """These clauses in this order; ids that are not indexed are left out."""
    found = {row.id: _clause(row) for row in session.scalars(_clauses().where(col(ClauseRow.id).in_(ids)))}
    return [found[id] for id in ids if id in found]


def clauses_by_row(session: Session, rows: Sequence[int]) -> list[IndexedClause]:
    """The clauses of these rows, in this order."""
    found = {row.row: _clause(row) for row in session.scalars(_clauses().where(col(ClauseRow.row).in_(rows)))}
    return [found[row] for row in rows]


@dataclass(frozen=True)
class Places:
    """Where each clause stands, by position in the vector index: what a search is narrowed by, kept in memory."""

    row: npt.NDArray[np.int64]
    document: npt.NDArray[np.int32]
    language: npt.NDArray[np.str_]
    documents: list[Document]

    def mask(self, vendors: Sequence[str], language: str | None, since: str | None, every_version: bool) -> npt.NDArray[np.bool_]:
        """Which clauses a search may find."""
        fits = [
            (each.current or every_version)
            and (not vendors or each.vendor in vendors)
            and (since is None or max(each.effective_date or "", each.last_updated or "") >= since)
            for each in self.documents
        ]
        allowed: npt.NDArray[np.bool_] = np.array([*fits, False])[self.document]
        return allowed if language is None else allowed & (self.language == language)

    def ranges(self, allowed: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
        """The ranges of rows that hold every allowed clause, when they are few; none means all rows."""
        rows = self.row[allowed]
        if not len(rows) or len(rows) == len(self.row):
            return []
        breaks = np.flatnonzero(np.diff(rows) > 1)
        if len(breaks) >= 20:
            return [(int(rows[0]), int(rows[-1]))]
        return [(int(a), int(b)) for a, b in zip(rows[[0, *(breaks + 1)]], rows[[*breaks, -1]], strict=True)]


def places(session: Session) -> Places:
    """Every clause's place, in the order of the rows."""
    documents = session.exec(select(DocumentRow)).all()
    number = {row.id: at for at, row in enumerate(documents)}
    found = session.exec(select(ClauseRow.row, ClauseRow.document, ClauseRow.language).order_by(col(ClauseRow.row))).all()
    return Places(
        np.array([row for row, _, _ in found], np.int64),
        np.array([number[document] for _, document, _ in found], np.int32),
        np.array([language for _, _, language in found], np.str_),
        [_document(row) for row in documents],
    )


# --- facts ---------------------------------------------------------------------------------------------------------------------


def facts(session: Session, wanted: FactFilter = ALL, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Facts (models of `index.facts`) by vendor, document and place in the text. Raises VendorUnknown, DocumentUnknown."""
    query = _facts(session, wanted)
    rows, following, total = _page(session, query, PLACE, cursor, limit)
    return Page([FACT.validate_python(row.body) for row in rows], following, total)


def every_fact(session: Session, wanted: FactFilter) -> list[Any]:
    """All facts that pass, unpaged, in the order of `facts`: for cards, comparisons and answers."""
    return [FACT.validate_python(row.body) for row in session.scalars(_facts(session, wanted).order_by(*PLACE))]


def fact(session: Session, fact: str) -> Any:
    """One fact by id; raises FactUnknown."""
    row = session.get(FactRow, fact)
    if row is None:
        raise FactUnknown(fact)
    return FACT.validate_python(row.body)


def counts(session: Session, wanted: FactFilter = ALL, by: str = "kind") -> dict[str, int]:
    """How many facts pass, by `kind`, `vendor`, `polarity`, `document` or any other column of a fact; only values that occur."""
    facts = _facts(session, wanted).subquery()
    value = facts.c[by]
    rows = session.execute(select(value, func.count()).where(value.is_not(None)).group_by(value).order_by(value))
    return {str(key): number for key, number in rows}


def retention(
    session: Session,
    vendor: str | None = None,
    category: str | None = None,
    shortest_days: float | None = None,
    longest_days: float | None = None,
    by_period: bool = False,
    descending: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Retention facts of current documents by vendor and place, or by length of period (facts without a period last).

    `category` also passes retention of `any` data. With a bound on days, only facts that state a period pass.
    """
    query = _facts(session, FactFilter(vendor=vendor, kinds=("retention",)))
    if category is not None:
        query = query.where(or_(*(col(FactRow.covers).contains(f"|{each}|", autoescape=True) for each in (category, "any"))))
    if shortest_days is not None:
        query = query.where(col(FactRow.period_days) >= shortest_days)
    if longest_days is not None:
        query = query.where(col(FactRow.period_days) <= longest_days)
    length = func.coalesce(-col(FactRow.period_days) if descending else col(FactRow.period_days), 1e12)
    rows, following, total = _page(session, query, (length, *PLACE) if by_period else PLACE, cursor, limit)
    return Page([FACT.validate_python(row.body) for row in rows], following, total)


def period_days(period: str | None) -> float | None:
    """The length of an ISO 8601 duration in days (a month counts 30.44, a year 365.25), None where there is none: for ordering only."""
    match = DURATION.fullmatch(period or "")
    if not match or not any(match.groups()):
        return None
    return sum(float(number) * days for number, days in zip(match.groups(), DAYS, strict=True) if number)


# --- how rows become pages and domain objects ------------------------------------------------------------------------------------


def _page(session: Session, query: Select[Any], keys: Sequence[Any], cursor: str | None, limit: int) -> tuple[list[Any], str | None, int]:
    """The rows of one page, the cursor of the next, and the number of rows in all. `keys` order the rows and tell each from the others."""
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    # A cursor goes on with the list it was given for, and with no other: the same key means another place there.
    asked = query.order_by(*keys).compile()
    tag = zlib.crc32(f"{asked} {sorted(asked.params.items(), key=str)}".encode("utf-8", "replace"))
    if cursor is not None:
        _, *after = _decoded(cursor, tag, len(keys))
        query = query.where(tuple_(*keys) > tuple_(*(literal(value) for value in after)))
    # Labelled, since a key that is computed from a column would go by that column's own name.
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    rows = session.execute(query.add_columns(*labelled).order_by(*keys).limit(limit + 1)).all()
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = base64.urlsafe_b64encode(json.dumps([tag, *rows[-1][1:]]).encode()).decode().rstrip("=")
    return [row[0] for row in rows], following, total


def _decoded(cursor: str, tag: int, size: int) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if isinstance(values, list) and len(values) == size + 1 and values[0] == tag and all(_storable(value) for value in values):
            return values
    except (ValueError, RecursionError, binascii.Error):
        pass
    raise CursorInvalid(cursor)


def _storable(value: Any) -> bool:
    """SQLite takes integers of 64 bits and text that is Unicode; a forged cursor may hold anything."""
    if isinstance(value, str):
        return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63


def _facts(session: Session, wanted: FactFilter) -> Select[Any]:
    query = select(FactRow)
    if wanted.vendor is not None:
        _known(session, wanted.vendor)
    if wanted.document is not None:
        _document_row(session, wanted.document)
    else:
        query = query.where(col(FactRow.document).in_(select(DocumentRow.id).where(col(DocumentRow.current))))
    if wanted.kinds:
        query = query.where(col(FactRow.kind).in_(wanted.kinds))
    for value, column in ((wanted.category, FactRow.covers), (wanted.group, FactRow.groups)):
        if value is not None:
            query = query.where(col(column).contains(f"|{value}|", autoescape=True))
    for name in EQUAL:
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(FactRow, name) == value)
    return query


def _known(session: Session, vendor: str) -> None:
    if session.get(VendorRow, vendor) is None:
        raise VendorUnknown(vendor, near_vendors(session, vendor))


def _document_row(session: Session, document: str) -> DocumentRow:
    row = session.get(DocumentRow, document)
    if row is None:
        raise DocumentUnknown(document)
    return row


def _clauses() -> Select[Any]:
    return select(ClauseRow).options(defer(ClauseRow.vector))  # type: ignore[arg-type]  # SQLModel types columns as their values


def vendor_of(row: VendorRow) -> Vendor:
    return Vendor(row.id, row.name, tuple(row.aliases), tuple(row.products), row.legal_entity, row.url)


def _entry(session: Session, row: VendorRow) -> VendorEntry:
    found = session.exec(select(DocumentRow).where(DocumentRow.vendor == row.id).order_by(col(DocumentRow.series) != MAIN)).all()
    main = next((each for each in found if each.current), None)
    return VendorEntry(vendor_of(row), len(found), main.effective_date if main else None, main.last_updated if main else None)


def _document(row: DocumentRow) -> Document:
    values = {name: getattr(row, name) for name in Document.__slots__}
    return Document(**values | {"languages": tuple(row.languages)})


def _clause(row: ClauseRow) -> IndexedClause:
    values = {name: getattr(row, name) for name in IndexedClause.__slots__}
    return IndexedClause(**values | {"section": tuple(row.section)})


def _names(vendor: Vendor) -> str:
    return "\n".join((vendor.id, vendor.name, *vendor.aliases, *vendor.products, vendor.legal_entity or "")).lower()
