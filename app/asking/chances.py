"""How likely each topic is what a question asks, as questions taught that people put: what the nearest example alone cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.asked import reading
from index.embedder import Encoder, Vectors
from index.shipped import shipped

# `python -m app.learning.train_chances` writes it, with the figures beside it.
KEPT = Path(__file__).with_name("chances.npz")


class Chances:
    """One logistic model a topic over a question's vector; each tells for itself, since a question may ask for several things."""

    def __init__(self, weights: npt.NDArray[np.float32]) -> None:
        self.weights = weights

    @classmethod
    def of(cls, encoder: Encoder, topics: Sequence[str]) -> Chances | None:
        """The models that ship; None for an encoder or topics that they were not learned for."""
        with shipped(KEPT), KEPT.open("rb") as file, np.load(file) as kept:
            if str(kept["reading"]) != reading(encoder.fingerprint) or kept["topics"].tolist() != list(topics):
                return None
            return cls(kept["weights"].astype(np.float32))

    def each(self, questions: Vectors) -> npt.NDArray[np.float32]:
        """The chance of every topic, 0 to 1, of one question or of several."""
        odds = questions @ self.weights[:-1] + self.weights[-1]
        found: npt.NDArray[np.float32] = 1 / (1 + np.exp(-odds))
        return found
