"""The vendors a question names: by id, name or alias, in English or Chinese; and names that are spelt nearly so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz, process

from index.domain import Vendor
from index.variants import HAN, simplified
from index.words import REMEMBERED, WORD

# Of a hundred: `dingtlak` is 88 from `dingtalk`, `works` 80 from `mingwork`. Below this two names are just alike.
NEAR = 84.0
# A question's word shorter than this is too often an ordinary word to be taken for a misspelt name.
SHORTEST_NEAR = 5
# So many vendors are named whose names are like one that is unknown.
FEW_NEAR = 3
LATIN = re.compile(r"[a-z0-9]+")
# Up to so many names each is compared sooner than those are found that may be near: of 20 words of a question in 20 µs instead of 250.
FEW = 64


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names, and the question without the names (`how long does 钉钉 keep chats` → `how long does it keep chats`)."""

    vendors: list[Vendor]
    near: list[Vendor]
    question: str


class Names:
    """Every name the indexed vendors go by."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._by_name: dict[str, dict[str, Vendor]] = {}
        for vendor in vendors:
            for name in (vendor.id, vendor.name, *vendor.aliases):
                if len(name.strip()) > 1:
                    self._by_name.setdefault(_key(name), {})[vendor.id] = vendor
        # By two words: 10,000 names that begin with the same one took 100 ms of a question that had it.
        self._by_start: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._elsewhere: list[tuple[str, str]] = []
        for name in self._by_name:
            if LATIN.match(name):
                self._by_start[tuple(LATIN.findall(name)[:2])].append(name)
            elif name:
                self._elsewhere.append((name.split()[0], name))
        self._alike = _Alike(list(self._by_name))
        # Questions are made of the same words: among 10,000 names one is looked for in 50 µs.
        self._like = lru_cache(REMEMBERED)(self._alike.spelt_like)

    def find(self, question: str) -> Named:
        """The vendors named, in the order they are; where none is, those whose name is spelt nearly like a word of the question."""
        question = simplified(question)
        vendors: dict[str, Vendor] = {}
        pieces, at = [], 0
        for match in self._matches(question):
            vendors |= self._by_name[_key(match.group())]
            possessive = re.match(r"['’]s\b", question[match.end() :])
            pieces += [question[at : match.start()], "their" if possessive else "" if HAN.search(question) else "it"]
            at = match.end() + (possessive.end() if possessive else 0)
        rest = " ".join("".join([*pieces, question[at:]]).split())
        near = [] if vendors else self.near(question)
        return Named(list(vendors.values()), near, rest if WORD.search(rest) else question)

    def _matches(self, question: str) -> Iterator[re.Match[str]]:
        """Where names stand, the longest of those that begin alike; only those are tried whose first words stand in the question."""
        lower = question.lower()
        said = LATIN.findall(lower)
        starts = dict.fromkeys([*((word,) for word in said), *pairwise(said)])
        names = [name for start in starts for name in self._by_start.get(start, ())]
        names += [name for start, name in self._elsewhere if start in lower]
        if not names:
            return iter(())
        return re.finditer("|".join(_pattern(name) for name in sorted(names, key=len, reverse=True)), question, re.IGNORECASE)

    def near(self, text: str, limit: int = 3) -> list[Vendor]:
        """Vendors with a name spelt nearly like one, two or three words of the text, the nearest first."""
        words = WORD.findall(simplified(text.lower()))
        runs = [" ".join(words[i : i + size]) for size in (1, 2, 3) for i in range(len(words) - size + 1)]
        best: dict[str, tuple[float, Vendor]] = {}
        for run in runs:
            for name, score in self._like(run, limit):
                for vendor in self._by_name[name].values():
                    best[vendor.id] = max(best.get(vendor.id, (0.0, vendor)), (score, vendor), key=lambda pair: pair[0])
        return [vendor for _, vendor in sorted(best.values(), key=lambda pair: -pair[0])[:limit]]


class _Alike:
    """Names by their pairs of letters: which may be near a text at all, without comparing it with each of ten thousand."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        places: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            for pair in _pairs(name):
                places[pair].append(at)
        self._places = {pair: np.array(found, np.int32) for pair, found in places.items()}

    def to(self, text: str) -> Sequence[str]:
        """Names that share a quarter of the text's pairs: one that is NEAR shares a third at least. All of them where they are few."""
        if len(self._names) <= FEW:
            return self._names
        pairs = _pairs(text)
        found = [self._places[pair] for pair in pairs if pair in self._places]
        if not found:
            return []
        shared = np.bincount(np.concatenate(found), minlength=len(self._names))
        return [self._names[at] for at in np.flatnonzero(shared >= max(1.0, len(pairs) / 4)).tolist()]

    def spelt_like(self, run: str, limit: int) -> tuple[tuple[str, float], ...]:
        """The names spelt nearly like these words, the nearest first, and how near each is."""
        if len(run) < SHORTEST_NEAR and not (HAN.search(run) and len(run) > 1):
            return ()
        found = process.extract(run, self.to(run), scorer=fuzz.ratio, score_cutoff=NEAR, limit=limit)
        return tuple((name, score) for name, score, _ in found)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def near_names(name: str, vendors: Sequence[Vendor]) -> list[str]:
    """Ids of the vendors whose id, name or alias is most like `name`; looser than `Names.near`, since the caller meant a vendor."""
    names = {_key(each): vendor.id for vendor in vendors for each in (vendor.id, vendor.name, *vendor.aliases)}
    found = process.extract(_key(name), names.keys(), scorer=fuzz.WRatio, score_cutoff=60, limit=3 * FEW_NEAR)
    return list(dict.fromkeys(names[each] for each, _, _ in found))[:FEW_NEAR]


def _key(name: str) -> str:
    """A name as it is compared: lower case, its words with one space between, so that `Hugging-Face` meets `hugging face`, 騰訊 腾讯."""
    return " ".join(WORD.findall(simplified(name.lower())))


def _pattern(key: str) -> str:
    """The name with anything that is no letter between its words; word boundaries where it begins and ends in Latin letters."""
    body = r"[\W_]+".join(re.escape(word) for word in key.split())
    return f"{'' if HAN.match(key[0]) else r'(?<![A-Za-z0-9])'}{body}{'' if HAN.match(key[-1]) else r'(?![A-Za-z0-9])'}"
