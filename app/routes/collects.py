"""What does vendor X collect?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.card import grouped
from app.deps import IndexDep, ListingDep, SessionDep, VendorDep
from app.display import plain
from app.endpoint import Endpoint
from app.params import CategoryFilter, GroupFilter
from app.schemas.answers import CollectsOut
from app.silence import AT_ALL, collects_nothing, denial_of_all, nearest, status_of, status_of_group
from app.table import LIST, as_table, columns_of
from index import facts, queries, taxonomy
from index.errors import RequestRefused
from index.queries import FactFilter, Page

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors/{vendor}", tags=["facts"])


@router.get("/collects", operation_id="vendor_collects", response_model=CollectsOut, responses=LIST)
def collects(
    vendor: VendorDep,
    index: IndexDep,
    session: SessionDep,
    listing: ListingDep,
    category: CategoryFilter = None,
    group: GroupFilter = None,
    source: Annotated[facts.Source | None, Query(description="Who the data comes from.", examples=["automatic"])] = None,
    role: Annotated[
        facts.Role | None, Query(description="For itself (`controller`) or for a customer (`processor`).", examples=["processor"])
    ] = None,
    necessity: Annotated[facts.Necessity | None, Query(description="Whether it must be given.", examples=["optional"])] = None,
    polarity: Annotated[facts.Polarity | None, Query(description="`no`: only what it says it does not collect.", examples=["no"])] = None,
) -> Any:
    """What a vendor says it collects, by group and category, each with its facts; a policy that denies collecting anything says so.

    As JSON the answer is whole: `limit` and `cursor` page its table, and are refused without one.
    """
    if listing.form == "json" and (listing.limit is not None or listing.cursor is not None):
        raise RequestRefused("As JSON this answer is whole: leave out `limit` and `cursor`, which page its table (`format=csv`).")
    name = vendor.vendor.id
    wanted = FactFilter(
        vendor=name, kinds=("collection",), category=category, group=group, source=source, role=role, necessity=necessity, polarity=polarity
    )
    found = queries.every_fact(session, wanted)
    status = status_of_group(group, found) if group and not category else status_of(found)
    everything = found if status == "stated" else queries.every_fact(session, FactFilter(vendor=name, kinds=("collection",)))
    if status == "denied" and not (category or group) and not collects_nothing(everything):
        # It denies some of the data, and does not say of the rest.
        status = "silent"
    denial = found if status == "denied" else denial_of_all(everything)
    status = "denied" if denial else status
    if listing.form != "json":
        if denial and not found and polarity != "yes":
            # Who collects nothing at all denies this too: an empty table would not show it.
            wanted = FactFilter(vendor=name, kinds=("collection",), category=AT_ALL)

        def fetch(cursor: str | None, limit: int) -> Page[Any]:
            return queries.facts(session, wanted, cursor, limit)

        columns = columns_of(facts.Collection)
        return as_table(fetch, listing, columns, lambda fact: fact.model_dump(mode="json"), f"{name}-collects", status)
    asked = [term for term in taxonomy.categories().values() if category in (None, term.id) and group in (None, term.group)]
    named = {fact.category for fact in found}
    about = taxonomy.categories()[category].label if category else plain(group or "")
    return CollectsOut(
        vendor=name,
        status=status,
        total=len(found),
        groups=grouped(found),
        denial=denial,
        silent=[] if collects_nothing(everything) else [term.id for term in asked if term.id not in named],
        nearest=nearest(index, name, "collection", about) if status == "silent" else [],
    )
