"""A document to read: its canonical text with the outline, each clause an anchor, and what facts rest on marked."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.deps import SessionDep
from app.pages import render
from app.pages.marking import FAMILIES, blocks
from app.routes.documents import DocumentDep
from index import queries
from index.domain import Span
from index.queries import FactFilter

router = APIRouter(include_in_schema=False)

# More clauses than any policy has.
ALL = 1_000_000


@router.get("/documents/{document}")
def document(
    request: Request, document: DocumentDep, session: SessionDep, at: Annotated[str | None, Query(pattern=r"^\d{1,9}-\d{1,9}$")] = None
) -> Any:
    """`at=START-END` marks the words that a citation led here for."""
    facts = queries.every_fact(session, FactFilter(document=document.id))
    made = blocks(
        queries.text(session, document.id),
        queries.headings(session, document.id),
        queries.clauses(session, document.id, limit=ALL).items,
        queries.flagged(session, document.id),
        facts,
        Span(*map(int, at.split("-"))) if at else None,
        queries.markup(session, document.id),
    )
    counted = Counter(FAMILIES[fact.kind] for fact in facts) + Counter("no" for fact in facts if fact.polarity == "no")
    return render(
        request,
        "document.html",
        document=document,
        vendor=queries.vendor(session, document.vendor).vendor,
        blocks=made,
        outline=[block for block in made if block.kind == "heading"],
        counted=counted,
        at=at,
    )
