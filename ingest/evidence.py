"""The words a fact rests on, taken from the policy once and in one way."""

from __future__ import annotations

import re
from typing import Any

from index.domain import Clause, Policy
from index.facts import QUOTE_LIMIT
from index.variants import HAN

# A letter or digit of a script that spaces its words.
LETTER = re.compile(rf"(?!{HAN.pattern})[^\W_]")


def evidence(policy: Policy, start: int, end: int, origin: str, clause: Clause | None = None) -> dict[str, Any]:
    """The fields every fact shares, for the quote `policy.text[start:end]`: trimmed of outer white space, at most 700 characters
    and no half of a word.

    `clause` may be handed in where it is known; else the one that holds `start`. In a heading the section is the heading itself.
    """
    if end - start > QUOTE_LIMIT:
        end = before_word(policy.text, start, start + QUOTE_LIMIT)
    start, end = trimmed(policy.text, start, end)
    clause = clause or policy.clause_at(start)
    return {
        "vendor": policy.vendor.id,
        "document": policy.document,
        "clause": clause.id if clause else None,
        "quote": policy.text[start:end],
        "start": start,
        "end": end,
        "section": list(clause.section)
        if clause
        else [heading.text for heading in policy.headings if heading.start <= start < heading.end],
        "origin": origin,
    }


def before_word(text: str, start: int, at: int) -> int:
    """The place nearest before `at` that cuts no word in two; `at` itself where one word reaches back to `start`."""
    found = at
    while found > start and in_word(text, found):
        found -= 1
    return found if found > start else at


def after_word(text: str, at: int) -> int:
    """The place nearest after `at` that cuts no word in two."""
    while in_word(text, at):
        at += 1
    return at


def in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(LETTER.match(text[at - 1]) and LETTER.match(text[at]))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same range without white space at either end."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
