"""Countries, regions and hosts named in a text; the names are data (`countries.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.variants import HAN, simplified

# Between two names of a list stand a comma and a word at most.
LISTED = 6
_NAMED_BEFORE = re.compile(r"\b(?!(?:In|To|From|The|And|Or|At|For|Of|Within|Outside|Including)\b)(?:[A-Z][\w’'-]+,?|[Ss]tate of)\s+$")
_NAMED_AFTER = re.compile(r"[^\S\n]+(?!(?:EU|EEA|UK|US)\b)[A-Z]\w*|,?[^\S\n]+(?:\d{4}|U\.?S)|\s+(?:law|residents|courts?)\b")
FILE = Path(__file__).parent / "countries.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """A country (ISO 3166 alpha-2) or, without one, a region such as the EEA."""

    start: int
    end: int
    country: str | None
    name: str


def places(text: str) -> Iterator[Place]:
    """Every country and region named in the text, in order; the longest name wins."""
    pattern, countries = _names()
    text = simplified(text)
    after = -1
    for match in pattern.finditer(text):
        # A country just before makes a list of countries of both names; a name that is no place stands beside no such list.
        if match[0] in _data()["homonyms"]["names"] and _is_homonym(text, match, listed=0 <= match.start() - after <= LISTED):
            continue
        after = match.end()
        if match["adjective"]:
            yield Place(match.start(), match.end(), _adjectives()[match["adjective"]], match[0])
        else:
            yield Place(match.start(), match.end(), countries.get(match[0]), match[0])


def hosts(text: str) -> Iterator[tuple[int, int, str]]:
    """Every hosting company named in the text: start, end, name as written."""
    for match in _hosts().finditer(text):
        yield match.start(), match.end(), match[0]


def country(text: str) -> str | None:
    """The country a phrase names first, or None."""
    return next((place.country for place in places(text) if place.country), None)


def name(code: str) -> str:
    """The English name of a country (ISO 3166 alpha-2); the code where no name is known."""
    names = _data()["countries"].get(code)
    return str(names[0]) if names else code


def countries(text: str) -> frozenset[str]:
    """The countries that a text names; the EU and the EEA stand for their members, other regions for none."""
    found: set[str] = set()
    for place in places(text):
        region = next((region for region, names in _data()["members_of"].items() if place.name in names), None)
        found |= {place.country} if place.country else set(_data()["members"][region]) if region else set()
    return frozenset(found)


def _is_homonym(text: str, match: re.Match[str], listed: bool) -> bool:
    """Whether a name stands for a state ("Atlanta, Georgia"), another place ("New Mexico", "Jersey City") or a person ("Jordan Smith")."""
    before = text[max(0, match.start() - 30) : match.start()]
    return bool(_NAMED_AFTER.match(text, match.end())) or (not listed and bool(_NAMED_BEFORE.search(before)))


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    countries = {name: code for code, names in _data()["countries"].items() for name in names}
    names = sorted([*countries, *_data()["regions"]["names"]], key=len, reverse=True)
    written = {name: HAN.match(name) is not None for name in names}
    latin = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names if not written[name])
    han = "|".join(re.escape(name) for name in names if written[name])
    # Hundreds of names are tried only where a word begins with a letter that one of them begins with.
    first = re.escape("".join(sorted({name[0] for name in names if not written[name]})))
    adjectives = "|".join(_adjectives())
    company = r"(?=\s+(?:affiliate|company|entity|subsidiary|servers?|data cent(?:er|re)s?|office|branch)\b)"
    return re.compile(rf"(?<![\w.–-])(?=[{first}])(?:{latin})(?!\w)|(?:{han})|\b(?P<adjective>{adjectives}){company}"), countries


@cache
def _adjectives() -> dict[str, str]:
    return {name: code for code, names in _data()["adjectives"].items() for name in names}


@cache
def _hosts() -> re.Pattern[str]:
    names = sorted(_data()["hosts"]["names"], key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" if name[0].isascii() else re.escape(name) for name in names))
