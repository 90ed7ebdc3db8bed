"""What a clause is about, learned: a linear head over sentence vectors, and the judge that weighs its word with the rules'.

Weights and how they were made stand in `topics.npz` and `topics.json`, written by `python -m ingest.tagger.train_topics`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.domain import Clause, Policy

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
WEIGHTS = Path(__file__).with_name("topics.npz")
JUDGES = Path(__file__).with_name("topics.json")
# A heading and a lead-in say less of a clause than its own words.
AROUND = 0.7


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


@cache
def _columns(labels: tuple[str, ...]) -> Mapping[str, int]:
    return {name: at for at, name in enumerate(labels)}


class Topics:
    """Head and judges as they ship. `believes` works without an encoder, `scores` needs the one the head was trained on."""

    def __init__(self, labels: Sequence[str], weights: Vectors, bias: Vectors, judges: Mapping[str, Any], encoder: str) -> None:
        self.labels = tuple(labels)
        self._weights, self._bias = weights, bias
        self._judges = judges
        self.encoder = encoder

    @classmethod
    @cache
    def load(cls) -> Topics:
        """The weights that ship with the project."""
        made = json.loads(JUDGES.read_text(encoding="utf-8"))
        with np.load(WEIGHTS) as arrays:
            return cls(
                made["labels"], arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32), made["judges"], made["encoder"]
            )

    def scores(self, policy: Policy, encode: Encode) -> Scores:
        """The head's word on every clause; `encode` gives one unit vector a text."""
        return Scores(self.labels, features(policy, encode) @ self._weights + self._bias)

    def believes(self, kind: str, features: Mapping[str, float]) -> bool:
        """Whether a statement with these features is taken as made; without the head's word another judge decides."""
        judge = self._judges["seeing" if "head" in features else "blind"][kind]
        return bool(odds(judge["weights"], judge["bias"], features) >= judge["threshold"])


def odds(weights: Mapping[str, float], bias: float, features: Mapping[str, float]) -> float:
    """The judge's probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, bias + sum(weights.get(name, 0.0) * value for name, value in features.items())))))


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
