"""The topics of a clause (`right`, `right:access`), learned: the word of a network (`topic_network.py`), and the judge that weighs it with
the rules'.

Weights and how they were made stand in `topics.safetensors` and `topics.json`, written by `python -m ingest.learning.train_topics`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.domain import Clause
from index.shipped import shipped

if TYPE_CHECKING:
    from ingest.tagger.topic_network import TopicNetwork
    from ingest.tagger.view import View

Vectors = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).with_name("topics.safetensors")
JUDGES = Path(__file__).with_name("topics.json")
# Words and pairs of words fall into this many places.
PLACES = 6000
UNSAID = -6.0  # log-odds of a label that the network was not taught, and of any label where it has not read
_WORD = re.compile(r"[a-z][a-z-]*|\d+")


@dataclass(frozen=True)
class Scores:
    """The network's log-odds, one row a clause of one policy and one column a label (`right`, `right:access`, `practice:sale`)."""

    labels: tuple[str, ...]
    logits: Vectors
    read: frozenset[int]  # ordinals of the clauses it has a word on

    @classmethod
    def of(cls, seen: View, labels: tuple[str, ...], logits: Vectors) -> Scores:
        """Scores for the policy of a view, from logits for the view's clauses."""
        ordinals = [clause.ordinal for clause in seen.clauses]
        whole = np.full((len(seen.policy.clauses), len(labels)), UNSAID, np.float32)
        whole[ordinals] = logits
        return cls(labels, whole, frozenset(ordinals))

    def reads(self, clause: Clause) -> bool:
        """Whether the network has a word on the clause."""
        return clause.ordinal in self.read

    def label(self, clause: Clause, kind: str, label: str) -> float:
        at = self._columns.get(f"{kind}:{label}")
        return float(self.logits[clause.ordinal, at]) if at is not None else UNSAID

    def kind(self, clause: Clause, kind: str) -> float:
        return float(self.logits[clause.ordinal, self._columns[kind]])

    def refuses(self, clause: Clause, kind: str, least: float) -> bool:
        """Whether the network has read the clause and gives it less than these log-odds of stating a kind of fact."""
        return self.reads(clause) and self.kind(clause, kind) < least

    def near(self, clause: Clause, kind: str, reach: int) -> float:
        """The mean of the kind's log-odds over the clauses up to `reach` before and after."""
        at = clause.ordinal
        return float(self.logits[max(0, at - reach) : at + reach + 1, self._columns[kind]].mean())

    def beside(self, clause: Clause, kind: str, label: str, step: int) -> float:
        """The label's log-odds `step` clauses on; low past either end of the policy."""
        at, column = clause.ordinal + step, self._columns.get(f"{kind}:{label}")
        return float(self.logits[at, column]) if column is not None and 0 <= at < len(self.logits) else UNSAID

    def ahead(self, clause: Clause, kind: str, label: str) -> float:
        """How far the label is ahead of every other of its kind, or behind the best."""
        row = self.logits[clause.ordinal]
        rivals = [row[at] for name, at in self._columns.items() if name.startswith(f"{kind}:") and name != f"{kind}:{label}"]
        return self.label(clause, kind, label) - float(max(rivals))

    def above(self, clause: Clause, kind: str, least: float) -> list[str]:
        """The labels of a kind that the network gives at least these odds."""
        row = self.logits[clause.ordinal]
        return [name.partition(":")[2] for name, at in self._columns.items() if name.startswith(f"{kind}:") and row[at] >= least]

    def rank(self, clause: Clause, kind: str, label: str) -> float:
        """1 where the label is the network's first choice of its kind, 1/2 where it is the second, and so on."""
        row, own = self.logits[clause.ordinal], self.label(clause, kind, label)
        return 1 / (1 + sum(bool(row[at] > own) for name, at in self._columns.items() if name.startswith(f"{kind}:")))

    @property
    def _columns(self) -> Mapping[str, int]:
        return _columns(self.labels)


@cache
def _columns(labels: tuple[str, ...]) -> Mapping[str, int]:
    return {name: at for at, name in enumerate(labels)}


class Topics:
    """Network and judges as they ship. `believes` works without an encoder, `scores` needs the one the network was trained on."""

    def __init__(self, labels: Sequence[str], network: Callable[[], TopicNetwork], judges: Mapping[str, Any], encoder: str) -> None:
        self.labels = tuple(labels)
        self._network = network
        self._judges = judges
        self.encoder = encoder

    @classmethod
    @cache
    def load(cls) -> Topics:
        """The weights that ship with the project. Torch is imported when the first policy is read, not before."""
        with shipped(JUDGES):
            made = json.loads(JUDGES.read_text(encoding="utf-8"))
        return cls(made["labels"], lambda: _network(len(made["labels"])), made["judges"], made["encoder"])

    @cached_property
    def network(self) -> TopicNetwork:
        return self._network()

    def scores(self, seen: View) -> Scores:
        """The network's word on every clause of the view; it has none on the policy's other clauses."""
        from ingest.tagger.topic_network import logits

        return Scores.of(seen, self.labels, logits(self.network, seen))

    def believes(self, kind: str, features: Mapping[str, float]) -> bool:
        """Whether a statement with these features is taken as made; without the network's word another judge decides."""
        judge = self._judges["seeing" if "network" in features else "blind"][kind]
        return bool(odds(judge["weights"], judge["bias"], features) >= judge["threshold"])


def _network(labels: int) -> TopicNetwork:
    import torch
    from safetensors.numpy import load_file

    from ingest.tagger.topic_network import TopicNetwork

    network = TopicNetwork(labels)
    with shipped(WEIGHTS):
        network.load_state_dict({name: torch.from_numpy(value).float() for name, value in load_file(WEIGHTS).items()})
    return network.eval()


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
