"""The parts of a document: which blocks are headings and how deep, which are items, paragraphs, rows or a table of contents.

Readers of marked-up formats know their headings; in plain text only numbers, shape and place tell them. Both end as the same `Part`s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.domain import Block, BlockKind, Reading
from index.variants import HAN
from ingest import lines, numbering, titles
from ingest.levels import Open, close

_ANCHOR = re.compile(r"\s*(?:[-*+•]|\d+[.)])?\s*\[[^\]\n]+\]\(#[^()\s]*\)\s*")
# What a careless editor marked as a heading and is a paragraph: Chinese sentences, several or a whole one.
_SENTENCES = re.compile(r"[。；]\W*\w|\S{20,}[。；]\W*$")
_ALWAYS = (*numbering.DIVISIONS, "zh-article")


@dataclass(frozen=True, slots=True)
class Part:
    """A block whose part in the document is known. `level` of a heading is its depth in the outline, of an item its depth in lists."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    number: numbering.Number | None = None
    flag: str = ""
    # What a heading is compared by: the reader's level (`#` signs), or 0 where only number and shape tell.
    marked: int = 0


def parts(reading: Reading) -> list[Part]:
    """Every block of the reading as a part, in order; lines that belong together are joined, headings have their depth."""
    found = _numbered(reading, lines.joined(reading))
    found = _contents(reading, found)
    return _levels(reading, _headings(reading, found))


def shown(reading: Reading, start: int, end: int) -> str:
    """The words of a range on one line, as a reader sees them: without markup, and without the gaps it leaves."""
    text, plain = reading.text[start:end], reading.plain[start:end]
    if text == plain:
        return " ".join(plain.split())
    seen = []
    for written, blanked in zip(text, plain, strict=True):
        if blanked != " " or written.isspace():
            seen.append(blanked)
        elif written in "<>|":
            seen.append(" ")
    return " ".join("".join(seen).split())


def _numbered(reading: Reading, blocks: Sequence[Block]) -> list[Part]:
    """The blocks as parts, each with its number; a line with a bullet is an item."""
    previous: dict[str, tuple[int, ...]] = {}
    found: list[Part] = []
    for block in blocks:
        number = None
        start = block.start
        if block.kind is not BlockKind.FLAGGED and block.kind is not BlockKind.ROW:
            number = numbering.read(reading.plain, block.start, block.end, previous)
            start = numbering.bullet(reading.plain, block.start, block.end)
            if number is not None:
                previous[number.style] = number.value
        kind, level = block.kind, block.level
        if kind is BlockKind.HEADING and _SENTENCES.search(reading.plain, block.start, block.end):
            kind, level = BlockKind.PARAGRAPH, 0
        if kind is BlockKind.LINE:
            bulleted = start > block.start
            kind, level = (BlockKind.ITEM, _indent(reading.text, block.start)) if bulleted else (BlockKind.PARAGRAPH, 0)
        marked = block.level if kind is BlockKind.HEADING else 0
        found.append(Part(block.start, block.end, kind, level, number, block.flag, marked))
    return found


def _indent(text: str, start: int) -> int:
    """Depth of an item of plain text by its white space: 1 or more. Depths are compared, steps of one are not counted on."""
    line = text.rfind("\n", 0, start) + 1
    return 1 + len(text[line:start].expandtabs(4)) // 2


def _bare(plain: str, part: Part) -> str:
    """The words of a block without its number or bullet."""
    start = part.number.end if part.number else numbering.bullet(plain, part.start, part.end)
    return " ".join(plain[start : part.end].split())


def _key(words: str) -> str:
    return re.sub(r"[\W_]+", " ", words.lower()).strip()


