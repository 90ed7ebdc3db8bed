"""Markdown: the canonical text is the file's own; blocks by their marks, and which characters are only markup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.domain import Block, BlockKind, Reading, Span
from ingest.readers import inline

_FRONT = re.compile(r"\A(\+\+\+|---)[ \t]*\r?\n.*?^\1[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^title\s*[:=]\s*["']?(.+?)["']?\s*$""", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*<!--(?:(?!<!--|-->).)*-->[ \t]*$", re.DOTALL | re.MULTILINE)
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_ATX = re.compile(r"(#{1,6})(?=[ \t]|$)[ \t]*(.*?)([ \t]+#+)?[ \t]*")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ITEM = re.compile(r"(?:([-*+•●▪◦·])|(\d{1,3}(?:[.)]|、)))(?:[ \t]+(?=\S)|[ \t]*$)")
_LETTERED = re.compile(r"[(（](?:[a-z]{1,4}|[A-Z]|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]\s*\S")
_SEPARATOR = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_ATTRIBUTES = re.compile(r"\{:.*\}[ \t]*")
_LINK = re.compile(r"\s*!?\[[^\]\n]*\]\([^()\s]*\)\s*")
_STRONG = re.compile(r"(\*\*|__)(?!\s).+?\1[:：]?")
_COMPANY = re.compile(r"\b(?:Inc|Ltd|LLC|L\.L\.C|GmbH|Corp|Corporation|Limited|Co|B\.V|S\.A|SAS|SRL|AG|AB)\.?[*_\s]*$")
_CELL_BULLET = re.compile(r"(?:\||<br\s*/?>)\s*([*-])(?=\s+\S)", re.IGNORECASE)
_STOP = re.compile(r"[.;:!?。；：！？…][\"'”’)）」』*_]*$")


def looks_like(text: str) -> bool:
    """Whether a text not called Markdown is: front matter, or several `#` headings."""
    return _FRONT.match(text) is not None or len(re.findall(r"^#{1,6} \S", text, re.MULTILINE)) >= 3


def read(text: str, encoding: str | None = None) -> Reading:
    """A reading whose text is `text` itself; front matter, rules and table separators are flagged."""
    walk = _Walk(text)
    front = _FRONT.match(text)
    if front:
        walk.add(front.start(), front.end(), BlockKind.FLAGGED, flag="front_matter")
    comments = {match.start(): match.end() for match in _COMMENT.finditer(text)}
    at, skip = (front.end() if front else 0), 0
    for line in text[at:].splitlines(keepends=True):
        start, at = at, at + len(line)
        if start < skip:
            continue
        if start in comments:
            walk.close()
            skip = comments[start]
            walk.flag(start, skip, "markup")
            continue
        walk.line(start, start + len(line.rstrip()))
    walk.close()
    title = _TITLE.search(front.group()) if front else None
    return Reading(
        text, tuple(walk.blocks), "text/markdown", _merged(walk.markup), title=title.group(1).strip() if title else None, encoding=encoding
    )


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order, none overlapping another."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


