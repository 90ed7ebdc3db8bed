"""Lines of plain text that belong together: sentences wrapped at a width, a number alone on its line, a label above its text."""

from __future__ import annotations

import re
from dataclasses import replace

from index.domain import Block, BlockKind, Reading
from ingest import numbering, titles


def joined(reading: Reading) -> list[Block]:
    """The blocks, with lines of plain text joined where one goes on in the next."""
    found: list[Block] = []
    wrapped = _hard_wrapped(reading)
    for block in reading.blocks:
        last = found[-1] if found else None
        both_lines = last is not None and last.kind is BlockKind.LINE and block.kind is BlockKind.LINE
        if last is not None and both_lines and _goes_on(reading, last, block, wrapped):
            found[-1] = replace(last, end=block.end)
        else:
            found.append(block)
    return found


def _hard_wrapped(reading: Reading) -> bool:
    """Whether the lines of a plain text are broken at a width, as in e-mails: many of nearly the same length, few that end a sentence."""
    lines = [reading.text[block.start : block.end] for block in reading.blocks if block.kind is BlockKind.LINE]
    if len(lines) < 12:
        return False
    widest = sorted(len(line) for line in lines)[int(len(lines) * 0.95)]
    full = [line for line in lines if len(line) > widest * 0.75]
    return 40 <= widest <= 130 and len(full) > len(lines) * 0.4 and sum(bool(titles.ENDED.search(line)) for line in full) < len(full) * 0.5


def _goes_on(reading: Reading, last: Block, block: Block, wrapped: bool) -> bool:
    """Whether the line `block` goes on with what the line `last` began; `wrapped`: this text is broken at a width."""
    text, plain = reading.text, reading.plain
    if "[" in text[last.start : last.end] and any(span.start < last.end < span.end for span in reading.markup):
        return True  # a picture or link written over two lines
    above, here = plain[last.start : last.end].strip(), plain[block.start : block.end].strip()
    if not above or not here:
        return False
    blank = plain.count("\n", last.end, block.start) > 1
    if not titles.WORD.search(here):
        return not blank
    numbered = numbering.read(plain, block.start, block.end, {})
    if numbering.bullet(plain, block.start, block.end) > block.start:
        return False
    if here[0] in "，、：。；）”」,;:)":
        return not blank
    if titles.emphasised(text[last.start : last.end]) and above[-1] in ":：":
        return not blank  # "**Log data:**" runs into the sentence under it
    if numbered is not None:
        return False
    own = numbering.read(plain, last.start, last.end, {})
    if own is not None and own.style not in numbering.DIVISIONS and own.end >= last.start + len(plain[last.start : last.end].rstrip()):
        return not blank  # a number alone on its line
    ended = titles.ENDED.search(above) is not None
    if not ended and here[0].islower():
        return len(above) >= 60 or (wrapped and not blank)
    if blank or ended:
        return False
    if above[-1] in ",，、":
        return True
    if wrapped:
        return len(above) >= 40
    return titles.han(above) >= 20 and re.match(r"[“‘「《]?\s*[\u3400-\u9fff]", here) is not None
