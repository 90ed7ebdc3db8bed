"""Whether facts state a thing, deny it or are silent; and, for silence, the clauses where a reader would check."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from app.schemas.answers import Status
from app.schemas.records import ClauseOut
from index import queries
from index.search import Index

NEAREST = 3
# The category of a statement on personal data at large.
AT_ALL = "personal_data_unspecified"


def status_of(facts: Iterable[Any]) -> Status:
    """`stated` as soon as one fact states it, `denied` when all deny it, `silent` when there is none."""
    polarities = {fact.polarity for fact in facts}
    return "stated" if "yes" in polarities else "denied" if polarities else "silent"


def collects_nothing(collection: Collection[Any]) -> bool:
    """Whether a vendor denies collecting personal data at all: then it is silent on no kind of data."""
    return status_of(collection) == "denied" and any(fact.category == AT_ALL for fact in collection)


def nearest(index: Index, vendor: str, kind: str, about: str = "") -> list[ClauseOut]:
    """The clauses of a vendor's policy nearest to what a buyer asks about a kind of fact, or to `about` where that says more."""
    with index.session() as session:
        current = queries.documents(session, vendor, current=True).items
    chinese = all(document.language.startswith("zh") for document in current) and current
    question = about or questions()[kind]["zh" if chinese else "en"]
    return [ClauseOut.of(hit.clause) for hit in index.find(question, vendor=vendor, limit=NEAREST).items]


@cache
def questions() -> dict[str, dict[str, str]]:
    """By kind of fact and language."""
    return tomllib.loads((files("index") / "kinds.toml").read_text(encoding="utf-8"))
