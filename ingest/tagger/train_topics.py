"""Trains the topic head and its judges on the gold facts and on sentences of our own.

    python -m ingest.tagger.train_topics --gold ../shared/eval              writes topics.npz and topics.json
    python -m ingest.tagger.train_topics --gold ../shared/eval --cross-validate [--misses 20]

Documents, never sentences, are kept apart: each fold's figures come from a head and judges that have not seen its documents; the
judges of a fold learn from what the heads of inner folds think of documents those have not seen either.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.domain import Policy
from index.embedder import Embedder
from ingest import pipeline
from ingest.extract.statements import FIELD, Statement, candidates
from ingest.tagger import topics
from ingest.tagger.topics import Head, Scores, odds

Array = npt.NDArray[np.float32]
SENTENCES = Path(__file__).with_name("topic_sentences.toml")
FOLDS = 7
# A sentence of ours stands for itself, not for a policy's way of writing.
OWN_WEIGHT = 0.7
BATCH = 256


class Fit(NamedTuple):
    """How a logistic model is fitted: `positive` weighs what is said against what is not."""

    l2: float
    positive: float
    epochs: int
    rate: float


HEAD = Fit(l2=3e-5, positive=2.0, epochs=16, rate=0.02)
JUDGE = Fit(l2=5e-4, positive=1.0, epochs=35, rate=0.02)


class Corpus:
    """The annotated documents, read and split as ingest does, with the labels of every clause."""

    def __init__(self, folder: Path, encode: Callable[[Sequence[str]], Array]) -> None:
        self.docs = sorted(path.stem for path in (folder / "gold").glob("*.jsonl"))
        self.policies: dict[str, Policy] = {}
        self.gold: dict[str, list[dict[str, Any]]] = {}
        self.said: dict[str, list[set[str]]] = {}
        self.features: dict[str, Array] = {}
        self.bags: dict[str, list[list[int]]] = {}
        digest = hashlib.sha256()
        for doc in self.docs:
            source = next((folder / "docs").glob(f"{doc}.*"))
            lines = (folder / "gold" / f"{doc}.jsonl").read_bytes()
            digest.update(lines)
            self.policies[doc] = policy = pipeline.read_policy(source, doc)
            self.gold[doc] = [_fact(json.loads(line), policy.text) for line in lines.decode().splitlines() if line.strip()]
            self.said[doc] = [_labels((clause.start, clause.end), self.gold[doc]) for clause in policy.clauses]
            self.features[doc] = topics.features(policy, encode)
            self.bags[doc] = [topics.words(clause) for clause in policy.clauses]
        self.own, self.own_bags, self.own_said = _own(encode)
        digest.update(SENTENCES.read_bytes())
        self.digest = digest.hexdigest()[:16]
        counts: dict[str, int] = defaultdict(int)
        for said in [*(row for doc in self.docs for row in self.said[doc]), *self.own_said]:
            for label in said:
                counts[label] += 1
        self.labels = sorted(label for label, count in counts.items() if count >= 4)

    def head(self, docs: Iterable[str]) -> Head:
        """A head trained on these documents and our own sentences."""
        docs = list(docs)
        x = np.vstack([*(self.features[doc] for doc in docs), self.own])
        y = _matrix([row for doc in docs for row in self.said[doc]] + self.own_said, self.labels)
        weight = np.ones(len(x), np.float32)
        weight[len(x) - len(self.own) :] = OWN_WEIGHT
        return fit(x, y, weight, HEAD, [bag for doc in docs for bag in self.bags[doc]] + self.own_bags)

    def scores(self, doc: str, head: Head) -> Scores:
        return Scores(tuple(self.labels), head.logits(self.features[doc], self.bags[doc]))


def fit(x: Array, y: Array, weight: Array, settings: Fit, bags: Sequence[Sequence[int]] = ()) -> Head:
    """Logistic regression for all columns of `y` at once, over dense features and, where given, bags of words."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, embedding_bag

    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs, wanted, share = torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(weight)
    places, values = (torch.from_numpy(array) for array in _padded(bags or [[]] * len(x)))
    dense = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    said = torch.zeros(topics.PLACES + 1, y.shape[1], requires_grad=True)
    bias = torch.full((y.shape[1],), -3.0, requires_grad=True)
    positive = torch.full((y.shape[1],), settings.positive)
    optimiser = torch.optim.Adam([dense, said, bias] if bags else [dense, bias], lr=settings.rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.1, settings.epochs)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(inputs)).split(BATCH):  # type: ignore[no-untyped-call]
            optimiser.zero_grad()
            logits = inputs[rows] @ dense + bias
            size = dense.square().sum()
            if bags:
                logits = logits + embedding_bag(places[rows], said, per_sample_weights=values[rows], mode="sum", padding_idx=topics.PLACES)
                size = size + said.square().sum()
            loss = binary_cross_entropy_with_logits(logits, wanted[rows], pos_weight=positive, reduction="none")
            ((loss.sum(1) * share[rows]).mean() + settings.l2 * size).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        schedule.step()
    return Head(dense.detach().numpy(), said.detach().numpy()[: topics.PLACES], bias.detach().numpy())


