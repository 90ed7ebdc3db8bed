"""Which vendors are indexed, and one vendor at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query

from app.accept import TABLES, preferred
from app.deps import ListingDep, SessionDep, VendorDep
from app.endpoint import Endpoint
from app.exports.linked import ld_json, linked
from app.forms import TABLE, table
from app.routes.collects import grouped
from app.schemas.answers import AnnexOut, CardOut, CategoryStatus, ContradictionOut, GroupStatus, KindCount, SilenceOut
from app.schemas.records import DocumentOut, VendorList, VendorOut, of_vendor, page_of
from app.silence import collects_nothing, status_of_kind
from app.table import LIST, as_table, columns_of, page
from index import facts, queries, taxonomy
from index.annexes import annexes
from index.contradictions import contradictions
from index.queries import FactFilter, Page, VendorEntry
from index.store import Session

router = APIRouter(route_class=Endpoint, prefix="/v1/vendors", tags=["vendors"])

CARD = ("part", "about", "status", "stated", "denied", "says", "quote", "document", "start", "end")
CardForm = Literal["json", "csv", "markdown", "jsonld"]
CARD_FORMS: dict[str, CardForm] = {**TABLES, "application/ld+json": "jsonld"}
WITH_LD: dict[int | str, dict[str, Any]] = {
    **TABLE,
    200: {**TABLE[200], "content": {**TABLE[200]["content"], "application/ld+json": {"schema": {"type": "object"}}}},
}


def card_form(
    format: Annotated[
        CardForm | None,
        Query(description="`csv` or `markdown` for a table, `jsonld` for linked data; wins over the `Accept` header.", examples=["jsonld"]),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> CardForm:
    return format or preferred(accept, CARD_FORMS)


@router.get("", operation_id="list_vendors", response_model=VendorList, responses=LIST)
def list_vendors(
    session: SessionDep,
    listing: ListingDep,
    q: Annotated[
        str | None, Query(max_length=200, description="Part of a name, alias, product or legal entity.", examples=["fern"])
    ] = None,
) -> Any:
    """Vendors whose policies are indexed, by id."""

    def fetch(cursor: str | None, limit: int) -> Page[VendorEntry]:
        return queries.vendors(session, q, cursor, limit)

    if listing.form != "json":
        return as_table(fetch, listing, columns_of(VendorOut), lambda entry: VendorOut.of(entry).model_dump(), "vendors")
    return page_of(page(fetch, listing), VendorOut.of)


@router.get("/{vendor}", operation_id="vendor_card", response_model=CardOut, responses=WITH_LD)
def vendor_card(vendor: VendorDep, session: SessionDep, form: Annotated[CardForm, Depends(card_form)]) -> Any:
    """A vendor at a glance: documents, how much is said on each kind of fact, the data collected, what the policy is silent on, where it
    contradicts itself, and which documents it refers to that are not indexed."""
    if form == "jsonld":
        return ld_json(linked(session, [vendor]), vendor.vendor.id)
    found = card(vendor, session)
    return found if form == "json" else table(form, CARD, card_rows(found), vendor.vendor.id)


def card(vendor: VendorEntry, session: Session, facts_of: list[Any] | None = None) -> CardOut:
    """The card of a vendor; `facts_of` its current documents, where the caller has read them already."""
    name = vendor.vendor.id
    found = queries.every_fact(session, FactFilter(vendor=name)) if facts_of is None else facts_of
    counted = Counter((fact.kind, fact.polarity) for fact in found)
    by_kind = {kind: [fact for fact in found if fact.kind == kind] for kind in facts.KINDS}
    statuses = {kind: status_of_kind(kind, by_kind[kind]) for kind in facts.KINDS}
    groups = collected(by_kind["collection"])
    documents = queries.documents(session, name, limit=500).items
    titles = [document.title for document in documents if document.title]
    return CardOut(
        **of_vendor(vendor),
        documents=[DocumentOut.of(document) for document in documents],
        counts=[
            KindCount(kind=kind, status=statuses[kind], stated=counted[kind, "yes"], denied=counted[kind, "no"]) for kind in facts.KINDS
        ],
        collects=groups,
        silent=SilenceOut(
            kinds=[kind for kind in facts.KINDS if statuses[kind] == "silent"],
            groups=[]
            if collects_nothing(by_kind["collection"])
            else [group for group in taxonomy.groups() if group not in {entry.group for entry in groups}],
        ),
        contradictions=[ContradictionOut.model_validate(each) for each in contradictions(found)],
        annexes=[
            AnnexOut(title=annex.title, clause=annex.clause.id, start=annex.start, end=annex.end)
            for annex in annexes(queries.current_clauses(session, name), [vendor.vendor.name, *vendor.vendor.aliases], titles)
        ],
    )


def card_rows(card: CardOut) -> Iterator[dict[str, Any]]:
    """A card as a table: one row a thing it says."""
    for name in ("name", "legal_entity", "url", "effective_date", "last_updated"):
        yield {"part": "vendor", "about": name, "says": getattr(card, name)}
    for document in card.documents:
        says = f"{document.title or document.source}, {'current' if document.current else 'older'}"
        yield {"part": "document", "about": document.id, "says": says, "document": document.id}
    for count in card.counts:
        yield {"part": "kind", "about": count.kind, **count.model_dump(include={"status", "stated", "denied"})}
    for group in card.collects:
        for entry in group.categories:
            yield {"part": "collects", "about": f"{group.group}.{entry.category}", "status": entry.status, "says": entry.label}
    for silent in [*card.silent.kinds, *card.silent.groups]:
        yield {"part": "silent", "about": silent, "status": "silent", "says": "the policy does not say"}
    for each in card.contradictions:
        for says, fact in zip(each.says, each.facts, strict=True):
            place = {"quote": fact.quote, "document": fact.document, "start": fact.start, "end": fact.end}
            yield {"part": "contradiction", "about": each.about, "says": says, **place}
    for annex in card.annexes:
        place = {"document": annex.clause.rpartition(".")[0], "start": annex.start, "end": annex.end}
        yield {"part": "annex", "about": annex.title, "says": "referred to, not indexed", **place}


def collected(found: list[facts.Collection]) -> list[GroupStatus]:
    """The groups and categories that collection facts name, in the order of the vocabulary."""
    return [
        GroupStatus(
            group=entry.group,
            status=entry.status,
            categories=[CategoryStatus(category=each.category, label=each.label, status=each.status) for each in entry.categories],
        )
        for entry in grouped(found)
    ]
