"""Which vendors are indexed, and one vendor at a glance."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query

from app.accept import TABLES, preferred
from app.card import COLUMNS, card, rows
from app.deps import ListingDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.exports.linked import ld_json, linked
from app.forms import TABLE, table
from app.schemas.answers import CardOut
from app.schemas.records import VendorList, VendorOut, page_of
from app.table import LIST, as_table, columns_of, page
from index import queries
from index.queries import Page, VendorEntry

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors", tags=["vendors"])

CardForm = Literal["json", "csv", "markdown", "jsonld"]
CARD_FORMS: dict[str, CardForm] = {**TABLES, "application/ld+json": "jsonld"}
WITH_LD: dict[int | str, dict[str, Any]] = {
    **TABLE,
    200: {**TABLE[200], "content": {**TABLE[200]["content"], "application/ld+json": {"schema": {"type": "object"}}}},
}


def card_form(
    format: Annotated[
        CardForm | None,
        Query(description="`csv` or `markdown` for a table, `jsonld` for linked data; wins over the `Accept` header.", examples=["jsonld"]),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> CardForm:
    return format or preferred(accept, CARD_FORMS)


@router.get("", operation_id="list_vendors", response_model=VendorList, responses=LIST)
def list_vendors(
    session: SessionDep,
    listing: ListingDep,
    q: Annotated[
        str | None, Query(max_length=200, description="Part of a name, alias, product or legal entity.", examples=["fern"])
    ] = None,
) -> Any:
    """Vendors whose policies are indexed, by id."""

    def fetch(cursor: str | None, limit: int) -> Page[VendorEntry]:
        return queries.vendors(session, q, cursor, limit)

    if listing.form != "json":
        return as_table(fetch, listing, columns_of(VendorOut), lambda entry: VendorOut.of(entry).model_dump(), "vendors")
    return page_of(page(fetch, listing), VendorOut.of)


@router.get("/{vendor}", operation_id="vendor_card", response_model=CardOut, responses=WITH_LD)
def vendor_card(vendor: VendorDep, session: SessionDep, form: Annotated[CardForm, Depends(card_form)]) -> Any:
    """A vendor at a glance: documents, how much is said on each kind of fact, the data collected, what the policy is silent on, where it
    contradicts itself, and which documents it refers to that are not indexed."""
    if form == "jsonld":
        return ld_json(linked(session, [vendor]), vendor.vendor.id)
    found = card(vendor, session)
    return found if form == "json" else table(form, COLUMNS, rows(found), vendor.vendor.id)
