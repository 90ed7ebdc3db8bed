"""A vendor as a file: the report that goes into a due-diligence folder."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.accept import NOT_OFFERED, preferred
from app.deps import IndexDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.exports import in_html, in_markdown, in_pdf
from app.exports.report import Report, report
from app.forms import file_headers
from app.routes import exports_linked, exports_questionnaires

router = APIRouter(route_class=Endpoint)
router.include_router(exports_linked.router)
router.include_router(exports_questionnaires.router)

Form = Literal["markdown", "html", "pdf"]
FORMS: dict[str, Form] = {"text/markdown": "markdown", "text/html": "html", "application/pdf": "pdf"}
MEDIA_TYPES = {form: media_type for media_type, form in FORMS.items()}
# A PDF takes a second and is made one at a time; each that waits holds one of the 40 threads that all requests share.
PDFS = BoundedSemaphore(4)
REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/markdown": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "The report. HTML is one file without script that loads nothing; PDF has the same bytes as long as the snapshot "
        "is the same.",
    },
    **NOT_OFFERED,
}


def form(
    format: Annotated[
        Form | None,
        Query(description="`markdown`, `html` or `pdf`; wins over the `Accept` header. `markdown` when neither says.", examples=["html"]),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Form:
    return format or preferred(accept, FORMS)


@router.get("/v1/vendors/{vendor}/report", operation_id="vendor_report", tags=["exports"], response_class=Response, responses=REPORT)
def vendor_report(vendor: VendorDep, index: IndexDep, session: SessionDep, form: Annotated[Form, Depends(form)]) -> Response:
    """The due-diligence report: what is collected, denied, kept, shared, stored, protected and left unsaid, each line with its quote and
    where it stands."""
    found = report(vendor, index, session)
    headers = file_headers(f"{vendor.vendor.id}-report", "md" if form == "markdown" else form)
    if form == "pdf":
        return Response(_in_turn(found), media_type="application/pdf", headers=headers)
    if form == "html":
        headers["Content-Security-Policy"] = in_html.POLICY
        return Response(in_html.written(found), media_type="text/html; charset=utf-8", headers=headers)
    return Response(in_markdown.written(found), media_type="text/markdown; charset=utf-8", headers=headers)


def _in_turn(found: Report) -> bytes:
    """The report as PDF, or 503 where enough others wait for theirs."""
    if not PDFS.acquire(blocking=False):
        said = "PDFs are made one at a time, and several are waited for. Ask again in a few seconds, or for `format=html`, which prints."
        raise HTTPException(503, said, {"Retry-After": "5"})
    try:
        return in_pdf.written(found)
    finally:
        PDFS.release()