def _padded(bags: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], Array]:
    """Places and weights of bags as rectangles; what pads them weighs nothing."""
    width = max(1, max(map(len, bags)))
    places = np.full((len(bags), width), topics.PLACES, np.int64)
    values = np.zeros((len(bags), width), np.float32)
    for row, bag in enumerate(bags):
        places[row, : len(bag)] = bag
        values[row, : len(bag)] = 1 / np.sqrt(max(1, len(bag)))
    return places, values


def judge(statements: Sequence[Statement], true: Sequence[bool], least: int = 3) -> dict[str, Any]:
    """A logistic model over the features that occur at least `least` times, as readable weights."""
    counts: dict[str, int] = defaultdict(int)
    for statement in statements:
        for name in statement.features:
            counts[name] += 1
    names = sorted(name for name, count in counts.items() if count >= least)
    x = np.array([[statement.features.get(name, 0.0) for name in names] for statement in statements], np.float32)
    fitted = fit(x, np.array(true, np.float32)[:, None], np.ones(len(x), np.float32), JUDGE)
    weights, bias = fitted.vectors, fitted.bias
    return {"weights": {name: round(float(w), 4) for name, w in zip(names, weights[:, 0], strict=True)}, "bias": round(float(bias[0]), 4)}


class Judged:
    """Candidates of every document with the truth about them."""

    def __init__(self, corpus: Corpus, scores: Mapping[str, Scores | None]) -> None:
        self.rows = {
            (doc, kind): [(s, _true(s, corpus.said[doc][s.clause.ordinal])) for s in candidates(corpus.policies[doc], kind, scores[doc])]
            for doc in corpus.docs
            for kind in FIELD
        }

    def trained(self, kind: str, docs: Iterable[str], blind: bool = False) -> dict[str, Any]:
        rows = [row for doc in docs for row in self.rows[doc, kind] if blind or "head" in row[0].features]
        return judge([s for s, _ in rows], [true for _, true in rows])

    def threshold(self, kind: str, model: dict[str, Any], corpus: Corpus, docs: Iterable[str], shared: Any) -> float:
        """The threshold with the best F1 over these documents."""
        docs = list(docs)
        chances = {doc: [odds(model["weights"], model["bias"], s.features) for s, _ in self.rows[doc, kind]] for doc in docs}
        best = max((round(0.15 + 0.025 * i, 3) for i in range(18)), key=lambda t: self._f1(kind, chances, t, corpus, shared))
        return best

    def _f1(self, kind: str, chances: Mapping[str, Sequence[float]], least: float, corpus: Corpus, shared: Any) -> float:
        total = [0, 0, 0, 0]
        for doc, odds_ in chances.items():
            found = [as_found(s) for (s, _), chance in zip(self.rows[doc, kind], odds_, strict=True) if chance >= least]
            counts, _ = shared.score_document(found, [g for g in corpus.gold[doc] if g["kind"] == kind], defaultdict(list), doc)
            total = [a + b for a, b in zip(total, counts["sharing.recipient" if kind == "sharing" else kind], strict=True)]
        return float(shared.prf(*total)["f1"])


def as_found(statement: Statement) -> dict[str, Any]:
    """A statement as the scorer reads a fact."""
    clause = statement.clause
    return {
        "kind": statement.kind, FIELD[statement.kind]: statement.label, "polarity": statement.polarity,
        "at": (clause.start, min(clause.end, clause.start + 700)), "quote": clause.text[:700], "start": clause.start,
    }  # fmt: skip


def cross_validate(corpus: Corpus, shared: Any, misses: int) -> dict[str, Any]:
    """Prints and returns the scorer's figures over all documents, each judged by what has not seen it."""
    folds = [corpus.docs[i::FOLDS] for i in range(FOLDS)]
    seen: dict[str, Scores | None] = {}
    for fold in folds:
        head = corpus.head(doc for doc in corpus.docs if doc not in fold)
        seen |= {doc: corpus.scores(doc, head) for doc in fold}
    out: dict[str, Any] = {}
    for name, scores in (("seeing", seen), ("blind", dict.fromkeys(corpus.docs))):
        judged = Judged(corpus, scores)
        blind = Judged(corpus, dict.fromkeys(corpus.docs)) if name == "seeing" else judged
        total: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        missed: dict[str, list[Any]] = defaultdict(list)
        for fold in folds:
            rest = [doc for doc in corpus.docs if doc not in fold]
            for kind in FIELD:
                models = {"blind": blind.trained(kind, rest, blind=True)}
                models["blind"]["threshold"] = blind.threshold(kind, models["blind"], corpus, rest, shared)
                if name == "seeing":
                    models["seeing"] = judged.trained(kind, rest)
                    models["seeing"]["threshold"] = judged.threshold(kind, models["seeing"], corpus, rest, shared)
                for doc in fold:
                    found = [as_found(s) for s, _ in judged.rows[doc, kind] if _believed(s, models)]
                    counts, _ = shared.score_document(found, [g for g in corpus.gold[doc] if g["kind"] == kind], missed, doc)
                    for measure, values in counts.items():
                        if measure.startswith(kind):
                            total[measure] = [a + b for a, b in zip(total[measure], values, strict=True)]
        print(name)
        for measure, values in sorted(total.items()):
            out[f"{name}.{measure}"] = row = shared.prf(*values)
            figures = "  ".join(f"{column} {row[column]:.3f}" for column in ("precision", "recall", "f1"))
            print(f"  {measure:20} {figures}  ({row['predicted']} found, {row['gold']} gold)")
        for measure, rows in sorted(missed.items()):
            for row in rows[:misses]:
                print("   ", measure, *row)
    return out


