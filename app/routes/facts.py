"""Every fact of every vendor: who collects precise location?"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path

from app.accept import FormDep
from app.deps import ListingDep, SessionDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.params import FactFilterDep
from app.schemas.answers import FactContextOut
from app.schemas.records import ClauseOut, FactList
from app.table import LIST, as_table, columns_of, page
from index import queries
from index.facts import Fact
from index.queries import Page

router = APIRouter(route_class=Endpoint, prefix="/v1/facts", tags=["facts"])

# What every fact has comes first, then what only some kinds have.
MODELS = get_args(get_args(Fact)[0])
COLUMNS = columns_of(*MODELS)


@router.get("", operation_id="list_facts", response_model=FactList, responses=LIST)
def list_facts(wanted: FactFilterDep, session: SessionDep, listing: ListingDep) -> Any:
    """Facts by vendor, document and place in the text; without `document`, those of the current policies."""

    def fetch(cursor: str | None, limit: int) -> Page[Any]:
        return queries.facts(session, wanted, cursor, limit)

    if listing.form != "json":
        return as_table(fetch, listing, COLUMNS, lambda fact: fact.model_dump(mode="json"), "facts")
    found = page(fetch, listing)
    return {"items": found.items, "next": found.next, "total": found.total}


@router.get("/{fact}", operation_id="one_fact", response_model=FactContextOut, responses=TABLE)
def one_fact(
    fact: Annotated[str, Path(max_length=100, description="Fact id.", examples=["f-3b1f0c2a9d7e"])], session: SessionDep, form: FormDep
) -> Any:
    """One fact with the clause it stands in and, in `origin`, the rule or model that gave it, so that a wrong one can be traced."""
    found = queries.fact(session, fact)
    clauses = queries.clauses_by_id(session, [found.clause]) if found.clause else []
    if form != "json":
        row = {**found.model_dump(mode="json"), "clause.text": clauses[0].text if clauses else None}
        return table(form, [*columns_of(type(found)), "clause.text"], [row], found.id)
    return FactContextOut(fact=found, clause=ClauseOut.of(clauses[0]) if clauses else None)
