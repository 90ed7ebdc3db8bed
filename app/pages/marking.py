"""A document's canonical text as a page shows it: headings, paragraphs, clauses and, in them, what facts rest on.

Nothing is left out, added or moved: the texts of all segments, joined, are the canonical text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from app.citing import anchor_of
from app.display import label
from app.escaping import without_controls
from app.saying import in_short
from index.domain import Heading, Span
from index.facts import QUOTE_LIMIT
from index.queries import IndexedClause

LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
# How facts are told apart by colour: what data, how long, who else, on what terms.
FAMILIES = {
    "collection": "data", "retention": "time", "breach_notification": "time", "sharing": "others", "storage_location": "others",
    "practice": "others", "security": "terms", "right": "terms", "children": "terms", "contact": "terms", "document": "terms",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segment:
    """Text under the same marks: classes (families, `no` for a denial, `span`, `at`, `markup`), ids of what begins here, what it says."""

    text: str
    classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A clause (with its anchor and language) or what stands between two."""

    segments: tuple[Segment, ...]
    anchor: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` from 2, in steps of one; `title` without markup), a paragraph, a block that is not searched (`flag` says why),
    or a gap between them."""

    kind: str
    parts: tuple[Part, ...]
    level: int = 0
    anchor: str | None = None
    title: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text and what the index knows of it."""

    start: int
    end: int
    kind: str
    of: Any = None


def blocks(
    text: str,
    headings: Sequence[Heading],
    clauses: Sequence[IndexedClause],
    flagged: Iterable[tuple[int, int, str]],
    facts: Iterable[Any],
    at: Span | None = None,
    markup: Sequence[Span] = (),
) -> list[Block]:
    """The document as blocks in order; the words of `at` are marked as what the reader came for."""
    marks = Marks(facts, at, markup)
    levels = dict(zip((heading.start for heading in headings), steps([heading.level for heading in headings]), strict=True))
    made: list[Block] = []
    paragraph: list[Part] = []

    def close() -> None:
        if paragraph:
            made.append(Block("paragraph", tuple(paragraph)))
            paragraph.clear()

    for piece in pieces(text, headings, clauses, flagged):
        if piece.kind in ("clause", "inline", "text"):
            part = Part(tuple(marks.segments(text, piece.start, piece.end)))
            if piece.kind == "clause":
                part = replace(part, anchor=anchor_of(piece.of.id), language=piece.of.language)
            paragraph.append(part)
            continue
        close()
        bare = (Segment(text[piece.start : piece.end]),)
        part = Part(bare if piece.kind == "gap" else tuple(marks.segments(text, piece.start, piece.end)))
        if piece.kind == "heading":
            made.append(Block("heading", (part,), level=levels[piece.start], anchor=f"h-{piece.start}", title=piece.of.text))
        else:
            made.append(Block(piece.kind, (part,), flag=piece.of or ""))
    close()
    return made


def pieces(
    text: str, headings: Sequence[Heading], clauses: Sequence[IndexedClause], flagged: Iterable[tuple[int, int, str]]
) -> Iterator[Piece]:
    """The whole text, cut into headings, clauses, flagged blocks and what stands between: white space, or text of no clause."""
    known = sorted(
        [
            *(Piece(heading.start, heading.end, "heading", heading) for heading in headings),
            *(Piece(clause.start, clause.end, "clause", clause) for clause in clauses),
            *(Piece(start, end, "flagged", flag) for start, end, flag in flagged),
        ],
        key=lambda piece: piece.start,
    )
    at = 0
    for piece in known:
        if piece.start < at:  # two of one stretch: the first has it
            continue
        yield from between(text, at, piece.start)
        yield piece
        at = piece.end
    yield from between(text, at, len(text))


def between(text: str, start: int, end: int) -> Iterator[Piece]:
    """What stands between two pieces; a line break in white space ends the paragraph."""
    if start < end:
        gap = text[start:end]
        yield Piece(start, end, "text" if gap.strip() else "gap" if LINE_BREAK.search(gap) else "inline")


def steps(levels: Sequence[int]) -> Iterator[int]:
    """Levels from 2 to 6 that never go down by more than one step, in the same order of depth."""
    open_: list[int] = []
    for level in levels:
        while open_ and open_[-1] >= level:
            open_.pop()
        open_.append(level)
        yield min(len(open_) + 1, 6)


class Marks:
    """What is marked in a document, by place."""

    def __init__(self, facts: Iterable[Any], at: Span | None, markup: Sequence[Span]) -> None:
        self._facts = sorted(facts, key=lambda fact: (fact.start, fact.end))
        self._starts = [fact.start for fact in self._facts]
        self._at = at
        self._anchored = False
        self._markup = markup
        self._markup_starts = [span.start for span in markup]

    def segments(self, text: str, start: int, end: int) -> Iterator[Segment]:
        """The text from `start` to `end`, cut wherever a mark begins or ends."""
        near = self._facts[bisect_left(self._starts, start - QUOTE_LIMIT) : bisect_left(self._starts, end)]
        here = [fact for fact in near if fact.end > start]
        cuts = {start, end}
        for fact in here:
            cuts |= {fact.start, fact.end, *((fact.span_start, fact.span_end) if fact.kind == "collection" else ())}
        if self._at:
            cuts |= {self._at.start, self._at.end}
        first = max(bisect_left(self._markup_starts, start) - 1, 0)
        for span in self._markup[first : bisect_left(self._markup_starts, end)]:
            cuts |= {span.start, span.end}
        inside = sorted(cut for cut in cuts if start <= cut <= end)
        for left, right in pairwise(inside):
            yield self._segment(text[left:right], left, [fact for fact in here if fact.start <= left < fact.end])

    def _segment(self, text: str, left: int, over: Sequence[Any]) -> Segment:
        spans = [fact for fact in over if fact.kind == "collection" and fact.span_start <= left < fact.span_end]
        classes = list(dict.fromkeys(FAMILIES[fact.kind] for fact in [*spans, *over]))
        classes += ["no"] * any(fact.polarity == "no" for fact in over) + ["span"] * bool(spans)
        ids = [fact.id for fact in over if fact.start == left]
        if self._at and self._at.start <= left < self._at.end:
            classes.append("at")
            ids += ["at"] * (not self._anchored)
            self._anchored = True
        before = bisect_right(self._markup_starts, left) - 1
        if before >= 0 and left < self._markup[before].end:
            classes.append("markup")
        begun = [fact for fact in over if (fact.span_start if fact.kind == "collection" else fact.start) == left]
        title = "; ".join(dict.fromkeys(f"{label(fact.kind, 'kind')}: {without_controls(in_short(fact))}" for fact in begun))
        return Segment(text, tuple(classes), tuple(ids), title)