def train(corpus: Corpus, shared: Any, figures: Mapping[str, Any], encoder: str) -> None:
    """Writes the head of all documents and the judges that go with it."""
    folds = [corpus.docs[i::FOLDS] for i in range(FOLDS)]
    unseen: dict[str, Scores | None] = {}
    for fold in folds:
        head = corpus.head(doc for doc in corpus.docs if doc not in fold)
        unseen |= {doc: corpus.scores(doc, head) for doc in fold}
    judges: dict[str, Any] = {}
    for name, scores in (("seeing", unseen), ("blind", dict.fromkeys(corpus.docs))):
        judged = Judged(corpus, scores)
        judges[name] = {}
        for kind in FIELD:
            judges[name][kind] = judged.trained(kind, corpus.docs, blind=name == "blind")
            judges[name][kind]["threshold"] = judged.threshold(kind, judges[name][kind], corpus, corpus.docs, shared)
    arrays = {name: array.astype(np.float16) for name, array in corpus.head(corpus.docs)._asdict().items()}
    np.savez_compressed(topics.WEIGHTS, **arrays)
    made = {
        "command": "python -m ingest.tagger.train_topics --gold ../shared/eval", "data": corpus.digest, "documents": len(corpus.docs),
        "encoder": encoder, "cross_validated": {name: row for name, row in figures.items() if row["gold"]},
        "labels": corpus.labels, "judges": judges,
    }  # fmt: skip
    topics.JUDGES.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _believed(statement: Statement, models: Mapping[str, Any]) -> bool:
    model = models["seeing" if "head" in statement.features else "blind"]
    return bool(odds(model["weights"], model["bias"], statement.features) >= model["threshold"])


def _true(statement: Statement, said: set[str]) -> bool:
    return f"{statement.kind}:{statement.label}" in said


def _fact(fact: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        **fact,
        "at": (fact["start"], fact["end"]),
        "quote": text[fact["start"] : fact["end"]],
        "span_at": (fact.get("span_start"), fact.get("span_end")),
    }


def _labels(at: tuple[int, int], gold: Iterable[Mapping[str, Any]]) -> set[str]:
    """What the gold facts say of a clause: kinds, and their labels (`right:access`, `retention:until_event`, `practice:sale`)."""
    said: set[str] = set()
    for fact in gold:
        start, end = fact["at"]
        shared = min(at[1], end) - max(at[0], start)
        if shared > 0 and shared >= 0.5 * min(at[1] - at[0], end - start) and fact["kind"] != "document":
            said.add(fact["kind"])
            field = {**FIELD, "retention": "rule", "children": "rule"}.get(fact["kind"])
            if field:
                said.add(f"{fact['kind']}:{fact[field]}")
    return said


def _own(encode: Callable[[Sequence[str]], Array]) -> tuple[Array, list[list[int]], list[set[str]]]:
    """Our own sentences as the head sees clauses, and their labels."""
    rows: list[tuple[str, str, set[str]]] = []
    for key, sentences in tomllib.loads(SENTENCES.read_text(encoding="utf-8"))["sentences"].items():
        labels = {label.removesuffix(":yes").removesuffix(":no") for label in key.split(" + ")} - {"none"}
        labels |= {label.partition(":")[0] for label in labels}
        for sentence in sentences:
            heading, _, text = sentence.rpartition(" :: ")
            rows.append((text, heading, labels))
    own = encode([text for text, _, _ in rows])
    heads = encode([heading for _, heading, _ in rows]) * np.array(
        [[topics.AROUND if heading else 0.0] for _, heading, _ in rows], np.float32
    )
    bags = [topics.bag(text, heading) for text, heading, _ in rows]
    return np.hstack([own, heads, np.zeros_like(own)]).astype(np.float32), bags, [labels for _, _, labels in rows]


def _matrix(said: Sequence[set[str]], labels: Sequence[str]) -> Array:
    return np.array([[label in row for label in labels] for row in said], np.float32)


def _scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("shared_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path("../shared/eval"), help="folder with docs, gold and score.py")
    parser.add_argument("--cross-validate", action="store_true", help="print the figures and write nothing")
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    embedder = Embedder()
    corpus, shared = Corpus(args.gold, embedder.encode), _scorer(args.gold)
    figures = cross_validate(corpus, shared, args.misses)
    if not args.cross_validate:
        train(corpus, shared, figures, embedder.fingerprint)


if __name__ == "__main__":
    main()
