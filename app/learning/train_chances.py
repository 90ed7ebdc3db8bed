"""Learns from questions with their topics how likely a question asks for each, and says how well it tells.

    python -m app.learning.train_chances QUESTIONS... --layers FOLDER

`QUESTIONS`: files of JSON lines of `doc` (the vendor asked), `question` and `topics`: `ingest/learning/policies/questions.jsonl`, on
policies written for training, and `ingest/learning/questions.jsonl`, on real ones. The examples of `topics.toml` and the questions of
`asked.txt` are learned from too. `FOLDER`: where `ingest.learning.train_search --keep` left layers that read questions; each question is
read by those that no question about its vendor taught. Writes `chances.npz`, and the figures beside it. Only questions in English: a model
of English reads others word by word.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.asking.chances import KEPT, Chances
from app.asking.topics import load
from index.asked import FOLDS, fold, of_folds, reading
from index.asked import KEPT as LAYERS
from index.embedder import DIMENSION, Embedder, Encoder, Vectors
from index.variants import HAN

ASKED = Path(__file__).with_name("asked.txt")
# How dear large weights are. The right topic came first for 0.65 of 1,026 questions with 3e-4, 0.68 with 1e-4, 0.67 with 5e-5; for 0.53 by
# the nearest example alone, for 0.67 without the questions of `asked.txt`. Words and pairs of words beside the vector told no more. It came
# first for 0.72 of 243 questions on 21 real policies, with those on 21 others learned from for 0.75.
RIDGE, STEPS = 1e-4, 600
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """Questions by their vectors, which topics each is about, and about which vendor it was asked ("" for none)."""

    vectors: Vectors
    about: Matrix
    vendors: tuple[str, ...]

    def among(self, chosen: Sequence[bool]) -> Asked:
        rows = np.flatnonzero(chosen)
        return Asked(self.vectors[rows], self.about[rows], tuple(self.vendors[row] for row in rows))


def read(paths: Sequence[Path], encoder: Encoder, strangers: Sequence[Encoder]) -> Asked:
    """All questions that are learned from. Those about a vendor are read by the stranger to it: the encoder of its fold, which none of
    them taught; others by `encoder`."""
    lines = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [(line["question"], line["topics"], line["doc"]) for line in lines if line.get("topics")]
    rows += [(example, [topic.id], "") for topic in load() for example in topic.examples]
    for line in ASKED.read_text(encoding="utf-8").splitlines():
        topics, question = line.split(": ", 1)
        rows.append((question, topics.split(", "), ""))
    rows = [row for row in rows if not HAN.search(row[0])]
    column = {topic.id: at for at, topic in enumerate(load())}
    about = np.zeros((len(rows), len(column)))
    for at, (_, topics, _) in enumerate(rows):
        about[at, [column[topic] for topic in topics]] = 1
    vectors = np.zeros((len(rows), DIMENSION), np.float32)
    for at, reader in enumerate((*strangers, encoder)):
        own = [row for row, (_, _, vendor) in enumerate(rows) if (fold(vendor) if vendor else FOLDS) == at]
        vectors[own] = reader.encode([rows[row][0] for row in own])
    return Asked(vectors, about, tuple(vendor for _, _, vendor in rows))


def strangers(folder: Path) -> list[Embedder]:
    """For each fold of vendors an encoder of questions that none about them taught; raises FileNotFoundError where layers are missing."""
    files = of_folds(folder)
    for path in files:
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing. `python -m ingest.learning.train_search --keep {folder}` leaves it there.")
    return [Embedder(questions=path) for path in files]


def learned(asked: Asked) -> Chances:
    """Logistic regression for each topic, by accelerated steps downhill."""
    known = np.hstack([asked.vectors, np.ones((len(asked.vectors), 1))]).astype(np.float64)
    weights = np.zeros((known.shape[1], asked.about.shape[1]))
    # No topic is meant, until something tells.
    weights[-1] = -3
    ahead, pace = weights, 1.0
    for _ in range(STEPS):
        slope = known.T @ (1 / (1 + np.exp(-known @ ahead)) - asked.about) / len(known)
        slope[:-1] += RIDGE * ahead[:-1]
        # Vectors are of length one and the bias is too: no slope bends more than by half.
        next_weights, next_pace = ahead - slope / (0.5 + RIDGE), (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = next_weights + (pace - 1) / next_pace * (next_weights - weights)
        weights, pace = next_weights, next_pace
    return Chances(weights.astype(np.float32))


def apart(asked: Asked) -> list[Chances]:
    """For each fold of vendors, what is learned from questions about the others, and from those about none."""
    return [learned(asked.among([not vendor or fold(vendor) != at for vendor in asked.vendors])) for at in range(FOLDS)]


def first(asked: Asked) -> float:
    """For how many questions about vendors kept apart one of their topics is the likeliest."""
    found = []
    for at, chances in enumerate(apart(asked)):
        tested = asked.among([bool(vendor) and fold(vendor) == at for vendor in asked.vendors])
        found += [about[best] for about, best in zip(tested.about, chances.each(tested.vectors).argmax(axis=1), strict=True)]
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--layers", type=Path, required=True, help="the folder in which `ingest.learning.train_search --keep` left layers")
    given = parser.parse_args()
    encoder = Embedder(questions=LAYERS)
    asked = read(given.questions, encoder, strangers(given.layers))
    report = {"questions": len(asked.vectors), "of_vendors": sum(map(bool, asked.vendors)), "right_first_apart": round(first(asked), 3)}
    topics = np.array([topic.id for topic in load()])
    np.savez(KEPT, reading=reading(encoder.fingerprint), topics=topics, weights=learned(asked).weights.astype(np.float16))
    KEPT.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
