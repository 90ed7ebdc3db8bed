"""Which of these vendors does what?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from app import comparing
from app.accept import FormDep
from app.comparing import Cell, Row, plainest
from app.deps import SessionDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.params import OneOf
from app.schemas.answers import VendorName
from app.schemas.comparison import CompareOut, TopicOut
from index import queries
from index.errors import RequestRefused
from index.queries import FactFilter
from index.store import Session

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["comparison"])

MOST = 20
QUOTED = 160


def several(value: str) -> str:
    """The ids as given, once there are neither none nor too many."""
    if not 1 <= len(ids(value)) <= MOST:
        raise ValueError(f"give the ids of one to {MOST} vendors, separated by commas")
    return value


def ids(value: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


Kind = Annotated[str, OneOf(comparing.KINDS, "kind of fact that is compared")]


@router.get("/compare", operation_id="compare", response_model=CompareOut, responses=TABLE)
def compare(
    session: SessionDep,
    form: FormDep,
    vendors: Annotated[
        str,
        Query(max_length=2000, description="Vendor ids, separated by commas; a column each.", examples=["fernly,harborhr"]),
        AfterValidator(several),
    ],
    kind: Annotated[
        list[Kind] | None, Query(max_length=20, description="Only these kinds of fact; may be repeated.", examples=[["retention"]])
    ] = None,
    by: Annotated[
        Literal["group", "category"], Query(description="Rows of data: one a group, or one a category.", examples=["category"])
    ] = "group",
    silent: Annotated[bool, Query(description="Also the topics that none of them speaks of.", examples=[True])] = False,
    sort: Annotated[
        Literal["period", "-period"] | None,
        Query(description="Rows by the longest period stated, `-` from the longest; others come last.", examples=["-period"]),
    ] = None,
    column: Annotated[
        str | None, Query(max_length=100, description="With `sort`: by the periods of this one of the vendors.", examples=["fernly"])
    ] = None,
) -> Any:
    """One row a topic, one column a vendor: `stated`, `denied` or `silent`, each with its facts."""
    names = [queries.vendor(session, vendor).vendor for vendor in ids(vendors)]
    if column and column not in {vendor.id for vendor in names}:
        raise RequestRefused(f"`column` {column!r} is none of this table. Give one of {', '.join(vendor.id for vendor in names)}.")
    if column and not sort:
        raise RequestRefused("`column` says by whose periods the rows are sorted: give `sort` too.")
    kinds = tuple(each for each in comparing.KINDS if not kind or each in kind)
    rows = compared(session, [vendor.id for vendor in names], kinds, by == "category", silent, sort, column)
    if form != "json":
        columns = ["topic", "label", *(vendor.id for vendor in names)]
        return table(form, columns, _flat(rows), "comparison")
    return {
        "items": [TopicOut.of(row) for row in rows],
        "next": None,
        "total": len(rows),
        "vendors": [VendorName(id=vendor.id, name=vendor.name) for vendor in names],
    }


def compared(
    session: Session,
    vendors: Sequence[str],
    kinds: Sequence[str],
    by_category: bool = False,
    silent: bool = False,
    sort: str | None = None,
    column: str | None = None,
) -> list[Row]:
    """The table of these vendors, in the order asked for."""
    facts = [fact for vendor in vendors for fact in queries.every_fact(session, FactFilter(vendor=vendor, kinds=tuple(kinds)))]
    rows = comparing.rows(facts, vendors, kinds, by_category, silent)
    return comparing.by_period(rows, sort == "-period", column) if sort else rows


def _flat(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {"topic": row.topic.id, "label": row.topic.label, **{cell.vendor: _in_words(cell) for cell in row.cells}}


def _in_words(cell: Cell) -> str:
    """Status, what tells the statements apart, and of the quotes that show it most plainly the shortest."""
    status = "silent, denied in part" if cell.status == "silent" and cell.facts else cell.status
    said = f"{status}: {cell.summary}" if cell.summary else status
    fact = plainest(cell.status, cell.facts)
    if fact is None:
        return said
    quote = " ".join(fact.quote.split())
    return f"{said} — “{quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + '…'}”"
