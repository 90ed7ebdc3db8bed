"""What a law requires a policy to state, and whether it does. The lists are data with their legal source: `requirements/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from index.queries import IndexedClause

Law = Literal["gdpr", "pipl", "ccpa"]
Found = Literal["stated", "denied", "not_found"]
# So many pieces of evidence are shown of an item; `total` counts them all.
SHOWN = 5
LEARNED = ("topics", "tagger")


@dataclass(frozen=True)
class Item:
    """One thing that must be stated, and what states it."""

    id: str
    source: str
    asks: str
    questions: Mapping[str, str]
    facts: tuple[Mapping[str, Any], ...]
    patterns: tuple[re.Pattern[str], ...]

    def passes(self, fact: Any) -> bool:
        """Whether the fact speaks of this item."""
        return any(fits(fact, wanted) for wanted in self.facts)

    def stated_in(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True)
class Requirements:
    """The items of one law."""

    law: Law
    title: str
    url: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """An item and what the policy says to it: facts, or clauses for what no kind of fact holds."""

    item: Item
    status: Found
    facts: list[Any]
    clauses: list[IndexedClause]


@cache
def load(law: Law) -> Requirements:
    content = tomllib.loads((files("app") / "requirements" / f"{law}.toml").read_text(encoding="utf-8"))
    return Requirements(law, content["title"], content["url"], tuple(_item(row) for row in content["item"]))


def covered(requirements: Requirements, facts: Sequence[Any], clauses: Sequence[IndexedClause]) -> list[Covered]:
    """Each item in the order of the law. Facts come before clauses that merely name it; it is denied where there are denials alone."""
    return [_covered(item, facts, clauses) for item in requirements.items]


def _covered(item: Item, facts: Sequence[Any], clauses: Iterable[IndexedClause]) -> Covered:
    passing = sorted((fact for fact in facts if item.passes(fact)), key=weight)
    stated = any(fact.polarity == "yes" for fact in passing)
    named = [] if stated else [clause for clause in clauses if item.stated_in(clause.text)]
    return Covered(item, "stated" if stated or named else "denied" if passing else "not_found", passing, named)


def weight(fact: Any) -> tuple[bool, bool]:
    """Statements before denials, and what a rule found before what was learned."""
    return fact.polarity == "no", fact.origin in LEARNED


def fits(fact: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether each field has one of the values wanted; of a field that is a list, whether one of its entries has."""
    for name, values in wanted.items():
        if name == "kind":
            if fact.kind != values:
                return False
        elif name == "filled":
            if not getattr(fact, values):
                return False
        elif not _has(getattr(fact, name), values):
            return False
    return True


def _has(value: Any, values: Sequence[Any]) -> bool:
    return any(each in values for each in value) if isinstance(value, list) else value in values


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        row["id"],
        row["source"],
        row["asks"],
        {"en": row["question"], "zh": row["question_zh"]},
        tuple(row.get("facts", ())),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in row.get("patterns", ())),
    )
