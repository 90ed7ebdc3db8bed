"""Reads of facts: filtered, counted, ordered. `index.queries` offers them with the other reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_
from sqlmodel import Session, col, select

from index.errors import FactUnknown
from index.facts import FACT
from index.paging import Page, page
from index.rows import document_row, known
from index.tables import DocumentRow, FactRow


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
    "vendor", "document", "clause", "polarity", "source", "role", "necessity", "purpose_category", "recipient_category", "right", "measure",
    "practice", "country",
)  # fmt: skip
# The order of facts, and what tells each from the others.
PLACE = (col(FactRow.vendor), col(FactRow.document), col(FactRow.start), col(FactRow.id))


def facts(session: Session, wanted: FactFilter = ALL, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Facts (models of `index.facts`) by vendor, document and place in the text. Raises VendorUnknown, DocumentUnknown."""
    bodies, following, total = page(session, _bodies(matching(session, wanted)), PLACE, cursor, limit)
    return Page([FACT.validate_python(body) for body in bodies], following, total)


def every_fact(session: Session, wanted: FactFilter) -> list[Any]:
    """All facts that pass, unpaged, in the order of `facts`: for cards, comparisons and answers."""
    # The one column and not row objects, of which SQLAlchemy makes a tenth as many a second.
    bodies = matching(session, wanted).with_only_columns(col(FactRow.body)).order_by(*PLACE)
    return [FACT.validate_python(body) for body in session.execute(bodies).scalars()]


def fact(session: Session, fact: str) -> Any:
    """One fact by id; raises FactUnknown."""
    row = session.get(FactRow, fact)
    if row is None:
        raise FactUnknown(fact)
    return FACT.validate_python(row.body)


def counts(session: Session, wanted: FactFilter = ALL, by: str = "kind") -> dict[str, int]:
    """How many facts pass, by `kind`, `vendor`, `polarity`, `document` or any other column of a fact; only values that occur."""
    facts = matching(session, wanted).subquery()
    value = facts.c[by]
    rows = session.execute(select(value, func.count()).where(value.is_not(None)).group_by(value).order_by(value))
    return {str(key): number for key, number in rows}


def tally(session: Session, vendors: Sequence[str], by: Sequence[str]) -> dict[tuple[str | None, ...], int]:
    """How many facts the current documents of these vendors hold, for each combination of these columns."""
    columns = [getattr(FactRow, name) for name in by]
    rows = session.execute(current(select(func.count()).add_columns(*columns), vendors).group_by(*columns))
    return {tuple(values): number for number, *values in rows}


def longest(session: Session, vendors: Sequence[str]) -> dict[str, Any]:
    """By vendor, the retention of the longest period that its current documents state; the first of them where several are as long."""
    place = func.row_number().over(partition_by=col(FactRow.vendor), order_by=(-col(FactRow.period_days), *PLACE))
    timed = (
        current(select(col(FactRow.id), place.label("place")), vendors)
        .where(col(FactRow.kind) == "retention", col(FactRow.polarity) == "yes", col(FactRow.period_days).is_not(None))
        .subquery()
    )
    found = session.scalars(select(FactRow).where(col(FactRow.id).in_(select(timed.c.id).where(timed.c.place == 1))))
    return {row.vendor: FACT.validate_python(row.body) for row in found}


def current(query: Any, vendors: Sequence[str]) -> Any:
    """Only facts of the current documents of these vendors."""
    documents = select(DocumentRow.id).where(col(DocumentRow.current), col(DocumentRow.vendor).in_(vendors))
    return query.where(col(FactRow.document).in_(documents))


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
    query = matching(session, FactFilter(vendor=vendor, kinds=("retention",)))
    if category is not None:
        query = query.where(or_(*(col(FactRow.covers).contains(f"|{each}|", autoescape=True) for each in (category, "any"))))
    if shortest_days is not None:
        query = query.where(col(FactRow.period_days) >= shortest_days)
    if longest_days is not None:
        query = query.where(col(FactRow.period_days) <= longest_days)
    length = func.coalesce(-col(FactRow.period_days) if descending else col(FactRow.period_days), 1e12)
    bodies, following, total = page(session, _bodies(query), (length, *PLACE) if by_period else PLACE, cursor, limit)
    return Page([FACT.validate_python(body) for body in bodies], following, total)


def matching(session: Session, wanted: FactFilter) -> Select[Any]:
    query = select(FactRow)
    if wanted.vendor is not None:
        known(session, wanted.vendor)
    if wanted.document is not None:
        document_row(session, wanted.document)
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


def _bodies(query: Select[Any]) -> Select[Any]:
    """The same facts, of each only the whole of it: making row objects of all columns takes longer than finding them."""
    return query.with_only_columns(col(FactRow.body))
