"""Two versions of a vendor's policy side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app import display
from app.deps import SessionDep, VendorDep
from app.pages import render
from app.routes.changes import between
from app.saying import ANYTHING, in_short, value
from index import queries
from index.diff import Passage, passages
from index.domain import Document
from index.queries import IndexedClause
from index.versions import chosen, since

router = APIRouter(include_in_schema=False)

ORDER = ("altered", "added", "removed")
# Words in common between two changes that are each so many times longer are read as changed too: marks that come and go cannot be read.
STEPPING_STONE = 3


@router.get("/vendors/{vendor}/changes")
def changes(
    request: Request,
    vendor: VendorDep,
    session: SessionDep,
    from_: Annotated[str, Query(alias="from", max_length=150)] = "",
    to: Annotated[str, Query(max_length=150)] = "",
) -> Any:
    name = vendor.vendor.id
    versions = queries.versions(session, name)
    older, newer = chosen(name, versions, from_ or None, to or None)
    facts, clauses = between(session, older, newer) if older else ([], [])
    return render(
        request,
        "changes.html",
        vendor=vendor.vendor,
        versions=list(reversed(versions)),
        older=older,
        newer=newer,
        facts={what: [change for change in facts if change.change == what] for what in ORDER},
        clauses={what: [change for change in clauses if change.change == what] for what in ORDER},
        named=names(versions),
        since=since,
        wording=wording,
        passages=cache(readable),  # each side shows its half
        in_short=in_short,
        says=says,
    )


def names(versions: Sequence[Document]) -> dict[str, str]:
    """What each version is called: its number and its day, and where two share both, the file it was read from."""
    called = {
        each.id: f"version {each.version}, {display.day(since(each))}" if each.version else display.day(since(each)) for each in versions
    }
    often = Counter(called.values())
    return {
        each.id: called[each.id] if often[called[each.id]] == 1 else f"{called[each.id]} ({PurePath(each.source).name})"
        for each in versions
    }


def says(fact: Any, field: str) -> str:
    """What a fact says in one of its fields, for a reader."""
    held = getattr(fact, field)
    if held == [ANYTHING]:
        return "any data"
    return value(fact, field) or ("nothing named" if isinstance(held, list) else "not said")


def wording(cited: Any) -> str:
    """The words of a fact or a clause."""
    return str(cited.text if isinstance(cited, IndexedClause) else cited.quote)


def readable(before: str, after: str) -> list[Passage]:
    """The stretches of two wordings; a few words in common between two much longer changes count as changed."""
    found: list[Passage] = []
    for each in passages(before, after):
        if len(found) >= 2 and not each.same and _steps_over(found[-2], found[-1], each):
            left, stone = found[-2:]
            found[-2:] = [Passage(left.before + stone.before + each.before, left.after + stone.after + each.after, False)]
        else:
            found.append(each)
    return found


def _steps_over(left: Passage, stone: Passage, right: Passage) -> bool:
    return stone.same and STEPPING_STONE * len(stone.before.split()) < min(_size(left), _size(right))


def _size(passage: Passage) -> int:
    return max(len(passage.before.split()), len(passage.after.split()))
