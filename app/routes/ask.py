"""A question in words, answered with the words of policies."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.asking import answer, lists, reply
from app.asking.question import Question, understand
from app.deps import IndexDep, ServiceDep, SessionDep
from app.endpoint import Endpoint
from app.schemas.asking import AskIn, AskOut
from app.schemas.records import ClauseOut
from index import queries

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["ask"])


@router.post("/ask", operation_id="ask", response_model=AskOut)
def ask(asked: AskIn, service: ServiceDep, index: IndexDep, session: SessionDep) -> Any:
    """Answers from facts and quotes only; `silent` where the policy does not say. `vendor` wins over names in the question."""
    vendor = index.vendor(asked.vendor) if asked.vendor else None
    question = understand(asked.question, index.names, service.topics, vendor)
    if question.every_vendor:
        found = answer.about_all(question, index)
        names = {entry.id: entry.name for entry in queries.all_vendors(session)}
        if not found:
            return _reply("silent", reply.silence(question, None))
        return _reply("answered", reply.every(question, found, names), found)
    if not question.vendors:
        return _without_vendor(question, index.names.near(asked.question))
    each = [answer.about_one(question, vendor, index) for vendor in question.vendors]
    answered = [one for one in each if one.status == "answered"]
    words = " ".join(reply.one(question, vendor.name, one) for vendor, one in zip(question.vendors, each, strict=True))
    # A vendor that does not say is said so in the answer and comes with the clauses to check; only those that do say are cited.
    about = [vendor.id for vendor, one in zip(question.vendors, each, strict=True) if one.status == "answered" or not answered]
    return _reply("answered" if answered else "silent", words, each, about)


def _without_vendor(question: Question, near: list[Any]) -> dict[str, Any]:
    if question.foreign:
        return _reply("unclear", reply.ONLY_READ)
    if question.off_topic:
        return _reply("silent", reply.silence(question, None))
    if question.stranger or near:
        return _reply("unknown_vendor", reply.not_indexed(question, [vendor.name for vendor in near]), near=[one.id for one in near])
    return _reply("unclear", reply.of_whom(question))


def _reply(
    status: answer.Status,
    words: str,
    found: list[answer.Found] | None = None,
    vendors: list[str] | None = None,
    near: list[str] | None = None,
) -> dict[str, Any]:
    found = found or []
    citations = [citation for one in found for citation in lists.flat(one.citations)]
    return {
        "status": status,
        "answer": words,
        "vendors": vendors if vendors is not None else list(dict.fromkeys(citation.vendor for citation in citations)),
        "citations": citations,
        "facts": [fact for one in found for fact in one.facts],
        "nearest": [ClauseOut.of(clause) for one in found if one.status == "silent" for clause in one.nearest],
        "near": near or [],
    }
