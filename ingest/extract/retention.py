"""How long data is kept, or that it is not: one fact for each period and each rule a clause states, with its quote.

A duration is a retention period when the nearest verb that could govern it is one of keeping or erasing ("We reply within 30 days"
is none). What has no duration ("as long as necessary", "until you close your account") comes from the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.domain import Clause, Policy
from index.facts import Bound, Polarity, Retention, RetentionRule
from index.periods import Period, number, periods
from ingest import scope
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase, sentence
from ingest.prose import Prose
from ingest.rulebook import Rule, Rulebook

# A verb of keeping further away than this from a duration has another one beside it that the rules do not know.
REACH_BEFORE, REACH_AFTER = 170, 140
# Log-odds below which the topic network vetoes a rule without a duration that denies nothing. Over 148 real policies, none seen by the
# network that read it, the F1 of rules rose from 0.753 to 0.759 (precision 0.772 to 0.787), over the gold's held-out ones from 0.712 to
# 0.714 (denials among them).
REFUSED = -4.0
_GOVERNORS = ("kept", "erased", "other")


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Retention]:
    """The retention facts of a policy, clause by clause; no clause states a rule twice, or a period twice at one place."""
    book = Rulebook.load()
    scores = tools.scores(policy) if tools else None
    on_device = -2
    for clause in policy.clauses:
        rules = book.of("retention", clause.language)
        seen: set[tuple[Any, ...]] = set()
        refused = bool(scores and scores.refuses(clause, "retention", REFUSED)) or Context.of(clause.language).denies_list(clause)
        told = [fact for fact in _of_clause(policy, clause, rules) if fact.period or fact.polarity == "no" or not refused]
        for fact in _without_echoes(told, rules):
            # "We process it on your device only. We do not upload or store it." is one thing said in two sentences.
            if fact.rule == "not_retained" and on_device == clause.ordinal - 1 and _holds("leaves_device", clause.plain, list(rules)):
                fact = Retention(**{**fact.model_dump(), "rule": "on_device_only", "id": ""})
            on_device = clause.ordinal if fact.rule == "on_device_only" else on_device
            key = (fact.rule, fact.period, fact.items, (fact.start, fact.end) if fact.period else None)
            if key not in seen:
                seen.add(key)
                yield fact


def _without_echoes(facts: list[Retention], rules: tuple[Rule, ...]) -> Iterator[Retention]:
    """The facts of one clause without those that only say a firmer one again.

    "Deleted 30 days after you cancel" is not also "deleted when you cancel"; "stored temporarily until the call ends" has an end;
    "for 90 days, after which it is deleted" is one period; a law that asks for six years is one statement; what is processed on the
    device only is told once, though the sentence adds that it is not stored.
    """
    said = {fact.rule for fact in facts}
    weak = {rule.id for rule in rules if rule.fields.get("weak")}
    timed = [(fact.start, fact.end) for fact in facts if fact.rule == "legal_requirement" and fact.period]
    opening = {rule.id for rule in rules if rule.fields.get("opens")}
    opened = [fact.event for fact in facts if fact.rule == "period_after_event"]
    for fact in facts:
        echo = (
            (fact.origin in opening and any(_same_event(fact.event, event) for event in opened))
            or (fact.origin in weak and said - {"as_long_as_needed", "legal_requirement"})
            or (fact.rule == "not_retained" and "on_device_only" in said)
            or (fact.rule == "until_event" and (fact.event or "").startswith("which") and any(other.period for other in facts))
            or (fact.rule == "legal_requirement" and not fact.period and any(start < fact.end and fact.start < end for start, end in timed))
        )
        if not echo:
            yield fact


def _same_event(event: str | None, opened: str | None) -> bool:
    """Whether a period starts at this event: it names the event, a part of it, or none."""
    if not event or not opened:
        return True
    short, long = sorted((event.lower(), opened.lower()), key=len)
    return short in long


def _of_clause(policy: Policy, clause: Clause, rules: tuple[Rule, ...]) -> Iterator[Retention]:
    cues = [rule for rule in rules if "cue" in rule.fields]
    prose = Prose.of(clause)
    title = clause.section[-1] if clause.section else ""
    column = _holds("column", clause.lead or "", cues)
    in_column = column or _speaks_of_retention(clause.lead or "", cues)
    # "Messages: 12 months." below "Storage" says how long; a sentence there may speak of anything.
    labelled = _holds("labels", title, cues) and _holds("label", prose.text, cues)
    on_topic = in_column or labelled or _speaks_of_retention(title, cues)
    yield from _with_period(policy, clause, prose, cues, on_topic, in_column)
    below = {"topic": on_topic, "column": in_column}
    for rule in rules:
        if "rule" not in rule.fields or not below.get(rule.fields.get("under", ""), True):
            continue
        for match in rule.find(prose.text):
            groups = match.groupdict()
            items = number(groups["items"]) if groups.get("items") else None
            if rule.fields["rule"] == "last_n_items" and not (
                items and (on_topic or _governor(prose.text, match.start(), match.end(), cues))
            ):
                continue
            event = groups.get("event") or groups.get("event2") or groups.get("during")
            yield _fact(policy, clause, prose, match.start(), match.end(), rule.id, rule.fields, items=items, event=_cut(event, cues))


def _with_period(
    policy: Policy, clause: Clause, prose: Prose, cues: list[Rule], on_topic: bool, in_column: bool
) -> Iterator[Retention]:  # fmt: skip
    text = prose.text
    # Below a heading on retention "Purchases: 3 years" is a label and its period; the label's words govern nothing.
    label = next((match.end("label") for rule in cues if rule.fields["cue"] == "label" for match in rule.find(text)), 0) if on_topic else 0
    for period in periods(text):
        past = label if label <= period.start else 0
        governor = _governor(text[past:], period.start - past, period.end - past, cues)
        if _holds("no_period", text[: period.start], cues) or (
            not in_column and (governor == "other" or (governor is None and not on_topic))
        ):
            continue
        event, end = _event(text, period, cues)
        event = _cut(event or _event_of_lead(clause.lead, cues), cues)
        # A deadline for erasing runs from an event, be it named in the sentence before; how long something is kept needs none.
        runs_from_event = event is not None or (governor == "erased" and period.bound == "at_most")
        rule: RetentionRule = "period_after_event" if runs_from_event else "fixed_period"
        if governor != "erased" and _by_law(text, period, cues):
            rule = "legal_requirement"
        bound: Bound | None = "configurable" if period.bound == "exact" and _holds("configurable", text, cues) else period.bound
        yield _fact(
            policy, clause, prose, period.start, end, "retention.period", {"rule": rule, "bound": bound}, period=period, event=event
        )


def _governor(text: str, start: int, end: int, cues: list[Rule]) -> str | None:
    """The class of the nearest verb before the place, else after it: `kept`, `erased`, `other` or None."""
    before: list[tuple[int, str]] = []
    after: list[tuple[int, str]] = []
    for rule in (rule for rule in cues if rule.fields["cue"] in _GOVERNORS):
        for match in rule.pattern.finditer(text):
            aside = rule.fields.get("aside", 0)
            if match.start() < end:
                before.append((max(0, start - match.end()) + aside, rule.fields["cue"]))
            else:
                after.append((match.start() - end + aside, rule.fields["cue"]))
    for found, reach in ((before, REACH_BEFORE), (after, REACH_AFTER)):
        if found and min(found)[0] <= reach:
            return min(found)[1]
    return None


def _by_law(text: str, period: Period, cues: list[Rule]) -> bool:
    """Whether the sentence around a period gives a law as its reason; a law that may ask for another period is none."""
    low, high = sentence(text, period.start, period.end)
    said = text[low:high]
    other = next((match for rule in cues if rule.fields["cue"] == "unless" for match in rule.find(said)), None)
    return _holds("law", said[: other.start()] if other and other.start() > period.start - low else said, cues)


def _speaks_of_retention(title: str, cues: list[Rule]) -> bool:
    return any(next(rule.find(title), None) for rule in cues if rule.fields["cue"] == "topic")


def _holds(cue: str, text: str, cues: list[Rule]) -> bool:
    return any(rule.pattern.search(text) for rule in cues if rule.fields.get("cue") == cue)


def _event(text: str, period: Period, cues: list[Rule]) -> tuple[str | None, int]:
    """The event a period starts at, and where the statement ends: named right after it, or opening the sentence ("If you cancel, …")."""
    for at, said in (("after", text[period.end :]), ("before", text[: period.start])):
        for rule in (rule for rule in cues if rule.fields["cue"] == "event" and rule.fields["at"] == at):
            if match := rule.pattern.search(said):
                groups = match.groupdict()
                event = next((groups[name] for name in ("event", "event2", "event3") if groups.get(name)), None)
                return event, period.end + match.end() if at == "after" else period.end
    return None, period.end


def _event_of_lead(lead: str | None, cues: list[Rule]) -> str | None:
    """The event of a lead-in: what stands under "After your account is closed, we keep:" runs from there."""
    for rule in (rule for rule in cues if rule.fields["cue"] == "event" and rule.fields["at"] == "before" and rule.fields.get("leads")):
        if match := rule.pattern.search((lead or "").rstrip(" :")):
            return next((event for event in match.groupdict().values() if event), None)
    return None


def _cut(event: str | None, cues: list[Rule]) -> str | None:
    """The event without what the sentence says after it ("… or as otherwise needed")."""
    if not event:
        return None
    ends = [match.start() for rule in cues if rule.fields["cue"] == "event_ends" for match in rule.find(event) if match.start() > 3]
    return event[: min(ends, default=len(event))]


def _fact(
    policy: Policy, clause: Clause, prose: Prose, start: int, end: int, origin: str, fields: Any, *,
    period: Period | None = None, items: int | None = None, event: str | None = None,
) -> Retention:  # fmt: skip
    """The fact for the range of the clause's prose; `fields` are those of the rule that gave it."""
    start, end = prose.span(start, end)
    first, last = phrase(policy.plain, clause.start + start, clause.start + end, clause.start, clause.end)
    polarity: Polarity = fields.get("polarity", "yes")
    what, categories = scope.of(clause, policy.plain[first:last], (clause.start + start - first, clause.start + end - first))
    return Retention(
        **{**evidence(policy, first, last, origin, clause), "polarity": polarity},
        scope=what, categories=categories, period=period.iso if period else None, bound=fields.get("bound"), rule=fields["rule"],
        event=(" ".join(event.split()).strip(" ,;:") or None) if event else None, items=items,
        working_days=period.working_days if period else False,
    )  # fmt: skip
