"""The encoder's last layers as they learn to read questions: toward the clauses that answer them. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.tagger.upper import LAYERS, WIDTH, Layer, in_groups


class QuestionLayers(nn.Module):
    """States below the last two layers → a unit vector a question. Begins as the encoder reads any text."""

    def __init__(self, weights: Mapping[str, Tensor], drop: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(drop) for _ in LAYERS)
        for number, layer in self._numbered():
            layer.take(weights, number)

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """One row a question, of which `states` holds one row a token."""
        x = self.last(states)
        question = torch.repeat_interleave(torch.arange(len(states)), torch.tensor([len(own) for own in states]))
        return functional.normalize(torch.zeros(len(states), WIDTH).index_add(0, question, x), dim=1)

    def last(self, states: Sequence[Tensor]) -> Tensor:
        """The last states of all tokens of these questions, one behind the other."""
        x, groups = torch.cat(list(states)), list(in_groups(torch.tensor([len(own) for own in states]), 0))
        for _, layer in self._numbered():
            x = layer(x, groups)
        return x

    def given(self) -> dict[str, Tensor]:
        """The weights of the layers as the encoder names its own."""
        return {name: value for number, layer in self._numbered() for name, value in layer.given(number).items()}

    def _numbered(self) -> list[tuple[int, Layer]]:
        return [(number, layer) for number, layer in zip(LAYERS, self.layers, strict=True) if isinstance(layer, Layer)]
