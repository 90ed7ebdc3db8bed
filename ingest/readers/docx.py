"""DOCX: paragraphs by their styles, lists with the numbers Word shows, tables by rows, footnotes; what a revision deleted is left out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import docx
import docx.opc.exceptions
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from index.domain import BlockKind, Reading
from index.errors import Unreadable
from ingest.readers.manuscript import BOLD_LEVEL, Manuscript, Piece, linked, reads_as_heading
from ingest.readers.numbers import Numbering

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XML_LIMIT = 100 * 2**20  # bytes of markup after decompression; a policy of 100 pages has 2 MB
PARTS_LIMIT = 2_000
DELETED = {qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tbl")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same text box a second time
}
TEXT, TAB, BREAK, LINK, RUN, PARAGRAPH, TABLE, ROW, CELL = (
    qn(f"w:{name}") for name in ("t", "tab", "br", "hyperlink", "r", "p", "tbl", "tr", "tc")
)


def parse(data: bytes) -> Reading:
    """The document's text in order: headers flagged, then the body, then the footnotes."""
    check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError, zipfile.BadZipFile, docx.opc.exceptions.OpcError) as error:
        raise Unreadable(f"is damaged: no Word document can be read from it ({error}). Save it again.") from None
    except SyntaxError as error:  # what lxml raises for broken XML
        raise Unreadable(f"is damaged: its XML is broken ({error.msg}). Save it again.") from None
    walk = Walk(document)
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                walk.story(part._element, flag="page_header")
    walk.story(document.element.body)
    for note in footnotes(document):
        walk.story(note)
    return walk.out.reading(MEDIA_TYPE, document.core_properties.title or walk.title)


