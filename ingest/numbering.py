"""Numbers as documents write them: `1.1.2`, `(VI)`, `II 、`, `1 、`, `a.`, `第一条`, `（二）`, `[Introduction]`, `Appendix A`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "一二三四五六七八九十百零〇"
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_BULLET = re.compile(r"[-*+•●▪◦·○■–—](?:\s+|(?=[^\s\w.*-]))")

# (style, pattern): the first that matches names the style; `n` is the value. A number ends where its title or text begins.
_STYLES = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("zh-chapter", rf"第\s*(?P<n>[{_HAN}\d]+)\s*(?:[章编編篇]|部分)(?=[\s:：、．.]|[^\W\d]|$)\s*[:：、．.]?"),
        ("zh-section", rf"第\s*(?P<n>[{_HAN}\d]+)\s*[节節](?=[\s:：、．.]|[^\W\d]|$)\s*[:：、．.]?"),
        ("zh-article", rf"第\s*(?P<n>[{_HAN}\d]+)\s*[条條款](?=[\s:：、．.]|[^\W\d]|$)\s*[:：、．.]?"),
        ("zh-comma", rf"(?P<n>[{_HAN}]{{1,3}})\s*[、．.:：]"),
        ("(zh)", rf"[(（]\s*(?P<n>[{_HAN}]{{1,3}})\s*[)）]\s*[、.]?"),
        ("major", r"(?i:part|appendix|annex|schedule|exhibit|addendum)(?:\s+(?P<n>[A-Z]|\d{1,2}|[IVX]{1,4}))?\s*(?:[.:：–—-](?=\s|$)|$)"),
        ("major", rf"(?:附录|附件|附錄)\s*(?P<n>[{_HAN}\dA-Z]{{0,2}})\s*(?:[.:：、]|\s|$)"),
        ("article", r"(?i:article|section|chapter|clause)\s+(?P<n>\d{1,3}|[IVX]{1,5})\s*(?:[.:：–—-](?=\s|$)|$)"),
        ("arabic", r"(?P<n>\d{1,3}(?:\.\d{1,3}){1,5})(?:\s?[.、)）:](?=\s|[^\x00-\x7f]|$))?(?=\s|[^\x00-\x7f\d]|[A-Z][a-z]|$)"),
        ("arabic", r"(?P<n>\d{1,3})\s?[.．](?=\s|[^\x00-\x7f]|[A-Z]|$)"),
        ("arabic、", r"(?P<n>\d{1,3})\s?、"),
        ("arabic", r"(?P<n>\d{1,2})(?=\s+[A-Z一-鿿][a-z]*)"),
        ("arabic)", r"(?P<n>\d{1,3})\s*[)）]"),
        ("(arabic)", r"[(（]\s*(?P<n>\d{1,3})\s*[)）]"),
        ("roman", r"(?P<n>[IVXL]{1,6})(?:\s?\.(?=\s|[^\x00-\x7f]|$)|\s?、)"),
        ("(roman)", r"[(（]\s*(?P<n>[IVXL]{1,6}|[ivxl]{1,6})\s*[)）]"),
        ("low-roman", r"(?P<n>[ivxl]{1,6})(?:\s?\.(?=\s|[^\x00-\x7f]|$)|\s?[)）、])"),
        ("alpha", r"(?P<n>[A-Z])(?:\s?\.(?=\s|[^\x00-\x7f]|$)|\s?[)）、])"),
        ("low-alpha", r"(?P<n>[a-z])(?:\s?\.(?=\s|[^\x00-\x7f]|$)|\s?[)）、])"),
        ("(alpha)", r"[(（]\s*(?P<n>[A-Za-z])\s*[)）]"),
        ("circled", r"(?P<n>[①-⑳])"),
    )
)
# Numbers of parts of a document: a line of nothing else ("Part A") heads what follows.
DIVISIONS = ("major", "article", "zh-chapter", "zh-section")
_BRACKETED = re.compile(r"(?:\[\s*(?P<square>[^\[\]]{2,60}?)\s*\]|【\s*(?P<black>[^【】]{1,40}?)\s*】)\s*")
# A single letter is a Roman number only where the one before it says so.
_LETTER_OF = {"roman": "alpha", "(roman)": "(alpha)", "low-roman": "low-alpha"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the start of a block: its style, its value, where it ends, and whether a bullet stands before it."""

    style: str
    value: tuple[int, ...]
    start: int
    end: int
    bullet: bool

    @property
    def depth(self) -> int:
        return len(self.value)

    def follows(self, last: Number) -> bool:
        """Whether this is the next number of the list whose last number is `last`: `1.2.3` after `1.2.2`, `c)` after `b)`."""
        return (self.style, self.value[:-1], self.value[-1]) == (last.style, last.value[:-1], last.value[-1] + 1)

    def outside(self, last: Number) -> bool:
        """Whether a list whose last number is `last` is over when this number comes: it is of the same style and not inside it."""
        return self.style == last.style and self.value[: last.depth] != last.value


def bullet(plain: str, start: int, end: int) -> int:
    """Where the text begins after a bullet, or `start` where there is none."""
    match = _BULLET.match(plain, start, end)
    return match.end() if match else start


def read(plain: str, start: int, end: int, previous: dict[str, tuple[int, ...]]) -> Number | None:
    """The number that `plain[start:end]` begins with, if any. `previous` holds the last value of each style: "V." goes on from "IV."."""
    while start < end and plain[start].isspace():
        start += 1
    first = bullet(plain, start, end)
    for style, pattern in _STYLES:
        match = pattern.match(plain, first, end)
        if match is None:
            continue
        written = match.group("n") or ""
        letter = _LETTER_OF.get(style)
        if letter and len(written) == 1 and written not in "Ii" and not _continues(previous.get(style), _value(style, written)):
            continue
        if letter and written in "Ii" and previous.get(letter) == (8,):
            continue
        return Number(style, _value(style, written), first, first + len(match.group().rstrip()), first > start)
    return None


def bracketed(plain: str, start: int, end: int) -> bool:
    """Whether the whole line is a title in brackets: `[Introduction]`, `【引言】`."""
    return _BRACKETED.fullmatch(plain[start:end].strip()) is not None


def _continues(last: tuple[int, ...] | None, value: tuple[int, ...]) -> bool:
    return last is not None and value[0] == last[0] + 1


def _value(style: str, written: str) -> tuple[int, ...]:
    if not written:
        return (0,)
    if written[0].isdigit() and style != "circled":
        return tuple(int(part) for part in written.split("."))
    if style == "circled":
        return (ord(written) - ord("①") + 1,)
    if written[0] in _HAN:
        return (_chinese(written),)
    if "roman" in style or (len(written) > 1 and set(written.lower()) <= set(_ROMAN)):
        return (_roman(written.lower()),)
    return (ord(written[0].lower()) - ord("a") + 1,)


def _chinese(written: str) -> int:
    if "十" in written:
        tens, _, ones = written.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return int("".join(str(_DIGITS.get(char, 0)) for char in written))


def _roman(written: str) -> int:
    values = [_ROMAN[char] for char in written]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
