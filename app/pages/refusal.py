"""What a person with a browser sees where an answer is refused; everybody else gets the problem document."""

from __future__ import annotations

import json
from collections.abc import Sequence

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.accept import preferred
from app.pages import render
from index import queries
from index.domain import Vendor
from index.errors import IndexError_

# Addresses that no person reads: what is refused there is a problem document whoever asks.
NOT_PAGES = ("/v1/", "/mcp", "/static/", "/healthz", "/readyz", "/version", "/metrics", "/openapi.json")
FORMS = {"application/json": "problem", "application/problem+json": "problem", "text/html": "page"}
# What a page answers with of its own; the rest of a refusal's headers stay.
OWN = ("content-type", "content-length")


def for_reader(request: Request, refusal: Response) -> Response:
    """The refusal as a page where a browser asked for a page of ours, otherwise as it is."""
    if not wants_page(request):
        return refusal
    problem = json.loads(bytes(refusal.body).decode("utf-8", "replace"))
    page = render(request, "refusal.html", refusal.status_code, problem=problem, near=near(request))
    page.headers.update({name: value for name, value in refusal.headers.items() if name.lower() not in OWN})
    page.headers["Vary"] = "Accept"
    return page


def wants_page(request: Request) -> bool:
    if request.url.path.removeprefix(request.scope.get("root_path", "")).startswith(NOT_PAGES):
        return False
    try:
        return preferred(request.headers.get("accept", ""), FORMS) == "page"
    except HTTPException:
        return False


def near(request: Request) -> Sequence[Vendor]:
    """Vendors whose name is spelt nearly like the end of the address; a document's id begins with its vendor's."""
    asked = request.url.path.rstrip("/").rpartition("/")[2][:100].encode("utf-8", "replace").decode()
    try:
        with request.app.state.service.index.session() as session:
            ids = [id for name in dict.fromkeys((asked, asked.rpartition("-")[0])) if name for id in queries.near_vendors(session, name)]
            return [queries.vendor(session, id).vendor for id in dict.fromkeys(ids)]
    except IndexError_:
        return []
