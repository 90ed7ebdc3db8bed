"""A fact in a few words, for a cell of a table."""

from __future__ import annotations

from typing import Any

from app.silence import denies_itself
from app.words import period, plain
from index import taxonomy

# kind → the facet whose label names its value
LABELLED = {"sharing": ("recipient_category", "recipient"), "right": ("right", "right"), "security": ("measure", "security")}


def in_short(fact: Any) -> str:
    """What the fact says, without where: `chat records: 90 days`, `not precise location`, `Delete: 15 days`."""
    return polar(fact, _said(fact))


def polar(fact: Any, said: str) -> str:
    """`said`, or that it is denied; what is a denial by itself ("not retained", "on device only") is not denied twice."""
    return f"not {said}" if fact.polarity == "no" and not denies_itself(fact) else said


def _said(fact: Any) -> str:
    match fact.kind:
        case "collection":
            return str(fact.span)
        case "retention":
            return f"{fact.scope}: {detail(fact)}"
        case "storage_location":
            return detail(fact) or plain(fact.mode)
        case "sharing" | "right" | "security":
            name, facet = LABELLED[fact.kind]
            term = taxonomy.facet(facet).get(getattr(fact, name))
            label = term.label if term else plain(getattr(fact, name))
            return f"{label}: {detail(fact)}" if detail(fact) else label
        case "practice":
            return plain(fact.practice)
        case "children":
            return f"{plain(fact.rule)}: {fact.age}" if fact.age is not None else plain(fact.rule)
        case "document":
            return f"{plain(fact.field)}: {fact.value}"
        case _:
            return detail(fact) or plain(fact.kind)


def detail(fact: Any) -> str:
    """What tells facts on one topic apart: a period, a deadline, a name, an address; empty where nothing does."""
    match fact.kind:
        case "collection":
            return str(fact.span)
        case "retention":
            return period(fact.period, fact.working_days) if fact.period else f"latest {fact.items}" if fact.items else plain(fact.rule)
        case "sharing":
            return str(fact.recipient or "")
        case "storage_location":
            return ", ".join(filter(None, (fact.provider, fact.country)))
        case "security":
            return str(fact.name or "")
        case "right" | "breach_notification":
            return period(fact.deadline, fact.kind == "right" and fact.working_days) if fact.deadline else ""
        case "children":
            return "" if fact.age is None else str(fact.age)
        case "contact" | "document":
            return str(fact.value)
        case _:
            return ""
