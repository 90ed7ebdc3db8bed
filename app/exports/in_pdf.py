"""A report as PDF, by reportlab: its one door. The same report gives the same bytes.

Latin text is set in Helvetica, Chinese in STSong-Light, a font that every reader of PDFs brings or replaces: no font file is needed.
What neither has (Arabic, Thai, pictures) is written out by its code point, so that nothing is lost without a word.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from app.escaping import visible
from app.exports.in_markdown import where
from app.exports.report import Line, Report

LATIN, HAN = "Helvetica", "STSong-Light"
BOLD = "Helvetica-Bold"
# The height of a page between its margins and the frame's own.
ROOM = A4[1] - 40 * mm - 12
# What STSong-Light holds: Chinese and its punctuation, full-width forms, Greek, Cyrillic, kana.
HELD = re.compile(
    "[\u0370-\u03ff\u0400-\u045f\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2460-\u249b\u2500-\u257f\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
)
# Neither has the brackets that stand around a code point.
BRACKETS = str.maketrans("⟨⟩", "‹›")
# Lines of Chinese may break anywhere, lines of Latin between words; the first cost ten times as much, which a lone sign does not need.
CHINESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]{4}")
# Its tables of fonts are shared between threads, and one PDF at a time keeps a processor free.
lock = threading.Lock()


def written(report: Report) -> bytes:
    """The report as a file, with its contents as bookmarks."""
    with lock:
        return _built(report)


def _built(report: Report) -> bytes:
    styles()
    file = io.BytesIO()
    document = Bookmarked(
        file, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=20 * mm, title=visible(report.title),
        author="vendor-privacy-index", subject=f"Privacy policy, snapshot of {report.dated[:10]}", lang="en", invariant=1,
    )  # fmt: skip
    footer = f"{visible(report.vendor)}, {report.dated[:10]}"

    def foot(canvas: Any, at: Any) -> None:
        canvas.setFont(LATIN, 8)
        canvas.drawString(20 * mm, 12 * mm, footer)
        canvas.doForm(f"page{at.page}")

    document.build(list(_story(report)), onFirstPage=foot, onLaterPages=foot, canvasmaker=Numbered)
    return file.getvalue()


class Numbered(Canvas):  # type: ignore[misc]
    """Writes `3 of 49` on each page, once it is known how many there are."""

    def save(self) -> None:
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1):
            self.beginForm(f"page{page}")
            self.setFont(LATIN, 8)
            self.drawRightString(A4[0] - 20 * mm, 12 * mm, f"{page} of {pages}")
            self.endForm()
        super().save()


class Whole(Paragraph):  # type: ignore[misc]
    """Goes to the next page as a whole where it fits on one: a statement is not parted from its quote, nor a quote from its place."""

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        return [] if self.height <= ROOM else super().split(availWidth, availHeight)


class Bookmarked(SimpleDocTemplate):  # type: ignore[misc]
    """Puts each heading into the reader's list of contents."""

    def afterFlowable(self, flowable: Any) -> None:
        title = getattr(flowable, "bookmark", None)
        if title:
            self.canv.bookmarkPage(title)
            self.canv.addOutlineEntry(title, title, 0)


def _story(report: Report) -> Iterator[Any]:
    yield _paragraph(report.title, "title")
    rows = [[_paragraph(term, "term"), _paragraph(value, "body")] for term, value in report.front]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]
    # A name may be longer than a page.
    yield Table(rows, colWidths=[35 * mm, A4[0] - 80 * mm], style=style, splitInRow=1)
    for number, part in enumerate(report.parts, 1):
        heading = _paragraph(f"{number}. {part.title}", "part")
        heading.bookmark = f"{number}. {part.title}"
        yield heading
        status = f"{part.status}. " if part.status else ""
        if status or part.note:
            yield _paragraph(f"{status}{part.note}", "note" if part.blocks else "body")
        for block in part.blocks:
            if block.heading:
                yield _paragraph(block.heading, "block")
            yield from map(_line, block.lines)


def _line(line: Line) -> Whole:
    """A statement, under it the quote and in small letters where that stands: one paragraph, which costs half of what three do."""
    said = visible(line.said)
    if line.citation is None:
        return _set_in(said, marked(said), "line")
    quote, place = visible(f"“{line.citation.quote}”"), visible(where(line.citation))
    text = f'{marked(said)}<br/><font size="8.5">{marked(quote)}</font><br/><font size="7" color="#555555">{marked(place)}</font>'
    return _set_in(said + quote + place, text, "line")


def _paragraph(text: str, style: str) -> Whole:
    shown = visible(text)
    return _set_in(shown, marked(shown, bold=style in ("title", "part", "block", "term")), style)


def _set_in(shown: str, text: str, style: str) -> Whole:
    return Whole(text, styles()[f"{style}-han" if CHINESE.search(shown) else style])


def marked(text: str, bold: bool = False) -> str:
    """The text in reportlab's markup: nothing in it is markup, each run in the font that has it."""
    runs: list[tuple[str, str]] = []
    for letter in " ".join(text.split()).translate(BRACKETS):
        font, shown = _set(letter, BOLD if bold else LATIN)
        if runs and runs[-1][0] == font:
            runs[-1] = (font, runs[-1][1] + shown)
        else:
            runs.append((font, shown))
    return "".join(f'<font name="{font}">{escape(shown)}</font>' for font, shown in runs)


def _set(letter: str, latin: str) -> tuple[str, str]:
    """The font for a character, and what is set for it."""
    try:
        letter.encode("cp1252")
        return latin, letter
    except UnicodeEncodeError:
        return (HAN, letter) if HELD.match(letter) else (latin, f"[U+{ord(letter):04X}]")


@cache
def styles() -> dict[str, ParagraphStyle]:
    """Each style, and the same for lines that hold Chinese."""
    pdfmetrics.registerFont(UnicodeCIDFont(HAN))
    told: dict[str, dict[str, Any]] = {
        "title": {"fontSize": 18, "leading": 23, "spaceAfter": 8},
        "part": {"fontSize": 14, "leading": 18, "spaceBefore": 14, "spaceAfter": 4, "keepWithNext": 1},
        "block": {"fontSize": 11, "leading": 14, "spaceBefore": 8, "spaceAfter": 3, "keepWithNext": 1},
        "term": {"fontSize": 9.5, "leading": 12},
        "body": {"fontSize": 9.5, "leading": 12},
        # Stands between a heading and what the heading is of.
        "note": {"fontSize": 9.5, "leading": 12, "keepWithNext": 1},
        "line": {"fontSize": 9, "leading": 10.5, "leftIndent": 6 * mm, "firstLineIndent": -6 * mm, "spaceAfter": 4},
    }
    made = {}
    for name, values in told.items():
        values = {"fontName": LATIN, "alignment": TA_LEFT, **values}
        made[name] = ParagraphStyle(name, **values)
        made[f"{name}-han"] = ParagraphStyle(f"{name}-han", wordWrap="CJK", **values)
    return made
