"""Answers that are tables: as JSON, as CSV for a spreadsheet, as Markdown for a report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from starlette.responses import Response

from app.accept import NOT_OFFERED, Form
from app.escaping import plain_markdown, visible

TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}, "text/markdown": {"schema": {"type": "string"}}},
        "description": "JSON; a table with `?format=csv` or `?format=markdown`, or an `Accept` header that puts one of them first. In CSV "
        "a cell that a spreadsheet would run as a formula is preceded by `'`, and lists are joined by `; `; in CSV and Markdown control "
        "characters are written out (`⟨1B⟩`).",
    },
    **NOT_OFFERED,
}
FILES: dict[Form, tuple[str, str]] = {"csv": ("text/csv", "csv"), "markdown": ("text/markdown", "md"), "json": ("application/json", "json")}
# A cell that starts so is run as a formula by a spreadsheet; the full-width forms are too, in East Asian settings.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# What is said in words of a table without rows.
NOTHING = "Nothing found."
# So much is put together before it is sent.
PIECE = 64 * 1024


def table(form: Form, columns: Sequence[str], rows: Iterable[dict[str, Any]], name: str) -> Response:
    """Rows as CSV or Markdown."""
    body = "".join(lines(columns, rows)) if form == "csv" else markdown(columns, rows)
    return Response(body, media_type=f"{FILES[form][0]}; charset=utf-8", headers=file_headers(name, FILES[form][1]))


def file_headers(name: str, extension: str) -> dict[str, str]:
    """A name to save the answer under, and that it depends on `Accept`."""
    return {"Content-Disposition": f'inline; filename="{name}.{extension}"', "Vary": "Accept"}


def lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """CSV (RFC 4180), header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> str:
    """A value as a spreadsheet may safely show it."""
    text = _text(value)
    # A number is one only where it comes as one: "-2" in a policy is text, and would be run.
    if isinstance(value, int | float) or not text.lstrip(" ").startswith(FORMULA):
        return visible(text)
    return f"'{visible(text)}"


def markdown(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """A Markdown table, header first; what is in a cell is shown as it is, never as markup."""
    return "".join(markdown_lines(columns, rows))


def markdown_lines(columns: Sequence[str], rows: Iterable[dict[str, Any]], note: str = "") -> Iterator[str]:
    """The same, line by line. Below it stands what `note` says of it, or of a table without rows that nothing was found."""
    yield _line([plain_markdown(column) for column in columns])
    yield _line(["---"] * len(columns))
    empty = True
    for row in rows:
        yield _line([plain_markdown(_text(row.get(column))) for column in columns])
        empty = False
    if note or empty:
        yield f"\n{note or NOTHING}\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    return str(value)
