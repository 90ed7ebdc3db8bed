"""Teaches search: learns from questions on the policies written for training where the clauses lie that answer such questions.

    python -m ingest.train_search                     cross-validates, then writes index/asked.npz and asked.json
    python -m ingest.train_search --cross-validate    prints the figures and writes nothing

Some three minutes on one core, nearly all of it to encode the clauses. Policies are kept apart: a question is tested on a policy that no
question learned from was about.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.asked import KEPT, Asked
from index.embedder import DIMENSION, Embedder, Vectors
from ingest.questions import QUESTIONS, Put, put

FOLDS = 6
# How sharply a clause must be nearer than the others of its policy to be the likely answer, and how dear a large map is.
SHARPNESS, WEIGHT = 10.0, 3e-4
# Of the map so many directions are kept. The answer came first for 0.615 with 8, 0.625 with 24, 0.623 with 64, 0.626 with all.
RANK = 32
STEPS = 40


def learned(sets: Sequence[Put]) -> Asked:
    """The map under which the clauses that answer are likeliest among those of their policy, by cosine and map together."""
    import torch

    given = [tuple(torch.tensor(each) for each in (one.questions, one.clauses, one.answers)) for one in sets]
    count = sum(len(one.questions) for one in sets)
    moved = torch.zeros(DIMENSION, DIMENSION, requires_grad=True)
    optimiser = torch.optim.LBFGS([moved], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = WEIGHT * (SHARPNESS * moved).square().sum()
        for questions, clauses, answers in given:
            scores = SHARPNESS * (questions + questions @ moved) @ clauses.T
            among = scores.masked_fill(~answers, -torch.inf)
            total = total + (scores.logsumexp(1) - among.logsumexp(1)).sum() / count
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    left, strength, right = np.linalg.svd(moved.detach().numpy())
    return Asked((left[:, :RANK] * strength[:RANK]).astype(np.float32), right[:RANK].astype(np.float32))


def places(sets: Sequence[Put], asked: Asked | None) -> npt.NDArray[np.int64]:
    """At which place each question's first answer stands among the clauses of its policy, by cosine (and map) alone."""
    found = []
    for one in sets:
        aimed: Vectors = one.questions + (asked.toward(one.questions) if asked else 0)
        scores = aimed @ one.clauses.T
        best = np.where(one.answers, scores, -np.inf).max(axis=1, keepdims=True)
        found.append((scores > best).sum(axis=1) + 1)
    return np.concatenate(found)


def figures(sets: Sequence[Put]) -> dict[str, dict[str, float]]:
    """The share of questions whose answer comes first, and among five, without the map and with one learned from other policies."""
    folds = [sets[at::FOLDS] for at in range(FOLDS)]
    aimed = [places(fold, learned([one for one in sets if all(one is not other for other in fold)])) for fold in folds]
    found = {"cosine": places(sets, None), "aimed": np.concatenate(aimed)}
    return {name: {f"first_{k}": round(float((place <= k).mean()), 3) for k in (1, 5)} for name, place in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross-validate", action="store_true", help="print the figures and write nothing")
    only = parser.parse_args().cross_validate
    encoder = Embedder(threads=0)
    sets = put(encoder)
    report = {
        "questions": sum(len(one.questions) for one in sets),
        "policies": len(sets),
        "digest": hashlib.sha256(QUESTIONS.read_bytes()).hexdigest()[:16],
        "cross_validated": figures(sets),
    }
    print(json.dumps(report, indent=1))
    if not only:
        asked = learned(sets)
        np.savez(KEPT, model=encoder.fingerprint, left=asked.left.astype(np.float16), right=asked.right.astype(np.float16))
        KEPT.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
