"""What the topic network learns from: policies with their facts, hand-annotated or written for training."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index.domain import Policy, Vendor
from index.settings import Settings
from ingest import pipeline, readers, split
from ingest.extract.statements import FIELD, Proposals
from ingest.learning import standoff, written
from ingest.learning.train_topic_network import Lesson, learn
from ingest.learning.written import Annotated
from ingest.tagger.network import kept
from ingest.tagger.topic_network import TopicNetwork, logits
from ingest.tagger.topics import Scores
from ingest.tagger.view import StateEncoder, View, view

FOLDS = 7
# With 36 policies of ours the mean F1 of the four kinds rose by 0.011 at weight 0.5 and by 0.008 at weight 1; on held-out policies by 0.032
# and 0.024: sharing 0.582 to 0.604, security 0.480 to 0.536, practice 0.565 to 0.608.
# Real policies that only teach weigh as much as the gold: with 17 of them a quick look gave recipients 0.578 so, and 0.568 at 0.6.
WRITTEN_WEIGHT = 0.6
# A label that fewer clauses carry is left to the rules.
LEAST = 4
_LABELLED = {**FIELD, "collection": "polarity", "retention": "rule", "storage_location": "mode", "children": "rule", "contact": "channel"}


@dataclass(frozen=True)
class Document:
    """A policy as ingest splits it, its facts with `at` as the scorer wants them, what the network sees, and what each clause says."""

    policy: Policy
    facts: tuple[Mapping[str, Any], ...]
    said: tuple[frozenset[str], ...]
    view: View | None
    proposals: Proposals = field(default_factory=Proposals)

    @classmethod
    def of(cls, policy: Policy, facts: Iterable[Mapping[str, Any]], encoder: StateEncoder | None) -> Document:
        placed = tuple({**fact, "at": (fact["start"], fact["end"]), "quote": policy.text[fact["start"] : fact["end"]]} for fact in facts)
        said = tuple(frozenset(labels((clause.start, clause.end), placed)) for clause in policy.clauses)
        return cls(policy, placed, said, view(policy, encoder) if encoder else None)

    def of_kind(self, kind: str) -> list[Mapping[str, Any]]:
        return [fact for fact in self.facts if fact["kind"] == kind]


class Corpus:
    """Every document by name, and the networks that learned from them, which the folder `keep` remembers.

    `gold` are those that may be tested on; the others only teach, `written` by us or real.
    """

    def __init__(self, folder: Path, encoder: StateEncoder, texts: Path | None = None, keep: Path | None = None) -> None:
        self.documents: dict[str, Document] = {}
        digest = hashlib.sha256()
        for path in sorted((folder / "gold").glob("*.jsonl")):
            lines = path.read_bytes()
            digest.update(lines)
            policy = pipeline.read_policy(next((folder / "docs").glob(f"{path.stem}.*")), path.stem)
            facts = [json.loads(line) for line in lines.decode().splitlines() if line.strip()]
            self.documents[path.stem] = Document.of(policy, facts, encoder)
        self.gold = list(self.documents)
        ours, real = written.taught(), standoff.read(texts)
        for own in [*ours, *real]:
            digest.update(own.text.encode())
            self.documents[own.name] = _document(own, encoder)
        self.written = [policy.name for policy in ours]
        self._taught = [name for name in self.documents if name not in self.gold]
        self._mark = digest.hexdigest()[:16]
        counts = Counter(label for document in self.documents.values() for said in document.said for label in said)
        self.labels = sorted(label for label, count in counts.items() if count >= LEAST)
        # What the network does not read teaches the judge that does without it.
        self._chinese = []
        for own in standoff.read(texts / "zh" if texts else None, standoff.FOLDER / "zh"):
            digest.update(own.text.encode())
            self.documents[own.name] = _document(own, None)
            self._chinese.append(own.name)
        self.digest = digest.hexdigest()[:16]
        self._keep = keep
        self._networks: dict[frozenset[str], TopicNetwork] = {}

    def fold(self, at: int) -> set[str]:
        """The documents of a fold: some of those that are tested on, and some of those that only teach."""
        return {*self.gold[at::FOLDS], *self._taught[at::FOLDS], *self._chinese[at::FOLDS]}

    def weight(self, name: str) -> float:
        return WRITTEN_WEIGHT if name in self.written else 1.0

    def network(self, without: Collection[str] = ()) -> TopicNetwork:
        """A network trained on every document but these; kept, since figures and what ships ask for the same."""
        left_out = frozenset(without)
        if left_out not in self._networks:
            mark = hashlib.sha256(" ".join([self._mark, *sorted(left_out.difference(self._chinese))]).encode()).hexdigest()[:16]
            blank = TopicNetwork(len(self.labels))
            self._networks[left_out] = kept(
                self._keep, f"{mark}-topics", blank, lambda: learn([*self._lessons(left_out)], len(self.labels))
            )
        return self._networks[left_out]

    def _lessons(self, without: frozenset[str]) -> Iterator[Lesson]:
        for name, document in self.documents.items():
            if document.view and name not in without:
                said = (document.said[clause.ordinal] for clause in document.view.clauses)
                answers = np.array([[label in row for label in self.labels] for row in said], np.float32)
                yield Lesson(document.view, answers, self.weight(name))

    def scores(self, name: str, network: TopicNetwork) -> Scores | None:
        """The network's word on the clauses of a document; None where it reads none."""
        seen = self.documents[name].view
        return Scores.of(seen, tuple(self.labels), logits(network, seen)) if seen else None


def _document(own: Annotated, encoder: StateEncoder | None) -> Document:
    reading = readers.read(own.text.encode(), media_type="text/markdown", name=f"{own.name}.md", settings=Settings())
    policy = split.policy(reading, own.name, Vendor(own.name, own.name), lambda words: len(words) // 4)
    return Document.of(policy, own.facts, encoder)


def labels(at: tuple[int, int], facts: Iterable[Mapping[str, Any]]) -> set[str]:
    """The kinds and labels (`right`, `right:access`) of the facts that share with the clause at `at` half of the shorter of both."""
    said: set[str] = set()
    for fact in facts:
        start, end = fact["at"]
        shared = min(at[1], end) - max(at[0], start)
        if shared > 0 and shared >= 0.5 * min(at[1] - at[0], end - start) and fact["kind"] != "document":
            said.add(fact["kind"])
            if fact["kind"] in _LABELLED:
                said.add(f"{fact['kind']}:{fact[_LABELLED[fact['kind']]]}")
    return said
