"""The words for kinds of personal data, found in a text: longest phrase first, in any inflection of its last letters."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "lexicon"
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the lexicon at `start:end` of the text; `generic` when they are an umbrella term."""

    start: int
    end: int
    category: str
    generic: bool


class Lexicon:
    """Phrases by their words in base form; phrases that only hold a term (`domain name` for name) hide it."""

    def __init__(self, entries: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._phrases: dict[tuple[str, ...], tuple[str, bool] | None] = {}
        # Terms are read last: a phrase that one category lists and another excludes is a term.
        for part in ("not", "generic", "terms"):
            for category, forms in entries.items():
                for form in forms.get(part, ()):
                    words = tuple(base(word) for word in _WORD.findall(form.lower()))
                    if words and (part != "generic" or self._phrases.get(words) is None):
                        self._phrases[words] = None if part == "not" else (category, part == "generic")
        self._longest: dict[str, int] = defaultdict(int)
        for words in self._phrases:
            self._longest[words[0]] = max(self._longest[words[0]], len(words))

    def find(self, text: str) -> list[Match]:
        """The terms in a text, left to right, none overlapping another."""
        words = [(found.start(), found.end(), base(found.group())) for found in _WORD.finditer(text.lower())]
        found: list[Match] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest.get(words[at][2], 0), len(words) - at), 0, -1):
                phrase = tuple(word for _, _, word in words[at : at + length])
                if phrase in self._phrases:
                    entry = self._phrases[phrase]
                    if entry is not None:
                        found.append(Match(words[at][0], words[at + length - 1][1], *entry))
                    at += length
                    break
            else:
                at += 1
        return found


def base(word: str) -> str:
    """A word without its plural or genitive: `addresses`, `address`, `address's` meet."""
    word = word.replace("’", "'").removesuffix("'s")
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def english() -> Lexicon:
    with (FOLDER / "en.toml").open("rb") as file:
        return Lexicon(tomllib.load(file))
