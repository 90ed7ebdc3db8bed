"""What happens after an incident: who is told, how soon, by which channels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.domain import Clause, Policy
from index.facts import BreachNotification
from index.periods import periods
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rulebook

_CHANNELS = re.compile(
    r"(?<!\w)(?:e-?mails?|SMS|text messages?|phone calls?|telephone|push notifications?|in-app (?:notifications?|messages?)"
    r"|letters?|post(?:al mail)?|(?:public |publish )?announcements?|(?:notice|posting) on (?:our|the) (?:website|site)|pop-?ups?)(?!\w)"
    r"|邮件|电子邮件|短信|电话|信函|推送通知|站内信|公告|弹窗",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"\b(?:authorit(?:y|ies)|regulators?|commissioners?|law enforcement)\b|监管|主管部门|上报|网信", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"\b(?:customers?|controllers?|merchants?|administrators?|organi[sz]ations?|employers?)\b|客户|企业用户|管理员", re.IGNORECASE
)
# "We notify you unless law enforcement asks us to wait" tells no authority.
_EXCEPTION = re.compile(r"\b(?:unless|except)\b|除非", re.IGNORECASE)
# A word of keeping so near before a period governs it: "logs are kept for 90 days", "the past 12 months".
KEPT = 25


def find(policy: Policy, tools: Tools | None = None) -> Iterator[BreachNotification]:
    """The breach notifications of a policy: one a sentence that says who is told."""
    before: Clause | None = None
    for clause in policy.clauses:
        found = False
        for rule in Rulebook.load().of("breach_notification", clause.language):
            # "We will inform you by e-mail" speaks of an incident only right after the sentence that names it.
            if rule.fields.get("follows") and not (before and before.section == clause.section):
                continue
            match = next(rule.find(clause.plain), None)
            if match and not found:
                found = True
                start, end = phrase(policy.plain, clause.start + match.start(), clause.start + match.end(), clause.start, clause.end)
                yield _fact(policy, clause, start, end, rule.id, _deadline(clause, match.start(), match.end()))
        before = clause if found else (before if before and clause.ordinal - before.ordinal <= 2 else None)


def _deadline(clause: Clause, start: int, end: int) -> str | None:
    """The time within which it is told: the nearest that is a limit, else the nearest that is no time of keeping or looking back."""
    kept = Context.of(clause.language).deadline["kept"]
    found = list(periods(clause.plain))
    limits = [period for period in found if period.bound == "at_most"]
    others = [period for period in found if not kept.search(clause.plain[max(0, period.start - KEPT) : period.end])]
    nearest = min(limits or others, key=lambda period: max(start - period.end, period.start - end, 0), default=None)
    return nearest.iso if nearest else None


def _fact(policy: Policy, clause: Clause, start: int, end: int, origin: str, deadline: str | None) -> BreachNotification:
    said = _EXCEPTION.split(policy.plain[start:end])[0]
    to = "authority" if _AUTHORITY.search(said) else "customer" if _CUSTOMER.search(said) else "user"
    channels = list(dict.fromkeys(match[0] for match in _CHANNELS.finditer(said)))
    return BreachNotification(**evidence(policy, start, end, origin, clause), deadline=deadline, channel=channels, to=to)
