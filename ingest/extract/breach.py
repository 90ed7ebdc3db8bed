"""What happens after an incident: who is told, how soon, by which channels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.domain import Clause, Policy
from index.facts import BreachNotification
from index.periods import periods
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

# A word of keeping so near before a period governs it: "logs are kept for 90 days", "the past 12 months".
KEPT = 25


def find(policy: Policy, tools: Tools | None = None) -> Iterator[BreachNotification]:
    """The breach notifications of a policy: one a sentence that says who is told."""
    before: Clause | None = None
    for clause in policy.clauses:
        found = False
        rules = Rulebook.load().of("breach_notification", clause.language)
        for rule in (rule for rule in rules if "cue" not in rule.fields):
            # "We will inform you by e-mail" speaks of an incident only right after the sentence that names it.
            if rule.fields.get("follows") and not (before and before.section == clause.section):
                continue
            match = next(rule.find(clause.plain), None)
            if match and not found:
                found = True
                start, end = phrase(policy.plain, clause.start + match.start(), clause.start + match.end(), clause.start, clause.end)
                told = _told(policy.plain[start:end], rules)
                deadline = _deadline(clause, match.start(), match.end())
                yield BreachNotification(**evidence(policy, start, end, rule.id, clause), deadline=deadline, **told)
        before = clause if found else (before if before and clause.ordinal - before.ordinal <= 2 else None)


def _deadline(clause: Clause, start: int, end: int) -> str | None:
    """The time within which it is told: the nearest that is a limit, else the nearest that is no time of keeping or looking back."""
    kept = Context.of(clause.language).deadline["kept"]
    found = list(periods(clause.plain))
    limits = [period for period in found if period.bound == "at_most"]
    others = [period for period in found if not kept.search(clause.plain[max(0, period.start - KEPT) : period.end])]
    nearest = min(limits or others, key=lambda period: max(start - period.end, period.start - end, 0), default=None)
    return nearest.iso if nearest else None


def _told(quote: str, rules: Sequence[Rule]) -> dict[str, Any]:
    """Who is told, and by which ways; what is said of an exception ("unless law enforcement asks us to wait") tells nobody."""
    first = min((match.start() for match in _cue("exception", quote, rules)), default=len(quote))
    said = quote[:first]
    to = next((who for who in ("authority", "customer") if any(_cue(who, said, rules))), "user")
    return {"to": to, "channel": list(dict.fromkeys(match[0] for match in _cue("channel", said, rules)))}


def _cue(cue: str, text: str, rules: Sequence[Rule]) -> Iterator[re.Match[str]]:
    return (match for rule in rules if rule.fields.get("cue") == cue for match in rule.find(text))
