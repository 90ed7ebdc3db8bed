"""The thing a question asks how long it is kept (logs, backups, a kind of data), and whether a place in a policy speaks of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any

from app.asking.cues import compiled, parts, says
from app.asking.question import Question, data_named
from index import lexicon, taxonomy
from index.queries import IndexedClause

# Words for what is kept that are shorter may stand in a question by chance.
SHORTEST = 5


class Told(IntEnum):
    """Of what a place tells how long it is kept: the least useful first."""

    OTHERS = 0  # of something else than is asked about
    ALL = 1  # of personal data at large
    IT = 2


@dataclass(frozen=True)
class Thing:
    """What is asked about: which kinds of data it is and how else policies speak of it. `own`: only what is said of it tells; `asked`: the
    words of the question."""

    categories: frozenset[str]
    said: tuple[re.Pattern[str], ...] = ()
    own: bool = False
    asked: str = ""

    def told(self, clause: IndexedClause | None, facts: Sequence[Any], above: str = "") -> Told:
        """Of what a clause tells that holds these facts on how long something is kept; `above`: words before it that tell what it means."""
        kinds = {category for fact in facts for category in fact.categories} - {"any"}
        words = " ".join(filter(None, (*((clause.lead, clause.text) if clause else ()), *(fact.scope for fact in facts))))
        by_name = any(pattern.search(f"{above} {words}") for pattern in self.said) or any(self.names(fact.scope) for fact in facts)
        if by_name or self.categories & (kinds | data_named(words, loosely=True)):
            return Told.IT
        if self.own:
            return Told.OTHERS
        return Told.ALL if not kinds and any(of_all(fact) for fact in facts) else Told.OTHERS

    def names(self, scope: str) -> bool:
        """Whether the question names what is kept in the policy's words."""
        return not _at_large(scope) and len(scope) >= SHORTEST and scope.lower() in self.asked


def asked(question: Question) -> Thing | None:
    """The thing that is asked about; None where it is not asked how long something is kept, of nothing in particular, or more than that."""
    if "asks_how_long" not in question.flags or not question.topics or len(parts(question.text)) > 1:
        return None
    named = [thing for patterns, thing in _things() if any(pattern.search(question.text) for pattern in patterns)]
    # How long a cookie lives may sound like whether there are any.
    if question.topics[0].kind != "retention" and not any(thing.own for thing in named):
        return None
    categories = question.categories.union(*(thing.categories for thing in named))
    if not named and not categories:
        return None
    said = tuple(pattern for thing in named for pattern in thing.said)
    return Thing(categories, said, any(thing.own for thing in named), question.text.lower())


def at_large(question: Question, facts: Sequence[Any]) -> list[Any]:
    """Of these facts those on how long personal data at large is kept, where just that is asked."""
    return [fact for fact in facts if fact.kind == "retention" and fact.polarity == "yes" and of_all(fact)] if question.plain else []


def of_all(fact: Any) -> bool:
    """Whether a statement on retention says that it is about personal data at large: "it is kept for 30 days" leaves open what."""
    return _at_large(fact.scope) and " ".join(fact.scope.split()).casefold() in " ".join(fact.quote.split()).casefold()


def _at_large(scope: str) -> bool:
    """Whether words that say what is kept mean personal data at large."""
    return says("at_large", scope) or any(taxonomy.group_of(mention.category) == "general" for mention in lexicon.load().find(scope))


@cache
def _things() -> tuple[tuple[tuple[re.Pattern[str], ...], Thing], ...]:
    table = tomllib.loads((files("app") / "asking" / "things.toml").read_text(encoding="utf-8"))
    return tuple((compiled(row["asked"]), Thing(frozenset(row["categories"]), compiled(row["said"]), row["own"])) for row in table.values())
