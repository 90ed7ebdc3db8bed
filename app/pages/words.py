"""How ids, durations and dates are written for a reader."""

from __future__ import annotations

import re
from datetime import date

from index import taxonomy

UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
HOURS = {"H": "hour", "M": "minute", "S": "second"}
LANGUAGES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "ja": "Japanese", "ko": "Korean"}
HAN = re.compile(r"[\u3400-\u9fff]")


def plain(id: str) -> str:
    """`as_long_as_needed` → `as long as needed`."""
    return id.replace("_", " ")


def period(duration: str, working_days: bool = False) -> str:
    """`P90D` → `90 days`, `P1Y6M` → `1 year 6 months`; what is no duration stays as it is."""
    match = re.fullmatch(r"P((?:\d+[YMWD])*)(?:T((?:\d+[HMS])+))?", duration)
    if not match:
        return duration
    parts = [
        f"{number} {'working ' if working_days and letter == 'D' else ''}{names[letter]}{'s' if number != '1' else ''}"
        for piece, names in ((match[1], UNITS), (match[2] or "", HOURS))
        for number, letter in re.findall(r"(\d+)([A-Z])", piece)
    ]
    return " ".join(parts) or duration


def day(iso: str) -> str:
    """`2026-04-01` → `1 April 2026`; what is no date stays as it is."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{found.day} {found:%B %Y}"


def label(id: str, vocabulary: str) -> str:
    """The vocabulary's label of an id; a facet's name, `category` or `group`."""
    if vocabulary == "group":
        return GROUPS.get(id, plain(id).capitalize())
    terms = taxonomy.categories() if vocabulary == "category" else taxonomy.facet(vocabulary)
    return terms[id].label if id in terms else plain(id).capitalize()


def language(tag: str) -> str:
    """The English name of a language tag."""
    return LANGUAGES.get(tag.partition("-")[0], tag)


def tongue(text: str) -> str:
    """The language to read a text out in, as far as its letters tell."""
    return "zh" if HAN.search(text) else "en"


GROUPS = {
    "general": "General terms",
    "content": "Content",
    "usage": "Usage and activity",
    "account": "Account",
    "sensitive": "Sensitive data",
}
