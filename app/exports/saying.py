"""A fact in a line of a report: what it says, in words, without the quote it rests on."""

from __future__ import annotations

from typing import Any

from app.silence import denies_itself
from app.words import label, period, plain


def said(fact: Any) -> str:
    """`Email address: your work e-mail (given by the person or their organisation; required)`."""
    head, narrowed = _parts(fact)
    details = [detail for detail in narrowed if detail]
    return f"{head} ({'; '.join(details)})" if details else head


def polar(fact: Any) -> str:
    """The same, with `Denied` before what is denied; what is a denial by itself ("not kept", "on the device only") is not denied twice."""
    return said(fact) if fact.polarity == "yes" or denies_itself(fact) else f"Denied: {said(fact)}"


def denies(fact: Any) -> bool:
    """Whether a fact is a denial, in polarity or by itself."""
    return fact.polarity == "no" or denies_itself(fact)


def _parts(fact: Any) -> tuple[str, list[str | None]]:
    """What it says, and what narrows that."""
    match fact.kind:
        case "collection":
            purpose = label(fact.purpose_category, "purpose") if fact.purpose_category else None
            stated = f"for: {fact.purpose}" if fact.purpose else (f"for: {purpose}" if purpose else None)
            closed = [label(value, name) for name, value in _closed(fact) if value != "unspecified"]
            return f"{label(fact.category, 'category')}: {fact.span}", [*closed, stated]
        case "retention":
            event = f"event: {fact.event}" if fact.event and fact.period else None
            return f"{fact.scope}: {_kept(fact)}", [_data(fact.categories), event]
        case "sharing":
            recipient = label(fact.recipient_category, "recipient")
            named = f"{recipient}: {fact.recipient}" if fact.recipient else recipient
            # Of a denial the condition is that of its exception: "we do not share, except with consent".
            condition = None if fact.condition == "none" else label(fact.condition, "condition")
            return named, [_data(fact.data), f"except {condition}" if condition and fact.polarity == "no" else condition]
        case "storage_location":
            where = ", ".join(filter(None, (fact.country, fact.provider))) or "place not named"
            return f"{label(fact.mode, 'mode')}: {where}", [label(each, "transfer") for each in fact.safeguards]
        case "security":
            return label(fact.measure, "security"), [fact.name]
        case "right":
            return label(fact.right, "right"), [_within(fact.deadline, fact.working_days)]
        case "breach_notification":
            to = f"Notice to {label(fact.to, 'to')}" if fact.to else "Notice of a breach"
            return to, [_within(fact.deadline), f"by: {', '.join(fact.channel)}" if fact.channel else None]
        case "children":
            return label(fact.rule, "children"), [None if fact.age is None else f"age: {fact.age}"]
        case "practice":
            return label(fact.practice, "practice"), []
        case "contact":
            return f"{label(fact.channel, 'channel')}: {fact.value}", []
        case _:
            return f"{label(fact.field, 'field')}: {fact.value}", []


def _closed(fact: Any) -> list[tuple[str, str]]:
    return [(name, getattr(fact, name)) for name in ("source", "role", "necessity")]


def _kept(fact: Any) -> str:
    if fact.rule == "last_n_items" and fact.items:
        return f"the latest {fact.items}"
    rule = label(fact.rule, "rule")
    if not fact.period:
        return f"{rule} {fact.event}" if fact.event and fact.rule in ("until_event", "period_after_event") else rule
    bound = label(fact.bound, "bound") if fact.bound else ""
    length = f"{bound} {period(fact.period, fact.working_days)}".strip()
    return length if fact.rule in ("fixed_period", "period_after_event") else f"{length}, {rule}"


def _data(ids: list[str]) -> str | None:
    """Which data, where the policy narrows it."""
    named = [label(each, "category") for each in ids if each != "any"]
    return f"data: {', '.join(named)}" if named else None


def _within(deadline: str | None, working_days: bool = False) -> str | None:
    return f"within {period(deadline, working_days)}" if deadline else None


def heading(fact: Any) -> str:
    """What facts of its kind are put together under; empty where the kind needs no order."""
    names = {"sharing": ("recipient_category", "recipient"), "security": ("measure", "security"), "right": ("right", "right")}
    if fact.kind == "collection":
        return label(fact.group, "group")
    if fact.kind in names:
        field, vocabulary = names[fact.kind]
        return label(getattr(fact, field), vocabulary)
    return label(fact.practice, "practice") if fact.kind == "practice" else ""


def named(kind: str) -> str:
    """What a kind of fact is called in a heading."""
    return label(kind, "kind") or plain(kind)
