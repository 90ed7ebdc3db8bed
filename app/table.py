"""A list as JSON page or as CSV, from one function that fetches pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.responses import Response

from app.deps import Listing
from index.queries import Page

Item = TypeVar("Item")
Fetch = Callable[[str | None, int], Page[Item]]

DEFAULT, MOST = 50, 500
# A cell that starts so is run as a formula by a spreadsheet; the full-width forms are too, in East Asian settings.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "A page of the list. With `?format=csv` or `Accept: text/csv` a table; there a cell that a spreadsheet would run "
        "as a formula is preceded by `'`, lists are joined by `; `, and without `limit` the whole list comes.",
    }
}


def page(fetch: Fetch[Item], listing: Listing) -> Page[Item]:
    """The page of a list that the caller asked for."""
    return fetch(listing.cursor, listing.limit or DEFAULT)


def as_csv(fetch: Fetch[Item], listing: Listing, columns: Sequence[str], row: Callable[[Item], dict[str, Any]], name: str) -> Response:
    """The page asked for as CSV, or, when no `limit` was given, everything from the cursor on."""
    first = fetch(listing.cursor, listing.limit or MOST)

    def items() -> Iterator[Item]:
        at = first
        yield from at.items
        while at.next and listing.limit is None:
            at = fetch(at.next, MOST)
            yield from at.items

    headers = {"Content-Disposition": f'inline; filename="{name}.csv"', "X-Total-Count": str(first.total), "Vary": "Accept"}
    if first.next and listing.limit is not None:
        headers["X-Next-Cursor"] = first.next
    return StreamingResponse(lines(columns, (row(item) for item in items())), media_type="text/csv; charset=utf-8", headers=headers)


def columns_of(*models: type[BaseModel]) -> list[str]:
    """The fields of one model or several, `id` and `kind` first, then in the order they are declared."""
    declared = dict.fromkeys(name for model in models for name in model.model_fields)
    return sorted(declared, key=lambda name: name not in ("id", "kind"))


def lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """CSV (RFC 4180), header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
        if buffer.tell() > 64 * 1024:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> str:
    """A value as a spreadsheet may safely show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        value = "; ".join(str(part) for part in value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.lstrip(" ").startswith(FORMULA) else text


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted columns: `{"clause": {"id": …}}` → `{"clause.id": …}`."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            row |= flat(value, f"{prefix}{name}.")
        else:
            row[prefix + name] = value
    return row
