"""HTML: the blocks of a page walked into one canonical text. Nothing is dropped; what is not the policy is flagged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.domain import BlockKind, Reading
from ingest.readers.furniture import HEADINGS, UNSEEN, Region, flag, survey
from ingest.readers.manuscript import BOLD_LEVEL, Manuscript, Piece, linked, reads_as_heading
from ingest.readers.markers import marker

LISTS = {"ul", "ol", "menu", "dir", "dl"}
BLOCK_NAMES = """address article aside blockquote body caption center dd details dialog div dt fieldset figcaption figure footer form
    frameset header hgroup hr html legend li main nav option optgroup p pre search section select summary table tbody td textarea tfoot th
    thead title tr"""
BLOCKS = {*BLOCK_NAMES.split(), *HEADINGS, *LISTS}
WHITE = re.compile(r"[ \t\n\r\f]+")
# Read as a browser with scripts reads it: as nothing. Parsed as elements, what it holds would end the paragraph around it.
NOSCRIPT = re.compile(r"<noscript\b[^>]*>(?:(?!</?noscript|</script).)*</noscript\s*>", re.I | re.S)


def parse(data: bytes) -> Reading:
    return read(data.decode())


def read(text: str) -> Reading:
    """The page's text in the order of its blocks; link targets follow their words as Markdown writes them, marked as markup."""
    parser = LexborHTMLParser(NOSCRIPT.sub("", text))
    root = parser.root
    if root is None:
        return Manuscript().reading("text/html", None)
    walk = Walk(survey(root))
    node: LexborNode | None = root
    while node is not None:  # no recursion: a page may be nested deeper than any stack
        down = walk.enter(node)
        if down and node.child is not None:
            node = node.child
            continue
        while node is not None:
            if node.is_element_node:
                walk.leave(node)
            if node.mem_id == root.mem_id:
                node = None
            elif node.next is not None:
                node = node.next
                break
            else:
                node = node.parent
    walk.flush()
    title = parser.css_first("title")
    first = next((block for block in walk.out.blocks if block.kind is BlockKind.HEADING), None)
    written = "".join(walk.out.pieces)
    return walk.out.reading("text/html", (title.text() if title else "") or (written[first.start : first.end] if first else None))


@dataclass
class Context:
    """What an element means for everything inside it."""

    tag: str
    flag: str = ""
    heading: int = 0
    depth: int = 0
    listing: str = ""
    number: int = 0
    style: str = ""
    inside_content: bool = False
    layout: bool = False
    in_row: bool = False
    preformatted: bool = False
    bold: bool = False
    button: bool = False
    link: tuple[int, int, str] | None = None


