"""What does vendor X collect?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.deps import IndexDep, ListingDep, SessionDep, VendorDep
from app.params import CategoryFilter, GroupFilter
from app.schemas.answers import CategoryOut, CollectsOut, GroupOut
from app.silence import nearest, status_of
from app.table import LIST, as_table, columns_of
from index import facts, queries, taxonomy
from index.queries import FactFilter, Page

router = APIRouter(prefix="/v1/vendors/{vendor}", tags=["facts"])


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
    """What a vendor says it collects, by group and category, each with its facts; a policy that denies collecting anything says so."""
    name = vendor.vendor.id
    wanted = FactFilter(
        vendor=name, kinds=("collection",), category=category, group=group, source=source, role=role, necessity=necessity, polarity=polarity
    )
    if listing.form != "json":
        columns = columns_of(facts.Collection)

        def fetch(cursor: str | None, limit: int) -> Page[Any]:
            return queries.facts(session, wanted, cursor, limit)

        return as_table(fetch, listing, columns, lambda fact: fact.model_dump(mode="json"), f"{name}-collects")
    found = queries.every_fact(session, wanted)
    status = status_of(found)
    asked = [term for term in taxonomy.categories().values() if category in (None, term.id) and group in (None, term.group)]
    named = {fact.category for fact in found}
    about = taxonomy.categories()[category].label if category else (group or "").replace("_", " ")
    return CollectsOut(
        vendor=name,
        status=status,
        total=len(found),
        groups=grouped(found),
        denial=found if status == "denied" else [],
        silent=[term.id for term in asked if term.id not in named],
        nearest=nearest(index, name, "collection", about) if status == "silent" else [],
    )


def grouped(found: list[Any]) -> list[GroupOut]:
    """Facts under their category under their group, in the order of the vocabulary."""
    groups = []
    for group in taxonomy.groups():
        here = [fact for fact in found if fact.group == group]
        categories = [
            CategoryOut(category=term.id, label=term.label, status=status_of(facts_of), facts=facts_of)
            for term in taxonomy.categories().values()
            if (facts_of := [fact for fact in here if fact.category == term.id])
        ]
        if categories:
            groups.append(GroupOut(group=group, status=status_of(here), categories=categories))
    return groups
