"""The walk over a document's parts: which headings stand above each sentence, and which words lead into the list it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.domain import Block, BlockKind, Heading, Reading
from index.variants import HAN
from ingest import numbering, outline, sentences, titles
from ingest.outline import Part

_COLON = re.compile(r"[:：][\"'”’)）\s]*$")
_BLOCK_TAG = r"<br\s*/?>|</?(?:td|th|tr|li|p|div|ul|ol|table|h[1-6]|summary|details)\b[^<>]*>"
_BREAK = re.compile(_BLOCK_TAG, re.IGNORECASE)
_CELL_BREAK = re.compile(_BLOCK_TAG + r"|\n", re.IGNORECASE)
_INNER_BULLET = re.compile(r"(?<=\S)\s*(?=[•●▪]\s+[\w“\"(（])")
_STRONG = re.compile(r"(?P<mark>\*\*|__|\*|_)(?=\S)(?:(?!(?P=mark))[^\n]){2,90}(?<=\S)(?P=mark)\s{0,2}(?P<after>[.:：]?)")
_LABEL = re.compile(
    r"(?!(?:Note|For example|Please note|Important|Example)\b)[A-Z][^.:;,!?\n]{2,50}(?::(?=\s+[\"“(]?[A-Z])|：)|[\u3400-\u9fff]{2,12}："
)
RUN_IN = 99  # deeper than any heading
_FOLLOWS = re.compile(r"(?i)\b(?:following|below|these|such as|includ\w+)\b|以下|如下|下列")
LEAD_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause before it has its id and language."""

    start: int
    end: int
    section: tuple[str, ...]
    number: str | None
    lead: str | None


@dataclass(frozen=True, slots=True)
class _List:
    """A list of numbered statements that may go on: its last number and what leads into it."""

    number: numbering.Number
    lead: str


