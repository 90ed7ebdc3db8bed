"""Dates in English and Chinese forms as ISO 8601; a date without its day ("June 2026") keeps its precision: 2026-06."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in a text."""

    start: int
    end: int
    iso: str


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<{0}>0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th))?"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)"
_HAN_DIGIT = "零〇一二三四五六七八九"
_FORMS = re.compile(
    rf"""(?<![\w/.-])(?:
        {_MONTH.format("m1")}\s*{_DAY.format("d1")}\s*,?\s*(?:of\s+)?{_YEAR.format("y1")}
      | {_DAY.format("d2")}[\s-]*(?:of\s+)?{_MONTH.format("m2")}[\s,-]*{_YEAR.format("y2")}
      | {_YEAR.format("y3")}[-/.]\s?(?P<n3>0?[1-9]|1[0-2])[-/.]\s?(?P<d3>0?[1-9]|[12]\d|3[01])
      | (?P<a4>0?[1-9]|[12]\d|3[01])(?P<sep>[-/.])(?P<b4>0?[1-9]|[12]\d|3[01])(?P=sep){_YEAR.format("y4")}
      | {_MONTH.format("m5")}\s*,?\s*{_YEAR.format("y5")}
    )(?!(?!T\d\d:)[\w/-])""",
    re.IGNORECASE | re.VERBOSE,
)
_CHINESE = re.compile(
    rf"(?P<y>(?:19|20)\d\d|[{_HAN_DIGIT}]{{4}})\s*年\s*(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月"
    r"(?:\s*(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号])?"
)


def dates(text: str) -> Iterator[Dated]:
    """Every date in the text, in order. `04/05/2024` is read as month first unless that is no date; with dots, as day first."""
    found = [*_western(text), *_chinese(text)]
    yield from sorted(found, key=lambda dated: dated.start)


def _western(text: str) -> Iterator[Dated]:
    for match in _FORMS.finditer(text):
        if match["y1"]:
            iso = _iso(match["y1"], _month(match["m1"]), match["d1"])
        elif match["y2"]:
            iso = _iso(match["y2"], _month(match["m2"]), match["d2"])
        elif match["y3"]:
            iso = _iso(match["y3"], int(match["n3"]), match["d3"])
        elif match["y4"]:
            month, day = (match["b4"], match["a4"]) if match["sep"] == "." or int(match["a4"]) > 12 else (match["a4"], match["b4"])
            iso = _iso(match["y4"], int(month), day)
        else:
            iso = f"{match['y5']}-{_month(match['m5']):02d}"
        if iso:
            yield Dated(match.start(), match.end(), iso)


def _chinese(text: str) -> Iterator[Dated]:
    for match in _CHINESE.finditer(text):
        year = match["y"] if match["y"].isdecimal() else "".join(str(max(0, _HAN_DIGIT.index(digit) - 1)) for digit in match["y"])
        month = _han(match["m"])
        iso = _iso(year, month, str(_han(match["d"] or "1")))
        if iso and not match["d"]:
            iso = iso[:7]
        if iso:
            yield Dated(match.start(), match.end(), iso)


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _iso(year: str, month: int, day: str) -> str | None:
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


def _han(words: str) -> int:
    if words.isdecimal():
        return int(words)
    tens, _, ones = words.rpartition("十")
    digits = "一二三四五六七八九"
    value = digits.index(ones) + 1 if ones else 0
    return value + (10 * (digits.index(tens) + 1 if tens else 1) if "十" in words else 0)
