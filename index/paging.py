"""Lists by the page: a cursor is the key of the last item, so a page costs the same wherever it starts."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, select, tuple_
from sqlmodel import Session

from index.errors import CursorInvalid

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, the cursor of the page after it (None on the last), and how many items there are in all."""

    items: list[Item]
    next: str | None
    total: int


def page(session: Session, query: Select[Any], keys: Sequence[Any], cursor: str | None, limit: int) -> tuple[list[Any], str | None, int]:
    """The rows of one page, the cursor of the next, and the number of rows in all. `keys` order the rows and tell each from the others."""
    every = query

    def tag() -> int:
        # A cursor goes on with the list it was given for, and with no other: the same key means another place there. Put in words only
        # where a cursor comes or goes: that takes as long as SQLite takes to answer.
        asked = ordered.compile()
        return zlib.crc32(f"{asked} {sorted(asked.params.items(), key=str)}".encode("utf-8", "replace"))

    ordered = query.order_by(*keys)
    if cursor is not None:
        _, *after = _decoded(cursor, tag(), keys)
        query = query.where(tuple_(*keys) > tuple_(*(literal(value) for value in after)))
    # Labelled, since a key that is computed from a column would go by that column's own name.
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    rows = session.execute(query.add_columns(*labelled).order_by(*keys).limit(limit + 1)).all()
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = base64.urlsafe_b64encode(json.dumps([tag(), *rows[-1][1:]]).encode()).decode().rstrip("=")
    total = len(rows)
    if cursor is not None or following is not None:  # else the page is the whole list
        total = session.execute(select(func.count()).select_from(every.subquery())).scalar_one()
    return [row[0] for row in rows], following, total


def _decoded(cursor: str, tag: int, keys: Sequence[Any]) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        fits = isinstance(values, list) and len(values) == len(keys) + 1 and values[0] == tag
        if fits and all(_storable(value, key) for value, key in zip(values[1:], keys, strict=True)):
            return list(values)
    except (ValueError, RecursionError, binascii.Error):
        pass
    raise CursorInvalid(cursor)


def _storable(value: Any, key: Any) -> bool:
    """A text for a text, and one that is Unicode; a number for a number, of 64 bits at most. A forged cursor may hold anything."""
    if isinstance(value, str) == issubclass(key.type.python_type, int | float):
        return False
    if isinstance(value, str):
        return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63
