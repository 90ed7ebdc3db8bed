"""What questions taught: in which direction from a question the clauses lie that answer such questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.embedder import DIMENSION, Encoder, Vectors

# `python -m ingest.train_search` writes it, with the figures beside it.
KEPT = Path(__file__).with_name("asked.npz")


class Asked:
    """A linear map of a question's vector, of low rank; of a model that it was not learned for, none."""

    def __init__(self, left: Vectors, right: Vectors) -> None:
        self.left, self.right = left, right

    @classmethod
    def of(cls, encoder: Encoder) -> Asked:
        """The map that ships, for the model that ships."""
        with np.load(KEPT) as kept:
            if str(kept["model"]) == encoder.fingerprint:
                return cls(kept["left"].astype(np.float32), kept["right"].astype(np.float32))
        return cls(np.zeros((DIMENSION, 0), np.float32), np.zeros((0, DIMENSION), np.float32))

    def toward(self, question: Vectors) -> Vectors:
        """What to add to a question's unit vector: its product with a clause's is added to their cosine."""
        return np.asarray(question @ self.left @ self.right, np.float32)
