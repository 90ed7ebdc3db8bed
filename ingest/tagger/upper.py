"""The encoder's last two layers, tuned for this task: they read the states below them and what stands around the clause. Imports torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS = 384, 12
LAYERS = (4, 5)  # of six, counted from nought: what `view.LAYERS` names first is the state they begin with
# Clauses are attended in groups of like length, each padded to the longest of its group.
GROUP = 24

_NAMES = {
    "attended": "attention.output.dense", "norm_attended": "attention.output.LayerNorm", "inner": "intermediate.dense",
    "outer": "output.dense", "norm": "output.LayerNorm",
}  # fmt: skip


class Layer(nn.Module):
    """One layer of the encoder, over rows that are packed one behind the other."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.norm_attended = nn.LayerNorm(WIDTH)
        self.inner = nn.Linear(WIDTH, 4 * WIDTH)
        self.outer = nn.Linear(4 * WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.drop = nn.Dropout(drop)

    def take(self, weights: Mapping[str, Tensor], number: int) -> None:
        """Begins as the encoder's own layer of that number."""
        mark = f"encoder.layer.{number}."
        own = {name.removeprefix(mark): value for name, value in weights.items() if name.startswith(mark)}
        state = {}
        for part in ("weight", "bias"):
            state[f"query_key_value.{part}"] = torch.cat([own[f"attention.self.{name}.{part}"] for name in ("query", "key", "value")])
            for ours, theirs in _NAMES.items():
                state[f"{ours}.{part}"] = own[f"{theirs}.{part}"]
        self.load_state_dict(state)

    def given(self, number: int) -> dict[str, Tensor]:
        """Its weights as the encoder names those of its layer of that number."""
        mark, state, found = f"encoder.layer.{number}.", self.state_dict(), {}
        for part in ("weight", "bias"):
            parts = state[f"query_key_value.{part}"].chunk(3)
            found.update({f"{mark}attention.self.{name}.{part}": own for name, own in zip(("query", "key", "value"), parts, strict=True)})
            found.update({f"{mark}{theirs}.{part}": state[f"{ours}.{part}"] for ours, theirs in _NAMES.items()})
        return found

    def forward(self, x: Tensor, groups: list[tuple[Tensor, Tensor]]) -> Tensor:
        qkv = self.query_key_value(x)
        attended = torch.zeros_like(qkv[:, :WIDTH])
        for rows, real in groups:
            own = qkv[rows].unflatten(-1, (3, HEADS, WIDTH // HEADS)).permute(2, 0, 3, 1, 4)
            # Written out: going back through torch's own took a third of the whole training.
            weights = (own[0] @ own[1].transpose(2, 3) * (WIDTH // HEADS) ** -0.5).masked_fill(~real[:, None, None, :], -1e4)
            seen = weights.softmax(-1).to(own.dtype) @ own[2]
            attended = attended.index_put((rows[real],), seen.transpose(1, 2).flatten(2)[real])
        x = self.norm_attended(x + self.drop(self.attended(attended)))
        read: Tensor = self.norm(x + self.drop(self.outer(functional.gelu(self.inner(x)))))
        return read


class Upper(nn.Module):
    """States of the layers below to states that know the task, the lexicon's matches, the heading and the lead-in."""

    def __init__(self, around: int, context: int, word: int, drop: float = 0.1) -> None:
        super().__init__()
        self.around = nn.Linear(around, WIDTH)
        self.context = nn.Linear(context, WIDTH)
        self.word = nn.Linear(word, WIDTH, bias=False)
        for linear in (self.around, self.context, self.word):
            nn.init.zeros_(linear.weight)  # begins as the encoder it is taken from
        self.layers = nn.ModuleList(Layer(drop) for _ in LAYERS)

    def take(self, weights: Mapping[str, Tensor], begin: Tensor, end: Tensor) -> None:
        """Begins as the encoder's own last layers, with these states of its marks of begin and end."""
        for number, layer in zip(LAYERS, self.layers, strict=True):
            assert isinstance(layer, Layer)
            layer.take(weights, number)
        self.around.bias.data.copy_(begin)
        self.context.bias.data.copy_(end)

    def forward(self, states: Tensor, word: Tensor, clause: Tensor, around: Tensor, context: Tensor) -> Tensor:
        """`states` and `word` by token, `around` and `context` by clause; `clause` tells the clause of a token."""
        own, counts = torch.unique_consecutive(clause, return_counts=True)
        # Where the encoder has its marks of begin and end stands what is around the clause.
        marks = torch.stack([self.around(around[own]), self.context(context[own])], 1).flatten(0, 1)
        x = torch.cat([marks, states + self.word(word)])
        groups = list(in_groups(counts, 2))
        for layer in self.layers:
            x = layer(x, groups)
        return x[len(marks) :]


def below(weights: Mapping[str, Tensor], encoder: Path, texts: Sequence[str], most: int = 200) -> Iterator[Tensor]:
    """Of each text the states of its tokens, at most so many, below the layers that are tuned; its marks of begin and end among them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.enable_truncation(most)
    tokenizer.no_padding()
    layers = [Layer(0.0) for _ in range(LAYERS[0])]
    for number, layer in enumerate(layers):
        layer.take(weights, number)
    table = {name: weights[f"embeddings.{name}"] for name in ("word_embeddings.weight", "position_embeddings.weight")}
    norm = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
    for text in texts:
        ids = torch.tensor(tokenizer.encode(text).ids)
        x = table["word_embeddings.weight"][ids] + table["position_embeddings.weight"][: len(ids)]
        with torch.no_grad():
            x = functional.layer_norm(x + weights["embeddings.token_type_embeddings.weight"][0], (WIDTH,), *norm, 1e-12)
            rows = torch.arange(len(ids))[None]
            for layer in layers:
                x = layer(x, [(rows, torch.ones_like(rows, dtype=torch.bool))])
        yield x


def in_groups(counts: Tensor, kinds: int) -> Iterator[tuple[Tensor, Tensor]]:
    """The rows of the clauses' tokens, and which of them are real, for clauses of like length; each has `kinds` rows before all tokens."""
    first = counts.cumsum(0) - counts + kinds * len(counts)
    for group in torch.split(counts.argsort(), GROUP):
        place = torch.arange(int(counts[group].max()))
        real = place < counts[group, None]
        tokens = torch.where(real, first[group, None] + place, 0)
        before = group[:, None] * kinds + torch.arange(kinds)
        yield torch.cat([before, tokens], 1), torch.cat([torch.ones_like(before, dtype=torch.bool), real], 1)
