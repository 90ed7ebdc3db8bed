"""Late interaction: question and clause are compared wordpiece by wordpiece, after each was read alone.

A clause keeps a short vector for each of its wordpieces, a byte a number; a question gets one for each of its own when it is asked. Every
wordpiece of the question takes the nearest one of the clause, and counts by how much it tells (the MaxSim of ColBERT, Khattab and Zaharia
2020). One vector for a whole clause says what it is about; this says whether what is asked for stands in it.

Clauses' vectors are the encoder's last states in fewer dimensions, whatever is asked; only questions' are learned, like the layers that
read them (`index/asked.py`), so that to learn more does not make an index anew. For another model than the shipped one nothing was learned,
and nothing is compared; nor is a question in Chinese, which that model does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.shipped import shipped

Vectors = npt.NDArray[np.float32]
# `python -m ingest.learning.train_search` writes both.
BASIS = Path(__file__).with_name("token_basis.safetensors")
ASKED = Path(__file__).with_name("asked_tokens.safetensors")
# Numbers a wordpiece.
SIZE = 64
# A number of one is kept as 127.
STEP = 1 / 127
NONE: Vectors = np.zeros((0, SIZE), np.float32)


@dataclass(frozen=True)
class Basis:
    """How clauses' wordpieces are kept: the directions in which the encoder's last states differ most (principal components), each
    divided by the root of its spread. On one or two folds of policies the answer came first for 0.01 to 0.03 more of the questions than
    with directions that were learned, as they are, or of one spread."""

    mean: Vectors  # 384
    directions: Vectors  # SIZE × 384

    def kept(self, states: Vectors) -> bytes:
        """Of the states of a clause's wordpieces (wordpieces × 384) what is kept: int8[wordpieces, SIZE]."""
        found = np.asarray((states - self.mean) @ self.directions.T, np.float32)
        return np.rint(unit(found) * 127).astype(np.int8).tobytes()


@dataclass(frozen=True)
class Asked:
    """How questions' wordpieces are compared, and how much each tells."""

    directions: Vectors  # SIZE × 384
    telling: Vectors  # 384

    def tokens(self, states: Vectors) -> Vectors:
        """Of the states of a question's wordpieces (wordpieces × 384) a row of SIZE each, the longer the more it tells: 1 together."""
        if not len(states):
            return NONE
        weight = states @ self.telling
        weight = np.exp(weight - weight.max())
        found: Vectors = unit(states @ self.directions.T) * (weight / weight.sum())[:, None]
        return found


def unit(rows: Vectors) -> Vectors:
    found: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return found


@cache
def basis(model: str) -> Basis | None:
    """How the wordpieces of clauses are kept that a model of this fingerprint reads; None where they are not. Raises WeightsDamaged."""
    found = _read(model, BASIS)
    return Basis(found["mean"], found["directions"]) if found else None


@cache
def asked(model: str, kept: Path = ASKED) -> Asked | None:
    """What was learned of questions' wordpieces for a model of this fingerprint, if anything was. Raises WeightsDamaged."""
    found = _read(model, kept)
    return Asked(found["directions"], found["telling"]) if found else None


def beside(layers: Path) -> Path:
    """The file of `Asked` that goes with a file of layers that read questions."""
    return layers.with_name(layers.name.replace("asked", "asked_tokens", 1))


def matched(question: Vectors, clauses: Sequence[bytes]) -> npt.NDArray[np.float64]:
    """How well each clause holds what a question's wordpieces say, 1 at most; 0 for one of which none are kept."""
    lengths = np.array([len(each) // SIZE for each in clauses], np.int64)
    found = np.zeros(len(clauses))
    if len(question) and lengths.any():
        pieces = np.frombuffer(b"".join(clauses), np.int8).reshape(-1, SIZE).astype(np.float32)
        first = np.concatenate([[0], lengths[lengths > 0].cumsum()[:-1]])
        found[lengths > 0] = np.maximum.reduceat(pieces @ question.T, first, axis=0).sum(axis=1) * STEP
    return found


def _read(model: str, path: Path) -> dict[str, Vectors]:
    from safetensors import safe_open

    with shipped(path), safe_open(path, "np") as found:
        if found.metadata()["model"] != model:
            return {}
        return {name: found.get_tensor(name).astype(np.float32) for name in found.keys()}  # noqa: SIM118  # not a mapping
