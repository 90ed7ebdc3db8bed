"""How to reach the vendor about privacy: every e-mail address, phone number and postal address, links and menus where one can act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from index.domain import Policy
from index.facts import Contact
from ingest.evidence import evidence, trimmed
from ingest.extract.document import is_own
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

Channel = Literal["email", "phone", "address", "url", "in_app"]
_EMAIL = re.compile(
    r"(?<![\w.+/-])(?P<email>[~\w][\w.+%/~-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})|(?P<hidden>\\?\[e-?mail[\s\xa0]protected\\?\])",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"(?<!\w)[\w.+-]+\s?(?:\[at\]|\(at\)|\{at\})\s?[\w-]+(?:(?:\s?(?:\[dot\]|\(dot\))\s?|\.)[\w-]+)+", re.IGNORECASE)
_LINKED = re.compile(r"(?P<shown>[^\]\n]{0,20}\])\((?:mailto:)?[^)\s]*\)")
# Lines of an address: a block ends at a blank line, at a label, or where another channel begins.
_BLOCK_END = re.compile(r"\n[ \t*_]*\n|@|https?://|\[|\b(?:tel|phone|fax|e-?mail|website|attention)\b\s*[:.]?|[:：]\s", re.IGNORECASE)
_BLOCK_START = re.compile(r"\n[ \t*_]*\n|[:：]\s|[!?;。；]\s|(?<=[a-z)]{3})\.\s|\b(?:at|to|is|in|or|by)\s(?=[\dA-Z*_])|(?<=\()|\|\s|—\s")
_SENTENCE_END = re.compile(r"(?<=[\w)]{2})\.(?=\s+[A-Z][a-z]+ [a-z]|\s*$)|\)|。|；|\n[ \t*_]*\n|\|")
ADDRESS_LINES = 10


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Contact]:
    """The contacts of a policy in the order of the text, each channel and value once a place."""
    seen: set[tuple[str, str, int]] = set()
    for fact in _all(policy):
        if (fact.channel, fact.value, fact.start) not in seen:
            seen.add((fact.channel, fact.value, fact.start))
            yield fact


def _all(policy: Policy) -> Iterator[Contact]:
    yield from _emails(policy)
    for rule in (rule for language in ("en", "zh") for rule in Rulebook.load().of("contact", language)):
        if rule.fields["channel"] == "address" and "cue" not in rule.fields:
            yield from _addresses(policy, rule)
    for clause in policy.clauses:
        for rule in Rulebook.load().of("contact", clause.language):
            channel = cast(Channel, rule.fields["channel"])
            if channel == "address":
                continue
            for match in rule.find(clause.text):
                value = match[channel].strip(" <>.“”\"'*")
                first, last = clause.start + match.start(channel), clause.start + match.end(channel)
                begin = clause.start + match.start() if channel != "phone" else first
                start, end = phrase(policy.text, begin, last, clause.start, clause.end)
                yield _fact(policy, start, end, rule.id, channel, _target(value))


def _emails(policy: Policy) -> Iterator[Contact]:
    """Every address as written; one in a link is told once, from its visible words to the link's end."""
    last = -1
    for match in sorted([*_EMAIL.finditer(policy.text), *_SPELLED.finditer(policy.text)], key=lambda match: match.start()):
        if match.start() < last:
            continue
        link = _LINKED.match(policy.text, match.end())
        last = link.end() if link else match.end()
        clause = policy.clause_at(match.start())
        low, high = (clause.start, clause.end) if clause else (match.start(), last)
        start, end = phrase(policy.text, match.start(), min(last, high), low, high)
        if link:
            # What is shown of a link is the statement; its target only doubles the length.
            end = link.end("shown")
        yield _fact(policy, start, end, "contact.email", "email", match[0].rstrip(".").replace("\\", ""))


def _addresses(policy: Policy, rule: Rule) -> Iterator[Contact]:
    text, reached = policy.plain, -1
    for match in rule.pattern.finditer(text):
        if match.start() < reached:
            continue
        start, end = trimmed(text, *_grown(text, match.start("address"), match.end("address")))
        reached = end
        lines = [line.strip(" *_,") for line in text[start:end].splitlines()]
        if _is_ours(policy, start, end):
            yield _fact(policy, start, end, rule.id, "address", ", ".join(line for line in lines if line))


def _is_ours(policy: Policy, start: int, end: int) -> bool:
    """Whether an address is one to write to: the vendor's own name is in it, or the words or the heading before it say so.

    "A plugin of Umbra Inc., 12 Long Acre Street" is where somebody else lives.
    """
    if "\n" in policy.plain[start:end] or is_own(policy, policy.plain[start:end]):
        return True
    clause = policy.clause_at(start)
    before = policy.plain[max(clause.start if clause else 0, start - 200) : end]
    said = " / ".join([before, *(clause.section[-2:] if clause else ()), (clause.lead or "") if clause else ""])
    return any(
        rule.pattern.search(said) for language in ("en", "zh") for rule in Rulebook.load().of("contact", language) if "cue" in rule.fields
    )


def _grown(text: str, start: int, end: int) -> tuple[int, int]:
    """An address from the name above or before its street to its last line."""
    low, first = max(0, start - 160), max(0, start - 160)
    for cut in _BLOCK_START.finditer(text, low, start):
        first = cut.end()
    last = min(len(text), end + 160)
    for stop in (_BLOCK_END.search(text, end, last), _SENTENCE_END.search(text, end, last)):
        if stop:
            last = min(last, stop.start())
    return first, max(last, end)


def _target(value: str) -> str:
    """Where a link leads; other values are as written."""
    link = re.search(r"\]\((?P<target>[^)\s]+)\)", value)
    return link["target"] if link else value


def _fact(policy: Policy, start: int, end: int, origin: str, channel: Channel, value: str) -> Contact:
    return Contact(**evidence(policy, start, end, origin), channel=channel, value=value)
