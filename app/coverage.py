"""What a law requires a policy to state, and whether it does. The lists are data with their legal source: `requirements/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from index.queries import IndexedClause

Law = Literal["gdpr", "pipl", "ccpa"]
Found = Literal["stated", "denied", "not_found"]
# So many pieces of evidence are shown of an item; `total` counts them all.
SHOWN = 5
LEARNED = ("topics", "tagger", "chinese")
_WORDS = re.compile(r"\$([a-z][a-z_]*)")
# Where a sentence ends, and what is announced begins.
ENDS = re.compile(r"[.!?:;]\s|[。！？；：\n]")


@dataclass(frozen=True)
class Item:
    """One thing that must be stated, and what states it."""

    id: str
    source: str
    asks: str
    questions: Mapping[str, str]
    facts: tuple[Mapping[str, Any], ...]
    patterns: tuple[re.Pattern[str], ...]

    def place(self, fact: Any) -> int | None:
        """The first of `facts` that the fact passes, by its quote before by its heading; None where it does not speak of this item."""
        by_heading = len(self.facts)
        ranks = [
            rank + (0 if (words := wanted.get("says")) is None or _matches(words, fact.quote) else by_heading)
            for rank, wanted in enumerate(self.facts)
            if fits(fact, wanted)
        ]
        return min(ranks, default=None)

    def shown_by(self, fact: Any, text: str) -> bool:
        """Whether a text holds the words by which the fact speaks of this item, where a field of it has them (`shown`)."""
        fields = [wanted.get("shown") for wanted in self.facts if fits(fact, wanted)]
        return any(field is None or (getattr(fact, field) or "\0") in text for field in fields)

    def rank(self, text: str) -> int | None:
        """The place of the first pattern by which a text states this; None where none does, or the text only announces that it will."""
        return next((place for place, pattern in enumerate(self.patterns) if _states(pattern, text)), None)


@dataclass(frozen=True)
class Requirements:
    """The items of one law."""

    law: Law
    title: str
    url: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """An item and what the policy says to it: facts whose quotes show it, clauses that state it, and the other facts, in this order."""

    item: Item
    status: Found
    facts: list[Any]
    clauses: list[IndexedClause]
    beside: list[Any]


@cache
def load(law: Law) -> Requirements:
    content = tomllib.loads((files("app") / "requirements" / f"{law}.toml").read_text(encoding="utf-8"))
    return Requirements(law, content["title"], content["url"], tuple(_item(row) for row in content["item"]))


def covered(requirements: Requirements, facts: Sequence[Any], clauses: Sequence[IndexedClause]) -> list[Covered]:
    """Each item in the order of the law. Facts come before clauses that merely name it, and before facts whose quotes do not show it;
    it is denied where there are denials alone."""
    return [_covered(item, facts, clauses) for item in requirements.items]


def _covered(item: Item, facts: Sequence[Any], clauses: Iterable[IndexedClause]) -> Covered:
    placed = [(place, fact) for fact in facts if (place := item.place(fact)) is not None]
    passing = [fact for _, fact in sorted(placed, key=lambda each: (each[1].polarity == "no", each[0], *weight(each[1])))]
    stated = any(fact.polarity == "yes" for fact in passing)
    shown = [fact for fact in passing if fact.polarity == "yes" and item.shown_by(fact, fact.quote)]
    named = [] if shown else _around(item, passing, clauses) or _ranked(item, clauses)
    beside = [fact for fact in passing if fact.polarity == "no" or not item.shown_by(fact, fact.quote)]
    return Covered(item, "stated" if stated or named else "denied" if passing else "not_found", shown, named, beside)


def _around(item: Item, facts: Sequence[Any], clauses: Iterable[IndexedClause]) -> list[IndexedClause]:
    """The clauses that show an item where the quotes of the facts in them leave those words out."""
    told = [(fact, fact.clause) for fact in facts if fact.polarity == "yes"]
    return [clause for clause in clauses if any(of == clause.id and item.shown_by(fact, clause.text) for fact, of in told)]


def _ranked(item: Item, clauses: Iterable[IndexedClause]) -> list[IndexedClause]:
    """The clauses that state an item by its patterns."""
    found = [(rank, clause) for clause in clauses if (rank := item.rank(clause.text)) is not None]
    return [clause for _, clause in sorted(found, key=lambda each: each[0])]


def _states(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text has the pattern elsewhere than in a sentence that announces."""
    for found in pattern.finditer(text):
        begins = max((end.end() for end in ENDS.finditer(text, 0, found.start())), default=0)
        if not any(announcing.search(text, begins, found.end()) for announcing in _announcing()):
            return True
    return False


@cache
def _announcing() -> tuple[re.Pattern[str], ...]:
    return _patterns(tomllib.loads((files("app") / "requirements" / "announcing.toml").read_text(encoding="utf-8")))


def _patterns(row: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    return tuple(_compiled(pattern) for pattern in row.get("patterns", ()))


def plainness(fact: Any) -> int | None:
    """How plainly a fact shows what it speaks of, the least most plainly, by the first law that wants it stated; None where it does not
    show it. 0 where no law wants it."""
    for law in get_args(Law):
        items = [item for item in load(law).items if any(fits(fact, _without_words(wanted)) for wanted in item.facts)]
        if items:
            return min((place for item in items if (place := item.place(fact)) is not None), default=None)
    return 0


def _without_words(wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in wanted.items() if name != "says"}


def weight(fact: Any) -> tuple[bool, bool]:
    """Statements before denials, and what a rule found before what was learned."""
    return fact.polarity == "no", fact.origin in LEARNED


def fits(fact: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether each field has one of the values wanted (of a list, one of its entries), and the quote or heading what it must say."""
    for name, values in wanted.items():
        if name == "kind":
            if fact.kind != values:
                return False
        elif name == "filled":
            if not getattr(fact, values):
                return False
        elif name == "shown":
            continue
        elif name == "says":
            if not any(_matches(values, text) for text in (fact.quote, *fact.section[-1:])):
                return False
        elif not _has(getattr(fact, name), values):
            return False
    return True


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(" ".join(text.split())) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_WORDS.sub(lambda name: _words()[name[1]], pattern), re.IGNORECASE)


@cache
def _words() -> Mapping[str, str]:
    """Words that patterns share, by the names they have there."""
    return tomllib.loads((files("app") / "requirements" / "words.toml").read_text(encoding="utf-8"))


def _has(value: Any, values: Sequence[Any]) -> bool:
    return any(each in values for each in value) if isinstance(value, list) else value in values


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        row["id"],
        row["source"],
        row["asks"],
        {"en": row["question"], "zh": row["question_zh"]},
        tuple(row.get("facts", ())),
        _patterns(row),
    )
