"""Blocks become clauses: a sentence or a list item each, with its section, its number and the sentence that leads into its list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from index.domain import Block, BlockKind, Clause, Heading, Policy, Reading, Vendor
from ingest import language, outline, sentences
from ingest.walk import Piece, Walk


def policy(reading: Reading, document_id: str, vendor: Vendor, count: Callable[[str], int], limit: int = 200) -> Policy:
    """The policy of a reading. Every character that is not white space is in exactly one clause, heading or flagged block, and no clause
    has more than `limit` wordpieces as `count` counts them."""
    walk = Walk(reading, count, limit)
    for part in outline.parts(reading):
        walk.take(part)
    walk.pieces = _grown(reading, walk)
    over = next((piece for piece in walk.pieces if not sentences.fits(reading.plain[piece.start : piece.end], limit, count)), None)
    assert over is None, f"a clause of more than {limit} wordpieces at {over}"
    flagged = sorted([*walk.flagged, *_left_over(reading, walk)], key=lambda block: block.start)
    return Policy(
        document=document_id,
        vendor=vendor,
        text=reading.text,
        plain=reading.plain,
        clauses=tuple(_clauses(reading, document_id, walk.pieces)),
        headings=tuple(walk.headings),
        flagged=tuple(flagged),
    )


def _grown(reading: Reading, walk: Walk) -> list[Piece]:
    """The pieces in order, each with the markup that touches its words: `**` and `](…)` go where their words go, cell borders nowhere."""
    text, plain = reading.text, reading.plain
    grown: list[Piece] = []
    pieces = sorted(walk.pieces, key=lambda piece: piece.start)
    others: list[Heading | Block] = sorted([*walk.headings, *walk.flagged], key=lambda other: other.start)
    starts = sorted([part.start for part in (*pieces, *others)] + [len(text)])
    ends = [other.end for other in others]
    for piece in pieces:
        below = bisect_right(ends, piece.start)
        floor = max(grown[-1].end if grown else 0, ends[below - 1] if below else 0)
        ceiling = starts[bisect_right(starts, piece.start)]
        start, end = piece.start, piece.end
        while end < ceiling and _attached(text, plain, end):
            end += 1
        while start > floor and _attached(text, plain, start - 1):
            start -= 1
        while start < end and text[start].isspace():
            start += 1
        grown.append(replace(piece, start=start, end=end))
    return grown


def _attached(text: str, plain: str, at: int) -> bool:
    return plain[at].isspace() and not text[at].isspace() and text[at] != "|"


def _clauses(reading: Reading, document_id: str, pieces: list[Piece]) -> Iterator[Clause]:
    known = language.of(reading.plain, "en")
    # What a clause does not tell (a name, an address) it takes from the one before it, so that mixed documents keep their halves.
    for ordinal, piece in enumerate(pieces):
        plain = reading.plain[piece.start : piece.end]
        known = language.of(plain, known)
        yield Clause(
            id=f"{document_id}.{ordinal:04d}",
            ordinal=ordinal,
            start=piece.start,
            end=piece.end,
            text=reading.text[piece.start : piece.end],
            plain=plain,
            section=piece.section,
            number=piece.number,
            lead=piece.lead,
            language=known,
        )


def _left_over(reading: Reading, walk: Walk) -> Iterator[Block]:
    """What no clause, heading or flagged block holds: markup between cells and after the last word of a block."""
    taken = sorted(
        [(piece.start, piece.end) for piece in walk.pieces]
        + [(h.start, h.end) for h in walk.headings]
        + [(b.start, b.end) for b in walk.flagged]
    )
    at = 0
    for start, end in [*taken, (len(reading.text), len(reading.text))]:
        if gap := sentences.trimmed(reading.text, at, start):
            yield Block(*gap, BlockKind.FLAGGED, flag="markup")
        at = max(at, end)
