"""The topics a question can be about, told from example questions: the nearest examples say what is meant."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from app.asking.chances import Chances
from index.asked import KEPT as LAYERS
from index.asked import reading
from index.countries import places
from index.embedder import Embedder, Encoder, Vectors
from index.gloss import legible
from index.queries import FactFilter
from index.shipped import shipped
from index.variants import HAN

OFF_TOPIC = "off_topic"
KEPT = Path(__file__).parent / "topics.npz"
# The last questions are kept: of one in Chinese a request asks three times, by itself, for how likely each topic is, and to rank clauses.
KEPT_QUESTIONS = 32
# Where no chances were learned: how much less likely a topic is for each bit of cosine by which another is nearer: a third for 0.03.
SPREAD = 0.03


@dataclass(frozen=True, eq=False)
class Topic:
    """What is asked about, and which facts answer: those of `kind` whose fields have the values of `where`, with `needs` not null.

    A region ("the European Union") will do for a country.
    """

    id: str
    kind: str
    label: str
    examples: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: str | None = None
    # Those of the examples that ask for all of the topic.
    whole: frozenset[str] = frozenset()

    def holds(self, fact: Any) -> bool:
        """Whether the fact is one that answers."""
        return (
            fact.kind == self.kind
            and all(getattr(fact, name) in values for name, values in self.where.items())
            and (self.needs is None or getattr(fact, self.needs) is not None or (self.needs == "country" and any(places(fact.quote))))
        )

    def filters(self) -> Iterator[FactFilter]:
        """The look-ups that bring every fact `holds` may be true of; what the index cannot filter by, `holds` does."""
        names = [name for name in self.where if name in FactFilter.__dataclass_fields__]
        for values in itertools.product(*(self.where[name] for name in names)):
            yield FactFilter(kinds=(self.kind,), **dict(zip(names, values, strict=True)))


class Topics:
    """All topics, with the vectors of their examples.

    The shipped model's vectors are kept beside the topics (`python -m app.asking.topics` writes them), since encoding some four hundred
    examples would cost every start several seconds; for another model they are encoded when the service starts.
    """

    def __init__(self, embedder: Encoder) -> None:
        self.all = load()
        self._embedder = embedder
        sizes = [len(topic.examples) for topic in self.all]
        # Where the examples of each topic begin: every topic has some.
        self._begins = np.cumsum([0, *sizes[:-1]])
        examples = _examples(embedder)
        kept = _kept(embedder, examples)
        self._vectors = embedder.encode(examples) if kept is None else kept
        self._pairs = [_pairs(example) for topic in self.all for example in topic.examples]
        self._ranked = lru_cache(KEPT_QUESTIONS)(self._rank)
        self.chances = Chances.of(embedder, [topic.id for topic in self.all])
        self._chinese = np.array([bool(pairs) for pairs in self._pairs])
        self._whole = np.array([example in topic.whole for topic in self.all for example in topic.examples])

    def nearest(self, question: str) -> list[tuple[float, Topic]]:
        """Every topic with how near its nearest example is (0 to 1), the nearest first.

        Examples are compared by meaning, Chinese ones word by word in English where the model reads English only, and beside that by
        their pairs of characters.
        """
        return self._ranked(question)[0]

    def whole(self, question: str) -> float:
        """How near the nearest example is that asks for all of the question's nearest topic (0 to 1); 0 where that has none."""
        return self._ranked(question)[1]

    def likely(self, question: str) -> list[tuple[float, Topic]]:
        """Every topic with how likely the question asks for it, in no order: as questions taught, or of one in Chinese, or for another
        model, as the nearest examples compare."""
        if self.chances is None or not self.learned(question):
            ranked = self.nearest(question)
            share = np.exp((np.array([score for score, _ in ranked]) - ranked[0][0]) / SPREAD)
            return list(zip((share / share.sum()).tolist(), [topic for _, topic in ranked], strict=True))
        found = self.chances.each(self._embedder.encode_query(legible(question, self._embedder)))
        return list(zip(found.tolist(), self.all, strict=True))

    def learned(self, question: str) -> bool:
        """Whether chances were learned for such a question."""
        return self.chances is not None and not HAN.search(question)

    def _rank(self, question: str) -> tuple[list[tuple[float, Topic]], float]:
        pairs = _pairs(question)
        scores = self._vectors @ self._embedder.encode_query(legible(question, self._embedder))
        if not pairs:
            # Chinese word by word is poor English, and sounds like whatever is short.
            scores = np.where(self._chinese, 0.0, scores)
        else:
            alike = np.array([2 * len(pairs & other) / (len(pairs) + len(other)) if other else 0.0 for other in self._pairs])
            scores = np.maximum(scores, alike)
        best = np.maximum.reduceat(scores, self._begins)
        whole = np.maximum.reduceat(np.where(self._whole, scores, 0.0), self._begins)
        return sorted(zip(best.tolist(), self.all, strict=True), key=lambda each: -each[0]), float(whole[int(best.argmax())])


def _kept(embedder: Encoder, examples: list[str]) -> Vectors | None:
    """The vectors that ship; None for an encoder or examples that they are not of, and where none were written."""
    if not KEPT.is_file():
        return None
    with shipped(KEPT), KEPT.open("rb") as file, np.load(file) as kept:
        fresh = str(kept["reading"]) == reading(embedder.fingerprint) and str(kept["examples"]) == _sum(examples)
        vectors: Vectors = kept["vectors"].astype(np.float32)
        return vectors if fresh else None


@cache
def load() -> tuple[Topic, ...]:
    """The topics of `topics.toml`, in its order."""
    rows = tomllib.loads((files("app") / "asking" / "topics.toml").read_text(encoding="utf-8"))["topic"]
    return tuple(
        Topic(
            row["id"],
            row["kind"],
            row["label"],
            (*row["examples"], *row["zh"], *row.get("whole", ())),
            {name: tuple(values) for name, values in row.get("where", {}).items()},
            row.get("needs"),
            frozenset(row.get("whole", ())),
        )
        for row in rows
    )


def _pairs(text: str) -> frozenset[str]:
    """The two-character words of the Han runs, overlapping."""
    return frozenset(run[i : i + 2] for run in re.findall(HAN, text) for i in range(len(run) - 1))


def _examples(embedder: Encoder) -> list[str]:
    return [legible(example, embedder) for topic in load() for example in topic.examples]


def _sum(examples: list[str]) -> str:
    return hashlib.sha256("\n".join(examples).encode()).hexdigest()


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m app.asking.topics", description="Writes the topics' vectors anew.").parse_args()
    encoder = Embedder(questions=LAYERS)
    texts = _examples(encoder)
    np.savez(KEPT, reading=reading(encoder.fingerprint), examples=_sum(texts), vectors=encoder.encode(texts).astype(np.float16))
