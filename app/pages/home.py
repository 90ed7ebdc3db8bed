"""The first page: which vendors are indexed and what stands out in the policy of each, and a box to search them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.deps import IndexDep, SessionDep
from app.pages import render
from app.params import VendorFilter
from app.silence import AT_ALL
from index import facts, queries, taxonomy
from index.queries import FactFilter, VendorEntry
from index.search import Results
from index.store import Session
from index.words import wordless

router = APIRouter(include_in_schema=False)

# Groups of data that a buyer looks for first.
SHARP = ("location", "biometric", "financial", "sensitive")
CARDS, HITS = 60, 12


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands out of a vendor: groups of data it collects, or `nothing` where it says so; the longest it keeps any, what it denies,
    what it is silent on."""

    entry: VendorEntry
    groups: list[str]
    nothing: bool
    longest: Any
    denials: int
    denied: list[str]
    silent: list[str]


@router.get("/")
def home(request: Request, session: SessionDep, cursor: Annotated[str | None, Query(max_length=1000)] = None) -> Any:
    page = queries.vendors(session, cursor=cursor, limit=CARDS)
    return render(request, "home.html", page=page, standings=standings(session, page.items), sharp=SHARP)


@router.get("/search")
def search(request: Request, index: IndexDep, q: Annotated[str, Query(max_length=1000)] = "", vendor: VendorFilter = None) -> Any:
    """The answers to a form that was sent, or, asked by the box itself while one types, only their list."""
    results = index.find(q, vendor=vendor or None, limit=HITS) if not wordless(q) else Results([], [], [])
    with index.session() as session:
        names = {each.id: each.name for each in queries.all_vendors(session)}
    template = "answers.html" if request.headers.get("hx-request") == "true" else "search.html"
    answer = render(request, template, q=q.strip(), results=results, names=names, vendor=vendor or None, wordless=wordless(q))
    answer.headers.append("Vary", "HX-Request")
    return answer


def standings(session: Session, entries: Sequence[VendorEntry]) -> list[Standing]:
    """Counted in the database: a page of vendors need not read all that they say."""
    ids = [entry.vendor.id for entry in entries]
    longest = queries.longest(session, ids)
    said: dict[str, Counter[tuple[Any, ...]]] = {id: Counter() for id in ids}
    for (id, *what), number in queries.tally(session, ids, ("vendor", "kind", "polarity", "groups", "practice")).items():
        said[str(id)][tuple(what)] += number
    denying = queries.counts(session, FactFilter(kinds=("collection",), category=AT_ALL, polarity="no"), by="vendor")
    return [standing(entry, said[entry.vendor.id], longest.get(entry.vendor.id), entry.vendor.id in denying) for entry in entries]


def standing(entry: VendorEntry, said: Counter[tuple[Any, ...]], longest: Any, denies_all: bool) -> Standing:
    """`said` counts kind, polarity, groups and practice; `denies_all`: whether the vendor says that it collects no personal data."""
    collected = {groups.strip("|") for kind, polarity, groups, _ in said if (kind, polarity) == ("collection", "yes")}
    return Standing(
        entry,
        groups=[group for group in taxonomy.groups() if group in collected and group != "general"],
        nothing=denies_all and not collected,
        longest=longest,
        denials=sum(number for (_, polarity, _, _), number in said.items() if polarity == "no"),
        denied=sorted({practice for kind, polarity, _, practice in said if (kind, polarity) == ("practice", "no")}),
        silent=[kind for kind in facts.KINDS if kind != "document" and kind not in {kind for kind, *_ in said}],
    )