@dataclass
class Walk:
    """The walk over the page: the contexts that are open, and the block being gathered."""

    regions: dict[int, Region]
    out: Manuscript = field(default_factory=Manuscript)
    stack: list[Context] = field(default_factory=lambda: [Context("")])
    pieces: list[Piece] = field(default_factory=list)
    serial: int = 0  # grows with each block, so that a link knows whether it began in this one
    plain_chars: int = 0  # of this block: neither bold nor of a button
    bold_chars: int = 0
    breaks: int = 0
    marked: bool = False  # the open list item has its marker and is an item
    cells: list[Piece] = field(default_factory=list)
    page: Region = field(default_factory=Region)
    heading: int = 0

    def enter(self, node: LexborNode) -> bool:
        """Takes a node as it begins; whether to go into it."""
        if node.is_text_node:
            self.words(node.text_content or "")
            return False
        tag = node.tag or ""
        if not node.is_element_node:
            return False
        above = self.stack[-1]
        if tag in UNSEEN:
            self.stack.append(above)
            return False
        attributes = node.attributes
        if not self.page.chars:
            self.page = self.regions[node.mem_id]
        here = self.context(tag, attributes, self.regions[node.mem_id], above)
        if self.is_block(tag, attributes) or here.flag != above.flag:
            self.flush()
        self.stack.append(here)
        if tag == "br":
            self.line_break()
        elif tag == "li":
            self.number_item(attributes)
        elif tag in ("dt", "dd"):
            self.marked = False
        elif tag in ("td", "th") and here.in_row and self.cells:
            self.cells.append((" | ", True))
        elif tag == "a" and attributes.get("data-cfemail"):
            self.words(unscrambled(str(attributes["data-cfemail"])))
            return False
        return True

    def context(self, tag: str, attributes: dict[str, Any], region: Region, above: Context) -> Context:
        here = Context(
            tag,
            flag=above.flag or flag(tag, attributes, region, self.page, above.inside_content),
            heading=HEADINGS.get(tag, above.heading),
            depth=above.depth + (tag in LISTS) + (tag == "dd"),
            listing=tag if tag in LISTS else above.listing,
            number=above.number,
            style=str(attributes.get("type") or "1") if tag == "ol" else above.style,
            inside_content=above.inside_content or tag in ("main", "article") or attributes.get("role") == "main",
            layout=above.layout,
            in_row=above.in_row,
            preformatted=above.preformatted or tag in ("pre", "textarea"),
            bold=above.bold or tag in ("b", "strong"),
            button=above.button or tag == "button",
        )
        if tag == "ol":
            start = str(attributes.get("start") or "1")
            here.number = int(start) - 1 if re.fullmatch(r"-?\d{1,6}", start) else 0
        elif tag == "table":
            here.layout = region.tables > 1 or region.headings > 0 or attributes.get("role") in ("presentation", "none")
            here.in_row = False
        elif tag == "tr":
            here.in_row = not here.layout
        elif tag == "a" and not above.flag:
            target = str(attributes.get("href") or "").strip()
            here.link = (self.serial, len(self.pieces), target)
        if tag == "summary" or unfolds(tag, attributes):
            here.heading, here.button = above.heading or min(self.heading + 1, BOLD_LEVEL), False
        return here

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        here = self.stack.pop()
        if tag in UNSEEN:
            return
        if tag == "a" and here.link:
            self.link(*here.link)
        if tag == "tr" and here.in_row:
            self.end_row(here)
        elif self.is_block(tag, node.attributes) or here.flag != self.stack[-1].flag:
            self.flush(here)

    def is_block(self, tag: str, attributes: dict[str, Any]) -> bool:
        return tag in BLOCKS or "-" in tag or unfolds(tag, attributes)

    def words(self, text: str) -> None:
        here = self.stack[-1]
        if not here.preformatted:
            text = WHITE.sub(" ", text)
            if text.startswith(" ") and (not self.pieces or self.pieces[-1][0][-1:] in (" ", "\n", "")):
                text = text[1:]
        if not text:
            return
        if text.strip():
            self.breaks = 0
            visible = len(text.strip())
            if here.bold and not here.button:
                self.bold_chars += visible
            elif not here.button:
                self.plain_chars += visible
        self.pieces.append((text, False))

    def line_break(self) -> None:
        """One `<br>` is a new line of the same block, two are a new block."""
        self.breaks += 1
        if self.breaks > 1:
            self.flush()
        elif self.pieces:
            self.pieces[-1] = (self.pieces[-1][0].rstrip(" "), self.pieces[-1][1])
            self.pieces.append(("\n", False))

    def number_item(self, attributes: dict[str, Any]) -> None:
        self.marked = False
        here, around = self.stack[-1], self.stack[-2]
        if around.tag == "ol" and not here.flag:
            value = str(attributes.get("value") or "")
            around.number = int(value) if re.fullmatch(r"-?\d{1,6}", value) else around.number + 1
            here.number, here.listing = around.number, "ol"
        else:
            here.depth = max(here.depth, 1)

    def link(self, serial: int, at: int, target: str) -> None:
        """Writes the target behind the words `pieces[at:]`, unless they are the target themselves."""
        if serial == self.serial:
            self.pieces[at:] = linked(self.pieces[at:], target)

    def flush(self, here: Context | None = None) -> None:
        """Ends the block being gathered and writes it, as what its context makes of it."""
        here = here or self.stack[-1]
        pieces, self.pieces = self.pieces, []
        self.serial += 1
        plain, bold = self.plain_chars, self.bold_chars
        self.plain_chars = self.bold_chars = self.breaks = 0
        text = "".join(text for text, mark in pieces if not mark)
        if not text.strip():
            return
        if here.in_row:
            if self.cells and self.cells[-1] != (" | ", True):
                self.cells.append(("\n", False))
            self.cells += pieces
        elif here.flag:
            self.out.add(pieces, BlockKind.FLAGGED, 0, here.flag)
        elif not plain and not bold:
            self.out.add(pieces, BlockKind.FLAGGED, 0, "navigation")  # a button on its own
        elif here.heading:
            self.heading = here.heading
            self.out.add([(text.replace("\n", " "), mark) for text, mark in pieces], BlockKind.HEADING, here.heading)
        elif here.preformatted:
            for line in text.splitlines():
                self.out.add([(line, False)], BlockKind.LINE)
        elif here.depth:
            self.item(pieces, here)
        elif bold and not plain and reads_as_heading(text):
            self.out.add(pieces, BlockKind.HEADING, BOLD_LEVEL)
        else:
            self.out.add(pieces, BlockKind.PARAGRAPH)

    def item(self, pieces: list[Piece], here: Context) -> None:
        """The first block of a list item carries its marker; what follows it in the same item stands at the same depth."""
        if not self.marked and here.listing != "dl":
            pieces = [(marker(here.number, here.style), False), *pieces] if here.listing == "ol" else [("- ", True), *pieces]
        self.out.add(pieces, BlockKind.PARAGRAPH if self.marked else BlockKind.ITEM, here.depth)
        self.marked = True

    def end_row(self, here: Context) -> None:
        if self.pieces:
            self.flush(here)
        cells, self.cells = self.cells, []
        while cells and cells[-1] == (" | ", True):
            cells.pop()
        self.out.add(cells, BlockKind.FLAGGED if here.flag else BlockKind.ROW, 0, here.flag)


def unfolds(tag: str, attributes: dict[str, Any]) -> bool:
    """Whether an element is the button of an accordion, which heads what it opens."""
    return tag == "button" and ("aria-expanded" in attributes or "aria-controls" in attributes)


def unscrambled(code: str) -> str:
    """The e-mail address that Cloudflare hides from harvesters and shows to every reader: each byte XOR the first."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2}){4,100}", code):
        return ""
    key, *rest = bytes.fromhex(code)
    return bytes(byte ^ key for byte in rest).decode(errors="replace")
