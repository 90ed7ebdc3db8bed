"""How ids, durations, dates, languages and countries are written for a reader: `labels.toml` and the vocabularies' own labels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from index import countries, taxonomy
from index.variants import HAN

UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
HOURS = {"H": "hour", "M": "minute", "S": "second"}
DURATION = re.compile(r"P((?:\d+[YMWD])*)(?:T((?:\d+[HMS])+))?")
LANGUAGES = {
    "en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch",
    "pl": "Polish", "sv": "Swedish", "ja": "Japanese", "ko": "Korean", "ru": "Russian", "ar": "Arabic", "el": "Greek", "he": "Hebrew",
    "th": "Thai",
}  # fmt: skip
# Of several names for one thing, so many are shown.
NAMES = 8
# `any` data, no condition, nothing said: not worth a word.
UNSAID = ("unspecified", "none", None)


def plain(id: str) -> str:
    """`as_long_as_needed` → `as long as needed`."""
    return id.replace("_", " ")


def period(duration: str, working_days: bool = False) -> str:
    """`P90D` → `90 days`, `P1Y6M` → `1 year 6 months`; what is no duration stays as it is."""
    match = DURATION.fullmatch(duration)
    if not match:
        return duration
    parts = [
        f"{number} {'working ' if working_days and names[letter] == 'day' else ''}{names[letter]}{'s' if number != '1' else ''}"
        for piece, names in ((match[1], UNITS), (match[2] or "", HOURS))
        for number, letter in re.findall(r"(\d+)([A-Z])", piece)
    ]
    return " ".join(parts) or duration


def in_words(text: str) -> str:
    """A text of ours with its durations written out: `P15D (working days)` → `15 days (working days)`."""
    return re.sub(r"\bP(?=[\dT])[\dA-Z]+\b", lambda found: period(found[0]), text)


def day(iso: str) -> str:
    """`2026-04-01` → `1 April 2026`; what is no date stays as it is."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{found.day} {found:%B %Y}"


def label(id: str, vocabulary: str) -> str:
    """How a reader knows an id: of a table of `labels.toml`, of a facet (`right`, `recipient`, …) or of `category`."""
    if id in labels().get(vocabulary, {}):
        return labels()[vocabulary][id]
    terms = taxonomy.categories() if vocabulary == "category" else taxonomy.facet(vocabulary)
    return terms[id].label if id in terms else plain(id).capitalize()


@cache
def labels() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))


def country(code: str) -> str:
    """The English name of a country."""
    return countries.name(code)


def inside(label: str) -> str:
    """A label inside a sentence: `Training of AI` → `training of AI`, `SDKs of third parties` as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def language(tag: str) -> str:
    """The English name of a language tag."""
    return LANGUAGES.get(tag.partition("-")[0], tag)


def tongue(text: str) -> str | None:
    """`zh` where a text holds Chinese characters: for the voice that reads it out."""
    return "zh" if HAN.search(text) else None


def distinct(values: Iterable[str | None]) -> list[str]:
    """Values worth a word, each once in whatever case, the first few."""
    kept: dict[str, str] = {}
    for value in values:
        if value not in UNSAID:
            kept.setdefault(" ".join(str(value).lower().split()), str(value))
    more = len(kept) - NAMES
    return [*list(kept.values())[:NAMES], *([f"and {more} more"] if more > 0 else [])]
