"""A vendor at a glance: its documents, how much is said on each kind of fact, the data collected, what the policy is silent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.schemas.answers import (
    AnnexOut,
    CardOut,
    CategoryOut,
    CategoryStatus,
    ContradictionOut,
    GroupOut,
    GroupStatus,
    KindCount,
    SilenceOut,
)
from app.schemas.records import DocumentOut, of_vendor
from app.silence import collects_nothing, status_of, status_of_group, status_of_kind
from index import facts, queries, taxonomy
from index.annexes import annexes
from index.contradictions import contradictions
from index.queries import FactFilter, VendorEntry
from index.store import Session

# Of a card as a table.
COLUMNS = ("part", "about", "status", "stated", "denied", "says", "quote", "document", "start", "end")


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


def rows(card: CardOut) -> Iterator[dict[str, Any]]:
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


def grouped(found: list[Any]) -> list[GroupOut]:
    """Facts under their category under their group, in the order of the vocabulary."""
    by_category: dict[str, list[Any]] = {}
    for fact in found:
        by_category.setdefault(fact.category, []).append(fact)
    named = [term for term in taxonomy.categories().values() if term.id in by_category]
    groups = []
    for group in dict.fromkeys(term.group for term in named):
        categories = [
            CategoryOut(category=term.id, label=term.label, status=status_of(by_category[term.id]), facts=by_category[term.id])
            for term in named
            if term.group == group
        ]
        status = status_of_group(str(group), [fact for each in categories for fact in each.facts])
        groups.append(GroupOut(group=str(group), status=status, categories=categories))
    return groups
