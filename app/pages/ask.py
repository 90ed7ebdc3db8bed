"""A question in words and its answer, on a page whose address can be shared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.deps import IndexDep, ServiceDep, SessionDep
from app.pages import render
from app.routes import ask as route
from app.schemas.asking import AskIn
from index import queries
from index.domain import Vendor
from index.queries import FactFilter
from index.store import Session
from index.words import wordless

router = APIRouter(include_in_schema=False)

# What can be asked, by example; `{}` is a vendor of this index.
OF_ONE = (
    "How long does {} keep data?",
    "Where does {} store data?",
    "Does {} sell personal data?",
    "Who gets data from {}?",
    "{}会收集哪些个人信息?",
)
OF_ALL = ("Which vendors collect precise location?", "Which vendors keep data longer than a year?", "Which vendors use data to train AI?")


@router.get("/ask")
def ask(
    request: Request,
    service: ServiceDep,
    index: IndexDep,
    session: SessionDep,
    q: Annotated[str, Query(max_length=1000)] = "",
    vendor: Annotated[str, Query(max_length=100)] = "",
    question: Annotated[str, Query(max_length=1000)] = "",
) -> Any:
    # `question` is what the API calls it.
    question = " ".join((q or question).split())
    nothing = bool(question) and wordless(question)
    asked = AskIn(question=question, vendor=vendor or None) if question and not nothing else None
    answer = route.ask(asked, service, index, session) if asked else None
    vendors = queries.all_vendors(session)
    return render(
        request,
        "ask.html",
        422 if nothing else 200,
        wordless=nothing,
        question=question,
        vendor=vendor,
        answer=answer,
        vendors=sorted(vendors, key=lambda each: each.name.casefold()),
        names={each.id: each.name for each in vendors},
        examples=examples(session, vendors),
    )


def examples(session: Session, vendors: list[Vendor]) -> list[str]:
    """Questions about the vendors whose policies say the most, and about all."""
    if not vendors:
        return []
    told = queries.counts(session, FactFilter(), by="vendor")
    most = sorted(vendors, key=lambda each: -told.get(each.id, 0))[:3]
    return [question.format(most[at % len(most)].name) for at, question in enumerate(OF_ONE)] + list(OF_ALL)
