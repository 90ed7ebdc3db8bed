"""How far a statement goes: what a rule asks that kinds of facts do not tell apart, and what a denial leaves open (`limits.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Finer:
    """A thing finer than the values of a kind of fact: multi-factor authentication among all authentication."""

    name: str
    kind: str
    values: tuple[str, ...]
    says: re.Pattern[str]


@dataclass(frozen=True)
class Partial:
    """A way to say less than all: a denial of sale is none of sharing. `denies` is what it says; exceptions may hold `everywhere`."""

    kind: str
    value: str | None
    denies: str
    everywhere: bool
    says: re.Pattern[str]


def finer(words: str, kind: str) -> Finer | None:
    """The thing that a buyer's words name, where it is finer than the values of this kind of fact."""
    found = _by_words().get(words.casefold())
    return found if found and found.kind == kind else None


def called(name: str, kind: str) -> Finer | None:
    return next((each for each in _by_words().values() if (each.name, each.kind) == (name, kind)), None)


def partial(fact: Any, value: str | None = None) -> Partial | None:
    """How a statement says less than all; None where it does not."""
    here = (each for each in _partial() if each.kind == fact.kind and each.value in (None, value))
    return next((each for each in here if each.says.search(" ".join(fact.quote.split()))), None)


def at_the_end(event: str | None) -> bool:
    """Whether an event is the end of the contract, the account or the use."""
    return bool(event) and _end().search(event or "") is not None


def outsiders() -> Mapping[str, tuple[str, ...]]:
    """`recipients` that "third parties" means, and `conditions` under which sharing with them is another's choice."""
    return {name: tuple(held) for name, held in _content()["outsiders"].items()}


@cache
def _by_words() -> dict[str, Finer]:
    found: dict[str, Finer] = {}
    for row in _content()["finer"]:
        one = Finer(row["name"], row["kind"], tuple(row["values"]), _pattern(row))
        found |= dict.fromkeys((word.casefold() for word in row["words"]), one)
    return found


@cache
def _partial() -> tuple[Partial, ...]:
    return tuple(
        Partial(row["kind"], row.get("value"), row["denies"], row.get("everywhere", False), _pattern(row)) for row in _content()["partial"]
    )


@cache
def _end() -> re.Pattern[str]:
    return _pattern(_content()["end"])


def _pattern(row: Mapping[str, Any]) -> re.Pattern[str]:
    return re.compile(row["says"], re.IGNORECASE)


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files("app") / "checks" / "limits.toml").read_text(encoding="utf-8"))
