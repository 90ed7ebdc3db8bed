"""Small documents made for the tests of the readers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import docx
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

PARAGRAPH = [
    "We keep the records of your visits for ninety days and erase them after-",
    "wards. Our third-party hosts see them only where a fault has to be found, and",
    "no advertiser sees them at all.",
]
Draw = Callable[[Canvas, int], None]


def pdf(draw: Draw, pages: int = 1, **options: object) -> bytes:
    """A PDF of so many pages, each drawn by `draw(canvas, page)`."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for page in range(pages):
        draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(
    canvas: Canvas, texts: Sequence[str], top: float, font: str = "Helvetica", size: float = 11, left: float = 72, step: float = 14
) -> float:
    """Writes lines one under the other; the height at which the next would stand."""
    canvas.setFont(font, size)
    for text in texts:
        canvas.drawString(left, top, text)
        top -= step
    return top


def policy_page(canvas: Canvas, page: int) -> None:
    """A page with a running head, a heading, a wrapped paragraph, a list, and a page number."""
    lines(canvas, ["Acme privacy notice"], 810, size=8)
    top = lines(canvas, [f"{page + 1}. What we keep"], 740, "Helvetica-Bold", 16)
    top = lines(canvas, PARAGRAPH, top - 12)
    top = lines(canvas, ["We collect:"], top - 12)
    lines(canvas, ["• your name;", "• your address."], top - 4, left=84)
    lines(canvas, [f"Page {page + 1} of 3"], 30, size=8)


def pdf_policy() -> bytes:
    return pdf(policy_page, 3)


def word(build: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_policy() -> bytes:
    def build(document: docx.document.Document) -> None:
        document.core_properties.title = "Acme Privacy Notice"
        document.sections[0].header.paragraphs[0].text = "Acme running head"
        document.add_heading("Privacy Notice", 1)
        document.add_heading("Data", 2)
        document.add_paragraph("We collect:")
        document.add_paragraph("your name", style="List Bullet")
        document.add_paragraph("your address", style="List Number")
        document.add_paragraph("your age", style="List Number")
        document.add_paragraph().add_run("Short bold line").bold = True
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip((cell for row in table.rows for cell in row.cells), ("Data", "Kept", "Logs", "30 days"), strict=True):
            cell.text = text

    return word(build)
