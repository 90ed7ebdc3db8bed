"""Learns from questions how much each piece of evidence weighs, and says how well it tells what a policy answers.

    python -m app.learning.weigh QUESTIONS... DATA --layers FOLDER

`QUESTIONS`: files of JSON lines of `doc` (the vendor asked), `question` and `answers` (none where the policy is silent), some with `topics`
as for `train_chances`; `DATA`: an index over some of these vendors, whose questions are weighed: real policies, annotated or of the gold.
`FOLDER`: where `ingest.learning.train_search --keep` left layers that read questions; each question is read by those that no question about
its vendor taught.
Writes `evidence.toml`: what tells answered questions from those that no policy speaks of (`strange.txt`), and what tells them from those to
which their policy is silent. One set of weights for both told the second worse (0.85 instead of 0.87 of the area under the curve, policies
kept apart). Each question is weighed with all facts and with a third of them left out by lot, since facts are found more surely in the
policies a reader learned from than in others. How likely each topic is meant is told of every vendor by what questions about others taught.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.asking.answer import DEEP
from app.asking.evidence import ENOUGH, KEPT, NAMES, evidence
from app.asking.question import understand
from app.asking.topics import Topics
from app.learning import train_chances
from index import queries
from index.asked import FOLDS, fold
from index.asked import KEPT as LAYERS
from index.embedder import Embedder
from index.search import Index, Searcher
from index.settings import Settings

STRANGE = Path(__file__).with_name("strange.txt")
LEFT_OUT = 1 / 3
# To so many vendors of a fold each strange question is put: those that policies answer are eight times as many as strange ones.
STRANGE_PUT = 4
# How dear large weights are, of evidence brought to one spread: 1 to 20 tell the same.
RIDGE = 5.0
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Cases = tuple[Matrix, Flags, list[str]]


def cases(questions: Sequence[dict[str, Any]], index: Index, topics: Topics) -> Cases:
    """The evidence on each question, twice; whether its policy answers it; and which policy that is."""
    rows: list[list[float]] = []
    answered: list[bool] = []
    vendors: list[str] = []
    for asked in questions:
        vendor = index.vendor(asked["doc"])
        question = understand(asked["question"], index.names, topics, vendor)
        if question.off_topic:
            continue  # answered by silence, whatever the evidence
        hits = index.find(question.text, vendor=vendor.id, limit=DEEP, highlights=False).items
        every = index.facts_of(vendor.id)
        for held in (every, [fact for fact in every if zlib.crc32(fact.id.encode()) % 1000 >= 1000 * LEFT_OUT]):
            rows.append([float(value) for value in astuple(evidence(question, hits, held))])
            answered.append(bool(asked["answers"]))
            vendors.append(vendor.id)
    return np.array(rows), np.array(answered), vendors


def strange(vendors: Sequence[str]) -> list[dict[str, Any]]:
    """Questions that no policy speaks of, each put to some of these vendors, all of whom are asked in turn."""
    lines = STRANGE.read_text(encoding="utf-8").splitlines() * STRANGE_PUT
    return [{"doc": vendors[at % len(vendors)], "question": line, "answers": []} for at, line in enumerate(lines)]


def learned(rows: Matrix, answered: Flags) -> Matrix:
    """The weights, the bias last: logistic regression by Newton's steps."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])
    ridge = np.diag([RIDGE] * rows.shape[1] + [1e-6])
    weights = np.zeros(rows.shape[1] + 1)
    for _ in range(30):
        likely = 1 / (1 + np.exp(-scaled @ weights))
        bend = (scaled * (likely * (1 - likely))[:, None]).T @ scaled + ridge
        weights -= np.linalg.solve(bend, scaled.T @ (likely - answered) + ridge @ weights)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


@dataclass(frozen=True)
class Learned:
    """What of the evidence tells that policies speak of a question at all, and that its policy answers it."""

    spoken_of: Matrix
    answered: Matrix

    @classmethod
    def of(cls, rows: Matrix, answered: Flags, strange: Flags) -> Learned:
        return cls(learned(rows[answered | strange], answered[answered | strange]), learned(rows[~strange], answered[~strange]))

    def chance(self, rows: Matrix) -> Matrix:
        """How likely it is that each is answered."""
        odds = [rows @ weights[:-1] + weights[-1] for weights in (self.spoken_of, self.answered)]
        chances: Matrix = 1 / ((1 + np.exp(-odds[0])) * (1 + np.exp(-odds[1])))
        return chances

    def written(self) -> list[str]:
        """The lines of `evidence.toml`."""
        lines = []
        for name, weights in (("spoken_of", self.spoken_of), ("answered", self.answered)):
            lines += [f"[{name}]", *(f"{piece} = {weight:.3f}" for piece, weight in zip((*NAMES, "bias"), weights, strict=True))]
        return lines


def apart(rows: Matrix, answered: Flags, strange: Flags, vendors: Sequence[str]) -> Matrix:
    """The chance of each question by weights learned from the other policies."""
    folds = np.array([fold(vendor) for vendor in vendors])
    chances = np.zeros(len(rows))
    for at in range(FOLDS):
        others = folds != at
        chances[~others] = Learned.of(rows[others], answered[others], strange[others]).chance(rows[~others])
    return chances


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("data", type=Path)
    parser.add_argument("--layers", type=Path, required=True, help="the folder in which `ingest.learning.train_search --keep` left layers")
    given = parser.parse_args()
    strangers = train_chances.strangers(given.layers)
    chances = train_chances.apart(train_chances.read(given.questions, Embedder(questions=LAYERS), strangers))
    lines = [json.loads(line) for path in given.questions for line in path.read_text(encoding="utf-8").splitlines()]
    found = []
    for at in range(FOLDS):
        topics = Topics(strangers[at])
        topics.chances = chances[at]
        index = Searcher(Settings(data_dir=given.data), strangers[at], topics).index
        with index.session() as session:
            vendors = {vendor.id for vendor in queries.all_vendors(session) if fold(vendor.id) == at}
        questions = [line for line in lines if line.get("doc") in vendors]
        found.append((False, cases(questions, index, topics)))
        found.append((True, cases(strange(sorted({each["doc"] for each in questions})), index, topics)))
    rows, answered = (np.concatenate([each[at] for _, each in found]) for at in (0, 1))
    asked = [vendor for _, each in found for vendor in each[2]]
    odd = np.concatenate([np.full(len(each[1]), is_strange) for is_strange, each in found])
    says = apart(rows, answered, odd, asked) >= ENOUGH
    silent = ~answered & ~odd
    written = [
        "# How much each piece of evidence weighs (see evidence.py): log odds that policies speak of what is asked at all, and log odds",
        "# that this one answers. `app.learning.weigh` writes it.",
        f"# Tested on policies kept apart, {says[answered].mean():.3f} of {answered.sum() // 2} questions that a policy answers are taken",
        f"# to be answered; {1 - says[silent].mean():.3f} of {silent.sum() // 2} to which it is silent are met with silence, and",
        f"# {1 - says[odd].mean():.3f} of {odd.sum() // 2} that no policy speaks of (those that are not put aside before).",
        *Learned.of(rows, answered, odd).written(),
    ]
    KEPT.write_text("\n".join(written) + "\n", encoding="utf-8")
    print(KEPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