def _contents(reading: Reading, found: list[Part]) -> list[Part]:
    """Flags runs of short blocks that repeat what later blocks are headed by: a table of contents."""
    plain = reading.plain
    text = [_key(_bare(plain, part)) for part in found]
    anchors = [_ANCHOR.fullmatch(reading.text, part.start, part.end) is not None for part in found]
    listed = [_may_list(plain, part) for part in found]
    later = {words: place for place, words in enumerate(text) if words and _heads(found, listed, place)}
    result = list(found)
    place = 0
    while place < len(found):
        stop = place
        while stop < len(found) and listed[stop]:
            stop += 1
        run = range(place, stop)
        repeated = [at for at in run if anchors[at] or later.get(text[at], 0) > at]
        if len(repeated) >= 3 and len(repeated) * 2 > repeated[-1] - repeated[0]:
            first, last = repeated[0], repeated[-1]
            numbers = [found[at].number for at in repeated]
            while first > place and numbers[0] is not None and found[first - 1].number is not None:
                first -= 1
            for at in range(first, last + 1):
                result[at] = replace(found[at], kind=BlockKind.FLAGGED, flag="contents", level=0)
        place = max(stop, place + 1)
    return result


def _heads(found: list[Part], listed: list[bool], place: int) -> bool:
    """Whether a table of contents may name this block: text stands under it, or a number of another style."""
    part, following = found[place], found[place + 1] if place + 1 < len(found) else None
    if part.kind is BlockKind.HEADING or following is None:
        return part.kind is BlockKind.HEADING
    styles = [other.number.style if other.number else None for other in (part, following)]
    return (part.kind is BlockKind.PARAGRAPH or part.number is not None) and (not listed[place + 1] or styles[0] != styles[1])


def _may_list(plain: str, part: Part) -> bool:
    """Whether the block could be an entry of a table of contents."""
    if part.kind in (BlockKind.FLAGGED, BlockKind.ROW, BlockKind.HEADING):
        return False
    words = _bare(plain, part)
    return bool(words) and titles.length(words) <= 20 and not re.search(r"[.;:。；：]$", words)


def _headings(reading: Reading, found: list[Part]) -> list[Part]:
    """Turns the blocks that only number and shape show as headings into headings."""
    result = list(found)
    plain = reading.plain
    seen_text = False
    for place, part in enumerate(found):
        if part.kind is BlockKind.FLAGGED:
            continue
        if part.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and _is_heading(reading, found, result, place, not seen_text):
            result[place] = replace(part, kind=BlockKind.HEADING, level=0)
        seen_text = seen_text or bool(titles.length(plain[part.start : part.end]) > 20)
    return result


def _is_heading(reading: Reading, found: list[Part], result: list[Part], place: int, at_top: bool) -> bool:
    plain, part = reading.plain, found[place]
    words = _bare(plain, part)
    following = next((found[at] for at in range(place + 1, len(found)) if found[at].flag != "markup"), None)
    if following is None or "\n\n" in reading.text[part.start : part.end] or not (words or part.number):
        return False
    if part.number is not None:
        return _numbered_heading(plain, found, result, place, following, words)
    if part.kind is BlockKind.ITEM or part.level:
        return False
    if numbering.bracketed(reading.text, part.start, part.end) and "](" not in reading.text[part.start : part.end + 1]:
        return True
    if at_top and titles.POLICY.search(words) and titles.titled(words, 12):
        return True
    if titles.emphasised(reading.text[part.start : part.end]):
        # Two bold lines in a row are the heads of a table's columns, or lines to catch the eye.
        beside = [other for other in (*found[max(0, place - 1) : place], following) if other.kind is BlockKind.PARAGRAPH]
        alone = not any(titles.emphasised(reading.text[other.start : other.end]) for other in beside)
        stated = words.endswith(".") and (titles.length(words) > 5 or titles.STATES.match(words))
        return alone and not stated and titles.titled(words.rstrip(":：."), 15) and _is_body(following)
    return _plain_heading(reading, part, result, place, following, words)


