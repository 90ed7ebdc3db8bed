"""Vendors for other programs: JSON-LD with DPV terms, and TILT."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from app.accept import NOT_OFFERED, preferred
from app.deps import IndexDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.exports.linked import ld_json, linked
from app.exports.tilt import tilt
from index import queries

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["exports"])

LD: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/ld+json": {"schema": {"type": "object"}}},
        "description": "JSON-LD with its context inside: no other address is needed to read it.",
    },
    **NOT_OFFERED,
}
JSON: dict[str, Literal["json"]] = {"application/json": "json"}
LD_JSON: dict[str, Literal["json"]] = {"application/ld+json": "json", **JSON}


def takes_ld(accept: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    """Refuses a caller who takes nothing that linked data comes in."""
    preferred(accept, LD_JSON)


def takes_json(accept: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    preferred(accept, JSON)


# So many vendors come at once when the caller does not say.
DEFAULT, MOST = 20, 100


@router.get("/dpv", operation_id="list_dpv", response_class=Response, responses=LD, dependencies=[Depends(takes_ld)])
def list_dpv(
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Vendors a page.", examples=[20])] = DEFAULT,
    cursor: Annotated[str | None, Query(max_length=1000, description="`X-Next-Cursor` of the page before; opaque.")] = None,
) -> Response:
    """Every vendor as linked data, by id: what each policy states in terms of the Data Privacy Vocabulary 2.3, what it denies as denied,
    each with its quote and offsets as a Web Annotation."""
    page = queries.vendors(session, None, cursor, limit)
    answer = ld_json(linked(session, page.items), "vendors")
    answer.headers["X-Total-Count"] = str(page.total)
    if page.next:
        answer.headers["X-Next-Cursor"] = page.next
    return answer


@router.get("/vendors/{vendor}/dpv", operation_id="vendor_dpv", response_class=Response, responses=LD, dependencies=[Depends(takes_ld)])
def vendor_dpv(vendor: VendorDep, session: SessionDep) -> Response:
    """One vendor as linked data; the card answers the same to `Accept: application/ld+json`."""
    return ld_json(linked(session, [vendor]), vendor.vendor.id)


@router.get(
    "/vendors/{vendor}/tilt",
    operation_id="vendor_tilt",
    response_model=dict[str, Any],
    responses=NOT_OFFERED,
    dependencies=[Depends(takes_json)],
)
def vendor_tilt(vendor: VendorDep, index: IndexDep, session: SessionDep) -> Any:
    """One vendor in TILT, the Transparency Information Language. Where TILT wants a value and the policy says nothing, `_status` is
    `silent`."""
    return tilt(vendor, index, session)
