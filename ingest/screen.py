"""What a text must hold for a pattern to match in it: words derived from the pattern, so that most rules are never tried on most clauses.

`needles` reads the parsed pattern. Of what stands in a row the most telling part is taken; of alternatives each must give one, or the
row looks elsewhere. A pattern that demands no words (`\\d+`) has none, and is always tried.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as code  # type: ignore[attr-defined]  # the standard library's own parser; no other reads its dialect
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# A longer needle is no better than one of this many letters; more needles than this cost as much as the pattern.
TELLING, MOST = 4, 60


@lru_cache(maxsize=64)
def lowered(text: str) -> str:
    """A clause's text in lower case, kept while its rules are tried."""
    return text.lower()


def needles(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Words in lower case of which every match of the pattern, in lower case, holds at least one; none where nothing is demanded."""
    return tuple(sorted(_of(parser.parse(pattern.pattern, pattern.flags)) or ()))


def _of(row: Any) -> frozenset[str] | None:
    choices: list[frozenset[str]] = []
    run = ""
    for operation, operand in [*row, (None, None)]:
        if operation is code.LITERAL:
            run += chr(operand).lower()
            continue
        if run:
            choices.append(frozenset({run}))
            run = ""
        found = _of_one(operation, operand)
        if found:
            choices.append(found)
    usable = [choice for choice in choices if len(choice) <= MOST]
    return max(usable, key=_worth, default=None)


def _of_one(operation: Any, operand: Any) -> frozenset[str] | None:
    if operation is code.BRANCH:
        branches = [_of(branch) for branch in operand[1]]
        return None if None in branches else frozenset().union(*(branch for branch in branches if branch))
    if operation is code.SUBPATTERN:
        return _of(operand[-1])
    if operation in (code.MAX_REPEAT, code.MIN_REPEAT):
        return _of(operand[2]) if operand[0] else None
    if operation is code.ASSERT:
        return _of(operand[1])
    return None


def _worth(choice: frozenset[str]) -> tuple[int, int]:
    """The shortest needle decides, up to a length that tells enough; then the fewer the better."""
    return min(min(map(len, choice)), TELLING), -len(choice)
