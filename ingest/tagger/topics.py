"""The topics of a clause (`right`, `right:access`), learned: a linear head over sentence vectors and words, and the judge that weighs its
word with the rules'.

Weights and how they were made stand in `topics.npz` and `topics.json`, written by `python -m ingest.tagger.train_topics`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.domain import Clause, Policy

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
WEIGHTS = Path(__file__).with_name("topics.npz")
JUDGES = Path(__file__).with_name("topics.json")
# A heading and a lead-in say less of a clause than its own words.
AROUND = 0.7
# Words and pairs of words fall into this many places. Against vectors alone they raised the cross-validated F1 of sharing from 0.529 to
# 0.540, of rights from 0.595 to 0.611, of security from 0.545 to 0.566 and of practices from 0.640 to 0.652.
PLACES = 6000
_WORD = re.compile(r"[a-z][a-z-]*|\d+")


@dataclass(frozen=True)
class Scores:
    """The head's log-odds, one row a clause of one policy and one column a label (`right`, `right:access`, `practice:sale`)."""

    labels: tuple[str, ...]
    logits: Vectors

    def label(self, clause: Clause, kind: str, label: str) -> float:
        at = self._columns.get(f"{kind}:{label}")
        return float(self.logits[clause.ordinal, at]) if at is not None else -6.0

    def kind(self, clause: Clause, kind: str) -> float:
        return float(self.logits[clause.ordinal, self._columns[kind]])

    def near(self, clause: Clause, kind: str, reach: int) -> float:
        """The mean of the kind's log-odds over the clauses up to `reach` before and after."""
        at = clause.ordinal
        return float(self.logits[max(0, at - reach) : at + reach + 1, self._columns[kind]].mean())

    def beside(self, clause: Clause, kind: str, label: str, step: int) -> float:
        """The label's log-odds `step` clauses on; low past either end of the policy."""
        at, column = clause.ordinal + step, self._columns.get(f"{kind}:{label}")
        return float(self.logits[at, column]) if column is not None and 0 <= at < len(self.logits) else -6.0

    def ahead(self, clause: Clause, kind: str, label: str) -> float:
        """How far the label is ahead of every other of its kind, or behind the best."""
        row = self.logits[clause.ordinal]
        rivals = [row[at] for name, at in self._columns.items() if name.startswith(f"{kind}:") and name != f"{kind}:{label}"]
        return self.label(clause, kind, label) - float(max(rivals))

    def above(self, clause: Clause, kind: str, least: float) -> list[str]:
        """The labels of a kind that the head gives at least these odds."""
        row = self.logits[clause.ordinal]
        return [name.partition(":")[2] for name, at in self._columns.items() if name.startswith(f"{kind}:") and row[at] >= least]

    def rank(self, clause: Clause, kind: str, label: str) -> float:
        """1 where the label is the head's first choice of its kind, 1/2 where it is the second, and so on."""
        row, own = self.logits[clause.ordinal], self.label(clause, kind, label)
        return 1 / (1 + sum(bool(row[at] > own) for name, at in self._columns.items() if name.startswith(f"{kind}:")))

    @property
    def _columns(self) -> Mapping[str, int]:
        return _columns(self.labels)


class Head(NamedTuple):
    """Weights of the vectors, of the words (places × labels) and the bias."""

    vectors: Vectors
    words: Vectors
    bias: Vectors

    def logits(self, vectors: Vectors, bags: Sequence[Sequence[int]]) -> Vectors:
        """One row a clause, one column a label. However many words a clause has, together they weigh the same."""
        said = np.array([self.words[list(bag)].sum(axis=0) / math.sqrt(max(1, len(bag))) for bag in bags], np.float32)
        result: Vectors = vectors @ self.vectors + said.reshape(len(bags), -1) + self.bias
        return result


@cache
def _columns(labels: tuple[str, ...]) -> Mapping[str, int]:
    return {name: at for at, name in enumerate(labels)}


class Topics:
    """Head and judges as they ship. `believes` works without an encoder, `scores` needs the one the head was trained on."""

    def __init__(self, labels: Sequence[str], head: Head, judges: Mapping[str, Any], encoder: str) -> None:
        self.labels = tuple(labels)
        self._head = head
        self._judges = judges
        self.encoder = encoder

    @classmethod
    @cache
    def load(cls) -> Topics:
        """The weights that ship with the project."""
        made = json.loads(JUDGES.read_text(encoding="utf-8"))
        with np.load(WEIGHTS) as arrays:
            head = Head(*(arrays[name].astype(np.float32) for name in Head._fields))
        return cls(made["labels"], head, made["judges"], made["encoder"])

    def scores(self, policy: Policy, encode: Encode) -> Scores:
        """The head's word on every clause; `encode` gives one unit vector a text."""
        return Scores(self.labels, self._head.logits(features(policy, encode), [words(clause) for clause in policy.clauses]))

    def believes(self, kind: str, features: Mapping[str, float]) -> bool:
        """Whether a statement with these features is taken as made; without the head's word another judge decides."""
        judge = self._judges["seeing" if "head" in features else "blind"][kind]
        return bool(odds(judge["weights"], judge["bias"], features) >= judge["threshold"])


def odds(weights: Mapping[str, float], bias: float, features: Mapping[str, float]) -> float:
    """The judge's probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, bias + sum(weights.get(name, 0.0) * value for name, value in features.items())))))


def words(clause: Clause) -> list[int]:
    """The places of a clause's words, of pairs of neighbours, and of the words of its heading and lead-in."""
    return bag(clause.plain, clause.section[-1] if clause.section else "", clause.lead or "")


def bag(text: str, heading: str = "", lead: str = "") -> list[int]:
    own = _WORD.findall(text.lower())[:150]
    said = {*own, *(f"{one} {two}" for one, two in itertools.pairwise(own))}
    said |= {f"S:{word}" for word in _WORD.findall(heading.lower())} | {f"L:{word}" for word in _WORD.findall(lead.lower())[:30]}
    return sorted({zlib.crc32(word.encode()) % PLACES for word in said})


def features(policy: Policy, encode: Encode) -> Vectors:
    """What the head sees of each clause: its vector beside those of the heading and the lead-in above it (zeros where there is none)."""
    clauses = policy.clauses
    around = [clause.section[-1] if clause.section else "" for clause in clauses] + [clause.lead or "" for clause in clauses]
    texts = list(dict.fromkeys([clause.plain for clause in clauses] + [text for text in around if text]))
    vectors = dict(zip(texts, encode(texts), strict=True))
    nothing = np.zeros(next(iter(vectors.values())).shape, np.float32) if vectors else np.zeros(0, np.float32)
    beside = [AROUND * vectors[text] if text else nothing for text in around]
    n = len(clauses)
    return np.array([np.concatenate([vectors[clause.plain], beside[i], beside[n + i]]) for i, clause in enumerate(clauses)], np.float32)
