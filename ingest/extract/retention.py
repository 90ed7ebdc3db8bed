"""How long data is kept, or that it is not: one fact a period and a rule, each with its quote.

A duration is a retention period when the nearest verb that could govern it is one of keeping or erasing ("We reply within 30 days" is none).
What has no duration ("as long as necessary", "until you close your account") comes from the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.domain import Clause, Policy
from index.facts import Bound, Polarity, Retention, RetentionRule
from index.periods import Period, number, periods
from ingest import scope
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

# A verb of keeping further away than this from a duration has another one beside it that the rules do not know.
_ON_EVENT = ("retention.erased_on", "retention.on_event_erased", "zh.retention.on_event")
REACH_BEFORE, REACH_AFTER = 170, 90
_START_EVENT = re.compile(
    r"\s*(?:\w+ ){0,3}?(?:after|from|following|since|of (?!our|the data|data|its|their|logs|log)|once|upon|when|starting|beginning|as of|post)\s+(?P<event>(?:you|your|they|customers?|users?|the|it|an?|receiving|receipt|"
    r"termination|account|closure|deletion|cancell?ation|last|date|such|this|that|collection|ticket|expir\w+|completion|contract|request|inactiv\w+|their|its)"
    r"\b[^.;,|\n]{0,90})",
    re.IGNORECASE,
)
_OPENING_EVENT = re.compile(
    r"(?:^|[.;:•*|-]\s*|\b(?:and|but|or)\s)\s*(?P<when>if|when|once|upon|after|following|in the event)\s+(?P<event>[^.;|\n]{3,150}?),[^.;|\n]{0,200}$",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\b(?:cancel|clos|delet|terminat|deactivat|leav|left|unsubscrib|expir|end|withdr|remov|trash|stop|uninstall|inactiv|discontinu|downgrad|disabl)\w*",
    re.IGNORECASE,
)
# What has been thrown away is kept from then on.
_LEFT = re.compile(
    r"\b(?:trash(?:ed)?|deleted|removed|cancell?ed|terminated|archived) [^.;]{0,80}\b(?:kept|retained|stored|remain|purged|held|erased)\b|\b(?:another|additional|further)\s*$",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:after that|thereafter|after (?:which|this|these|such|deletion|cancell?ation|termination))\b", re.IGNORECASE)
_ZH_EVENT = re.compile(r"(?:自|从|在|于|当|待)?(?P<event>[^，。；]{2,30}?)(?:之日起|日起|起|之后|以后|后|时)")
_LAW = re.compile(
    r"\b(?:law|act|code|regulations?|legislation|statut\w+)\b[^.;]{0,40}\b(?:requires?|mandates?|provides?|stipulates?|obliges?)\b|\bis required by (?:\w+ )?law"
    r"|法[》]?[^。；，]{0,8}(?:要求|规定)|法律法规",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:\bnot?\b|n[’']t|\bnever\b|不)[^.;。；]{0,40}$", re.IGNORECASE)
_CONFIGURABLE = re.compile(
    r"\b(?:configur\w+|customi[sz]\w+|can (?:be )?(?:set|chang|adjust|choose|select)\w*|specif\w+ by the (?:admin|customer)\w*)\b|自定义|可设置",
    re.IGNORECASE,
)


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Retention]:
    """The retention facts of a policy, clause by clause."""
    book = Rulebook.load()
    for clause in policy.clauses:
        seen: set[tuple[Any, ...]] = set()
        for fact in _without_echoes(list(_of_clause(policy, clause, book)), book):
            key = (fact.rule, fact.period, fact.items, fact.start if fact.period else 0)
            if key not in seen:
                seen.add(key)
                yield fact


def _without_echoes(facts: list[Retention], book: Rulebook) -> Iterator[Retention]:
    """The facts of one clause without those that only say a stronger one again.

    "Deleted 30 days after you cancel" is not also "deleted when you cancel"; "stored temporarily until the call ends" has an end;
    what is processed on the device only is told once, though the sentence adds that it is not stored.
    """
    rules = {fact.rule for fact in facts}
    weak = {rule.id for rule in book.rules if rule.fields.get("weak")}
    for fact in facts:
        echo = (
            (fact.origin in _ON_EVENT and "period_after_event" in rules)
            or (fact.origin in weak and rules - {"as_long_as_needed", "legal_requirement"})
            or (fact.rule == "not_retained" and "on_device_only" in rules)
        )
        if not echo:
            yield fact


def _of_clause(policy: Policy, clause: Clause, book: Rulebook) -> Iterator[Retention]:
    rules = book.of("retention", clause.language)
    cues = [rule for rule in rules if "cue" in rule.fields]
    on_topic = _on_topic(clause, cues)
    yield from _with_period(policy, clause, cues, on_topic)
    for rule in rules:
        if "rule" not in rule.fields or (rule.fields.get("under") == "topic" and not on_topic):
            continue
        for match in rule.find(clause.plain):
            groups = match.groupdict()
            items = number(groups["items"].replace(",", "")) if groups.get("items") else None
            if rule.fields["rule"] == "last_n_items" and not (
                items and (on_topic or _cue_near(clause.plain, match.start(), match.end(), cues))
            ):
                continue
            start, end = phrase(policy.plain, clause.start + match.start(), clause.start + match.end(), clause.start, clause.end)
            yield _fact(
                policy, clause, start, end, rule.id, rule.fields["rule"], bound=rule.fields.get("bound"), items=items,
                event=_tidy(groups.get("event") or groups.get("event2") or groups.get("during")), polarity=rule.fields.get("polarity", "yes"),
            )  # fmt: skip


def _with_period(policy: Policy, clause: Clause, cues: list[Rule], on_topic: bool) -> Iterator[Retention]:
    text = clause.plain
    column = any(next(rule.find(clause.lead or ""), None) for rule in cues if rule.fields["cue"] == "topic")
    for period in periods(text):
        cue = _cue_near(text, period.start, period.end, cues)
        if not column and (cue == "other" or (cue is None and not on_topic)):
            continue
        event = _event(text, period, clause.language)
        rule: RetentionRule = "period_after_event" if event else "fixed_period"
        if _LAW.search(text[: period.end]) and cue == "kept":
            rule = "legal_requirement"
        bound: Bound | None = "configurable" if _CONFIGURABLE.search(text) and period.bound == "exact" else period.bound
        start, end = phrase(
            policy.plain, clause.start + period.start, clause.start + period.end + _tail(text, period), clause.start, clause.end
        )
        yield _fact(policy, clause, start, end, "retention.period", rule, period=period, bound=bound, event=event)


def _cue_near(text: str, start: int, end: int, cues: list[Rule]) -> str | None:
    """The class of the nearest cue before the place, else after it: `kept`, `erased`, `other` or None."""
    before: list[tuple[int, str]] = []
    after: list[tuple[int, str]] = []
    for rule in cues:
        if rule.fields["cue"] == "topic":
            continue
        for match in rule.pattern.finditer(text):
            if match.end() <= start and start - match.end() <= REACH_BEFORE:
                before.append((start - match.end(), rule.fields["cue"]))
            elif match.start() < end and match.end() > start:
                before.append((0, rule.fields["cue"]))
            elif match.start() >= end and match.start() - end <= REACH_AFTER:
                after.append((match.start() - end, rule.fields["cue"]))
    if before:
        return min(before)[1]
    return min(after)[1] if after else None


def _on_topic(clause: Clause, cues: list[Rule]) -> bool:
    """Whether the clause stands below a heading or a lead-in that speaks of retention."""
    above = [*clause.section[-1:], clause.lead or ""]
    return any(next(rule.find(text), None) for rule in cues if rule.fields["cue"] == "topic" for text in above)


def _event(text: str, period: Period, language: str) -> str | None:
    """The event a period starts at: named right after it, or opening the sentence ("If you cancel, …")."""
    if language.startswith("zh"):
        match = _ZH_EVENT.search(text[max(0, period.start - 60) : period.start])
        return _tidy(match["event"]) if match else None
    if after := _START_EVENT.match(text, period.end):
        return _tidy(after["event"])
    before = _OPENING_EVENT.search(text[: period.start])
    # "If you use the chat, …" opens no period; "if you cancel, …" does.
    if before and (before["when"].lower() != "if" or _ENDING.search(before["event"])):
        return _tidy(before["event"])
    if left := _LEFT.search(text[: period.start]):
        return _tidy(left[0])
    if then := _THEN.search(text[: period.start]) or _THEN.search(text[period.end : period.end + 40]):
        return _tidy(then[0])
    return None


def _tail(text: str, period: Period) -> int:
    after = _START_EVENT.match(text, period.end)
    return after.end() - period.end if after else 0


def _fact(
    policy: Policy,
    clause: Clause,
    start: int,
    end: int,
    origin: str,
    rule: RetentionRule,
    *,
    period: Period | None = None,
    bound: Bound | None = None,
    items: int | None = None,
    event: str | None = None,
    polarity: Polarity = "yes",
) -> Retention:
    what, categories = scope.of(policy.plain[start:end], clause.lead)
    return Retention(
        **{**evidence(policy, start, end, origin, clause), "polarity": polarity},
        scope="personal information", categories=["any"], period=period.iso if period else None, bound=bound, rule=rule, event=event,
        items=items, working_days=period.working_days if period else False,
    )  # fmt: skip


def _tidy(event: str | None) -> str | None:
    return " ".join(event.split()).strip(" ,;:") or None if event else None
