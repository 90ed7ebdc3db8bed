"""A rule judged by the facts of one vendor: pass, fail, or unknown. Unknown is the answer wherever the policy leaves room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app import display
from app.checks.limits import at_the_end, called, outsiders, partial
from app.checks.rules import Rule, general
from app.coverage import plainness
from index import taxonomy
from index.countries import countries
from index.periods import period_days

Outcome = Literal["pass", "fail", "unknown"]
# Five working days are a week.
CALENDAR = 7 / 5
SAME_LENGTH = 0.02
# Statements on retention that do not lengthen what else is said: exceptions that the law makes, and what a customer may set.
EXCEPTIONS = ("legal_requirement", "customer_instruction", "on_device_only")
# Bounds of a period that the customer may change.
SETTABLE = ("configurable", "default")


# Kinds of which a rule may ask several things, each of which must hold.
EACH = ("practice", "right", "security", "sharing")
AGGREGATE = "anonymous_aggregate"
THIRD = "third_party_unspecified"


@dataclass(frozen=True)
class Verdict:
    """What a rule comes to, why, and the facts that it rests on (for `unknown`: those that bear on it)."""

    outcome: Outcome
    reason: str
    facts: list[Any] = field(default_factory=list)


def judge(rule: Rule, facts: Sequence[Any]) -> Verdict:
    """The verdict on one vendor, by its facts of the rule's kind."""
    said = [fact for fact in facts if fact.kind == rule.kind]
    if finer := rule.name and called(rule.name, rule.kind):
        said = [fact for fact in said if finer.says.search(_words(fact))]
    if rule.kind in EACH and len(rule.values) > 1 and not (rule.at_most or rule.at_least):
        return _together([_JUDGES[rule.kind](rule.model_copy(update={"values": [value]}), said) for value in rule.values])
    return _JUDGES[rule.kind](rule, said)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a rule that asks several things: as good as the worst of them, and on what that rests."""
    worst = max(verdicts, key=lambda verdict: ("pass", "unknown", "fail").index(verdict.outcome))
    return Verdict(worst.outcome, worst.reason, [fact for each in verdicts if each.outcome == worst.outcome for fact in each.facts])


def _words(fact: Any) -> str:
    """The words in which a fact may say something finer than its values."""
    return " ".join(filter(None, (fact.quote, getattr(fact, "scope", None), getattr(fact, "name", None))))


def _retention(rule: Rule, facts: Sequence[Any]) -> Verdict:
    # What nobody can be known by is no personal data, and may be kept.
    facts = [fact for fact in facts if fact.categories != [AGGREGATE] or AGGREGATE in rule.values]
    if rule.after_end:
        facts = [fact for fact in facts if at_the_end(fact.event)]
    named = [fact for fact in facts if not rule.values or set(fact.categories) & set(rule.values)]
    said = named or [fact for fact in facts if "any" in fact.categories and _of_all(fact)]
    within, beyond, open_ = _by_limit(rule, said, lambda fact: fact.period)
    erased = [fact for fact in said if fact.rule == "not_retained" and rule.at_most]
    endless = [fact for fact in said if fact.rule == "indefinite" and fact.polarity == "yes"]
    # "Deleted 30 days after the account" tells how long chat is kept only when it is said of chat.
    loose = [fact for fact in within if not named and fact.rule == "period_after_event" and not rule.after_end]
    within = [fact for fact in within if fact not in loose] + erased
    open_ = [fact for fact in open_ if fact.rule not in EXCEPTIONS and fact not in erased and fact not in endless] + loose
    if rule.at_most and endless:
        return Verdict("fail", "kept without end", endless)
    if beyond:
        return Verdict("fail", "another period is stated", beyond)
    if within and not open_:
        return Verdict("pass", "every period stated is within the limit", within)
    return Verdict("unknown", "no period that settles it is stated" if said else "the policy does not say", within + open_)


def _of_all(fact: Any) -> bool:
    """Whether a statement on retention says that it is about all data: "it is kept for 30 days" leaves open what."""
    return general(fact.scope) and " ".join(fact.scope.split()).casefold() in " ".join(fact.quote.split()).casefold()


def _deadline(rule: Rule, facts: Sequence[Any]) -> Verdict:
    said = [fact for fact in facts if rule.kind == "breach_notification" or fact.right in rule.values]
    if not (rule.at_most or rule.at_least):
        return _presence(rule, [fact for fact in said if plainness(fact) is not None])
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
    whole = len(known) == len(said) and not any(partial(fact) for fact in said)
    denied = [fact for fact in facts if fact.polarity == "no" and fact.country in wanted]
    if not rule.stated:
        if touching:
            return Verdict("fail", "it is transferred there" if rule.transfers else "it is stored there", touching)
        if denied:
            return Verdict("pass", "the policy denies it", denied)
        # That data lies elsewhere does not say that it is never sent there.
        if known and whole and not rule.transfers:
            return Verdict("pass", "other places are stated", [fact for fact, _ in known])
        return Verdict("unknown", "not every place is named" if said else "the policy does not say where", said)
    outside = [fact for fact, where in known if not where & wanted]
    if outside:
        return Verdict("fail", "another place is stated", outside)
    staying = [fact for fact in facts if fact.polarity == "no" and fact.mode == "cross_border_transfer" and not _where(fact) & wanted]
    if rule.transfers and staying and len(inside) == len(said):
        return Verdict("pass", "the policy denies it", staying)
    if inside and len(inside) == len(said) and whole:
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
        limits = [partial(fact, fact.measure) for fact in yes] if rule.kind == "security" and rule.stated else []
        if limits and all(limits):
            return Verdict("unknown", f"only {next(limit.denies for limit in limits if limit)} is stated", yes)
        return Verdict("pass" if rule.stated else "fail", "the policy states it", yes)
    parts = [partial(fact, rule.values[0] if rule.values else None) for fact in no]
    if not rule.stated and all(part and not part.says.search(rule.topic) for part in parts):
        return Verdict("unknown", f"only {next(part.denies for part in parts if part)} is denied", no)
    return Verdict("fail" if rule.stated else "pass", "the policy denies it", no)


def _sharing(rule: Rule, facts: Sequence[Any]) -> Verdict:
    """ "Third parties" are all who do not act for the vendor; who shares with none of them shares with no advertiser either."""
    anybody = not rule.stated and THIRD in rule.values
    meant = {*rule.values, *(outsiders()["recipients"] if anybody else ())}
    said = [fact for fact in facts if not rule.values or fact.recipient_category in meant]
    if anybody:
        said = [fact for fact in said if fact.polarity == "no" or fact.condition not in outsiders()["conditions"]]
        if any(fact.polarity == "yes" for fact in said):
            said = [fact for fact in said if fact.polarity == "yes" or not _in_part(fact)]
    elif not rule.stated and not said:
        said = [fact for fact in facts if fact.recipient_category == THIRD and fact.polarity == "no"]
    verdict = _presence(rule, said)
    excepted = any(limit.everywhere for fact in verdict.facts if (limit := partial(fact)))
    if verdict.outcome == "pass" and not rule.stated and (excepted or all(map(_in_part, verdict.facts))):
        return Verdict("unknown", "only sharing of some data, or in some cases, is denied", verdict.facts)
    return verdict


def _in_part(fact: Any) -> bool:
    """Whether sharing is denied of some data, under a condition, or as a sale alone."""
    return fact.condition != "none" or fact.data != ["any"] or partial(fact) is not None


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
    whole = any(map(taxonomy.stands_for_group, denied))
    if whole or denied >= set(rule.values):
        return verdict
    return Verdict("unknown", f"only {display.plain(', '.join(sorted(denied)))} is denied", verdict.facts)


def _security(rule: Rule, facts: Sequence[Any]) -> Verdict:
    said = [fact for fact in facts if fact.measure in rule.values]
    if rule.name and not called(rule.name, rule.kind):
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
        # The same length may be written in months or in days: 180 days are half a year, 31 days a month.
        too_long = most is not None and days > most * (1 + SAME_LENGTH)
        too_short = least is not None and days < least * (1 - SAME_LENGTH)
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
    "sharing": _sharing,
}
