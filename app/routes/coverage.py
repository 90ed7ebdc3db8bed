"""Does a policy state what the law requires?"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app import coverage as requirements
from app.accept import FormDep
from app.coverage import Covered, Law
from app.deps import IndexDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.schemas.coverage import CountsOut, CoverageOut, ItemOut
from app.schemas.records import ClauseOut
from app.silence import NEAREST
from index import queries
from index.queries import FactFilter
from index.search import Index

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors/{vendor}", tags=["comparison"])

COLUMNS = ("id", "source", "asks", "status", "quote", "section", "start", "end", "question")


@router.get("/coverage", operation_id="vendor_coverage", response_model=CoverageOut, responses=TABLE)
def coverage(
    vendor: VendorDep,
    index: IndexDep,
    session: SessionDep,
    form: FormDep,
    against: Annotated[Law, Query(description="GDPR art. 13 and 14, PIPL art. 17, or CCPA §§ 1798.100 and 1798.130.", examples=["gdpr"])],
) -> Any:
    """Which of the things that a law requires a policy to state are stated, denied or not found, each with its evidence."""
    name = vendor.vendor.id
    law = requirements.load(against)
    documents = queries.documents(session, name, current=True, limit=500).items
    found = requirements.covered(law, queries.every_fact(session, FactFilter(vendor=name)), queries.current_clauses(session, name))
    language = "zh" if documents and all(document.language.startswith("zh") for document in documents) else "en"
    items = [_item(covered, index, name, language) for covered in found]
    if form != "json":
        return table(form, COLUMNS, [_row(item) for item in items], f"{name}-{against}")
    counts = Counter(item.status for item in items)
    return CoverageOut(
        vendor=name,
        against=against,
        title=law.title,
        url=law.url,
        counts=CountsOut(stated=counts["stated"], denied=counts["denied"], not_found=counts["not_found"]),
        items=items,
    )


def _item(covered: Covered, index: Index, vendor: str, language: str) -> ItemOut:
    if covered.status != "not_found":
        return ItemOut.of(covered, [], None)
    hits = index.find(covered.item.questions[language], vendor=vendor, limit=NEAREST).items
    return ItemOut.of(covered, [ClauseOut.of(hit.clause) for hit in hits], covered.item.questions["en"])


def _row(item: ItemOut) -> dict[str, Any]:
    row = item.model_dump(include={"id", "source", "asks", "status", "question"})
    if item.evidence:
        best = item.evidence[0]
        row |= {"quote": best.quote, "section": " › ".join(best.section), "start": best.start, "end": best.end}
    return row
