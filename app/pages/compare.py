"""Vendors side by side: a table of topics, each cell with the words it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from app import comparing
from app.citing import Cited, cited
from app.comparing import Cell, Row
from app.deps import SessionDep
from app.pages import render
from app.routes.compare import MOST, Kind, compared, ids
from app.saying import details, in_short, short
from index import queries
from index.errors import VendorUnknown
from index.periods import period_days

router = APIRouter(include_in_schema=False)

# Where the report on a vendor speaks of a kind of fact, where that is not called like the kind.
IN_REPORT = {
    "collection": "collected", "sharing": "recipients", "storage_location": "storage", "right": "rights", "practice": "practices",
    "breach_notification": "breach",
}  # fmt: skip
# A cell opens so many quotes; what a vendor says beyond them stands in its report.
QUOTED = 5
# A closed cell names so many of the details that tell its statements apart.
NAMED = 3
# More vendors than these are named in a field instead of ticked.
TICKED = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A quote of a cell, with what was read from it."""

    cited: Cited
    says: list[str]
    denies: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it: `more` is how many quotes are left out, `denials` how many statements beside others deny."""

    vendor: str
    status: str
    details: list[str]
    more_details: int
    denials: int
    quotes: list[Opened]
    more: int


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one kind of fact."""

    kind: str
    in_report: str
    rows: list[tuple[str, str, list[Shown]]]


@router.get("/compare")
def compare(
    request: Request,
    session: SessionDep,
    vendors: Annotated[list[str] | None, Query(max_length=200)] = None,
    kind: Annotated[list[Literal[""] | Kind] | None, Query(max_length=20)] = None,
    by: Literal["group", "category"] = "group",
    sort: Literal["", "period", "-period"] = "",
    silent: bool = False,
    open: bool = False,
) -> Any:
    every = sorted(queries.all_vendors(session), key=lambda each: each.name.casefold())
    names = {each.id: each.name for each in every}
    asked = list(dict.fromkeys(id for value in vendors or () for id in ids(value[:2000])))
    chosen, strangers = [id for id in asked if id in names], [id for id in asked if id not in names]
    only = [each for each in kind or () if each]
    kinds = tuple(each for each in comparing.KINDS if not only or each in only)
    rows = compared(session, chosen[:MOST], kinds, by == "category", silent, sort or None) if chosen else []
    query = {"vendors": ",".join(chosen[:MOST]), **({"kind": only} if only else {}), "by": by, "silent": str(silent).lower()}
    return render(
        request,
        "compare.html",
        404 if strangers and not chosen else 200,
        every=every,
        names=names,
        chosen=chosen[:MOST],
        left_out=chosen[MOST:],
        strangers=[str(VendorUnknown(id[:60], queries.near_vendors(session, id[:60]))) for id in strangers[:5]],
        kinds=comparing.KINDS,
        kind=only,
        by=by,
        sort=sort,
        silent=silent,
        open=open,
        ticked=len(every) <= TICKED,
        groups=list(grouped(rows)),
        table=f"/v1/compare?{urlencode({**query, **({'sort': sort} if sort else {})}, doseq=True)}",
        sorted_by=lambda order: f"/compare?{urlencode({**query, 'open': str(open).lower(), 'sort': order}, doseq=True)}",
    )


def grouped(rows: Sequence[Row]) -> Iterator[Group]:
    """The rows by kind of fact; those that a sort by period has put first, first."""
    order = list(dict.fromkeys(row.topic.kind for row in rows))
    for kind, of_kind in groupby(sorted(rows, key=lambda row: order.index(row.topic.kind)), key=lambda row: row.topic.kind):
        yield Group(
            kind, IN_REPORT.get(kind, kind), [(row.topic.id, row.topic.title, [shown(cell) for cell in row.cells]) for row in of_kind]
        )


def shown(cell: Cell) -> Shown:
    facts = sorted(cell.facts, key=weight)
    told = details(facts)
    quotes = list(opened(facts))
    denials = sum(fact.polarity == "no" for fact in facts) if cell.status != "denied" else 0
    return Shown(cell.vendor, cell.status, told[:NAMED], max(len(told) - NAMED, 0), denials, quotes[:QUOTED], max(len(quotes) - QUOTED, 0))


def weight(fact: Any) -> tuple[float, int]:
    """The longest period first, else in the order of the policy."""
    days = period_days(fact.period) if fact.kind == "retention" else None
    return -(days or 0.0), fact.start


def opened(facts: Iterable[Any]) -> Iterator[Opened]:
    """The quotes of facts, each once, in the order of the facts."""
    by_place: dict[tuple[str, int, int], list[Any]] = {}
    for fact in facts:
        by_place.setdefault((fact.document, fact.start, fact.end), []).append(fact)
    for of in by_place.values():
        # Where all of them deny, the badge says so.
        denies = all(fact.polarity == "no" for fact in of)
        yield Opened(cited(of)[0], list(dict.fromkeys((short if denies else in_short)(fact) for fact in of)), denies)
