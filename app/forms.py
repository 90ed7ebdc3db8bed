"""Answers that are tables: as JSON, as CSV for a spreadsheet, as Markdown for a report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Query
from starlette.responses import Response

from app.table import lines

Form = Literal["json", "csv", "markdown"]
MEDIA_TYPES: dict[str, Form] = {"application/json": "json", "text/csv": "csv", "text/markdown": "markdown"}
TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}, "text/markdown": {"schema": {"type": "string"}}},
        "description": "JSON; a table with `?format=csv` or `?format=markdown`, or an `Accept` header that puts one of them first. In CSV "
        "a cell that a spreadsheet would run as a formula is preceded by `'`.",
    }
}
# What Markdown or a page that shows it would take for markup.
MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")


def form(
    format: Annotated[
        Form | None, Query(description="`csv` or `markdown` for a table; wins over the `Accept` header. `json` when neither says.")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Form:
    return format or preferred(accept)


FormDep = Annotated[Form, Depends(form)]


def preferred(accept: str) -> Form:
    """The form an `Accept` header asks for: the one of the highest weight, JSON where it names none of the others."""
    weighed: list[tuple[float, int, Form]] = []
    for place, entry in enumerate(accept.lower().split(",")):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        weight = float(quality) if re.fullmatch(r"[01](?:\.\d{0,3})?", quality) else 1.0
        if media_type in MEDIA_TYPES and weight > 0:
            weighed.append((-weight, place, MEDIA_TYPES[media_type]))
    return min(weighed)[2] if weighed else "json"


def table(form: Form, columns: Sequence[str], rows: Iterable[dict[str, Any]], name: str) -> Response:
    """Rows as CSV or Markdown."""
    if form == "csv":
        body, media_type, extension = "".join(lines(columns, rows)), "text/csv", "csv"
    else:
        body, media_type, extension = markdown(columns, rows), "text/markdown", "md"
    headers = {"Content-Disposition": f'inline; filename="{name}.{extension}"', "Vary": "Accept"}
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def markdown(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """A Markdown table, header first; what is in a cell is shown as it is, never as markup."""
    body = [[row.get(column) for column in columns] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [list(columns), ["---"] * len(columns), *map(_shown, body)])


def _shown(cells: Iterable[Any]) -> list[str]:
    texts = ("; ".join(map(str, cell)) if isinstance(cell, list | tuple) else str("" if cell is None else cell) for cell in cells)
    return [MARKUP.sub(r"\\\1", " ".join(text.split())) for text in texts]
