"""What did a vendor change from one version of its policy to the next?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.accept import FormDep
from app.deps import SessionDep, VendorDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.saying import in_short
from app.schemas.changes import ChangesOut, ClauseChanges, FactChanges
from app.schemas.records import DocumentOut
from index import diff, queries
from index.diff import ClauseChange, FactChange
from index.domain import Document
from index.queries import FactFilter
from index.store import Session
from index.versions import chosen

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors/{vendor}", tags=["comparison"])

COLUMNS = (
    "change",
    "what",
    "kind",
    "about",
    "fields",
    "before",
    "after",
    "section",
    "before_start",
    "before_end",
    "after_start",
    "after_end",
)
# More clauses than any policy has.
ALL = 1_000_000
VERSION = "A document id, a version as the policy writes it, or a day: the version in force then."


@router.get("/changes", operation_id="vendor_changes", response_model=ChangesOut, responses=TABLE)
def changes(
    vendor: VendorDep,
    session: SessionDep,
    form: FormDep,
    from_: Annotated[
        str | None,
        Query(alias="from", max_length=150, description=f"The older. {VERSION} Left out: the one before `to`.", examples=["2024-01-01"]),
    ] = None,
    to: Annotated[
        str | None, Query(max_length=150, description=f"The newer. {VERSION} Left out: the newest.", examples=["2026-04-01"])
    ] = None,
) -> Any:
    """Facts and clauses added, removed and altered between two versions, with both quotes. What was only moved is no change."""
    name = vendor.vendor.id
    older, newer = chosen(name, queries.versions(session, name), from_, to)
    facts, clauses = between(session, older, newer) if older else ([], [])
    if form != "json":
        return table(form, COLUMNS, _rows(facts, clauses), f"{name}-changes")
    return ChangesOut(
        vendor=name,
        from_=DocumentOut.of(older) if older else None,
        to=DocumentOut.of(newer),
        facts=FactChanges.of(facts),
        clauses=ClauseChanges.of(clauses),
    )


def between(session: Session, older: Document, newer: Document) -> tuple[list[FactChange], list[ClauseChange]]:
    """What changed from one of these versions to the other."""
    clauses = [queries.clauses(session, document.id, limit=ALL).items for document in (older, newer)]
    facts = [queries.every_fact(session, FactFilter(document=document.id)) for document in (older, newer)]
    return diff.between(*clauses, *facts)


def _rows(facts: Sequence[FactChange], clauses: Sequence[ClauseChange]) -> Iterator[dict[str, Any]]:
    for what, changes in (("fact", facts), ("clause", clauses)):
        for change in changes:
            here = change.after or change.before
            row = {
                "change": change.change,
                "what": what,
                "kind": here.kind if what == "fact" else None,
                "about": in_short(here) if what == "fact" else None,
                "fields": change.fields if isinstance(change, FactChange) else None,
                "section": " › ".join(here.section),
            }
            for side, each in (("before", change.before), ("after", change.after)):
                if each is not None:
                    row |= {side: each.quote if what == "fact" else each.text, f"{side}_start": each.start, f"{side}_end": each.end}
            yield row
