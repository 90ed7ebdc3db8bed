"""Words for kinds of personal data, found in a text: policies are read with them and questions are understood by them.

The words are data: `index/lexicon/en.toml` and `zh.toml`, by category, with umbrella terms (`generic`) and phrases that only look
like a term (`not`); `zh_made.toml` makes further Chinese ones of two parts.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.variants import HAN, simplified

FOLDER = Path(__file__).parent / "lexicon"
# A word of letters and digits; between Chinese characters a Latin word stands without spaces (例如IMEI).
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+")
# What may stand between two words of one term: "e-mail", "user's name", "name/alias", a line break.
_JOINT = re.compile(r"[\s\-'’/.&]{0,3}")


@dataclass(frozen=True, slots=True)
class Mention:
    """A term at `text[start:end]`; `generic` when it is an umbrella term of the category."""

    start: int
    end: int
    category: str
    generic: bool


class Lexicon:
    """All terms; `find` takes the longest at each place, left to right."""

    def __init__(self) -> None:
        # A tree of words (English) or characters (Chinese); None as a key holds what the path to it names.
        self._words: dict[str | None, object] = {}
        self._characters: dict[str | None, object] = {}
        for name in ("en", "zh"):
            for category, entry in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")).items():
                for term in entry.get("not", ()):
                    self._add(term, None)
                for term in entry.get("generic", ()):
                    self._add(term, (category, True))
                for term in entry.get("terms", ()):
                    self._add(term, (category, False))
        for made in tomllib.loads((FOLDER / "zh_made.toml").read_text(encoding="utf-8"))["made"]:
            for first, last in itertools.product(made["of"], made["with"]):
                self._add(first + last, (made["category"], False), listed=False)

    def find(self, text: str) -> list[Mention]:
        """The terms of a text, in order, none inside another. A `not` phrase hides the terms in it."""
        han = list(self._han(text)) if HAN.search(text) else []
        latin = [one for one in self._latin(text) if not any(one.start < other.end and other.start < one.end for other in han)]
        return sorted([*latin, *han], key=lambda mention: mention.start)

    def _add(self, term: str, meaning: tuple[str, bool] | None, listed: bool = True) -> None:
        chinese = HAN.search(term) is not None
        node = self._characters if chinese else self._words
        steps = [step for _, step in _characters(term)] if chinese else [_singular(word) for word in _WORD.findall(term.lower())]
        for step in steps:
            node = node.setdefault(step, {})  # type: ignore[assignment]
        # The first meaning stays, except that a listed term wins over a phrase of another category's `not`.
        if node.get(None) is None and (listed or None not in node):
            node[None] = meaning

    def _latin(self, text: str) -> Iterator[Mention]:
        words = [(match.start(), match.end(), _singular(match.group().lower())) for match in _WORD.finditer(text)]
        return _longest(text, words, self._words)

    def _han(self, text: str) -> Iterator[Mention]:
        return _longest(text, [(at, at + 1, character) for at, character in _characters(text)], self._characters)


def _longest(text: str, steps: Sequence[tuple[int, int, str]], tree: dict[str | None, object]) -> Iterator[Mention]:
    """What the tree names along the steps (start, end, key), the longest at each place, left to right."""
    at = 0
    while at < len(steps):
        node, best, look = tree, None, at
        while look < len(steps) and steps[look][2] in node:
            if look > at and not _JOINT.fullmatch(text, steps[look - 1][1], steps[look][0]):
                break
            node = node[steps[look][2]]  # type: ignore[assignment]
            look += 1
            if None in node:
                best = (look, node[None])
        if best is None:
            at += 1
            continue
        if best[1] is not None:
            yield Mention(steps[at][0], steps[best[0] - 1][1], *best[1])  # type: ignore[misc]
        at = best[0]


@cache
def load() -> Lexicon:
    """The lexicon, read once."""
    return Lexicon()


def _characters(text: str) -> Iterator[tuple[int, str]]:
    """The characters of a Chinese text with their places, without the space some writers put around Latin words (MAC 地址)."""
    common = _common(text)
    for at, character in enumerate(common):
        spaced = character == " " and 0 < at < len(common) - 1
        if not (spaced and (HAN.match(common[at - 1]) is None) != (HAN.match(common[at + 1]) is None)):
            yield at, character


def _common(text: str) -> str:
    """Chinese text in Simplified characters, lower case, of the same length."""
    return simplified(text.lower() if len(text.lower()) == len(text) else text)


def _singular(word: str) -> str:
    """Enough to let `addresses` meet `address` and `cookies` meet `cookie`; both sides go through it."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
