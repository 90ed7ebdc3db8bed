"""How to reach the vendor about privacy: every e-mail address, phone number and postal address, links and menus where one can act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from index.domain import Policy
from index.facts import Channel, Contact
from ingest.evidence import evidence, trimmed
from ingest.extract.document import is_own
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

# A letter or digit of an address: Chinese is written up to it without a space (请发送至x@acme.example).
_LETTER = r"[^\W\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef]"
_EMAIL = re.compile(
    rf"(?<!{_LETTER})(?<![.+/-])(?P<email>(?:~|{_LETTER})(?:{_LETTER}|[.+%/~-])*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{{2,}})"
    r"|(?P<hidden>\\?\[e-?mail[\s\xa0]protected\\?\])",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"(?<!\w)[\w.+-]+\s?(?:\[at\]|\(at\)|\{at\})\s?[\w-]+(?:(?:\s?(?:\[dot\]|\(dot\))\s?|\.)[\w-]+)+", re.IGNORECASE)
_LINKED = re.compile(r"(?P<shown>[^\]\n]{0,20}\])\((?:mailto:)?[^)\s]*\)")
# Where a link leads holds no word that a policy says: a cue there ("…/complaint") makes no contact of the link that follows.
_TARGET = re.compile(r"\]\([^)\s]+|https?://[^\s)>\]]+")
_LEADS_TO = re.compile(r"\[[^\[\]\n]*\]\(mailto:$", re.IGNORECASE)
# Links that touch are a menu of the page, not a sentence of the policy.
_MENU = re.compile(r"^\)\[|\)!?\[$")
# An e-mail address behind a link, hidden or not, is told as one.
_NO_PAGE = re.compile(r"email-protection|\w@[\w-]+\.\w", re.IGNORECASE)
# What an e-mail address is told with: "or by e-mail at x@acme.example", not the whole block or enumeration before it.
_TOLD = re.compile(
    r"\n\s*|\|\s|,\s(?=[\[\\*_]*$)|[,;(]?\s*\b(?:or|and)\s+(?=(?:by|via|through|to|at|e-?mail|write|contact|send)\b)"
    r"|(?=\b(?:please|you (?:can|may)|contact(?:ing)?|reach(?:ing)?|e-?mail(?:ing)?|writ(?:e|ing)|send(?:ing)?|by|via|through)\b)",
    re.IGNORECASE,
)
# Lines of an address: a block ends at a blank line, at a label, or where another channel begins.
_BLOCK_END = re.compile(
    r"\n[ \t*_]*\n|@|https?://|\[|\(\s*[“*\x22]|\b(?:tel|phone|fax|e-?mail|website|attention)\b\s*[:.]?|[:：]\s|\n[ \t*_]*(?=我们|您|你)",
    re.IGNORECASE,
)
_BLOCK_START = re.compile(r"\n[ \t*_]*\n|[:：]\s|[!?;。；]\s|(?<=[a-z)]{3})\.\s|\b(?:at|to|is|in|or|by)\s(?=[\dA-Z*_])|(?<=\()|\|\s|—\s")
_SENTENCE_END = re.compile(r"(?<=[\w)]{2})\.(?=\s+[A-Z][a-z]+ [a-z]|\s*$)|\)|。|；|\n[ \t*_]*\n|\|")


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Contact]:
    """The contacts of a policy in the order of the text, each channel and value once a place."""
    seen: set[tuple[str, str, object]] = set()
    once = {rule.id for language in ("en", "zh") for rule in Rulebook.load().of("contact", language) if rule.fields.get("once")}
    for fact in _all(policy):
        # 客服 is one way to write, however many requests of a section it takes.
        key = (fact.channel, fact.value, tuple(fact.section) if fact.origin in once else fact.end)
        if key not in seen:
            seen.add(key)
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
            targets = [target.span() for target in _TARGET.finditer(clause.text)]
            for match in rule.find(clause.text):
                value = match[channel].strip(" <>.“”\"'*")
                # "(0800 123 or 0800 456)": the bracket is the sentence's.
                value = value.lstrip("(") if value.count("(") > value.count(")") else value
                if channel == "url" and (
                    any(low < match.start() < high for low, high in targets)
                    or _NO_PAGE.search(_target(value))
                    or _MENU.search(clause.text[match.start(channel) - 1 : match.end(channel) + 1])
                ):
                    continue
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
        clause = policy.clause_at(match.start())
        low, high = (clause.start, clause.end) if clause else match.span()
        # Words that lead to an address tell it; of a link, what is shown is the statement, its target only doubles the length.
        hidden = _LEADS_TO.search(policy.text, low, match.start())
        link = None if hidden else _LINKED.match(policy.text, match.end())
        first, last = hidden.start() if hidden else match.start(), link.end() if link else match.end() + bool(hidden)
        start, _ = phrase(policy.text, first, match.end(), low, high)
        start, end = _told(policy.text, start, first), link.end("shown") if link else last
        yield _fact(policy, start, end, "contact.email", "email", match[0].strip("_.").replace("\\", ""))


def _told(text: str, start: int, end: int) -> int:
    """Where the words begin that tell an e-mail address, when its sentence is longer than that."""
    return max([start, *(cut.end() for cut in _TOLD.finditer(text, start, end))])


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
    for cut in _BLOCK_START.finditer(text, low, start + 1):
        first = cut.end() if cut.end() <= start else first
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
