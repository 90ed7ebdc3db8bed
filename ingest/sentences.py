"""Where sentences end, in English and Chinese and both at once; and how a sentence too long for the model is cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise

from index.variants import HAN

Range = tuple[int, int]

_END = re.compile(r"[.!?]+|[。！？…]+|[．｡]+")
_CLOSERS = "\"'”’)]}）】」』》〉›»"
_OPENERS = "([{（【「『《"
_BRACKET = re.compile(r"[(\[{（【「『《)\]}）】」』》]")
_BRACKET_REACH = 400
_REACH = 200  # characters looked at before a stop: looking further made a text of stops alone take the square of its length
_SEEN = re.compile(r"\S")
_NEXT = re.compile(r"\s*[\"'“‘(\[]*([^\W\d_]*)(\d?)")
_PAIRS = dict(zip(")]}）】」』》", "([{（【「『《", strict=True))


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# After these a sentence goes on, whatever follows.
_NEVER = _words("e.g i.e eg ie vs cf mr mrs ms dr prof st mt approx viz messrs sec sect fig al art arts para paras cl incl resp ref tel")
# After these it goes on unless a word follows that begins sentences ("… operated by Acme Ltd. We collect …").
_PERHAPS = _words(
    "inc ltd co corp llc plc etc u.s u.k e.u b.v n.v s.a s.l s.r.l gmbh jr sr bros dept dist ave blvd rd pty pte bhd sdn",
    "a.m p.m u.s.c d.c ph.d",
)
_BEFORE_NUMBER = _words("no nos art arts sec sect para fig vol ch reg cap p pp rev ver v")
_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
_STARTERS = _words(
    "a after all also an any as at because before besides both but by certain depending do does during each either even for from further",
    "furthermore having he how however i if in information it its just learn like many may more moreover most much nevertheless no note",
    "nothing of on once one only other others our please provided see she should similarly since so some such that the their then there",
    "therefore these they this those through thus to under unless unlike until upon use we what when where whether which while who why",
    "with without within you your",
)


def of(plain: str, start: int, end: int) -> Iterator[Range]:
    """The sentences of `plain[start:end]`, trimmed, in order; together they hold every character that is not white space.

    `plain` is the text with its markup blanked, so an offset in it is an offset in the text.
    """
    at = start
    for stop in _stops(plain, start, end):
        if piece := trimmed(plain, at, stop):
            yield piece
        at = stop
    if piece := trimmed(plain, at, end):
        yield piece


def _stops(plain: str, start: int, end: int) -> Iterator[int]:
    depths = _depths(plain, start, end)
    at = start
    while match := _END.search(plain, at, end):
        at = match.end()
        while at < end and plain[at] in _CLOSERS and plain[at] not in _OPENERS:
            at += 1
        if depths[min(at, end) - start] > 0:
            continue
        if plain[match.start()] in "。！？｡" or (plain[match.start()] == "．" and not plain[at : at + 1].isdigit()):
            yield at
        elif plain[match.start()] == "…":
            if plain[at : at + 1].isspace() and _opens(plain, at, end):
                yield at
        elif _ends(plain, start, match, at, end):
            yield at


def _depths(plain: str, start: int, end: int) -> list[int]:
    """How many brackets are open at each position; a bracket that is never closed, or only far away, opens nothing."""
    steps = [0] * (end - start + 2)
    opened: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(plain, start, end):
        char, at = match.group(), match.start()
        if char in _OPENERS:
            opened.append((char, at))
            continue
        pair = next((back for back in range(1, min(len(opened), 8) + 1) if opened[-back][0] == _PAIRS[char]), None)
        if pair is not None:
            since = opened[-pair][1]
            del opened[-pair:]
            if at - since <= _BRACKET_REACH:
                steps[since + 1 - start] += 1
                steps[at + 1 - start] -= 1
    return list(accumulate(steps))


def _opens(plain: str, at: int, end: int) -> bool:
    """Whether what stands after `at` can begin a sentence: not a lower-case word, not a stop or comma."""
    seen = _SEEN.search(plain, at, end)  # blanked link targets can be long
    return seen is not None and not seen.group().islower() and seen.group() not in ".,;:!?)]}，；：、。）—–"


def _ends(plain: str, start: int, match: re.Match[str], at: int, end: int) -> bool:
    """Whether the full stop, question or exclamation mark of `match` ends a sentence; `at` is after its closing quotes and brackets."""
    if at >= end:
        return True
    before = re.search(r"[^\s(（\[“\"‘']*$", plain[max(start, match.start() - _REACH) : match.start()])
    word = before.group() if before else ""
    if not plain[at].isspace():
        return _glued(word, match, at, plain, end)
    if not _opens(plain, at, end):
        return False
    if match.group() != "." or at > match.end():
        return True
    low, following = word.lower().rstrip("."), _NEXT.match(plain, at, end)
    next_word, next_digit = (following.group(1), following.group(2)) if following else ("", "")
    if low in _NEVER:
        return False
    if low in _BEFORE_NUMBER and next_digit:
        return False
    if low in _MONTHS and next_digit:
        return False
    # "the EU-U.S. Privacy Shield": what counts is the part after the hyphen.
    if (tail := re.split(r"[-–—/]", low)[-1]) in _PERHAPS or re.fullmatch(r"(?:[a-z]\.)+[a-z]", tail):
        return next_word.lower() in _STARTERS
    if re.fullmatch(r"[A-Z]", word) and word != "I":
        return next_word.lower() in _STARTERS
    if re.fullmatch(r"\d{1,2}|[ivx]{1,4}|[IVX]{2,4}|[a-z]", word):  # "2." and "b." inside a sentence's list number what follows
        head = plain[max(start, match.start() - _REACH) : match.start() - len(word)].rstrip()
        return bool(head) and head[-1] not in ".:;,。；：，)）" and not (word.isalpha() and word.islower() and len(word) == 1)
    return True


def _glued(word: str, match: re.Match[str], at: int, plain: str, end: int) -> bool:
    """Whether a sentence begins with no space before it: "third parties.This Statement". Names like `Node.js` and addresses do not."""
    nxt = plain[at]
    if HAN.match(nxt):
        return match.group() != "." or not word[-1:].isdigit()
    if "@" in word or "/" in word or "www" in word.lower() or "." in word:
        return False
    follows = re.match(r"[\"“'(]?(?:[A-Z][a-z]+|We|I|A)(?=[\s,’'])", plain[at : min(end, at + _REACH)])
    return bool(follows) and (re.search(r"[a-z]{3,}$", word) is not None or at > match.end())


def trimmed(plain: str, start: int, end: int) -> Range | None:
    """The range without white space at either end, or None where nothing else is in it."""
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


# Where an over-long sentence may be cut, the best place first: each matches what stays with the piece before the cut.
_CUTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[;；](?=\s|[^\x00-\x7f])|(?<=\S)\s+(?=[•●▪*]\s)",
        r"\s(?=\((?:[ivx]{1,5}|[a-z]|\d{1,2})\)\s)|[:：](?=\s|[^\x00-\x7f])|[。！？]",
        r"[.!?](?=\s)|,(?=\s+(?:and|or|but|which|including|such|where|when|if|as)\b)|，",
        r",(?=\s)|、|\s(?=(?:and|or|but|that|which|when|where|including)\s)",
        r"\s+",
    )
)


# A character may be several wordpieces: a Korean syllable is read as its letters.
_PIECES_A_CHARACTER = 4


def cut(plain: str, start: int, end: int, limit: int, count: Callable[[str], int], level: int = 0) -> list[Range]:
    """The range in pieces of at most `limit` wordpieces, cut at the best places there are."""
    whole = trimmed(plain, start, end)
    if whole is None:
        return []
    start, end = whole
    if fits(plain[start:end], limit, count):
        return [whole]
    if level == len(_CUTS):
        width = max(1, limit // _PIECES_A_CHARACTER)
        return [(low, min(low + width, end)) for low in range(start, end, width)]
    stops = [match.end() for match in _CUTS[level].finditer(plain, start, end) if start < match.end() < end]
    if not stops:
        return cut(plain, start, end, limit, count, level + 1)
    pieces: list[Range] = []
    at, total = start, 0
    for low, high in pairwise([start, *stops, end]):
        size = count(plain[low:high])  # wordpieces end at spaces and stops, so the sum over neighbours is that of the whole
        if total and total + size > limit:
            pieces += cut(plain, at, low, limit, count, level + 1)
            at, total = low, 0
        total += size
    return pieces + cut(plain, at, end, limit, count, level + 1)


def fits(piece: str, limit: int, count: Callable[[str], int]) -> bool:
    """Whether the piece has at most `limit` wordpieces; a very short one is not even counted."""
    return len(piece) * _PIECES_A_CHARACTER <= limit or count(piece) <= limit