@dataclass
class Walk:
    """What is open while the parts go by: the headings above, the sentences that lead into the lists."""

    reading: Reading
    count: Callable[[str], int]
    limit: int
    pieces: list[Piece] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    flagged: list[Block] = field(default_factory=list)
    _section: list[tuple[int, str]] = field(default_factory=list)
    _leads: list[tuple[int, str]] = field(default_factory=list)  # (depth of the list it leads into, words)
    _before: str = ""  # the last sentence of the paragraph just above, which may lead into a list
    _opening: str = ""  # the first word of the unmarked line that a lead introduced
    _lists: list[_List] = field(default_factory=list)  # numbered statements without bullets, outermost first
    _columns: tuple[str, ...] | None = None  # None: no table is open; empty: a table without a head

    def take(self, part: Part) -> None:
        if part.kind is not BlockKind.ROW and part.flag != "markup":
            self._columns = None
        if not self._words(part.start, part.end) and part.kind is not BlockKind.FLAGGED:
            return  # a picture, an empty row: markup that is left over
        if part.kind is BlockKind.FLAGGED:
            self.flagged.append(Block(part.start, part.end, BlockKind.FLAGGED, flag=part.flag))
            if part.flag != "markup":
                self._before = ""
        elif part.kind is BlockKind.HEADING:
            self._heading(part)
        elif part.kind is BlockKind.ROW:
            self._row(part)
        elif part.kind is BlockKind.ITEM:
            self._item(part)
        else:
            self._paragraph(part)

    def _words(self, start: int, end: int) -> str:
        return outline.shown(self.reading, start, end)

    def _heading(self, part: Part) -> None:
        words = self._words(part.start, part.end)
        number = self._words(part.number.start, part.number.end) if part.number else None
        self.headings.append(Heading(part.start, part.end, words, part.level, number))
        self._section = [(level, name) for level, name in self._section if level < part.level] + [(part.level, words)]
        self._leads, self._lists, self._before, self._opening = [], [], "", ""

    def _item(self, part: Part) -> None:
        """An item of a list: its lead is what stands above the list, and above each list that holds it."""
        if not any(level == part.level for level, _ in self._leads):
            self._leads.append((part.level, self._before if _leads(self._before, self._first(part)) else ""))
        self._leads = [(level, words) for level, words in self._leads if level <= part.level]
        self._emit(part, self._lead(part.level))
        self._before = self._last(part)

    def _first(self, part: Part) -> str:
        return self._words(*next(sentences.of(self.reading.plain, part.start, part.end), (part.start, part.end)))

    def _last(self, part: Part) -> str:
        return self._words(*list(sentences.of(self.reading.plain, part.start, part.end))[-1])

    def _lead(self, depth: int) -> str | None:
        words = " ".join(words for level, words in self._leads if level <= depth and words)
        return _tail(words)

    def _paragraph(self, part: Part) -> None:
        if part.level:  # a paragraph inside an item
            self._leads = [(level, words) for level, words in self._leads if level <= part.level]
            self._emit(part, self._lead(part.level))
        elif part.number is not None:
            self._numbered(part, part.number)
        else:
            self._emit(part, self._unmarked(part))
        self._before = self._last(part)

    def _numbered(self, part: Part, number: numbering.Number) -> None:
        """A numbered statement: it goes on with the list its number continues, or begins one under what stands above it."""
        place = next((at for at, open_ in enumerate(self._lists) if number.follows(open_.number)), None)
        if place is not None:
            self._lists[place:] = [replace(self._lists[place], number=number)]
        else:
            self._lists = [open_ for open_ in self._lists if not number.outside(open_.number)]
            lead = self._before if _COLON.search(self._before) or _leads(self._before, self._first(part)) else ""
            self._lists.append(_List(number, lead))
        self._leads, self._opening = [], ""
        self._emit(part, _tail(" ".join(open_.lead for open_ in self._lists if open_.lead)))

    def _unmarked(self, part: Part) -> str | None:
        """Files without bullets list one statement a line after a colon; a line is one of them while it looks like those before it."""
        opening = next(iter(self._words(part.start, part.end).split()), "")
        listed = self._opening and (opening == self._opening or self._before.endswith((";", "；", ",", "，", "; and", "; or")))
        self._leads = [(level, words) for level, words in self._leads if level == 0]
        if listed:
            return self._lead(0)
        if self._before and _COLON.search(self._before):
            self._leads, self._opening = [(0, self._before)], opening
            return self._lead(0)
        self._leads, self._opening = [], ""
        return None

    def _row(self, part: Part) -> None:
        """The cells of a row, a clause or more each; the heads of row and column lead into a cell."""
        cells = self._cells(part)
        words = [self._words(*cell) if cell else "" for cell in cells]
        if self._columns is None:
            self._columns = tuple(words) if all(_names_column(name) for name in words) else ()
            if self._columns:
                full = [cell for cell in cells if cell]
                self._piece(full[0][0], full[-1][1], None, None)
                return
        for place, cell in enumerate(cells):
            column = self._columns[place] if place < len(self._columns) else ""
            row = words[0] if place and len(words[0]) <= 160 else ""
            lead = " – ".join(filter(None, (row, column)))
            for low, high in self._lines(*cell, _CELL_BREAK) if cell else ():
                self._sentences(low, high, low, None, f"{lead}:" if lead else None)

    def _cells(self, part: Part) -> list[sentences.Range | None]:
        """The cells of a row; None for one that is empty, so that those after it keep their columns."""
        text, plain = self.reading.text, self.reading.plain
        borders = [at for at in range(part.start, part.end) if text[at] in "|\t" and plain[at].isspace()]
        bounds = [part.start, *borders, part.end]
        cells = [sentences.trimmed(plain, low, high) for low, high in pairwise(bounds)]
        if borders and borders[0] == part.start:
            del cells[0]
        if borders and borders[-1] == part.end - 1:
            del cells[-1]
        return cells

    def _lines(self, start: int, end: int, breaks: re.Pattern[str] = _BREAK) -> Iterator[sentences.Range]:
        """The range cut at `<br>`, at tags that begin or end a block, and at bullets inside it."""
        at = start
        for match in breaks.finditer(self.reading.text, start, end):
            if not self.reading.plain[match.start()].isspace():
                continue  # "<br>" in a text that has no markup is what it says
            yield from self._bullets(at, match.start())
            at = match.end()
        yield from self._bullets(at, end)

    def _bullets(self, start: int, end: int) -> Iterator[sentences.Range]:
        at = start
        for match in _INNER_BULLET.finditer(self.reading.plain, start, end):
            if match.end() > at:
                yield at, match.end()
                at = match.end()
        yield at, end

    def _emit(self, part: Part, lead: str | None) -> None:
        """The clauses of a paragraph or item; bullets inside it have what stands before them as their lead."""
        number = self._words(part.number.start, part.number.end) if part.number else None
        body = part.number.end if part.number else numbering.bullet(self.reading.plain, part.start, part.end)
        title = self._run_in(body, part.end)
        if title:
            self._section.append((RUN_IN, self._words(body, title).rstrip(".:：")))
        inner = lead
        for place, (low, high) in enumerate(self._lines(part.start, part.end)):
            if place:
                self._sentences(low, high, low, None, inner)
            else:
                self._sentences(low, high, max(body, title or 0), number, lead)
                words = self._words(low, high)
                if _COLON.search(words):
                    inner = _tail(" ".join(filter(None, (lead, words))))
        if title:
            self._section.pop()

    def _run_in(self, start: int, end: int) -> int | None:
        """Where the title ends that a block runs in with ("**Cookies.** We set …", "Log data: When you …. We …"), or None."""
        text, plain = self.reading.text, self.reading.plain
        while start < end and text[start].isspace():
            start += 1
        strong = _STRONG.match(text, start, end)
        if strong is not None:
            after = plain[strong.end() : end].lstrip()
            title = self._words(start, strong.end())
            begins = after[:1].isupper() or HAN.match(after) is not None or after[:1] in '“"'
            stopped = title.endswith((".", ":", "：", "?")) or strong.group("after")
            return strong.end() if after and len(title.split()) <= 12 and (stopped or (begins and title[:1].isupper())) else None
        label = _LABEL.match(plain, start, end)
        if label is not None and len(list(sentences.of(plain, start, end))) > 1:
            return label.end()
        return None

    def _sentences(self, start: int, end: int, body: int, number: str | None, lead: str | None) -> None:
        """The sentences of a range as clauses. What stands before `body`, a number or a run-in title, stays with the first of them."""
        plain = self.reading.plain
        merged: list[sentences.Range] = []
        for low, high in sentences.of(plain, min(body, end), end):
            if merged and (self._names(merged[-1], len(merged) == 1) or not re.search(r"[^\W_]", plain[low:high])):
                merged[-1] = (merged[-1][0], high)
            else:
                merged.append((low, high))
        if not merged:
            merged = [(start, end)]
        merged[0] = (start, merged[0][1])
        for place, (low, high) in enumerate(merged):
            self._piece(low, high, number if not place else None, lead)

    def _names(self, run: sentences.Range, first: bool) -> bool:
        """Whether a run only names what follows it: a few words before a full stop that are no statement, or no words at all."""
        words = self.reading.plain[slice(*run)]
        title = first and len(words) <= 40 and len(words.split()) <= 4 and words.rstrip().endswith(".")
        return not re.search(r"[^\W_]", words) or (title and not titles.STATES.match(words))

    def _piece(self, start: int, end: int, number: str | None, lead: str | None) -> None:
        section = tuple(name for _, name in self._section)
        cuts = sentences.cut(self.reading.plain, start, end, self.limit, self.count)
        for place, (low, high) in enumerate(cuts):
            low = start if place == 0 else low  # a bullet or `**` before the first word is the clause's
            if place == 1:
                opening = re.match(r".{10,300}?[:：](?=\s|[^\x00-\x7f])", self._words(*cuts[0]))
                if opening:
                    lead = " ".join(filter(None, (lead, opening.group())))
            self.pieces.append(Piece(low, high, section, number if not place else None, lead))


def _names_column(words: str) -> bool:
    return len(words.split()) <= 10 and not re.search(r"[.;。；]$", words)


def _leads(words: str, item: str) -> bool:
    """Whether a sentence leads into the list under it: by its colon or its words, or because the items are no sentences of their own."""
    if not words or _COLON.search(words) or _FOLLOWS.search(words):
        return bool(words)
    if len(words.split()) <= 8 and not re.search(r"[.!?。！？；;]$", words):
        return True  # "Visitors" above what is collected from them
    return not re.search(r"[.!?。！？]$", item)


def _tail(words: str) -> str | None:
    """A lead of bounded length: its end, which stands nearest to the item, from the beginning of a word."""
    if len(words) <= LEAD_LIMIT:
        return words or None
    tail = words[-LEAD_LIMIT:]
    return f"… {tail[tail.find(' ') + 1 :]}" if " " in tail else f"… {tail}"
