"""What buyers ask, prefilled from the policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.accept import FormDep
from app.deps import SessionDep, VendorDep
from app.endpoint import Endpoint
from app.escaping import shortened
from app.exports.questionnaire import drafted, load
from app.forms import TABLE, table
from app.schemas.questionnaire import QuestionnaireOut, QuestionOut, Set
from index import queries
from index.queries import FactFilter

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors/{vendor}", tags=["exports"])

COLUMNS = ("id", "asks", "status", "draft", "note", "quotes", "where")
# A cell of a Markdown table is read in a line: so many quotes, each of so many characters. All of them came to 6,000 characters.
QUOTED, CHARACTERS = 3, 300


@router.get("/questionnaire", operation_id="vendor_questionnaire", response_model=QuestionnaireOut, responses=TABLE)
def vendor_questionnaire(
    vendor: VendorDep,
    session: SessionDep,
    form: FormDep,
    set: Annotated[
        Set,
        Query(
            description="The record of processing of GDPR article 30, the privacy questions of HECVAT 4, or the domain DSP of CAIQ 4.",
            examples=["gdpr-art30"],
        ),
    ],
) -> Any:
    """A questionnaire prefilled as a draft, each draft with the words it rests on; what the policy does not tell stays blank."""
    name = vendor.vendor.id
    questions = load(set)
    facts, clauses = queries.every_fact(session, FactFilter(vendor=name)), queries.current_clauses(session, name)
    items = [QuestionOut.of(each) for each in drafted(questions, facts, clauses)]
    if form != "json":
        return table(form, COLUMNS, _rows(items, QUOTED if form == "markdown" else None), f"{name}-{set}")
    return QuestionnaireOut(vendor=name, set=set, title=questions.title, identifiers=questions.identifiers, items=items)


def _rows(items: list[QuestionOut], most: int | None) -> Iterator[dict[str, Any]]:
    """A row a question with its quotes and their places: all that are cited, or the first `most` and how many more there are."""
    for item in items:
        row: dict[str, Any] = item.model_dump(include={"id", "asks", "status", "draft", "note"})
        cited = item.citations[:most]
        row["quotes"] = [f"“{_cut(each.quote, most)}”{' (denied)' if each.polarity == 'no' else ''}" for each in cited]
        row["where"] = [f"{' › '.join(each.section)} ({each.document}, {each.start}–{each.end})".strip() for each in cited]
        more = len(item.citations) - len(cited)
        if more:
            row["quotes"].append(f"and {more} more, which CSV and JSON have")
        yield row


def _cut(quote: str, most: int | None) -> str:
    return quote if most is None else shortened(quote, CHARACTERS)
