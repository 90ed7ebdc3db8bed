"""Whether facts state a thing, deny it or are silent; and, for silence, the clauses where a reader would check."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from app.schemas.answers import Status
from app.schemas.records import ClauseOut
from index import queries, taxonomy
from index.queries import FactFilter
from index.search import Index
from index.store import Session

NEAREST = 3
# The category of a statement on personal data at large.
AT_ALL = "personal_data_unspecified"


def status_of(facts: Iterable[Any]) -> Status:
    """`stated` as soon as one fact states it, `denied` when all deny it, `silent` when there is none."""
    return status_in({fact.polarity for fact in facts})


def status_in(polarities: Collection[str]) -> Status:
    """Likewise of facts that are known by their polarities alone."""
    return "stated" if "yes" in polarities else "denied" if polarities else "silent"


def status_of_kind(kind: str, facts: Collection[Any]) -> Status:
    """Likewise of a kind of fact; where only some data is said not to be collected and nothing of the rest, it is `silent`."""
    status = status_of(facts)
    return "silent" if kind == "collection" and status == "denied" and not collects_nothing(facts) else status


def status_of_group(group: str, facts: Collection[Any]) -> Status:
    """Likewise of facts on a group of data; where parts of it are denied and nothing is said of the rest, it is `silent`."""
    status = status_of(facts)
    denied = {category for fact in facts for category in (fact.categories if fact.kind == "retention" else [fact.category])}
    return "silent" if status == "denied" and not covers(group, denied) else status


def covers(group: str, categories: Collection[str]) -> bool:
    """Whether these categories are all of a group: each of them, one that stands for all, or personal data at large."""
    named = taxonomy.members(group)
    # "Sensitive data" is among the general categories, and is not all personal data.
    whole = {AT_ALL, "any"} | {id for id in named if taxonomy.stands_for_group(id) and group != "general"}
    return bool(whole & set(categories)) or named - whole <= set(categories)


def denial_of_all(collection: Collection[Any]) -> list[Any]:
    """The statements by which a vendor denies collecting personal data at all; none unless it collects nothing."""
    return [fact for fact in collection if fact.category == AT_ALL] if collects_nothing(collection) else []


def all_denied(session: Session) -> dict[str, list[Any]]:
    """The same of every vendor that collects nothing, by vendor."""
    stating = queries.counts(session, FactFilter(kinds=("collection",), polarity="yes"), by="vendor")
    found: dict[str, list[Any]] = {}
    for fact in queries.every_fact(session, FactFilter(kinds=("collection",), category=AT_ALL, polarity="no")):
        if fact.vendor not in stating:
            found.setdefault(fact.vendor, []).append(fact)
    return found


def collects_nothing(collection: Collection[Any]) -> bool:
    """Whether a vendor denies collecting personal data at all: then it is silent on no kind of data."""
    return status_of(collection) == "denied" and any(fact.category == AT_ALL for fact in collection)


def denies(fact: Any) -> bool:
    """Whether a fact is a denial, in polarity or by itself."""
    return fact.polarity == "no" or denies_itself(fact)


def denies_itself(fact: Any) -> bool:
    """Whether what a fact says is a denial already ("not kept", "on the device only"), which needs no "not" before it."""
    return fact.kind == "retention" and fact.rule in ("not_retained", "on_device_only")


# What tells practices and recipients apart.
SAME = {"practice": "practice", "sharing": "recipient_category"}


def denials(facts: Collection[Any]) -> list[Any]:
    """The facts that deny. Of a practice or recipient only where none states it: "we do not sell what belongs to minors" denies no sale
    of whoever sells."""
    stated = {(fact.kind, getattr(fact, SAME[fact.kind])) for fact in facts if fact.kind in SAME and fact.polarity == "yes"}
    return [fact for fact in facts if fact.polarity == "no" and (fact.kind, getattr(fact, SAME.get(fact.kind, "id"))) not in stated]


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
    return tomllib.loads((files("app") / "silence.toml").read_text(encoding="utf-8"))
