"""What the report on a vendor shows, gathered once: the facts of its current documents by subject, each with its words.

What the API answers too comes from the functions it answers with: the card, the groups of data, the clauses nearest to a silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from app.card import card, grouped
from app.pages.subjects import SUBJECTS, Column, Line, by, denied, line, lines, often
from app.pages.timeline import Timeline, timeline
from app.schemas.answers import CardOut, Status
from app.schemas.records import ClauseOut
from app.silence import nearest
from index import facts as models
from index import queries, taxonomy
from index.queries import FactFilter, VendorEntry
from index.search import Index
from index.store import Session


@dataclass(frozen=True, slots=True)
class Group:
    """A group of data that the policy says is collected."""

    id: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Silence:
    """What no fact was found on: kinds with the clauses to check, and ids by vocabulary."""

    kinds: list[tuple[str, list[ClauseOut]]]
    groups: list[str]
    practices: list[str]
    rights: list[str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A vendor's report."""

    card: CardOut
    status: dict[str, Status]
    total: int
    collected: list[Group]
    denials: int
    denied: list[tuple[str, list[Line]]]
    timeline: Timeline
    sections: dict[str, list[Line]]
    certificates: list[Line]
    says: dict[str, list[Any]]
    silence: Silence
    snapshot: str
    made_at: str


def dossier(vendor: VendorEntry, index: Index, session: Session) -> Dossier:
    """Everything a vendor's current documents say, by subject."""
    name = vendor.vendor.id
    found = queries.every_fact(session, FactFilter(vendor=name))
    glance = card(vendor, session, found)
    by_kind = {kind: [fact for fact in found if fact.kind == kind] for kind in models.KINDS}
    groups = [
        Group(entry.group, stated)
        for entry in grouped(by_kind["collection"])
        if (stated := [line(each.category, each.label, each.facts, COLLECTED) for each in entry.categories if each.status == "stated"])
    ]
    named = [fact for fact in by_kind["security"] if fact.measure == "certification" and fact.name and fact.polarity == "yes"]
    return Dossier(
        card=glance,
        status={count.kind: count.status for count in glance.counts},
        total=len(found),
        collected=groups,
        denials=sum(count.denied for count in glance.counts),
        # What is not kept stands on the timeline.
        denied=[(kind, lines_of) for kind, facts in by_kind.items() if kind in SUBJECTS and (lines_of := denied(facts, kind))],
        timeline=timeline(by_kind["retention"], [group.id for group in groups if group.id != "general"]),
        sections={kind: lines(by_kind[kind], kind) for kind in SUBJECTS if kind != "collection"},
        certificates=[line(f"certificate-{at}", title, of, ()) for at, (title, of) in enumerate(by(named, lambda fact: fact.name).items())],
        says={name: [fact for fact in by_kind["document"] if fact.field == name] for name in get_args(models.DocumentField)},
        silence=silence(glance, by_kind, index),
        snapshot=index.manifest.number,
        made_at=index.manifest.created_at,
    )


def silence(glance: CardOut, by_kind: dict[str, list[Any]], index: Index) -> Silence:
    practised = {fact.practice for fact in by_kind["practice"]}
    granted = {fact.right for fact in by_kind["right"]}
    return Silence(
        kinds=[(kind, nearest(index, glance.id, kind)) for kind in glance.silent.kinds if kind != "document"],
        groups=[group for group in glance.silent.groups if group != "general"],
        practices=[practice for practice in get_args(models.Practice) if practice not in practised],
        rights=[right for right in taxonomy.facet("right") if right not in granted],
    )


# Who gives it, for whom it is processed, whether it must be given, for what.
COLLECTED: tuple[Column, ...] = (
    often("source", "from"), often("role", "role"), often("necessity", "necessity"), often("purpose_category", "purpose"),
)  # fmt: skip
