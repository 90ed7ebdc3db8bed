"""A rule judged by the facts of one vendor: pass, fail, or unknown. Unknown is the answer wherever the policy leaves room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app import words
from app.checks.rules import Rule, countries, general
from index.periods import period_days

Outcome = Literal["pass", "fail", "unknown"]
# Five working days are a week.
CALENDAR = 7 / 5
# Statements on retention that do not lengthen what else is said: exceptions that the law makes, and what a customer may set.
EXCEPTIONS = ("legal_requirement", "customer_instruction", "on_device_only")
# Bounds of a period that the customer may change.
SETTABLE = ("configurable", "default")


@dataclass(frozen=True)
class Verdict:
    """What a rule comes to, why, and the facts that it rests on (for `unknown`: those that bear on it)."""

    outcome: Outcome
    reason: str
    facts: list[Any] = field(default_factory=list)


def judge(rule: Rule, facts: Sequence[Any]) -> Verdict:
    """The verdict on one vendor, by its facts of the rule's kind."""
    return _JUDGES[rule.kind](rule, [fact for fact in facts if fact.kind == rule.kind])


def _retention(rule: Rule, facts: Sequence[Any]) -> Verdict:
    named = [fact for fact in facts if not rule.values or set(fact.categories) & set(rule.values)]
    said = named or [fact for fact in facts if "any" in fact.categories and general(fact.scope)]
    within, beyond, open_ = _by_limit(rule, said, lambda fact: fact.period)
    erased = [fact for fact in said if fact.rule == "not_retained" and rule.at_most]
    endless = [fact for fact in said if fact.rule == "indefinite" and fact.polarity == "yes"]
    # "Deleted 30 days after the account" tells how long chat is kept only when it is said of chat.
    loose = [fact for fact in within if not named and fact.rule == "period_after_event"]
    within = [fact for fact in within if fact not in loose] + erased
    open_ = [fact for fact in open_ if fact.rule not in EXCEPTIONS and fact not in erased and fact not in endless] + loose
    if rule.at_most and endless:
        return Verdict("fail", "kept without end", endless)
    if beyond:
        return Verdict("fail", "another period is stated", beyond)
    if within and not open_:
        return Verdict("pass", "every period stated is within the limit", within)
    return Verdict("unknown", "no period that settles it is stated" if said else "the policy does not say", within + open_)


def _deadline(rule: Rule, facts: Sequence[Any]) -> Verdict:
    said = [fact for fact in facts if rule.kind == "breach_notification" or fact.right in rule.values]
    if not (rule.at_most or rule.at_least):
        return _presence(rule, said)
    within, beyond, open_ = _by_limit(rule, [fact for fact in said if fact.polarity == "yes"], lambda fact: fact.deadline)
    if beyond:
        return Verdict("fail", "another deadline is stated", beyond)
    if within:
        return Verdict("pass", "every deadline stated is within the limit", within)
    return Verdict("unknown", "no deadline is stated" if said else "the policy does not say", open_)


def _place(rule: Rule, facts: Sequence[Any]) -> Verdict:
    said = [fact for fact in facts if fact.polarity == "yes" and (rule.transfers or fact.mode == "storage")]
    wanted = set(rule.countries)
    known = [(fact, where) for fact in said if (where := _where(fact))]
    inside = [fact for fact, where in known if where <= wanted]
    touching = [fact for fact, where in known if where & wanted]
    if not rule.stated:
        denied = [fact for fact in facts if fact.polarity == "no" and fact.country in wanted]
        if touching:
            return Verdict("fail", "it is stored there", touching)
        if denied or known:
            return Verdict(
                "pass", "other places are stated" if not denied else "the policy denies it", denied or [fact for fact, _ in known]
            )
        return Verdict("unknown", "the policy does not say where", said)
    outside = [fact for fact, where in known if not where & wanted]
    if outside:
        return Verdict("fail", "another place is stated", outside)
    staying = [fact for fact in facts if fact.polarity == "no" and fact.mode == "cross_border_transfer" and not _where(fact) & wanted]
    if rule.transfers and staying and len(inside) == len(said):
        return Verdict("pass", "the policy denies it", staying)
    if inside and len(inside) == len(said):
        return Verdict("pass", "every place stated is among those wanted", inside)
    return Verdict("unknown", "not every place is named" if said else "the policy does not say where", said)


