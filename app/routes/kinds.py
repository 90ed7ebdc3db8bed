"""What a vendor says on one kind of fact: stated, denied or silent. One path a kind, all answered alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from app.deps import IndexDep, ListingDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.schemas.answers import Answer
from app.silence import nearest, status_in, status_of
from app.table import LIST, as_table, columns_of, page
from index import facts, queries
from index.queries import FactFilter, Page

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors/{vendor}", tags=["facts"])

# path → the fact's model and what the endpoint answers
PATHS: dict[str, tuple[type[facts.Evidence], str]] = {
    "retention": (facts.Retention, "How long a vendor says it keeps data, each period with its quote."),
    "sharing": (facts.Sharing, "With whom a vendor says it shares data, entrusted processing included."),
    "storage": (facts.StorageLocation, "Where a vendor says data lies, and to which countries it goes."),
    "security": (facts.Security, "Which security measures and certifications a vendor states."),
    "rights": (facts.Right, "Which rights a vendor grants, and how soon it answers."),
    "practices": (facts.PracticeFact, "Sale, advertising, AI training, automated decisions and the other practices buyers ask about."),
    "children": (facts.Children, "Ages and rules for minors."),
    "breach": (facts.BreachNotification, "What a vendor says it does after an incident, and how soon."),
    "contacts": (facts.Contact, "How to reach a vendor about privacy."),
}


def endpoint(model: type[facts.Evidence], path: str) -> Callable[..., Any]:
    kind = model.model_fields["kind"].default

    def answer(vendor: VendorDep, index: IndexDep, session: SessionDep, listing: ListingDep) -> Any:
        name = vendor.vendor.id
        wanted = FactFilter(vendor=name, kinds=(kind,))

        def fetch(cursor: str | None, limit: int) -> Page[Any]:
            return queries.facts(session, wanted, cursor, limit)

        if listing.form != "json":
            status = status_in(queries.counts(session, wanted, by="polarity"))
            return as_table(fetch, listing, columns_of(model), lambda fact: fact.model_dump(mode="json"), f"{name}-{path}", status)
        found = page(fetch, listing)
        whole = listing.cursor is None and found.next is None
        status = status_of(found.items) if whole else status_in(queries.counts(session, wanted, by="polarity"))
        return {
            "vendor": name,
            "kind": kind,
            "status": status,
            "items": found.items,
            "next": found.next,
            "total": found.total,
            "nearest": nearest(index, name, kind) if status == "silent" else [],
        }

    return answer


for path, (model, summary) in PATHS.items():
    router.add_api_route(
        f"/{path}",
        endpoint(model, path),
        operation_id=f"vendor_{path}",
        name=path,
        description=f"{summary} `silent` is an answer, and brings the clauses to check.",
        response_model=Answer,
        responses=LIST,
    )
