"""The vendors a question names: by id, name or alias, in English or Chinese; and names that are spelt nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from index.domain import Vendor
from index.words import HAN, WORD

# Of a hundred: `dingtlak` is 88 from `dingtalk`, `works` 80 from `mingwork`. Below this two names are just alike.
NEAR = 84.0
# A question's word shorter than this is too often an ordinary word to be taken for a misspelt name.
SHORTEST_NEAR = 5


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
        names = sorted(self._by_name, key=len, reverse=True)
        self._pattern = re.compile("|".join(_pattern(name) for name in names), re.IGNORECASE) if names else None

    def find(self, question: str) -> Named:
        """The vendors named, in the order they are; where none is, those whose name is spelt nearly like a word of the question."""
        vendors: dict[str, Vendor] = {}
        pieces, at = [], 0
        for match in self._pattern.finditer(question) if self._pattern else ():
            vendors |= self._by_name[_key(match.group())]
            possessive = re.match(r"['’]s\b", question[match.end() :])
            pieces += [question[at : match.start()], "their" if possessive else "" if HAN.search(question) else "it"]
            at = match.end() + (possessive.end() if possessive else 0)
        rest = " ".join("".join([*pieces, question[at:]]).split())
        near = [] if vendors else self.near(question)
        return Named(list(vendors.values()), near, rest if WORD.search(rest) else question)

    def near(self, text: str, limit: int = 3) -> list[Vendor]:
        """Vendors with a name spelt nearly like one, two or three words of the text, the nearest first."""
        words = WORD.findall(text.lower())
        runs = [" ".join(words[i : i + size]) for size in (1, 2, 3) for i in range(len(words) - size + 1)]
        best: dict[str, tuple[float, Vendor]] = {}
        for run in runs:
            if len(run) < SHORTEST_NEAR and not (HAN.search(run) and len(run) > 1):
                continue
            for name, score, _ in process.extract(run, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=limit):
                for vendor in self._by_name[name].values():
                    best[vendor.id] = max(best.get(vendor.id, (0.0, vendor)), (score, vendor), key=lambda pair: pair[0])
        return [vendor for _, vendor in sorted(best.values(), key=lambda pair: -pair[0])[:limit]]


def near_names(name: str, vendors: Sequence[Vendor], limit: int = 3) -> list[str]:
    """Ids of the vendors whose id, name or alias is most like `name`; looser than `Names.near`, since the caller meant a vendor."""
    names = {_key(each): vendor.id for vendor in vendors for each in (vendor.id, vendor.name, *vendor.aliases)}
    found = process.extract(_key(name), names.keys(), scorer=fuzz.WRatio, score_cutoff=60, limit=limit * 3)
    return list(dict.fromkeys(names[each] for each, _, _ in found))[:limit]


def _key(name: str) -> str:
    """A name as it is compared: lower case, its words with one space between, so that `Hugging-Face` meets `hugging face`."""
    return " ".join(WORD.findall(name.lower()))


def _pattern(key: str) -> str:
    """The name with anything that is no letter between its words; word boundaries where it begins and ends in Latin letters."""
    body = r"[\W_]+".join(re.escape(word) for word in key.split())
    return f"{'' if HAN.match(key[0]) else r'(?<![A-Za-z0-9])'}{body}{'' if HAN.match(key[-1]) else r'(?![A-Za-z0-9])'}"
