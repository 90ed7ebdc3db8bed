"""Trains the topic network and its judges on the gold facts, on other real policies, and on policies of our own.

    python -m ingest.learning.train_topics                     cross-validates, then writes topics.safetensors and topics.json
    python -m ingest.learning.train_topics --cross-validate    prints the figures and writes nothing
    python -m ingest.learning.train_topics --quick             each judge may learn from networks that saw its test: a third of the time

An hour of one core: the 28 networks of the cross-validation and their judges; the rest encodes.

Documents, never sentences, are kept apart. What a fold is tested with has not seen it in any way: neither its network, nor its judges, nor
the networks whose word on the other documents those judges learn from. What only teaches is in no test.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file

from index.embedder import Embedder
from ingest.extract.statements import FIELD, Statement, candidates
from ingest.learning import topic_fit
from ingest.learning.measure import scorer
from ingest.learning.topic_corpus import FOLDS, Corpus
from ingest.tagger import topics
from ingest.tagger.topics import Scores, odds

# Figures of these are told apart too: nobody who wrote a rule has read them.
HELD_OUT = ("canonical", "evernote", "hugging-face", "mailjet", "miro", "overleaf", "wire", "wpengine")
MEASURE = {"sharing": "sharing.recipient", "right": "right", "security": "security", "practice": "practice"}
THRESHOLDS = [round(0.15 + 0.025 * step, 3) for step in range(20)]
Rows = dict[str, list[tuple[Statement, frozenset[int]]]]
Tally = npt.NDArray[np.int64]


class Judged:
    """The candidates of every document under one choice of networks, each with the facts (by place) that the scorer would grant it."""

    def __init__(self, corpus: Corpus, shared: Any, scores: Mapping[str, Scores | None]) -> None:
        self.corpus = corpus
        self.rows: dict[str, Rows] = {kind: {} for kind in FIELD}
        for name, own in scores.items():
            document = corpus.documents[name]
            for kind in FIELD:
                facts = document.of_kind(kind)
                found = candidates(document.policy, kind, own, document.proposals)
                self.rows[kind][name] = [(statement, _granted(statement, facts, shared)) for statement in found]

    def trained(self, kind: str, names: Iterable[str], seeing: bool) -> dict[str, Any]:
        """A judge of a kind that learned from these documents, with the threshold that serves those of the gold best.

        Where it is to do without the network, that of the documents the network does not read: Chinese ones, annotated or of the gold.
        """
        names = list(names)
        rows = [(s, said, self.corpus.weight(name)) for name in names for s, said in self._usable(kind, name, seeing)]
        model = topic_fit.judge([s.features for s, _, _ in rows], [bool(said) for _, said, _ in rows], [weight for _, _, weight in rows])
        documents = self.corpus.documents
        tested = [name for name in names if (name in self.corpus.gold if seeing else documents[name].view is None)]
        chances = {name: [chance(model, s) for s, _ in self._usable(kind, name, seeing)] for name in tested}
        f1 = {least: _f1(sum((self.tally(kind, name, chances[name], least, seeing) for name in tested), _ZERO)) for least in THRESHOLDS}
        return {**model, "threshold": max(f1, key=lambda least: f1[least])}

    def tally(self, kind: str, name: str, chances: Sequence[float], least: float, seeing: bool) -> Tally:
        """Right and all predictions, found and all facts, as the scorer counts them."""
        held = [said for (_, said), own in zip(self._usable(kind, name, seeing), chances, strict=True) if own >= least]
        found = len(frozenset().union(*held))
        return np.array([sum(map(bool, held)), len(held), found, len(self.corpus.documents[name].of_kind(kind))])

    def _usable(self, kind: str, name: str, seeing: bool) -> list[tuple[Statement, frozenset[int]]]:
        """The judge that sees learns from clauses the network has a word on; the blind one from all."""
        rows = self.rows[kind][name]
        return [row for row in rows if "network" in row[0].features] if seeing else rows


_ZERO = np.zeros(4, np.int64)


def chance(model: Mapping[str, Any], statement: Statement) -> float:
    return odds(model["weights"], model["bias"], statement.features)


def cross_validate(corpus: Corpus, shared: Any, misses: int = 0, strict: bool = True) -> dict[str, Any]:
    """Prints and returns the scorer's figures over the gold, by the split of its documents."""
    blind = Judged(corpus, shared, dict.fromkeys(corpus.documents))
    told = _unseen(corpus, strict)
    found: dict[str, dict[str, list[dict[str, Any]]]] = {"seeing": defaultdict(list), "blind": defaultdict(list)}
    for at in range(FOLDS):
        fold = corpus.fold(at)
        tested = [name for name in corpus.gold if name in fold]
        rest = [name for name in corpus.documents if name not in fold]
        scores = {name: told[frozenset((at, other))][name] for other in range(FOLDS) if other != at for name in corpus.fold(other)}
        judged = Judged(corpus, shared, {**scores, **{name: told[frozenset((at,))][name] for name in tested}})
        for kind in FIELD:
            models = {"seeing": judged.trained(kind, rest, True), "blind": blind.trained(kind, rest, False)}
            for view, rows in (("seeing", judged.rows[kind]), ("blind", blind.rows[kind])):
                for name in tested:
                    found[view][name] += [as_found(s) for s, _ in rows[name] if _believed(s, models)]
    return {key: row for view, facts in found.items() for key, row in _figures(corpus, shared, facts, view, misses).items()}