@dataclass
class _Walk:
    """The walk over the lines: what is open, and what has been found."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    markup: list[Span] = field(default_factory=list)
    _open: tuple[int, int, BlockKind, int] | None = None  # the paragraph or item that the next line may continue
    _lists: list[tuple[int, int]] = field(default_factory=list)  # (indent of the marker, indent of what follows it), outermost first
    _blank: bool = True
    _fence: str = ""

    def add(self, start: int, end: int, kind: BlockKind, level: int = 0, flag: str = "") -> None:
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if start >= end:
            return
        self.blocks.append(Block(start, end, kind, level, flag))
        if kind is not BlockKind.FLAGGED:
            self.markup += inline.markup(self.text, start, end)

    def flag(self, start: int, end: int, flag: str) -> None:
        self.add(start, end, BlockKind.FLAGGED, flag=flag)
        self.markup.append(Span(start, end))

    def close(self) -> None:
        if self._open:
            self.add(*self._open)
        self._open = None

    def line(self, start: int, end: int) -> None:
        """Takes the next line, `text[start:end]` without what ends it."""
        body = self.text[start:end].lstrip()
        if not body:
            self.close()
            self._blank = True
            return
        blank, self._blank = self._blank, False
        if self._fenced(start, end, body):
            return
        first = end - len(body)
        indent = len(self.text[start:first].expandtabs(4))
        while body.startswith(">"):  # a quotation is read as what it quotes
            self.markup.append(Span(first, first + 1))
            rest = body[1:].lstrip()
            first, body = end - len(rest), rest
        if not body:
            self.close()
        elif self._open and _UNDERLINE.fullmatch(body) and not blank and self._underlined(self._open):
            opened, self._open = self._open, None
            self._lists.clear()
            self.add(opened[0], opened[1], BlockKind.HEADING, 1 if body[0] == "=" else 2)
            self.flag(first, end, "markup")
        elif _RULE.fullmatch(body) or _ATTRIBUTES.fullmatch(body):
            self.close()
            self.flag(first, end, "markup")
        elif atx := _ATX.fullmatch(body):
            self._heading(first, end, atx)
        elif self._row(first, end, body):
            pass
        elif item := self._item(body):
            self._start_item(first, end, indent, item)
        else:
            self._paragraph(first, end, body, indent, blank)

    def _underlined(self, opened: tuple[int, int, BlockKind, int]) -> bool:
        """Whether a line of `=` or `-` under what is open makes it a heading; "1. Scope" is a heading there and not a list."""
        return opened[2] is BlockKind.PARAGRAPH or (opened[3] == 1 and self.text[opened[0]].isdigit())

    def _fenced(self, start: int, end: int, body: str) -> bool:
        fence = _FENCE.match(body)
        if self._fence:
            if fence and body.startswith(self._fence):
                self._fence = ""
                self.flag(start, end, "markup")
            else:
                self.blocks.append(Block(end - len(body), end, BlockKind.PARAGRAPH))
            return True
        if fence and not body.strip("`~").count("`"):
            self.close()
            self._fence = fence.group(1)
            self.flag(start, end, "markup")
            return True
        return False

    def _heading(self, first: int, end: int, atx: re.Match[str]) -> None:
        self.close()
        self._lists.clear()
        hashes = len(atx.group(1))
        if not atx.group(2):
            self.flag(first, end, "markup")
            return
        self.add(first, end, BlockKind.HEADING, hashes)
        self.markup.append(Span(first, first + hashes))
        if atx.group(3):
            self.markup.append(Span(first + atx.start(3), first + atx.end(3)))

    def _row(self, first: int, end: int, body: str) -> bool:
        last = next((block for block in reversed(self.blocks)), None)
        under_row = last is not None and (last.kind is BlockKind.ROW or (last.flag == "markup" and "|" in self.text[last.start : last.end]))
        if not self._open and under_row and "|" in body and _SEPARATOR.fullmatch(body):
            self.flag(first, end, "markup")
            return True
        if body.startswith("|") and (body.count("|") > 1 or under_row):
            self.close()
            self.add(first, end, BlockKind.ROW)
            self.markup += [Span(at, at + 1) for at in range(first, end) if self.text[at] == "|" and self.text[at - 1] != "\\"]
            self.markup += [Span(*cell.span(1)) for cell in _CELL_BULLET.finditer(self.text, first, end)]
            return True
        return False

    def _item(self, body: str) -> re.Match[str] | None:
        item = _ITEM.match(body)
        if item is None or (item.group(2) and self._open and self._open[2] is BlockKind.PARAGRAPH and not item.group(2).startswith("1")):
            return None  # "… since\n2019. We" is a wrapped sentence, not a list
        return item

    def _start_item(self, first: int, end: int, indent: int, item: re.Match[str]) -> None:
        self.close()
        while self._lists and indent < self._lists[-1][1] - 1 and indent <= self._lists[-1][0]:
            self._lists.pop()
        if self._lists and indent < self._lists[-1][1] - 2:  # one or two columns off is a sibling, however it was typed
            self._lists.pop()
        self._lists.append((indent, indent + item.end()))
        if item.group(1):
            self.markup.append(Span(first, first + 1))
        self._open = (first, end, BlockKind.ITEM, len(self._lists))

    def _paragraph(self, first: int, end: int, body: str, indent: int, blank: bool) -> None:
        if self._open and not self._breaks(self._open, first, body):
            self._open = (self._open[0], end, self._open[2], self._open[3])
            return
        inside = self._open[3] if self._open else 0
        self.close()
        if blank:
            while self._lists and indent <= self._lists[-1][0]:
                self._lists.pop()
            inside = len(self._lists)
        self._open = (first, end, BlockKind.PARAGRAPH, inside)

    def _breaks(self, opened: tuple[int, int, BlockKind, int], first: int, body: str) -> bool:
        """Whether this line begins a new paragraph though no blank line stands before it: files with one paragraph a line need it."""
        above = self.text[opened[0] : opened[1]].rsplit("\n", 1)[-1].strip()
        if _LETTERED.match(body) or (_LINK.fullmatch(above) and _LINK.fullmatch(body)):
            return True
        if _COMPANY.search(above):
            return False  # the first line of an address
        if _STRONG.fullmatch(above) and not above.endswith((":", "：", ":**", "：**", ":__", "：__")):
            return True
        if self.text.startswith("  ", opened[1], first) and len(above) < 60 and len(body) > 100:
            return True  # a title on a line of its own
        return _STOP.search(above) is not None and not body[0].islower()
