"""The words a fact rests on, taken from the policy once and in one way."""

from __future__ import annotations

from typing import Any

from index.domain import Clause, Policy
from index.facts import QUOTE_LIMIT


def evidence(policy: Policy, start: int, end: int, origin: str, clause: Clause | None = None) -> dict[str, Any]:
    """The fields every fact shares, for the quote `policy.text[start:end]`: trimmed of outer white space, at most 700 characters.

    `clause` may be handed in where it is known; else the one that holds `start`. In a heading the section is the heading itself.
    """
    start, end = trimmed(policy.text, start, min(end, start + QUOTE_LIMIT))
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


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same range without white space at either end."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
