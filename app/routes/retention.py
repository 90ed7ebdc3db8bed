"""How long is data kept, across vendors?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from app.deps import ListingDep, SessionDep
from app.endpoint import Endpoint
from app.params import CategoryFilter, Duration, VendorFilter
from app.schemas.records import RetentionList
from app.table import LIST, as_table, columns_of, page
from index import queries
from index.errors import RequestRefused
from index.facts import Retention
from index.periods import period_days
from index.queries import Page

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["facts"])


@router.get("/retention", operation_id="list_retention", response_model=RetentionList, responses=LIST)
def list_retention(
    session: SessionDep,
    listing: ListingDep,
    vendor: VendorFilter = None,
    category: CategoryFilter = None,
    min: Annotated[Duration | None, Query(description="ISO 8601: only what is kept at least so long.", examples=["P30D"])] = None,
    max: Annotated[Duration | None, Query(description="ISO 8601: only what is kept at most so long.", examples=["P1Y"])] = None,
    sort: Annotated[
        Literal["period", "-period"] | None,
        Query(description="By length of period, `-` from the longest; statements without a period come last.", examples=["-period"]),
    ] = None,
) -> Any:
    """Retention statements of the current policies, by vendor and place or by length; `min` and `max` pass only those with a period."""
    shortest, longest = period_days(min), period_days(max)
    if shortest is not None and longest is not None and shortest > longest:
        raise RequestRefused(f"min={min} is longer than max={max}, and nothing is kept so. Give the shorter as `min`.")

    def fetch(cursor: str | None, limit: int) -> Page[Any]:
        return queries.retention(session, vendor, category, shortest, longest, sort is not None, sort == "-period", cursor, limit)

    if listing.form != "json":
        return as_table(fetch, listing, columns_of(Retention), lambda fact: fact.model_dump(mode="json"), "retention")
    found = page(fetch, listing)
    return {"items": found.items, "next": found.next, "total": found.total}
