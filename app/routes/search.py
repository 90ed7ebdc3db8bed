"""Where does a policy speak of this?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.deps import IndexDep, ListingDep
from app.endpoint import Endpoint
from app.params import Day, Language, Question, VendorFilter
from app.schemas.answers import HitOut, SearchOut
from app.table import LIST, as_table, flat
from index.errors import CursorInvalid
from index.queries import Page
from index.search import Hit, Mode

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["search"])

COLUMNS = [
    "score", "meaning", "words", "clause.vendor", "clause.document", "clause.id", "clause.section", "clause.number", "clause.text",
    "clause.start", "clause.end", "clause.language", "clause.lead", "highlight.quote", "highlight.start", "highlight.end",
]  # fmt: skip


@router.get("/search", operation_id="search", response_model=SearchOut, responses=LIST)
def search(
    index: IndexDep,
    listing: ListingDep,
    q: Annotated[
        Question,
        Query(
            min_length=1,
            max_length=1000,
            description="A question or words, English or Chinese; without any word it is 422.",
            examples=["how long are IP addresses kept"],
        ),
    ],
    vendor: VendorFilter = None,
    mode: Annotated[
        Mode, Query(description="`semantic` by meaning, `keyword` by words, `hybrid` by both.", examples=["keyword"])
    ] = "hybrid",
    language: Annotated[Language | None, Query(description="Only clauses in this language.", examples=["en"])] = None,
    since: Annotated[
        Day | None, Query(description="Only documents in force or updated on or after this day.", examples=["2026-01-01"])
    ] = None,
) -> Any:
    """Clauses by meaning and words. A vendor named in the question restricts the search to it (`restricted_to`); `vendor` wins."""
    if listing.cursor is not None:  # a ranking has no second page, so no cursor was ever given
        raise CursorInvalid(listing.cursor)
    results = index.find(q, vendor=vendor, limit=listing.limit or 10, mode=mode, language=language, since=since)
    if listing.form != "json":

        def fetch(cursor: str | None, limit: int) -> Page[Hit]:
            return Page(results.items, None, len(results.items))

        return as_table(fetch, listing, COLUMNS, lambda hit: flat(HitOut.model_validate(hit).model_dump()), "search")
    return {
        "items": results.items,
        "next": None,
        "total": len(results.items),
        "restricted_to": results.vendors,
        "near": results.near,
    }
