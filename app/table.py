"""A list as JSON page or as a table, from one function that fetches pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.responses import Response

from app.accept import NOT_OFFERED
from app.deps import Listing
from app.forms import FILES, TABLE, file_headers, lines, markdown_lines
from app.schemas.answers import Status
from index.queries import Page

Item = TypeVar("Item")
Fetch = Callable[[str | None, int], Page[Item]]

DEFAULT, MOST = 50, 500
CHECK = "As JSON the answer brings the clauses to check."
LIST: dict[int | str, dict[str, Any]] = {
    200: {
        **TABLE[200],
        "description": f"A page of the list. {TABLE[200]['description']} A table without `limit` is the whole list; with it, "
        "`X-Next-Cursor` is the cursor of the next page. `X-Status` is the `status` of an answer that has one; Markdown says it in words.",
    },
    **NOT_OFFERED,
}


def page(fetch: Fetch[Item], listing: Listing) -> Page[Item]:
    """The page of a list that the caller asked for."""
    found = fetch(listing.cursor, listing.limit or DEFAULT)
    listing.announce(found.next)
    return found


def as_table(
    fetch: Fetch[Item],
    listing: Listing,
    columns: Sequence[str],
    row: Callable[[Item], dict[str, Any]],
    name: str,
    status: Status | None = None,
) -> Response:
    """The page asked for as CSV or Markdown, or, when no `limit` was given, everything from the cursor on.

    `status` is what the whole list comes to, where it is the answer to a question: rows alone do not tell `silent` from `denied`.
    """
    first = fetch(listing.cursor, listing.limit or MOST)

    def items() -> Iterator[Item]:
        at = first
        yield from at.items
        while at.next and listing.limit is None:
            at = fetch(at.next, MOST)
            yield from at.items

    media_type, extension = FILES[listing.form]
    headers = {**file_headers(name, extension), "X-Total-Count": str(first.total)}
    if first.next and listing.limit is not None:
        headers["X-Next-Cursor"] = first.next
    if status:
        headers["X-Status"] = status
    rows = (row(item) for item in items())
    written = lines(columns, rows) if listing.form == "csv" else markdown_lines(columns, rows, _in_words(status, first.total))
    return StreamingResponse(written, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _in_words(status: Status | None, total: int) -> str:
    """What is said below a table in which nothing is stated."""
    match status:
        case "denied":
            return "Denied: the policy says no."
        case "silent":
            return f"Silent: {'a part is denied, and of the rest the policy' if total else 'the policy'} does not say. {CHECK}"
        case _:
            return ""


def columns_of(*models: type[BaseModel]) -> list[str]:
    """The fields of one model or several, `id` and `kind` first, then in the order they are declared."""
    declared = dict.fromkeys(name for model in models for name in model.model_fields)
    return sorted(declared, key=lambda name: name not in ("id", "kind"))


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted columns: `{"clause": {"id": …}}` → `{"clause.id": …}`."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            row |= flat(value, f"{prefix}{name}.")
        else:
            row[prefix + name] = value
    return row
