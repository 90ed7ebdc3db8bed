"""What happens after an incident: who is told, how soon, by which channels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.domain import Clause, Policy
from index.facts import BreachNotification
from index.periods import periods
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rulebook

_CHANNELS = re.compile(
    r"(?<!\w)(?:e-?mails?|SMS|text messages?|phone calls?|telephone|push notifications?|in-app (?:notifications?|messages?)"
    r"|letters?|post(?:al mail)?|(?:public |publish )?announcements?|(?:notice|posting) on (?:our|the) (?:website|site)|pop-?ups?)(?!\w)"
    r"|邮件|电子邮件|短信|电话|信函|推送通知|站内信|公告|弹窗|上报",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"\b(?:authorit(?:y|ies)|regulators?|commissioners?|law enforcement)\b|监管|主管部门|上报|网信", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"\b(?:customers?|controllers?|merchants?|administrators?|organi[sz]ations?|employers?)\b|客户|企业用户|管理员", re.IGNORECASE
)


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
                yield _fact(policy, clause, start, end, rule.id)
        before = clause if found else (before if before and clause.ordinal - before.ordinal <= 2 else None)


def _fact(policy: Policy, clause: Clause, start: int, end: int, origin: str) -> BreachNotification:
    said = policy.plain[start:end]
    deadline = next((period.iso for period in periods(clause.plain)), None)
    to = "authority" if _AUTHORITY.search(said) else "customer" if _CUSTOMER.search(said) else "user"
    channels = list(dict.fromkeys(match[0] for match in _CHANNELS.finditer(said)))
    return BreachNotification(**evidence(policy, start, end, origin, clause), deadline=deadline, channel=channels, to=to)