def _unseen(corpus: Corpus, strict: bool) -> dict[frozenset[int], dict[str, Scores | None]]:
    """What a network that has seen neither of two folds says of both; for one fold, what one that has seen the rest says of it.

    Not `strict`: networks leave out one fold only, for a quick look (a third of the time; the judges' lessons then know of the test).
    """
    told = {}
    for at in range(FOLDS):
        network = corpus.network(corpus.fold(at))
        told[frozenset((at,))] = {name: corpus.scores(name, network) for name in corpus.fold(at)}
    for pair in combinations(range(FOLDS), 2):
        if strict:
            both = corpus.fold(pair[0]) | corpus.fold(pair[1])
            network = corpus.network(both)
            told[frozenset(pair)] = {name: corpus.scores(name, network) for name in both}
        else:
            told[frozenset(pair)] = {**told[frozenset(pair[:1])], **told[frozenset(pair[1:])]}
    return told


def _figures(corpus: Corpus, shared: Any, facts: Mapping[str, list[dict[str, Any]]], view: str, misses: int) -> dict[str, Any]:
    """The scorer's figures for all documents, those that were read while rules were written, and those that were held out."""
    totals: dict[str, Tally] = defaultdict(lambda: np.zeros(4, np.int64))
    missed: dict[str, list[Any]] = defaultdict(list)
    for name, found in facts.items():
        own = [dict(fact) for fact in corpus.documents[name].facts if fact["kind"] in FIELD]
        counts, _ = shared.score_document(found, own, missed if name not in HELD_OUT else defaultdict(list), name)
        for measure, values in counts.items():
            if measure.partition(".")[0] in FIELD and measure != "right.deadline":
                for split in ("", ".held_out" if name in HELD_OUT else ".dev"):
                    totals[f"{view}.{measure}{split}"] += values
    figures = {name: shared.prf(*(int(value) for value in values)) for name, values in sorted(totals.items())}
    for name, row in figures.items():
        columns = "  ".join(f"{column} {row[column]:.3f}" for column in ("precision", "recall", "f1"))
        print(f"{name:36} {columns}  ({row['predicted']} found, {row['gold']} gold)")
    for measure in MEASURE.values():
        for row in missed[measure][:misses] if view == "seeing" else ():
            print("   ", measure, *row)
    return figures


def train(corpus: Corpus, shared: Any, figures: Mapping[str, Any], encoder: str, strict: bool) -> None:
    """Writes the network of all documents and the judges that go with it."""
    unseen: dict[str, Scores | None] = {}
    for at in range(FOLDS):
        network = corpus.network(corpus.fold(at))
        unseen |= {name: corpus.scores(name, network) for name in corpus.fold(at)}
    judges: dict[str, Any] = {}
    for view, scores in (("seeing", unseen), ("blind", dict.fromkeys(corpus.documents))):
        judged = Judged(corpus, shared, scores)
        judges[view] = {kind: judged.trained(kind, corpus.documents, view == "seeing") for kind in FIELD}
    save_file({name: value.half().contiguous() for name, value in corpus.network().state_dict().items()}, topics.WEIGHTS)
    topics.WEIGHTS.chmod(0o644)  # safetensors leaves it readable by its owner alone
    command = "python -m ingest.learning.train_topics --texts TEXTS" + ("" if strict else " --quick")
    made = {
        "command": command, "data": corpus.digest, "documents": len(corpus.gold),
        "taught": len(corpus.documents) - len(corpus.gold), "encoder": encoder, "cross_validated": figures, "labels": corpus.labels,
        "judges": judges,
    }  # fmt: skip
    topics.JUDGES.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def as_found(statement: Statement) -> dict[str, Any]:
    """A statement as the scorer reads a fact."""
    clause = statement.clause
    return {
        "kind": statement.kind, FIELD[statement.kind]: statement.label, "polarity": statement.polarity,
        "at": (clause.start, min(clause.end, clause.start + 700)), "quote": clause.text[:700], "start": clause.start,
    }  # fmt: skip


def _granted(statement: Statement, facts: Sequence[Mapping[str, Any]], shared: Any) -> frozenset[int]:
    """The places of the facts that make a statement right, as the scorer has it."""
    at, field = as_found(statement)["at"], FIELD[statement.kind]
    return frozenset(
        place
        for place, fact in enumerate(facts)
        if fact[field] == statement.label
        and (statement.kind != "practice" or fact["polarity"] == statement.polarity)
        and shared.close(at, fact["at"], 700)
    )


def _believed(statement: Statement, models: Mapping[str, Any]) -> bool:
    model = models["seeing" if "network" in statement.features else "blind"]
    return chance(model, statement) >= float(model["threshold"])


def _f1(tally: Tally) -> float:
    right, predicted, found, facts = (int(value) for value in tally)
    precision, recall = right / max(1, predicted), found / max(1, facts)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path("../shared/eval"), help="folder with docs, gold and score.py")
    parser.add_argument("--texts", type=Path, help="folder with the texts of the annotated policies; without it nothing is learned of them")
    parser.add_argument("--cross-validate", action="store_true", help="print the figures and write nothing")
    parser.add_argument("--quick", action="store_true", help="judges may learn from networks that have seen what they are tested with")
    parser.add_argument("--keep", type=Path, help="folder of trained networks; those it holds are not trained again")
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    # One thread: with two on a busy two-core machine a backward pass took 70 times as long.
    torch.set_num_threads(1)
    embedder = Embedder()
    corpus, shared = Corpus(args.gold, embedder, args.texts, args.keep), scorer(args.gold)
    figures = cross_validate(corpus, shared, args.misses, strict=not args.quick)
    if not args.cross_validate:
        train(corpus, shared, figures, embedder.fingerprint, not args.quick)


if __name__ == "__main__":
    main()
