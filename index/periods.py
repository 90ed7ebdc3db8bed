"""Durations in English and Chinese, in words and digits, as ISO 8601: "fourteen (14) days" is P14D, "半年" is P6M."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.facts import Bound

DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
# Twelve months are a year to the last bit: "12 months" is not longer than "one year".
DAYS = (365.25, 30.4375, 7.0, 1.0, 1 / 24, 1 / 1440)


def period_days(period: str | None) -> float | None:
    """The length of an ISO 8601 duration in days (a month counts 30.4375, a year 365.25), None where there is none: for ordering only."""
    match = DURATION.fullmatch(period or "")
    if not match or not any(match.groups()):
        return None
    return sum(float(number) * days for number, days in zip(match.groups(), DAYS, strict=True) if number)


@dataclass(frozen=True, slots=True)
class Period:
    """A duration found in a text: where it stands, how long it is, and whether the words around it bound it."""

    start: int
    end: int
    iso: str
    bound: Bound | None = None
    working_days: bool = False


_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SMALL = "|".join(sorted([*_ONES, *_TENS], key=len, reverse=True))
# Atomic: "forty-five" is one number, never a range from 40 to 5.
_BELOW_HUNDRED = rf"(?>(?:{'|'.join(_TENS)})[ -](?:{'|'.join(list(_ONES)[1:10])})\b|{_SMALL})"
_HUNDREDS = rf"(?>(?:one|an?|two|three|four|five|six|seven|eight|nine)[ -]hundred(?:(?:[ -]and)?[ -]{_BELOW_HUNDRED})?)"
_WORDS = rf"(?:{_HUNDREDS}|{_BELOW_HUNDRED})"
_NUMBER = rf"(?:\d,\d{{3}}|\d{{1,4}}(?:\.5)?|{_WORDS})"
_UNIT = r"minutes?|hours?|hrs?|days?|weeks?|fortnights?|months?|quarters?|years?|yrs?|decades?"
_DAYS = r"(?:business|working|trading|week|calendar|consecutive|natural|full|whole|further|additional|more|rolling)"
_ENGLISH = re.compile(
    rf"""(?<![\w.$€£])(?<!\d,)(?:
        (?P<years>{_NUMBER})(?:\s*\([^()]{{1,12}}\))?[ -]years?,?\s+and\s+(?P<months>{_NUMBER})(?:\s*\([^()]{{1,12}}\))?[ -]months?
      | (?P<between>between\s+)?(?P<low>{_NUMBER})(?:\s*\([^()]{{1,12}}\))?(?:\s*(?:-|–|—|to|or|/)\s*|(?<=\d)\ and\ (?=\d)
          |(?(between)\s+and\s+|(?!))|(?:[ -](?P<low_unit>{_UNIT})\s*(?:-|–|—|to|or|(?(between)and|(?!)))\s*))
        (?P<high>{_NUMBER})(?:\s*\([^()]{{1,12}}\))?[\s-]*(?:{_DAYS}[\s-]+)?(?P<range_unit>{_UNIT})
      | (?P<number>{_NUMBER})(?:\s*\((?P<also>[^()]{{1,12}})\))?(?P<and_half>\s+and\s+a\s+half)?
        (?P<plus>\+)?[\s-]*(?:{_DAYS}[\s-]+)?(?P<unit>{_UNIT})
      | (?P<half>half[ -]an?|half)[ -](?P<half_unit>minute|hour|day|week|month|year)
      | (?<!once\ )(?<!twice\ )(?<!hours\ )(?<!times\ )(?<!days\ )(?<!month\ )(?<!half\ )\b
        (?:an?|one|the\ first)\ (?:(?:calendar|full|whole)\ )?(?P<one_unit>minute|hour|day|week|fortnight|month|quarter|year|decade)
        (?P<one_and_half>\s+and\s+a\s+half)?
    )\b(?![’']s?\ old)(?!\s+(?:old|of\ age)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_HAN = "零〇一二两三四五六七八九十百"
_CHINESE = re.compile(
    rf"(?<![第每\d年月.．{_HAN}])(?:(?P<low>\d{{1,4}}|[{_HAN}]+)\s?(?:-|–|—|~|～|至|到)\s?)?(?P<number>\d{{1,4}}|[{_HAN}]+|半)\s?(?:\(\d+\)|（\d+）)?\s?"
    r"(?P<unit>个?工作日|个?自然日|个?小时|个(?:自然)?月|个?星期|个?季度|分钟|周年|天|日|周|年)(?P<half>半)?(?!龄|岁|满)"
)
_WORKING = re.compile(r"\b(?:business|working|trading|week)\b", re.IGNORECASE)
_LETTERS = {
    "minute": ("PT", "M", 1), "hour": ("PT", "H", 1), "hr": ("PT", "H", 1), "day": ("P", "D", 1), "week": ("P", "W", 1),
    "fortnight": ("P", "D", 14), "month": ("P", "M", 1), "quarter": ("P", "M", 3), "year": ("P", "Y", 1), "yr": ("P", "Y", 1),
    "decade": ("P", "Y", 10), "分钟": ("PT", "M", 1), "小时": ("PT", "H", 1), "工作日": ("P", "D", 1), "自然日": ("P", "D", 1),
    "日": ("P", "D", 1), "天": ("P", "D", 1), "星期": ("P", "W", 1), "周": ("P", "W", 1), "月": ("P", "M", 1),
    "自然月": ("P", "M", 1), "季度": ("P", "M", 3), "年": ("P", "Y", 1), "周年": ("P", "Y", 1),
}  # fmt: skip
# Half a unit is written in the next smaller one.
_HALVES = {"Y": ("P", "M", 6), "M": ("P", "D", 15), "D": ("PT", "H", 12), "H": ("PT", "M", 30)}

_AT_LEAST = (
    r"at least|(?:no|not) (?:less|fewer|shorter|sooner|earlier) than|(?:a )?minimum(?: \w+){0,3}(?: of)?"
    r"|(?:longer|more) than|不少于|不低于|不短于|至少|最少|最短|最低"
)
_AT_MOST = (
    r"up to|at (?:the )?(?:most|latest)|within|(?:not|never|n[’']t)\b[^.;,]{0,40}?\b(?:longer|more|later) than|in no (?:event|case) after|"
    r"(?:no|not) (?:more|longer|later|greater) than|(?:not|never)(?: to)? exceed(?:ing|s)?"
    r"|(?:a )?max(?:imum)?\.?(?: \w+){0,3}(?: of)?|less than|under|fewer than|in (?:under|less than)"
    r"|不超过|不多于|不长于|不晚于|不得超过|最长|最多|至多|最迟|最晚"
)
_BEFORE = re.compile(
    rf"(?:(?P<at_least>{_AT_LEAST})|(?P<at_most>{_AT_MOST})|(?P<about>about|around|approximately|roughly|大约|约))"
    r"(?:\s+(?:a|an|the|another|period|further|additional|of|for|time)){0,5}[\s为是:：]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:(?P<at_least>or (?:more|longer)|minimum|at (?:a )?minimum|以上|及以上)"
    r"|(?P<at_most>or (?:less|fewer|sooner)|maximum|max\b|at (?:the )?(?:most|latest)|之内|以内|内))",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"by default|default(?:s| period| retention)?\b|默认|缺省", re.IGNORECASE)


def periods(text: str) -> Iterator[Period]:
    """Every duration in the text, in order; a range ("between 3 months and 1 year") gives its two ends."""
    found = [*_english(text), *_chinese(text)]
    yield from sorted(found, key=lambda period: (period.start, period.end))


def number(words: str) -> int | None:
    """The value of digits ("1,095"), English or Chinese number words up to the hundreds; None for anything else."""
    words = words.strip().lower()
    if words.replace(",", "").isdecimal():
        return int(words.replace(",", ""))
    if words and all(letter in _HAN for letter in words):
        return _han(words)
    total = 0
    for word in re.split(r"[\s-]+", words):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in _ONES or word in _TENS:
            total += _ONES.get(word, _TENS.get(word, 0))
        elif word not in ("and", "a", "an"):
            return None
    return total or None


def _english(text: str) -> Iterator[Period]:
    for match in _ENGLISH.finditer(text):
        working = bool(_WORKING.search(match[0]))
        if match["years"]:
            years, months = number(match["years"]), number(match["months"])
            if years is not None and months is not None:
                yield Period(match.start(), match.end(), f"P{12 * years + months}M", _bound(text, match))
        elif match["low"]:
            low = _iso(match["low"], match["low_unit"] or match["range_unit"])
            high = _iso(match["high"], match["range_unit"])
            if low and high:
                yield Period(match.start(), match.end(), low, "at_least", working)
                yield Period(match.start(), match.end(), high, "at_most", working)
        elif match["half"]:
            yield Period(match.start(), match.end(), _half(match["half_unit"]), _bound(text, match))
        else:
            half = bool(match["and_half"] or match["one_and_half"])
            if iso := _iso(match["number"] or "1", match["unit"] or match["one_unit"], half):
                yield Period(match.start(), match.end(), iso, "at_least" if match["plus"] else _bound(text, match), working)


def _chinese(text: str) -> Iterator[Period]:
    for match in _CHINESE.finditer(text):
        unit = match["unit"].removeprefix("个")
        value = number(match["number"])
        # "2020年" is a date; no policy keeps anything for more than a century and counts the years.
        if unit == "年" and value is not None and value > 100 and not match["low"]:
            continue
        working = unit == "工作日"
        if match["number"] == "半":
            yield Period(match.start(), match.end(), _half(unit), _bound(text, match))
        elif match["low"] and (low := _iso(match["low"], unit)) and (high := _iso(match["number"], unit)):
            yield Period(match.start(), match.end(), low, "at_least", working)
            yield Period(match.start(), match.end(), high, "at_most", working)
        elif iso := _iso(match["number"], unit, half=bool(match["half"])):
            yield Period(match.start(), match.end(), iso, _bound(text, match), working)


def _iso(value: str, unit: str, half: bool = False) -> str | None:
    prefix, letter, factor = _LETTERS[_singular(unit)]
    if value.endswith(".5"):
        value, half = value[:-2], True
    amount = number(value)
    if amount is None or (amount == 0 and not half):
        return None
    if half and letter in _HALVES:
        small_prefix, small, part = _HALVES[letter]
        return f"{small_prefix}{2 * part * amount + part}{small}"
    return f"{prefix}{amount * factor}{letter}"


def _half(unit: str) -> str:
    _, letter, _ = _LETTERS[_singular(unit)]
    prefix, small, part = _HALVES.get(letter, ("P", "D", 4))
    return f"{prefix}{part}{small}"


def _singular(unit: str) -> str:
    unit = unit.lower().removeprefix("个")
    return unit.rstrip("s") if unit.isascii() else unit


def _bound(text: str, match: re.Match[str]) -> Bound | None:
    if before := _BEFORE.search(text[max(0, match.start() - 60) : match.start()]):
        if before["at_least"]:
            return "at_least"
        return "at_most" if before["at_most"] else None
    if after := _AFTER.match(text, match.end()):
        return "at_least" if after["at_least"] else "at_most"
    # "by default" speaks of this period only from nearby.
    if _DEFAULT.search(text[max(0, match.start() - 60) : match.end() + 30]):
        return "default"
    return "exact"


def _han(words: str) -> int | None:
    digits = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
    if not any(letter in "十百" for letter in words):
        return int("".join(str(digits[letter]) for letter in words))
    total, current = 0, 0
    for letter in words:
        if letter in digits:
            current = digits[letter]
        else:
            total += max(current, 1) * (10 if letter == "十" else 100)
            current = 0
    return total + current or None
