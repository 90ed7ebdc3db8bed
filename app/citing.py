"""Words of a policy as they are cited: each quote once, what it is cited for marked in it, with the way to its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quote; marked where it is what the quote is cited for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote and where it stands. The pieces joined are the quote."""

    document: str
    clause: str | None
    section: tuple[str, ...]
    start: int
    end: int
    quote: str
    pieces: tuple[Piece, ...]


def place(cited: Any, span: Any = None) -> str:
    """Where a fact, a clause or a citation stands: its clause is scrolled to, its words (or those of `span`) are marked."""
    marked = span or cited
    clause: str | None = cited.clause if hasattr(cited, "clause") else cited.id
    anchor = anchor_of(clause) if clause else "at"
    return f"/documents/{cited.document}?at={marked.start}-{marked.end}#{anchor}"


def anchor_of(clause: str) -> str:
    """The anchor of a clause on the page of its document: `fernly-1a2b3c4d.0012` stands at `c-0012`."""
    return f"c-{clause.rpartition('.')[2]}"


def cited(facts: Iterable[Any]) -> list[Cited]:
    """The quotes of facts in the order they stand, each once; of a collected type its span is marked."""
    by_place: dict[tuple[str, int, int], list[Any]] = {}
    for fact in facts:
        by_place.setdefault((fact.document, fact.start, fact.end), []).append(fact)
    return [
        Cited(first.document, first.clause, tuple(first.section), start, end, first.quote, tuple(pieces(first.quote, spans(of, start))))
        for (_, start, end), of in sorted(by_place.items())
        for first in of[:1]
    ]


def spans(facts: Iterable[Any], start: int) -> list[tuple[int, int]]:
    """The spans of collection facts in a quote that starts at `start`."""
    return sorted({(fact.span_start - start, fact.span_end - start) for fact in facts if fact.kind == "collection"})


def pieces(text: str, marked: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """The text cut so that what is marked stands alone; marks that overlap become one."""
    at = 0
    for start, end in merged(marked):
        if start > at:
            yield Piece(text[at:start], False)
        yield Piece(text[start:end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that overlap or touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
