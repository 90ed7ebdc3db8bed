"""Teaches search: tunes the encoder's last two layers to read questions, so that they lie near the clauses that answer them, and learns to
compare wordpieces (`train_late_interaction`).

    python -m ingest.learning.train_search --gold GOLD --texts TEXTS    cross-validates, then writes index/asked.safetensors, asked.json,
                                                               asked_tokens.safetensors and token_basis.safetensors
    python -m ingest.learning.train_search --cross-validate             prints the figures and writes none of them

GOLD: a folder with `questions.jsonl` and `docs`. TEXTS: the texts of the annotated policies (`ingest/learning/annotations/README.md`).
Without them only the questions on written policies teach.
Some thirty minutes of one core, half of it to encode the clauses. Policies are kept apart: a question is tested on a policy that no
question learned from was about. The layers of each fold are left in the folder `--keep`, for what learns from questions' vectors
(`app.learning.train_chances`, `app.learning.weigh`), and are not learned again by a run that was broken off; those and
`python -m index.query_encoder` are to be run after it (`make train` does).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from index.asked import KEPT, fold, of_folds
from index.embedder import Embedder
from index.late_interaction import ASKED, BASIS, Basis, beside
from index.search import TOKENS_WEIGHT
from ingest.learning import standoff, train_late_interaction
from ingest.learning.question_layers import QuestionLayers
from ingest.learning.questions import QUESTIONS, Put, put
from ingest.learning.train_late_interaction import Compared
from ingest.learning.train_steps import among, fit
from ingest.tagger.upper import below

EPOCHS, RATE = 8, 1e-4
# How sharply a clause must be nearer than the others of its policy to be the likely answer.
SHARPNESS = 20.0
# A question of more wordpieces is cut off: few have more than thirty.
LONGEST = 64


class Lesson:
    """The questions on one policy by their states below the tuned layers."""

    def __init__(self, one: Put, states: list[Tensor]) -> None:
        self.policy, self.states = one.policy, states
        self.clauses, self.answers, self.tokens = torch.from_numpy(one.clauses), torch.from_numpy(one.answers), one.tokens

    def nearness(self, layers: QuestionLayers) -> Tensor:
        """Questions × clauses: their cosines."""
        cosines: Tensor = layers(self.states) @ self.clauses.T
        return cosines

    def compared(self, layers: QuestionLayers) -> Compared:
        """The same questions and clauses by their wordpieces, the marks of begin and end left out."""
        with torch.inference_mode():
            read = torch.split(layers.last(self.states), [len(own) for own in self.states])
        return Compared.of([own[1:-1].clone() for own in read], self.tokens, self.answers)


def lessons(sets: Sequence[Put], weights: Mapping[str, Tensor], encoder: Path) -> list[Lesson]:
    return [Lesson(one, list(below(weights, encoder, one.questions, LONGEST))) for one in sets]


def learned(given: Sequence[Lesson], weights: Mapping[str, Tensor], seed: int = 0) -> QuestionLayers:
    """The layers under which the clauses that answer are likeliest among those of their policy."""
    torch.manual_seed(seed)
    layers = QuestionLayers(weights)
    fit(
        layers, given, lambda lesson: among(SHARPNESS * lesson.nearness(layers), lesson.answers), lambda lesson: len(lesson.states),
        EPOCHS, RATE, seed,
    )  # fmt: skip
    return layers.eval()


def places(given: Sequence[Lesson], layers: QuestionLayers, tokens: train_late_interaction.Map | None = None) -> npt.NDArray[np.int64]:
    """At which place each question's first answer stands among the clauses of its policy, by cosine and by their wordpieces, if at all."""
    found = []
    with torch.inference_mode():
        for lesson in given:
            scores = lesson.nearness(layers)
            if tokens:
                scores = scores + TOKENS_WEIGHT * tokens(lesson.compared(layers))
            best = scores.masked_fill(~lesson.answers, -torch.inf).amax(dim=1, keepdim=True)
            found.append(((scores > best).sum(dim=1) + 1).numpy())
    return np.concatenate(found)


def figures(
    given: Sequence[Lesson], weights: Mapping[str, Tensor], start: Basis, keep: Sequence[Path], mark: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """The share of questions whose answer comes first, and among five: read as clauses are, as learned from other policies, and by their
    wordpieces too.

    What is learned for each fold is left in the files `keep` and `late_interaction.beside` them; one of the same `mark` is taken as it is.
    """
    tuned, matched = [], []
    for at, path in enumerate(keep):
        others = [one for one in given if fold(one.policy) != at]
        if not _marked(path, mark):
            save(learned(others, weights), path, mark)
        layers = QuestionLayers({**weights, **{name: value.float() for name, value in load_file(path).items()}}).eval()
        if not _marked(beside(path), mark):
            train_late_interaction.save(compared(others, layers, start).given(), beside(path), mark)
        tokens = train_late_interaction.Map(**load_file(beside(path))).eval()
        tested = [one for one in given if fold(one.policy) == at]
        tuned.append(places(tested, layers))
        matched.append(places(tested, layers, tokens))
    found = {"plain": places(given, QuestionLayers(weights).eval()), "tuned": np.concatenate(tuned), "matched": np.concatenate(matched)}
    return {name: {f"first_{k}": round(float((place <= k).mean()), 3) for k in (1, 5)} for name, place in found.items()}


def compared(given: Sequence[Lesson], layers: QuestionLayers, start: Basis) -> train_late_interaction.Map:
    """How the wordpieces of questions read by these layers are compared."""
    return train_late_interaction.learned([one.compared(layers) for one in given], start)


def _marked(path: Path, mark: Mapping[str, str]) -> bool:
    if not path.exists():
        return False
    with safe_open(path, "pt") as kept:
        return bool(kept.metadata() == mark)


def save(layers: QuestionLayers, path: Path, mark: Mapping[str, str]) -> None:
    """Writes the layers in half precision. `mark`: the `model` they are for, and which `questions` taught them."""
    save_file({name: value.half().contiguous() for name, value in layers.given().items()}, path, metadata=dict(mark))
    path.chmod(0o644)  # safetensors leaves it readable by its owner alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, help="folder with questions.jsonl and docs; without it nothing is learned of them")
    parser.add_argument("--texts", type=Path, help="folder with the texts of the annotated policies; without it nothing is learned of them")
    parser.add_argument("--keep", type=Path, default=Path("data/learning/networks"), help="folder for the layers of each fold")
    parser.add_argument("--cross-validate", action="store_true", help="print the figures and write but the layers of each fold")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.keep.mkdir(parents=True, exist_ok=True)
    encoder = Embedder()
    weights = load_file(encoder.folder / "model.safetensors")
    start = train_late_interaction.basis(encoder)
    given = lessons(put(encoder, start, args.gold, args.texts), weights, encoder.folder)
    taught = [QUESTIONS, *([standoff.QUESTIONS] if args.texts else []), *([args.gold / "questions.jsonl"] if args.gold else [])]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in taught)).hexdigest()[:16]
    mark = {"model": encoder.fingerprint, "questions": digest}
    report = {
        "questions": sum(len(one.states) for one in given),
        "policies": len(given),
        "digest": digest,
        "cross_validated": figures(given, weights, start, of_folds(args.keep), mark),
    }
    print(json.dumps(report, indent=1))
    if not args.cross_validate:
        layers = learned(given, weights)
        save(layers, KEPT, mark)
        train_late_interaction.save(start, BASIS, {"model": encoder.fingerprint})
        train_late_interaction.save(compared(given, layers, start).given(), ASKED, mark)
        KEPT.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
