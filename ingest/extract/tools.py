"""What extractors need beside the policy: the encoder's view of it and the networks that were learned on that view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from index.domain import Policy
from ingest.tagger import model
from ingest.tagger.topics import Scores, Topics
from ingest.tagger.view import StateEncoder, View, view

T = TypeVar("T")


class Tools:
    """What is computed over a policy (its view, topic scores) is kept until another policy comes, since several extractors ask for it.

    Without an encoder, or with another than the networks were trained on, they are silent and the rules speak alone.
    """

    def __init__(self, encoder: StateEncoder | None = None, tagger: model.Tagger | None = None, topics: Topics | None = None) -> None:
        self.encoder = encoder
        self.tagger = tagger
        self.topics = topics or Topics.load()
        self._policy: Policy | None = None
        self._kept: dict[str, Any] = {}

    @classmethod
    def load(cls) -> Tools:
        """What ships with the project: weights are read at once, the encoder's model when it is first used."""
        from index.embedder import Embedder

        # A checkout without the tagger's weights still finds every other kind of fact.
        return cls(Embedder(), tagger=model.Tagger.load() if model.WEIGHTS.exists() else None)

    def findings(self, policy: Policy) -> list[model.Finding]:
        """The data types the tagger finds; none without the encoder it was trained on."""
        seen = self._view(policy, self.tagger.encoder) if self.tagger else None
        return self.tagger.find(seen, self.encoder) if self.tagger and self.encoder and seen else []

    def scores(self, policy: Policy) -> Scores | None:
        """The topic network's word on every clause it reads; None where it reads none, or without the encoder it was trained on."""
        seen = self._view(policy, self.topics.encoder)
        return self._once(policy, "scores", lambda: self.topics.scores(seen)) if seen else None

    def _view(self, policy: Policy, trained_on: str) -> View | None:
        encoder = self.encoder
        if encoder is None or encoder.fingerprint != trained_on:
            return None
        return self._once(policy, "view", lambda: view(policy, encoder))

    def _once(self, policy: Policy, name: str, make: Callable[[], T]) -> T:
        if self._policy is not policy:
            self._policy, self._kept = policy, {}
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found
