"""What extractors need beside the policy: the encoder's view of it and the heads that were learned on that view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from index.domain import Policy
from ingest.tagger.topics import Scores, Topics

Vectors = npt.NDArray[np.float32]
T = TypeVar("T")


class Encoder(Protocol):
    """Text to unit vectors; the embedder of the index is one. `fingerprint` tells weights apart."""

    @property
    def fingerprint(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class Tools:
    """What is computed over a policy (topic scores) is kept until another policy comes, since several extractors ask for it.

    Without an encoder, or with another than the heads were trained on, the heads are silent and the rules speak alone.
    """

    def __init__(self, encoder: Encoder | None = None, tagger: Any = None, topics: Topics | None = None) -> None:
        self.encoder = encoder
        self.tagger = tagger
        self.topics = topics or Topics.load()
        self._policy: Policy | None = None
        self._kept: dict[str, Any] = {}

    @classmethod
    def load(cls) -> Tools:
        """What ships with the project: weights are read at once, the encoder's model when it is first used."""
        from index.embedder import Embedder
        from ingest.tagger import model

        # A checkout without the tagger's weights still finds every other kind of fact.
        return cls(Embedder(), tagger=model.Tagger.load() if model.WEIGHTS.exists() else None)

    def scores(self, policy: Policy) -> Scores | None:
        """The topic head's word on every clause; None without the encoder it was trained on."""
        encoder = self.encoder
        if encoder is None or encoder.fingerprint != self.topics.encoder:
            return None
        return self._once(policy, "scores", lambda: self.topics.scores(policy, encoder.encode))

    def _once(self, policy: Policy, name: str, make: Callable[[], T]) -> T:
        if self._policy is not policy:
            self._policy, self._kept = policy, {}
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found
