"""PDF: the lines of each page with their place and size, as pdfium finds them. What they mean is `layout`'s part."""

from __future__ import annotations

import ctypes
import math
import re

import pypdfium2
import pypdfium2.raw as pdfium

from index.domain import Reading
from index.errors import Unreadable
from ingest.readers.layout import Line, laid_out

HYPHENS = (0x02, 0xFFFE)  # what pdfium writes for a hyphen at the end of a line
# Ligatures as letters, and the private characters Word's symbol font has for bullets.
PLAINER = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\t": " "})
BOLD = re.compile(rb"bold|black|heavy|semibold|demi", re.I)


def parse(data: bytes, pages: int = 500) -> Reading:
    """The document's text in reading order; refused when it is encrypted, scanned, damaged or longer than `pages`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("is encrypted: it opens only with a password. Save it without one.") from None
        raise Unreadable("is damaged: no PDF can be read from it. Fetch or save it again.") from None
    if len(document) > pages:
        raise Unreadable(f"has {len(document):,} pages, more than the {pages:,} accepted. VPI_PDF_PAGES raises that.")
    lines: list[Line] = []
    for number in range(len(document)):
        try:
            page = document[number]
            lines += page_lines(page, number)
            page.close()
        except pypdfium2.PdfiumError:
            raise Unreadable(f"is damaged: page {number + 1} cannot be read. Fetch or save it again.") from None
    if not any(any(c.isalnum() for c in line.text) for line in lines):
        raise Unreadable("has no text layer: it was scanned, or is damaged. Run it through text recognition (OCR), or fetch it again.")
    title = document.get_metadata_value("Title")
    document.close()
    return laid_out(lines, title)


def page_lines(page: pypdfium2.PdfPage, number: int) -> list[Line]:
    """The lines of a page in the order in which the document writes them."""
    width, height = page.get_size()
    text = page.get_textpage()
    lines: list[Line] = []
    codes: list[int] = []
    places: list[int] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        if code in (0x0A, 0x0D):
            finish(text, codes, places, lines, number, width, height)
        elif code in HYPHENS:
            codes.append(0xFFFE)
            places.append(index)
            finish(text, codes, places, lines, number, width, height)  # pdfium writes no line end after it
        elif code >= 0x20 or code == 0x09:
            codes.append(code)
            places.append(index)
    finish(text, codes, places, lines, number, width, height)
    text.close()
    return lines


def finish(
    text: pypdfium2.PdfTextPage, codes: list[int], places: list[int], lines: list[Line], page: int, width: float, height: float
) -> None:
    """Adds the line gathered so far, and empties the lists for the next."""
    written = b"".join(
        code.to_bytes(4 if code > 0xFFFF else 2, "little") if code <= 0xFFFF else chr(code).encode("utf-16-le") for code in codes
    )
    words = written.decode("utf-16-le", errors="replace").translate(PLAINER).rstrip()
    inked = [place for code, place in zip(codes, places, strict=True) if not chr(code).isspace()]
    codes.clear()
    places.clear()
    if not words.strip() or not inked:
        return
    middle = inked[len(inked) // 2]  # the first may be a footnote's raised number
    left, right, bottom = box(text, inked[0])[0], box(text, inked[-1])[1], box(text, middle)[2]
    bold = all(is_bold(text, place) for place in (inked[0], middle, inked[-1]))
    size = font_size(text, middle)
    lines.append(Line(words.strip(), page, left, max(left, right), bottom, size, bold, width, height))


def box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a character, as tall as its font."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text.raw, index, rectangle)
    return rectangle.left, rectangle.right, rectangle.bottom, rectangle.top


def font_size(text: pypdfium2.PdfTextPage, index: int) -> float:
    """The size a character is shown in. The height of its box will not do: it differs from font to font by a tenth."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text.raw, index, matrix)
    _, _, bottom, top = box(text, index)
    return float(pdfium.FPDFText_GetFontSize(text.raw, index)) * math.hypot(matrix.c, matrix.d) or top - bottom


def is_bold(text: pypdfium2.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(text.raw, index, name, 128, None)
    return bool(BOLD.search(name.value)) or int(pdfium.FPDFText_GetFontWeight(text.raw, index)) >= 600
