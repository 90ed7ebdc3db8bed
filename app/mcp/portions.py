"""How much a bot is handed at once: all of it is read by a model, and paid for.

An answer is sent twice, as text and as structure, so that some 25 kB go over the wire where its longest list holds ENOUGH.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from index.errors import CursorInvalid

Entry = TypeVar("Entry")
Handed = TypeVar("Handed", bound=BaseModel)
# Bytes of JSON.
ENOUGH = 10_000


def fitting(entries: Iterable[Entry], hand: Callable[[Entry], Handed]) -> list[Handed]:
    """The first entries, as they are handed over, that there is room for; at least one."""
    taken: list[Handed] = []
    room = ENOUGH
    for entry in entries:
        made = hand(entry)
        room -= len(made.model_dump_json().encode())
        if taken and room < 0:
            break
        taken.append(made)
    return taken


def portion(
    entries: Sequence[Entry], hand: Callable[[Entry], Handed], asked: Any, cursor: str | None, limit: int
) -> tuple[list[Handed], str | None]:
    """Those from the cursor on that there is room for, and the cursor of the next. `asked`: what the list, and so the cursor, is for."""
    tag = f"{zlib.crc32(repr(asked).encode('utf-8', 'replace')):x}"
    start = 0
    if cursor is not None:
        at, _, of = cursor.partition("-")
        if of != tag or not (at.isascii() and at.isdecimal() and len(at) < 7) or int(at) >= len(entries):
            raise CursorInvalid(cursor)
        start = int(at)
    taken = fitting(entries[start : start + limit], hand)
    following = start + len(taken)
    return taken, f"{following}-{tag}" if following < len(entries) else None
