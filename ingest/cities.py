"""Cities and cloud regions that tell in which country data lies; the names are data (`rules/cities.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from index.countries import Place, places
from ingest.rulebook import FOLDER

# A city with a postcode is part of an address ("London EC1"), one before a name is part of it ("Beijing Data Co.", "Oslo AS").
_OTHERWISE = re.compile(r"\s+[A-Z]{0,2}\d{1,5}\b|,?\s+\d{4,}|\s+[A-Z]")


def places_and_cities(text: str) -> Iterator[Place]:
    """Every country, region and city named in the text, in order; a city stands for its country."""
    known = list(places(text))
    taken = [range(place.start, place.end) for place in known]
    names, countries = _cities()
    for match in names.finditer(text):
        if not any(match.start() in span for span in taken) and not _OTHERWISE.match(text, match.end()):
            known.append(Place(match.start(), match.end(), countries[match[0]], match[0]))
    yield from sorted(known, key=lambda place: place.start)


@cache
def _cities() -> tuple[re.Pattern[str], dict[str, str]]:
    listed = tomllib.loads((FOLDER / "cities.toml").read_text(encoding="utf-8"))["cities"]
    countries = {name: code for code, names in listed.items() for name in names}
    names = "|".join(re.escape(name) for name in sorted(countries, key=len, reverse=True))
    return re.compile(rf"(?<![\w.–-])(?:{names})(?![\w-])"), countries
