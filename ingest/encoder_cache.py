"""An encoder that remembers: extractors and the index ask for the same texts, and the model reads each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from index import late_interaction
from index.embedder import DIMENSION, Encoder, Vectors, digest

# Vectors of 1.5 kB and some 2 kB of wordpieces: what is remembered takes 75 MB at most beside one policy's.
KEPT = 20_000


class Remembering:
    """Stands before the model for one ingest. What a former snapshot knew of a text is not computed again.

    Policies say the same things, so what one policy asked for is kept for the next.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self._tokens: dict[str, bytes] = {}
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self._basis = late_interaction.basis(self.fingerprint)

    def learn(self, known: Mapping[str, Vectors]) -> None:
        """Takes vectors by digest of their text."""
        self._known.update(known)

    def encode(self, texts: Sequence[str]) -> Vectors:
        self._make_room()
        digests = [digest(text) for text in texts]
        missing = {key: text for key, text in zip(digests, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
        return np.array([self._known[key] for key in digests], np.float32).reshape(len(texts), DIMENSION)

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self.encode([text])[0]
        return vector

    def question_tokens(self, text: str) -> Vectors:
        return self._encoder.question_tokens(text)

    def count(self, text: str) -> int:
        return self._encoder.count(text)

    def tokens(self, texts: Sequence[str]) -> list[bytes]:
        """Of each text its wordpieces, as a clause keeps them to be compared with a question's; nothing where they are not kept."""
        if self._basis is None:
            return [b""] * len(texts)
        self._make_room()  # before it is looked what is missing, or what is not would be forgotten on the way
        if missing := [text for text in dict.fromkeys(texts) if digest(text) not in self._tokens]:
            self.token_states(missing)
        return [self._tokens[digest(text)] for text in texts]

    def token_states(self, texts: Sequence[str], layers: Sequence[int] = (-1,)) -> Any:
        """The model's token states; the sentence vectors that come with them, and wordpieces, are remembered too."""
        self._make_room()
        found = self._encoder.token_states(texts, layers)  # type: ignore[attr-defined]  # a real model has it, stand-ins need not
        for text, state in zip(texts, found, strict=True):
            self._known[digest(text)] = state.vector
            if self._basis and layers[-1] == -1:
                self._tokens[digest(text)] = self._basis.kept(state.states[:, -DIMENSION:])
        return found

    def _make_room(self) -> None:
        if len(self._known) > KEPT:
            self._known.clear()
            self._tokens.clear()
