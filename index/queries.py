"""Every read, one function a question: rows go in, domain objects come out.

A list comes as a `Page`; its cursor is the key of the last item, so a page costs the same wherever it starts.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, or_, select, tuple_
from sqlmodel import Session, col

from index.domain import Document, Heading, Vendor
from index.errors import ClauseUnknown, CursorInvalid, DocumentUnknown, FactUnknown, VendorUnknown
from index.facts import FACT
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


# --- vendors -------------------------------------------------------------------------------------------------------------------


def vendors(session: Session, q: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[VendorEntry]:
    """Vendors by id. With `q`: those whose id, name, alias, product or legal entity contains it, in any case."""
    query = select(VendorRow)
    if q:
        text = func.lower(
            VendorRow.id + "\n" + VendorRow.name + "\n" + func.coalesce(VendorRow.legal_entity, "")
            + "\n" + _plain_json("vendor.aliases") + "\n" + _plain_json("vendor.products")
        )  # fmt: skip
        query = query.where(func.instr(text, q.lower().strip()) > 0)
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
    ...


def all_vendors(session: Session) -> list[Vendor]:
    """Every vendor, by id: for recognising names in a question."""
    ...


# --- documents -----------------------------------------------------------------------------------------------------------------


def documents(
    session: Session, vendor: str | None = None, current: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Document]:
    """Documents by vendor, then series and version from the newest. Raises VendorUnknown. `current=True`: only those served by default."""
    ...


def document(session: Session, document: str) -> Document:
    """One document by id; raises DocumentUnknown."""
    ...


def text(session: Session, document: str) -> str:
    """A document's canonical text; raises DocumentUnknown."""
    ...


def raw(session: Session, document: str) -> tuple[bytes, str]:
    """A document's own bytes and their media type; raises DocumentUnknown."""
    ...


def versions(session: Session, vendor: str) -> list[Document]:
    """All versions of a vendor's main policy, the oldest first (the last is the current one); raises VendorUnknown."""
    ...


def headings(session: Session, document: str) -> list[Heading]:
    """A document's outline in order; raises DocumentUnknown."""
    ...


def flagged(session: Session, document: str) -> list[tuple[int, int, str]]:
    """Blocks kept but not searched: (start, end, why)."""
    ...


# --- clauses -------------------------------------------------------------------------------------------------------------------


def clauses(session: Session, document: str, cursor: str | None = None, limit: int = 50) -> Page[IndexedClause]:
    """A document's clauses in order; raises DocumentUnknown."""
    ...


def clause(session: Session, clause: str, neighbours: int = 1) -> ClauseInContext:
    """One clause with up to `neighbours` clauses on either side and its facts; raises ClauseUnknown."""
    ...


def clauses_by_id(session: Session, ids: Sequence[str]) -> list[IndexedClause]:
    """These clauses in this order; ids that are not indexed are left out."""
    ...


# --- facts ---------------------------------------------------------------------------------------------------------------------


def facts(session: Session, wanted: FactFilter = FactFilter(), cursor: str | None = None, limit: int = 50) -> Page[Any]:  # noqa: B008
    """Facts (models of `index.facts`) by vendor, document and place in the text. Raises VendorUnknown, DocumentUnknown."""
    ...


def every_fact(session: Session, wanted: FactFilter) -> list[Any]:
    """All facts that pass, unpaged, in the order of `facts`: for cards, comparisons and answers."""
    ...


def fact(session: Session, fact: str) -> Any:
    """One fact by id; raises FactUnknown."""
    ...


def counts(session: Session, wanted: FactFilter = FactFilter(), by: str = "kind") -> dict[str, int]:  # noqa: B008
    """How many facts pass, by `kind`, `vendor`, `polarity`, `document` or any other column of a fact; only values that occur."""
    ...


def retention(
    session: Session, vendor: str | None = None, category: str | None = None, shortest_days: float | None = None,
    longest_days: float | None = None, by_period: bool = False, descending: bool = False, cursor: str | None = None, limit: int = 50,
) -> Page[Any]:  # fmt: skip
    """Retention facts of current documents by vendor and place, or by length of period (facts without a period last).

    `category` also passes retention of `any` data. With a bound on days, only facts that state a period pass.
    """
    ...


def period_days(period: str | None) -> float | None:
    """The length of an ISO 8601 duration in days (a month counts 30.44, a year 365.25), None where there is none: for ordering only."""
    ...