def _plain_heading(reading: Reading, part: Part, result: list[Part], place: int, following: Part, words: str) -> bool:
    """A short line without number or mark that heads what follows."""
    plain = reading.plain
    label = re.fullmatch(r"(.{2,40})[:：]", words)
    if label is not None and titles.length(label.group(1)) <= 2 and following.kind is BlockKind.PARAGRAPH and not _short(plain, following):
        words = label.group(1)
    if not titles.titled(words, 14) or not (words[0].isupper() or HAN.match(words)):
        return False
    if titles.POLICY.search(words) and titles.titled(words, 8) and _is_body(following):
        return "](" not in reading.text[part.start : part.end]
    if not _is_body(following) or (_short(plain, following) and following.kind is not BlockKind.ITEM):
        return False
    before = result[place - 1] if place else None
    if before is not None and before.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        above = plain[before.start : before.end].strip()
        if (before.level == 0 and re.search(r"[:：]$", above)) or (not titles.ENDED.search(above) and titles.length(above) <= 12):
            return titles.title_case(words)  # in a list without bullets no line heads the next
    return not re.search(r"\d", words)


def _numbered_heading(plain: str, found: list[Part], result: list[Part], place: int, following: Part, words: str) -> bool:
    """A numbered line is a heading when it is a title and something stands under it; the same number on statements makes items."""
    part, number = found[place], found[place].number
    assert number is not None
    if number.bullet and number.style not in _ALWAYS:
        return False
    if number.style in _ALWAYS:
        return titles.titled(words, 16) or not words
    if not words:
        return False
    sibling = following.number is not None and following.number.style == number.style and following.kind is not BlockKind.HEADING
    if sibling and following.number is not None and following.number.depth <= number.depth:
        return False
    before = result[place - 1] if place else None
    if before is not None and before.kind is not BlockKind.HEADING and before.number is not None and before.kind is not BlockKind.FLAGGED:
        same = before.number.style == number.style and before.number.depth == number.depth and before.number.bullet == number.bullet
        if same and before.number.value < number.value and titles.length(plain[before.start : before.end]) <= 40:
            return False  # the last of a list
    if following.kind is BlockKind.FLAGGED or part.level > 1:
        return False
    strict = titles.titled(words, 16)
    if strict:
        return not words[0].islower() or number.depth > 1
    loose = titles.titled(re.sub(r"[.:。：]$", "", words), 9)
    return loose and _in_series(plain, found, place)


def _in_series(plain: str, found: list[Part], place: int) -> bool:
    """Whether the number before or after this one, in the same style, also stands on a short line with text under it."""
    number = found[place].number
    assert number is not None
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(found):
            other = found[at].number
            if other is not None and other.style == number.style and other.depth == number.depth and other.bullet == number.bullet:
                near = other.value[-1] == number.value[-1] + step and other.value[:-1] == number.value[:-1]
                if near and abs(at - place) > 1 and titles.length(plain[found[at].start : found[at].end]) <= 12:
                    return True
                break
            at += step
    return False


def _short(plain: str, part: Part) -> bool:
    words = _bare(plain, part)
    return titles.length(words) <= 7 and not titles.ENDED.search(words)


def _is_body(part: Part) -> bool:
    """Whether a heading can stand above this block."""
    return part.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING)


def _levels(reading: Reading, found: list[Part]) -> list[Part]:
    """Gives each heading its depth: by the reader's levels, then by numbering styles nested as they appear, then untitled ones."""
    stack: list[Open] = []
    result = []
    first = next((place for place, part in enumerate(found) if part.kind is BlockKind.HEADING), None)
    for place, part in enumerate(found):
        if part.kind is BlockKind.HEADING:
            number = part.number
            name = shown(reading, part.start, part.end)
            is_title = number is None and not part.marked and titles.POLICY.search(name) is not None and titles.length(name) <= 10
            if not part.marked and is_title and (place == first or (stack and stack[0].style == "doc")):
                stack = [Open("doc", (), 0)]
            else:
                opened = Open(number.style if number else "title", number.value if number else (), part.marked)
                close(stack, opened)
                stack.append(opened)
            part = replace(part, level=len(stack))
        result.append(part)
    return result
