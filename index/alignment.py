"""Two versions of a document, clause by clause: which say the same, which say it otherwise, which have no counterpart.

What a clause says is its words. Case, white space, punctuation, numbering and markup are not: a clause that was moved, renumbered,
re-wrapped or linked elsewhere has not changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from index.words import Synonyms

# From this share of common words on, two clauses are one clause that was changed. Read on four pairs of versions: below it pairs are
# two sentences that happen to be built alike.
ALIKE = 0.5
# What the same section title above both is worth, in shares of common words.
SAME_SECTION = 0.1
# A title that shares so many words with another is that title.
SAME_TITLE = 0.7
# So many clauses without a twin are compared each with each: 1,500 a side take 2 s and 100 MB.
MOST = 1500
# A shorter clause is not known again by a part of another: "Email address" may stand in two lists.
LONG = 5
# Of a clause that was cut in two, the second piece: this share of its words stands in the clause it was cut from, in order. Of fewer than
# twice LONG words all must: a heading shares most of its few words with some sentence.
PIECE = 0.8
# Of the words that tell what a clause is about, this share must be common to both.
ABOUT = 0.3

# Beside stop words: what stands in every policy and tells nothing.
_EVERYWHERE = {"also", "data", "information", "personal", "policy", "privacy", "shall", "statement", "use", "used"}
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|<br\s*/?>|</?[a-z][^<>]{0,60}>", re.IGNORECASE)
_NUMBER = re.compile(
    r"^[\s*_#>|•·▪◦–-]*(?:(?:\d{1,2}(?:\.\d{1,2})+[.)、:]?(?=\s)|\d{1,2}[.)、:](?!\d)|\(?(?:[ivxlc]{1,5}|[a-z])\)|[（(](?:[一二三四五六七八九十]+|\d{1,2}|[ivx]+)[)）]|"
    r"[一二三四五六七八九十]+、|第[一二三四五六七八九十百\d]+[条章节])\s*)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


class Said(Protocol):
    """What is compared of a clause; the clauses of the index have it."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def section(self) -> Sequence[str]: ...


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their one form, without its number and markup; Han text by character."""
    plain = (
        _LINK.sub(" ", unicodedata.normalize("NFKC", text))
        .replace("’", "'")
        .replace("'s ", " ")
        .replace("U.S.", "US")
        .replace("U.K.", "UK")
    )
    return tuple(_WORD.findall(_NUMBER.sub("", plain).casefold()))


@dataclass(frozen=True)
class Side:
    """One version: its clauses that hold words, and those words."""

    clauses: Sequence[Said]
    words: Sequence[tuple[str, ...]]

    @classmethod
    def of(cls, clauses: Collection[Said]) -> Side:
        held = [(clause, found) for clause in clauses if (found := words(clause.text))]
        return cls([clause for clause, _ in held], [found for _, found in held])

    @cached_property
    def all(self) -> str:
        """The whole version as one line of words."""
        return padded(word for found in self.words for word in found)

    def holds(self, text: str) -> bool:
        """Whether these words stand somewhere in the version, in this order and without others between."""
        return padded(words(text)) in self.all


@dataclass
class Alignment:
    """Which clause became which, by position; `similar` are the altered ones with the share of words they have in common."""

    before: Side
    after: Side
    same: dict[int, int] = field(default_factory=dict)
    similar: list[tuple[int, int, float]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)

    @cached_property
    def counterparts(self) -> dict[str, list[int]]:
        """Of each clause by id: where it went, or came from, in the other version."""
        found: dict[str, list[int]] = defaultdict(list)
        for old, new in [*self.same.items(), *((old, new) for old, new, _ in self.similar)]:
            found[self.before.clauses[old].id].append(new)
            found[self.after.clauses[new].id].append(old)
        return found

    def fresh(self, side: Side) -> list[int]:
        """The clauses of one version that the other does not have word for word."""
        if side is self.after:
            return [*self.added, *(right for _, right, _ in self.similar)]
        return [*self.removed, *(left for left, _, _ in self.similar)]

    @cached_property
    def unchanged(self) -> frozenset[str]:
        """Ids of clauses, of either version, that say the same below the same lead."""
        kept = [
            (self.before.clauses[old], self.after.clauses[new])
            for old, new in self.same.items()
            if words(self.before.clauses[old].lead or "") == words(self.after.clauses[new].lead or "")
        ]
        return frozenset(clause.id for pair in kept for clause in pair)


def align(before: Collection[Said], after: Collection[Said]) -> Alignment:
    """Finds for each clause of one version its counterpart in the other. Costs what comparing the clauses without a twin costs."""
    found = Alignment(Side.of(before), Side.of(after))
    old, new = _twins(found)
    old, new = _wrapped(found, old, new)
    old, new = _changed(found, old, new)
    found.removed, found.added = _pieces(found, old, new)
    found.similar.sort(key=lambda pair: (pair[1], pair[0]))
    return found


def padded(found: Iterator[str] | Sequence[str]) -> str:
    return f" {' '.join(found)} "


def _twins(found: Alignment) -> tuple[list[int], list[int]]:
    """Pairs clauses of the same words, first those below the same lead; then long ones that are merely said once more or once less."""
    before, after = found.before, found.after
    taken: set[int] = set()
    for with_lead in (True, False):
        waiting: dict[object, deque[int]] = defaultdict(deque)
        for at, clause in enumerate(after.clauses):
            if at not in taken:
                waiting[after.words[at], words(clause.lead or "") if with_lead else ()].append(at)
        for at, clause in enumerate(before.clauses):
            if at not in found.same and (queue := waiting[before.words[at], words(clause.lead or "") if with_lead else ()]):
                found.same[at] = queue.popleft()
                taken.add(found.same[at])
    said_before, said_after = set(before.words), set(after.words)
    return (
        [at for at, said in enumerate(before.words) if at not in found.same and not (len(said) >= LONG and said in said_after)],
        [at for at, said in enumerate(after.words) if at not in taken and not (len(said) >= LONG and said in said_before)],
    )


def _wrapped(found: Alignment, old: list[int], new: list[int]) -> tuple[list[int], list[int]]:
    """Pairs clauses whose words are the same once neighbours are put together: only the cut between them moved."""
    in_new, in_old = _inside(found.before, old, found.after, new), _inside(found.after, new, found.before, old)
    kept_old = [at for at in old if not (at in in_new and all(other in in_old for other in in_new[at]))]
    kept_new = [at for at in new if not (at in in_old and all(other in in_new for other in in_old[at]))]
    for at in set(old) - set(kept_old):
        found.same[at] = in_new[at][0]
    return kept_old, kept_new


def _inside(side: Side, open_: list[int], other: Side, other_open: list[int]) -> dict[int, list[int]]:
    """Of the open clauses of one side those that stand, word for word, in neighbouring open clauses of the other; and in which."""
    line, owners = [], []
    for place, at in enumerate(other_open):
        if place and other_open[place - 1] != at - 1:
            line.append("\n")
            owners.append(-1)
        line += other.words[at]
        owners += [at] * len(other.words[at])
    text, starts = padded(line), {}
    position = 1
    for number, word in enumerate(line):
        starts[position] = number
        position += len(word) + 1
    found = {}
    for at in open_:
        place = text.find(padded(side.words[at]))
        if place >= 0:
            first = starts[place + 1]
            found[at] = list(dict.fromkeys(owners[first : first + len(side.words[at])]))
    return found


def _changed(found: Alignment, old: list[int], new: list[int]) -> tuple[list[int], list[int]]:
    """Pairs what is left by the words in common; of very long documents each part with the part at its place in the other."""
    parts = 1 + max(len(old), len(new)) // MOST
    left = [_most_alike(found, _part(old, n, parts), _part(new, n, parts)) for n in range(parts)]
    return [at for part, _ in left for at in part], [at for _, part in left for at in part]


def _part(places: list[int], number: int, of: int) -> list[int]:
    return places[len(places) * number // of : len(places) * (number + 1) // of]


def _most_alike(found: Alignment, old: list[int], new: list[int]) -> tuple[list[int], list[int]]:
    """Pairs clauses by the words in common, the most alike first; of two alike the one that stands nearer."""
    if not old or not new:
        return old, new
    before, after = found.before, found.after
    left_length = np.array([len(before.words[at]) for at in old])[:, None]
    right_length = np.array([len(after.words[at]) for at in new])[None, :]
    apart = cdist([before.words[at] for at in old], [after.words[at] for at in new], scorer=Indel.distance, dtype=np.int32)
    common = (left_length + right_length - apart) / 2
    shorter = np.minimum(left_length, right_length)
    share = 2 * common / (left_length + right_length)
    # A sentence that was taken whole into a longer one is that one, although most words of it are new.
    held = np.where((common >= PIECE * shorter) & (shorter >= LONG) & (4 * shorter >= left_length + right_length - shorter), 0.85, 0.0)
    titles = [
        [words(side.clauses[at].section[-1]) if side.clauses[at].section else () for at in open_]
        for side, open_ in ((before, old), (after, new))
    ]
    same_section = cdist(*titles, scorer=Indel.normalized_similarity, dtype=np.float32) >= SAME_TITLE
    alike = np.maximum(share, held * common / shorter) + SAME_SECTION * same_section
    pairs = [
        (float(alike[row, column]), old[row], new[column], float(share[row, column]))
        for row, column in zip(*np.nonzero(alike >= ALIKE), strict=True)
    ]

    def order(pair: tuple[float, int, int, float]) -> tuple[float, float]:
        return -pair[0], abs(pair[1] / len(before.words) - pair[2] / len(after.words))

    free_old, free_new = set(old), set(new)
    for _, left, right, in_common in sorted(pairs, key=order):
        if left in free_old and right in free_new and _on_one_thing(before.words[left], after.words[right]):
            found.similar.append((left, right, in_common))
            free_old.remove(left)
            free_new.remove(right)
    return sorted(free_old), sorted(free_new)


def _on_one_thing(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two clauses share words that tell what they are about: "We do not sell" and "We do not gather" share none."""
    idle = Synonyms.load().stop | _EVERYWHERE
    about_left, about_right = set(left) - idle, set(right) - idle
    return 2 * len(about_left & about_right) >= ABOUT * (len(about_left) + len(about_right))


