"""The canonical text of a document that has none of its own (HTML, PDF, DOCX), written block by block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.domain import Block, BlockKind, Reading, Span

Piece = tuple[str, bool]  # some text, and whether it is only markup

INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\0-\x08\x0e-\x1f\ud800-\udfff]"
)  # soft hyphens, zero-width spaces: they part words from their rules
END_OF_SENTENCE = re.compile(r"[.;:,!?。；：，、！？…]\W*$")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHORT = 120  # characters: a longer line in bold is emphasis and not a heading
BOLD_LEVEL = 7  # below h6: a bold line stands under the real headings
ABSOLUTE = re.compile(r"(?:https?://|mailto:|tel:)\S{1,2000}", re.I)


@dataclass
class Manuscript:
    """Grows by whole blocks; every offset is right when it is written and never moves."""

    pieces: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    markup: list[Span] = field(default_factory=list)
    length: int = 0

    def add(self, pieces: list[Piece], kind: BlockKind, level: int = 0, flag: str = "") -> None:
        """Writes one block, outer white space and invisible characters left out; nothing when only markup is left."""
        pieces = [(INVISIBLE.sub("", text), mark) for text, mark in pieces]
        while pieces and not pieces[0][0].strip():
            pieces.pop(0)
        while pieces and not pieces[-1][0].strip():
            pieces.pop()
        if not any(text.strip() for text, mark in pieces if not mark):
            return
        pieces[0] = (pieces[0][0].lstrip(), pieces[0][1])
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
        if self.blocks:
            close = kind in (BlockKind.ITEM, BlockKind.ROW) and self.blocks[-1].kind is kind
            self.write("\n" if close else "\n\n")
        start = self.length
        for text, mark in pieces:
            if mark and text:
                self.markup.append(Span(self.length, self.length + len(text)))
            self.write(text)
        self.blocks.append(Block(start, self.length, kind, level, flag))

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def reading(self, media_type: str, title: str | None) -> Reading:
        return Reading(
            "".join(self.pieces), tuple(self.blocks), media_type, tuple(self.markup), title=" ".join((title or "").split()) or None
        )


def reads_as_heading(text: str) -> bool:
    """Whether a line that is bold throughout is a heading: short, and neither a sentence nor the document's date."""
    text = text.strip()
    dated = YEAR.search(text) or (text.startswith("(") and text.endswith(")"))
    return 1 < len(text) <= SHORT and END_OF_SENTENCE.search(text) is None and not dated and any(c.isalpha() for c in text)


def linked(words: list[Piece], target: str) -> list[Piece]:
    """Words that link to `target` as Markdown writes them: `[our policy](https://…)`. Left alone where they are the target."""
    shown = "".join(text for text, _ in words)
    if not shown.strip() or not ABSOLUTE.fullmatch(target) or address(shown) == address(target):
        return words
    while not words[0][0].strip():
        words = words[1:]
    first, mark = words[0]
    space = first[: len(first) - len(first.lstrip())]
    if shown[0].isspace():
        space = space or " "
    return [(space, False), ("[", True), (first.lstrip(), mark), *words[1:], (f"]({target})", True)]


def address(text: str) -> str:
    """An address as it compares with the words that link to it."""
    text = text.strip().lower().removeprefix("mailto:").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    if text.startswith("tel:") or re.fullmatch(r"[+\d][\d\s().-]+", text):
        return "".join(c for c in text if c.isdigit())
    return text.split("?")[0].rstrip("/")
