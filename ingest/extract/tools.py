"""What extractors need beside the policy: the encoder's view of it and the heads that were learned on that view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.domain import Policy

if TYPE_CHECKING:
    from ingest.tagger.topics import Topics

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Text to unit vectors; the embedder of the index is one."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class Tools:
    """Everything is loaded when it is first asked for, so that rules alone run without torch.

    What is computed over a policy (vectors, topic scores) is kept until another policy comes, since several extractors ask for it.
    Without an encoder the learned heads are silent and the rules speak alone.
    """

    def __init__(self, encoder: Encoder | None = None, tagger: Any = None, topics: Topics | None = None) -> None:
        self.encoder = encoder
        self.tagger = tagger
        self.topics = topics
        self._policy: Policy | None = None
        self._kept: dict[str, Any] = {}

    @classmethod
    def load(cls) -> Tools:
        """What ships with the project."""
        return cls()

    def vectors(self, policy: Policy) -> Vectors | None:
        """One unit vector a clause, in order; None without an encoder."""
        if self.encoder is None:
            return None
        encoder = self.encoder
        return self._once(policy, "vectors", lambda: encoder.encode([clause.plain for clause in policy.clauses]))

    def scores(self, policy: Policy) -> Any:
        """Probability of each topic label a clause (clauses × labels); None without an encoder or weights."""
        topics, vectors = self.topics, self.vectors(policy)
        if topics is None or vectors is None:
            return None
        return self._once(policy, "scores", lambda: topics.scores(policy, vectors))

    def _once(self, policy: Policy, name: str, make: Any) -> Any:
        if self._policy is not policy:
            self._policy, self._kept = policy, {}
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]
