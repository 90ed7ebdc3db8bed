"""What the tagger sees of a policy: the encoder's state of every token, and what stands around each clause."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index import lexicon, taxonomy
from index.domain import Clause, Policy

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
CUES = Path(__file__).resolve().parent.parent / "rules" / "cues" / "en.toml"
CATEGORIES = tuple(taxonomy.categories())
LAYERS = (-3, -1)  # both: the last alone finds 3 % fewer spans
BUCKETS = 8192


class StateEncoder(Protocol):
    """An encoder that also tells the states of tokens; the embedder of the index is one.

    Sentence vectors are asked for by `encode` alone: an ingest remembers those, and policies share headings and words for data.
    """

    @property
    def fingerprint(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats: ...

    def token_states(self, texts: Sequence[str], layers: Sequence[int] = (-1,)) -> Any: ...


@dataclass(frozen=True)
class View:
    """The clauses of one language of a policy, as arrays. `clause[i]` is the row in `clauses` of token i; offsets are the document's."""

    policy: Policy
    clauses: tuple[Clause, ...]
    offsets: Ints
    states: npt.NDArray[np.float16]
    clause: Ints
    around: Floats  # clause, inner heading, outer heading, lead-in: four sentence vectors
    cues: Floats
    words: Ints  # category of the lexicon's match (0: none) and whether the token begins it (1) or goes on (2)
    notes: Floats  # umbrella term; category named before in the section, in the document; any match
    matches: tuple[tuple[int, int, int, bool], ...]  # first token, end token, category, umbrella term

    @property
    def first(self) -> Floats:
        """1 where a clause begins."""
        return np.diff(self.clause, prepend=-1).astype(bool).astype(np.float32)

    def text(self, start: int, end: int) -> str:
        """The words of tokens `start` to `end`."""
        return self.policy.plain[self.offsets[start, 0] : self.offsets[end - 1, 1]]

    def lexical(self, start: int, end: int) -> Floats:
        """The categories the lexicon names in a span: any, one that covers it, the last; and whether there is one, covering, umbrella."""
        n = len(CATEGORIES)
        row = np.zeros(3 * n + 3, np.float32)
        inside = [match for match in self.matches if match[0] < end and match[1] > start]
        for first, last, category, _ in inside:
            row[category] = 1
            if min(last, end) - max(first, start) >= 0.6 * (end - start):
                row[n + category] = row[3 * n + 1] = 1
        if inside:
            row[2 * n + inside[-1][2]] = row[3 * n] = 1
            row[3 * n + 2] = float(inside[-1][3])
        return row


def view(policy: Policy, encoder: StateEncoder) -> View | None:
    """The policy as the tagger sees it; None when no clause is in English."""
    clauses = tuple(clause for clause in policy.clauses if clause.language == "en")
    states = encoder.token_states([clause.plain for clause in clauses], LAYERS) if clauses else []
    if not any(len(state.offsets) for state in states):
        return None
    texts = sorted({text for clause in clauses for text in (*clause.section[-2:], clause.lead or "") if text})
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    offsets = np.concatenate([state.offsets.reshape(-1, 2) + clause.start for clause, state in zip(clauses, states, strict=True)])
    owner = np.repeat(np.arange(len(clauses)), [len(state.offsets) for state in states])
    none = np.zeros(states[0].vector.shape, np.float32)
    around = [
        np.concatenate([state.vector, *(vectors.get(text, none) for text in _above(clause))])
        for clause, state in zip(clauses, states, strict=True)
    ]
    words, notes, matches = _lexicon(clauses, offsets, owner)
    return View(
        policy, clauses, offsets.astype(np.int64), np.concatenate([state.states for state in states]).astype(np.float16), owner,
        np.asarray(around, np.float32), _cues(clauses), words, notes, tuple(matches),
    )  # fmt: skip


def _above(clause: Clause) -> tuple[str, str, str]:
    inner, outer = (*reversed(clause.section[-2:]), "", "")[:2]
    return inner, outer, clause.lead or ""


def _cues(clauses: Sequence[Clause]) -> Floats:
    rows = []
    for at, clause in enumerate(clauses):
        texts = (clause.plain, clause.lead or "", " ".join(clause.section[-2:]))
        hints = [float(bool(pattern.search(text))) for text in texts for pattern in patterns()]
        rows.append([*hints, float(clause.lead is not None), at / len(clauses), min(len(clause.plain), 600) / 600, len(clause.section) / 4])
    return np.asarray(rows, np.float32)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """The cues in the order of their file, which the weights rely on."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in tomllib.loads(CUES.read_text(encoding="utf-8")).values())


def _lexicon(clauses: Sequence[Clause], offsets: Ints, owner: Ints) -> tuple[Ints, Floats, list[tuple[int, int, int, bool]]]:
    index = {category: at for at, category in enumerate(CATEGORIES)}
    words, notes = np.zeros((len(offsets), 2), np.int64), np.zeros((len(offsets), 4), np.float32)
    matches: list[tuple[int, int, int, bool]] = []
    section: dict[tuple[str, ...], set[str]] = defaultdict(set)
    named: set[str] = set()
    bounds = np.searchsorted(owner, np.arange(len(clauses) + 1))
    for at, clause in enumerate(clauses):
        low, high = bounds[at], bounds[at + 1]
        for match in lexicon.load().find(clause.plain):
            start, end = match.start + clause.start, match.end + clause.start
            inside = np.nonzero((offsets[low:high, 0] < end) & (offsets[low:high, 1] > start))[0] + low
            if not len(inside):
                continue
            words[inside] = index[match.category] + 1, 2
            words[inside[0], 1] = 1
            before = section[clause.section]
            notes[inside] = match.generic, match.category in before, match.category in named, 1
            matches.append((int(inside[0]), int(inside[-1]) + 1, index[match.category], match.generic))
            before.add(match.category)
            named.add(match.category)
    return words, notes, matches


def bag(text: str) -> list[int]:
    """The words of a span, their pairs, stems and the last one, hashed into buckets."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    parts = [*words, *map(" ".join, pairwise(words)), *("$" + word[:5] for word in words)]
    return [zlib.crc32(part.encode()) % BUCKETS for part in [*parts, *("last:" + word for word in words[-1:])]] or [0]
