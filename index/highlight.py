"""The part of a clause that matters to a question, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import words
from index.queries import IndexedClause
from index.variants import simplified

# Clauses found again and again: their parts are kept.
KEPT_CLAUSES = 4096
# A part shorter than this (half of it in Chinese) is not read alone: it goes with what follows.
SHORTEST = 20


@dataclass(frozen=True, slots=True)
class Highlight:
    """A piece of a clause, verbatim, with offsets in the document's canonical text."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stems:
    """What is looked for in a clause: the stem of each word asked for, with the stems of its synonyms."""

    terms: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, wanted: Sequence[str]) -> Stems:
        return cls(tuple((_stem(term), tuple(_stem(other) for other in words.related(term))) for term in wanted))

    def weight(self, part: str) -> float:
        """How many of the words asked for stand in a part; a synonym counts half."""
        total = 0.0
        for term, others in self.terms:
            if term in part:
                total += 1.0
            elif others and any(other in part for other in others):
                total += 0.5
        return total


def highlight(clause: IndexedClause, wanted: Stems) -> Highlight:
    """The sentence or part with most of the words asked for (a synonym counts half); the whole clause when none carries any."""
    most, start, end = 0.0, 0, len(clause.text)
    for lower, first, last in _parts(clause.text):
        weight = wanted.weight(lower)
        if weight > most:
            most, start, end = weight, first, last
    piece = clause.text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Highlight(clause.text[start:end], clause.start + start, clause.start + end)


@lru_cache(KEPT_CLAUSES)
def _parts(text: str) -> tuple[tuple[str, int, int], ...]:
    """Sentences and semicolon parts in lower case and Simplified Chinese, and where they stand.

    What is too short to be read alone joins the part after it.
    """
    parts: list[tuple[int, int]] = []
    begin = 0
    for match in re.finditer(r"[.!?;](?=\s)|[。；！？\n]", text):
        end = match.end()
        if end - begin >= SHORTEST or (re.search(r"[\u3400-\u9fff]", text[begin:end]) and end - begin >= SHORTEST // 2):
            parts.append((begin, end))
            begin = end
    if len(text) - begin >= SHORTEST or not parts:
        parts.append((begin, len(text)))
    elif text[begin:].strip():
        parts[-1] = (parts[-1][0], len(text))
    return tuple((simplified(text[first:last]).lower(), first, last) for first, last in parts)


@lru_cache(words.REMEMBERED)
def _stem(term: str) -> str:
    """Enough of an English word to be met in its other forms (`encrypted` and `encryption` share `encrypt`)."""
    return term if len(term) < 6 else re.sub(r"(?:ations?|ions?|ings?|ed|es|s|e)$", "", term)
