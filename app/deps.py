"""What an endpoint may ask for: the index, a session on it, a known vendor, and which page of a list in which format."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from app.accept import Form, FormDep
from app.service import Service
from index.errors import ParameterUnknown
from index.queries import VendorEntry
from index.search import Index


# What does not block is `async`: a plain function is handed to a thread, and ten such hand-overs a request cost more than its queries.
async def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


ServiceDep = Annotated[Service, Depends(service)]


async def index(request: Request) -> Index:
    """Taken once a request, so that one answer never mixes two snapshots."""
    served: Index = request.app.state.service.index
    return served


IndexDep = Annotated[Index, Depends(index)]


async def session(index: IndexDep) -> AsyncIterator[Session]:
    with index.session() as opened:
        yield opened


SessionDep = Annotated[Session, Depends(session)]


async def known_vendor(
    vendor: Annotated[str, Path(max_length=100, description="Vendor id, as `/v1/vendors` lists them.", examples=["fernly"])],
    index: IndexDep,
) -> VendorEntry:
    kept = index.read_cache.entries.get(vendor)
    return await run_in_threadpool(index.read_cache.entry, vendor) if kept is None else kept


VendorDep = Annotated[VendorEntry, Depends(known_vendor)]


def only_known_parameters(request: Request) -> None:
    """Refuses a query parameter that the endpoint does not take: a misspelt filter would silently answer another question."""
    if not request.scope["query_string"]:
        return
    operation = request.app.openapi()["paths"].get(request.scope["route"].path_format, {}).get(request.method.lower())
    if operation is None:
        return
    known = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        takes = f"It takes {', '.join(sorted(known))}." if known else "It takes none."
        raise ParameterUnknown(f"This endpoint does not take {', '.join(repr(name[:40]) for name in unknown[:5])}. {takes}")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which page of a list, in which form. `limit` and `cursor` are None where the caller gave none; `state` is the request's."""

    limit: int | None
    cursor: str | None
    form: Form
    state: dict[str, Any] = field(default_factory=dict)

    def announce(self, following: str | None) -> None:
        """The cursor of the next page, which the answer names in its `Link` header too."""
        self.state["next"] = following


async def listing(
    request: Request,
    form: FormDep,
    limit: Annotated[
        int | None,
        Query(
            ge=1,
            le=500,
            description="Items a page; 50 when left out (of a search 10, of `/v1/dpv` 20). A table of a list without it: the whole list.",
            examples=[20],
        ),
    ] = None,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before; opaque.")] = None,
) -> Listing:
    return Listing(limit, cursor, form, request.scope.setdefault("state", {}))


ListingDep = Annotated[Listing, Depends(listing)]