def _pieces(found: Alignment, old: list[int], new: list[int]) -> tuple[list[int], list[int]]:
    """A sentence that was cut in two, or two that were joined, is altered: its second piece is neither added nor removed."""
    before, after = found.before, found.after
    whole = list(found.similar)
    for at in list(new):
        if origin := _source(after.words[at], [(left, before.words[left]) for left, _, _ in whole]):
            found.similar.append((origin[0], at, origin[1]))
            new.remove(at)
    for at in list(old):
        if origin := _source(before.words[at], [(right, after.words[right]) for _, right, _ in whole]):
            found.similar.append((at, origin[0], origin[1]))
            old.remove(at)
    return old, new


def piece_of(piece: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether nearly all words of a piece that is long enough to be known again stand in a whole, in order."""
    return common_share(piece, whole) >= PIECE


def common_share(piece: Sequence[str], whole: Sequence[str]) -> float:
    """The share of a piece's words that stand in a whole, in order; none of a piece too short to be known again."""
    return (len(piece) + len(whole) - Indel.distance(piece, whole)) / 2 / len(piece) if len(piece) >= LONG else 0.0


def _source(piece: tuple[str, ...], wholes: list[tuple[int, tuple[str, ...]]]) -> tuple[int, float] | None:
    """The clause that a piece was cut from, and the words they share; None when it was cut from none."""
    if len(piece) < LONG or not wholes:
        return None
    common, at, said = max(((len(piece) + len(said) - Indel.distance(piece, said)) / 2, at, said) for at, said in wholes)
    enough = PIECE * len(piece) if len(piece) >= 2 * LONG else len(piece)
    return (at, 2 * common / (len(piece) + len(said))) if common >= enough else None