def check_archive(data: bytes) -> None:
    """Refuses what would not fit into memory: an archive says how large its parts are, and zipfile holds it to that."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable(f"is cut or damaged: {str(error).lower()}. Fetch or save it again.") from None
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("is encrypted: it opens only with a password. Save it without one.")
    size = sum(part.file_size for part in parts)
    if size > XML_LIMIT or len(parts) > PARTS_LIMIT:
        raise Unreadable(f"unpacks to {size:,} bytes in {len(parts):,} parts, which no policy needs. Save the text alone.")


def footnotes(document: Any) -> Iterator[Any]:
    """The footnotes and endnotes of the document, without the rules that Word draws above them."""
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        for note in parse_xml(relation.target_part.blob):
            if note.get(qn("w:type")) in (None, "normal"):
                yield note


class Walk:
    """The walk over a document's paragraphs and tables, and the text written so far."""

    def __init__(self, document: Any) -> None:
        self.out = Manuscript()
        self.title: str | None = None
        self.styles = {style.style_id: style for style in document.styles}
        self.default = next(
            (style.style_id for style in document.styles if style.element.get(qn("w:default")) == "1" and style.type == 1), ""
        )
        self.targets = {key: relation.target_ref for key, relation in document.part.rels.items() if relation.is_external}
        self.numbering = Numbering(
            next((r.target_part.element for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        )

    def story(self, root: Any, flag: str = "") -> None:
        """Writes every paragraph and table below `root`, those in content controls and text boxes too."""
        for element in outermost(root):
            if element.tag == PARAGRAPH:
                self.paragraph(element, flag)
            else:
                for row in element.iter(ROW):
                    if next(row.iterancestors(TABLE)) is element:
                        self.row(row, flag)
                # A table inside a cell is read as part of the cell's text.

    def row(self, row: Any, flag: str) -> None:
        cells: list[Piece] = []
        for number, cell in enumerate(row.iter(CELL)):
            if next(cell.iterancestors(ROW)) is not row:
                continue
            if number:
                cells.append((" | ", True))
            filled = False
            for paragraph in cell.iter(PARAGRAPH):
                pieces = self.pieces(paragraph)
                if any(text.strip() for text, _ in pieces):
                    cells += [("\n", False), *pieces] if filled else pieces
                    filled = True
        self.out.add(cells, BlockKind.FLAGGED if flag else BlockKind.ROW, 0, flag)

    def paragraph(self, element: Any, flag: str) -> None:
        pieces = self.pieces(element)
        text = "".join(text for text, mark in pieces if not mark)
        if not text.strip():
            return
        chain = self.chain(element)
        number, depth, bullet = self.numbering.next(element, [style.element for style in chain])
        if flag:
            self.out.add(pieces, BlockKind.FLAGGED, 0, flag)
            return
        level = self.heading(element, chain)
        if number and not bullet:
            pieces = [(f"{number} ", False), *pieces]
        if level:
            self.title = self.title or text.strip()
            self.out.add([(text.replace("\n", " "), mark) for text, mark in pieces], BlockKind.HEADING, level)
        elif is_bold(element, chain) and reads_as_heading(text):
            self.out.add(pieces, BlockKind.HEADING, BOLD_LEVEL)
        elif depth:
            self.out.add([("- ", True), *pieces] if bullet else pieces, BlockKind.ITEM, depth)
        else:
            for line in split_breaks(pieces):
                self.out.add(line, BlockKind.PARAGRAPH)

    def chain(self, element: Any) -> list[Any]:
        """The paragraph's style and those it is based on, the nearest first."""
        found: list[Any] = []
        style = element.style or self.default
        while style in self.styles and self.styles[style] not in found:
            found.append(self.styles[style])
            based = found[-1].element.find(qn("w:basedOn"))
            style = based.get(qn("w:val")) if based is not None else ""
        return found

    def heading(self, element: Any, chain: list[Any]) -> int:
        """The level of a heading: by its style's name, which is the same in every language of Word, or by its outline level."""
        for style in chain:
            name = (style.name or "").lower()
            if name == "title":
                return 1
            if found := re.fullmatch(r"heading ([1-9])", name):
                return int(found[1])
        for properties in (element, *(style.element for style in chain)):
            outline = properties.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None and (outline.get(qn("w:val")) or "9") in "012345678":
                return int(outline.get(qn("w:val"))) + 1
        return 0

    def pieces(self, paragraph: Any) -> list[Piece]:
        """The paragraph's words; what was deleted, and field codes, left out."""
        pieces: list[Piece] = []
        for element in visible(paragraph):
            if element.tag == TEXT:
                pieces.append((element.text or "", False))
            elif element.tag == TAB:
                pieces.append((" ", False))
            elif element.tag == BREAK:
                pieces.append(("\n", False))
            elif element.tag == LINK:
                target = self.targets.get(element.get(qn("r:id")) or "", "")
                words: list[Piece] = [(inner.text or "", False) for inner in visible(element) if inner.tag == TEXT]
                pieces += linked(words, target)
            elif element.tag == qn("w:noBreakHyphen"):
                pieces.append(("-", False))
        return pieces


def outermost(root: Any) -> Iterator[Any]:
    """The paragraphs and tables below `root` in order, none that stands inside another table."""
    pending = list(reversed(root))
    while pending:
        element = pending.pop()
        if element.tag in (PARAGRAPH, TABLE):
            yield element
            if element.tag == PARAGRAPH:  # text boxes hang in the paragraph they are anchored to
                pending += reversed([box for box in element.iter(qn("w:txbxContent")) if not in_fallback(box)])
        elif element.tag not in DELETED:
            pending += reversed(element)


def in_fallback(element: Any) -> bool:
    return any(ancestor.tag in DELETED for ancestor in takewhile(lambda above: above.tag != PARAGRAPH, element.iterancestors()))


def visible(paragraph: Any) -> Iterator[Any]:
    """What stands in a paragraph, without what was deleted and without the text boxes anchored to it."""
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        if element.tag in DELETED or element.tag == qn("w:txbxContent"):
            continue
        yield element
        if element.tag != LINK:
            pending += reversed(element)


def is_bold(paragraph: Any, chain: list[Any]) -> bool:
    """Whether every run with text is bold, by itself or by the paragraph's style."""
    styled = next((style.font.bold for style in chain if style.font.bold is not None), False)
    runs = [run for run in visible(paragraph) if run.tag == RUN and any((text.text or "").strip() for text in run.iter(TEXT))]
    return bool(runs) and all(run.rPr.b.val if run.rPr is not None and run.rPr.find(qn("w:b")) is not None else styled for run in runs)


def split_breaks(pieces: list[Piece]) -> list[list[Piece]]:
    """The paragraph in parts where two line breaks stand together."""
    parts: list[list[Piece]] = [[]]
    for at, piece in enumerate(pieces):
        if piece[0] == "\n" and at and pieces[at - 1][0] == "\n":
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts
