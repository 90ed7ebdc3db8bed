"""The documents themselves: where they came from, their canonical text, their clauses."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from app.accept import FormDep
from app.deps import ListingDep, SessionDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.params import VendorFilter
from app.saying import in_short
from app.schemas.records import ClauseContextOut, ClauseList, ClauseOut, DocumentList, DocumentOut, page_of
from app.table import LIST, as_table, columns_of, page
from index import queries
from index.domain import Document
from index.queries import IndexedClause, Page

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["documents"])

TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The canonical text."}
}


def known_document(
    document: Annotated[str, Path(max_length=150, description="Document id.", examples=["fernly-1a2b3c4d"])], session: SessionDep
) -> Document:
    return queries.document(session, document)


DocumentDep = Annotated[Document, Depends(known_document)]


@router.get("/documents", operation_id="list_documents", response_model=DocumentList, responses=LIST)
def list_documents(session: SessionDep, listing: ListingDep, vendor: VendorFilter = None) -> Any:
    """Every version of every document, by vendor, the newest first."""

    def fetch(cursor: str | None, limit: int) -> Page[Document]:
        return queries.documents(session, vendor, cursor=cursor, limit=limit)

    if listing.form != "json":
        return as_table(fetch, listing, columns_of(DocumentOut), lambda found: DocumentOut.of(found).model_dump(), "documents")
    return page_of(page(fetch, listing), DocumentOut.of)


@router.get("/documents/{document}", operation_id="one_document", response_model=DocumentOut, responses=TABLE)
def one_document(document: DocumentDep, form: FormDep) -> Any:
    """One document: what it says of itself, and where it came from."""
    found = DocumentOut.of(document)
    return found if form == "json" else table(form, columns_of(DocumentOut), [found.model_dump()], document.id)


@router.get("/documents/{document}/text", operation_id="document_text", response_class=Response, responses=TEXT)
def document_text(document: DocumentDep, session: SessionDep) -> Response:
    """The canonical text: every `start` and `end` served counts its Unicode characters."""
    return Response(queries.text(session, document.id), media_type="text/plain; charset=utf-8")


@router.get("/documents/{document}/clauses", operation_id="document_clauses", response_model=ClauseList, responses=LIST)
def document_clauses(document: DocumentDep, session: SessionDep, listing: ListingDep) -> Any:
    """A document's clauses in order."""

    def fetch(cursor: str | None, limit: int) -> Page[IndexedClause]:
        return queries.clauses(session, document.id, cursor, limit)

    if listing.form != "json":
        return as_table(fetch, listing, columns_of(ClauseOut), lambda clause: ClauseOut.of(clause).model_dump(), f"{document.id}-clauses")
    return page_of(page(fetch, listing), ClauseOut.of)


@router.get("/clauses/{clause}", operation_id="one_clause", response_model=ClauseContextOut, responses=TABLE)
def one_clause(
    clause: Annotated[str, Path(max_length=160, description="Clause id.", examples=["fernly-1a2b3c4d.0012"])],
    session: SessionDep,
    form: FormDep,
) -> Any:
    """One clause with its neighbours and the facts that rest on it. As a table: a row a clause, `place` telling it from its neighbours."""
    found = queries.clause(session, clause)
    if form == "json":
        return ClauseContextOut.in_context(found)
    placed = [("before", each) for each in found.before] + [("here", found.clause)] + [("after", each) for each in found.after]
    says = {"here": [in_short(fact) for fact in found.facts]}
    rows = [{"place": place, "facts": says.get(place), **ClauseOut.of(each).model_dump()} for place, each in placed]
    return table(form, ["place", *columns_of(ClauseOut), "facts"], rows, found.clause.id)