def _where(fact: Any) -> frozenset[str]:
    """The countries a fact may mean: the one it names, or the members of the region it names."""
    return frozenset({fact.country}) if fact.country else countries(fact.quote)


def _presence(rule: Rule, facts: Sequence[Any], mixed: Verdict | None = None) -> Verdict:
    """For what is either stated or denied: rights, measures, practices, recipients, data. `mixed` is the verdict on what is both."""
    yes = [fact for fact in facts if fact.polarity == "yes"]
    no = [fact for fact in facts if fact.polarity == "no"]
    if not facts:
        return Verdict("unknown", "the policy does not say")
    if yes and no and rule.kind != "right":
        return mixed or Verdict("unknown", "the policy both states and denies it", no + yes)
    if yes:
        return Verdict("pass" if rule.stated else "fail", "the policy states it", yes)
    return Verdict("fail" if rule.stated else "pass", "the policy denies it", no)


def _collection(rule: Rule, facts: Sequence[Any]) -> Verdict:
    asked = [fact for fact in facts if fact.category in rule.values]
    denied = {fact.category for fact in asked if fact.polarity == "no"}
    plain = [fact for fact in asked if fact.polarity == "yes" and fact.category not in denied]
    verdict = _presence(rule, asked, Verdict("pass" if rule.stated else "fail", "the policy states it", plain) if plain else None)
    everything = [fact for fact in facts if fact.category == "personal_data_unspecified"]
    if verdict.outcome == "unknown" and everything and all(fact.polarity == "no" for fact in facts):
        return Verdict("fail" if rule.stated else "pass", "the policy denies collecting personal data at all", everything)
    if verdict.outcome != "pass" or rule.stated:
        return verdict
    whole = any(category.endswith(("_other", "_unspecified")) for category in denied)
    if whole or denied >= set(rule.values):
        return verdict
    return Verdict("unknown", f"only {words.plain(', '.join(sorted(denied)))} is denied", verdict.facts)


def _security(rule: Rule, facts: Sequence[Any]) -> Verdict:
    said = [fact for fact in facts if fact.measure in rule.values]
    if rule.name:
        wanted = _letters(rule.name)
        said = [fact for fact in said if wanted in _letters(fact.name or fact.quote)]
    return _presence(rule, said)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower().replace("/iec", "") if letter.isalnum())


def _by_limit(rule: Rule, facts: Sequence[Any], period: Callable[[Any], str | None]) -> tuple[list[Any], list[Any], list[Any]]:
    """Facts whose period is within the limits, those beyond, and those that leave it open."""
    most, least = period_days(rule.at_most), period_days(rule.at_least)
    within: list[Any] = []
    beyond: list[Any] = []
    open_: list[Any] = []
    for fact in facts:
        days = period_days(period(fact))
        bound = getattr(fact, "bound", None)
        if days is None or fact.polarity == "no":
            open_.append(fact)
            continue
        days *= CALENDAR if getattr(fact, "working_days", False) else 1
        # A year counts 365.25 days and twelve months 365.28: the same length may be written either way.
        too_long = most is not None and days > most * 1.01
        too_short = least is not None and days < least * 0.99
        if bound in SETTABLE:
            (open_ if too_long or too_short else within).append(fact)
        elif too_long or (too_short and bound != "at_least"):
            beyond.append(fact)
        elif too_short or (most is not None and bound == "at_least") or (least is not None and bound == "at_most"):
            open_.append(fact)
        else:
            within.append(fact)
    return within, beyond, open_


_JUDGES: dict[str, Callable[[Rule, Sequence[Any]], Verdict]] = {
    "retention": _retention,
    "breach_notification": _deadline,
    "right": _deadline,
    "storage_location": _place,
    "collection": _collection,
    "security": _security,
    "practice": lambda rule, facts: _presence(rule, [fact for fact in facts if fact.practice in rule.values]),
    "sharing": lambda rule, facts: _presence(rule, [fact for fact in facts if fact.recipient_category in rule.values]),
}
