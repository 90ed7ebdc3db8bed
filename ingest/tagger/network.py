"""The tagger's network over token states: convolutions that mark spans, and heads that say what a span is. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from index import taxonomy
from ingest.tagger.upper import WIDTH, Upper
from ingest.tagger.view import BUCKETS, CATEGORIES, View, bag, patterns

SOURCES = ("provided", "automatic", "third_party", "unspecified")
ROLES = ("controller", "processor", "unspecified")
NECESSITIES = ("optional", "required", "unspecified")
PURPOSES: tuple[str | None, ...] = (None, *taxonomy.facet("purpose"))
HEADS = {
    "category": len(CATEGORIES), "source": len(SOURCES), "role": len(ROLES), "necessity": len(NECESSITIES), "purpose": len(PURPOSES),
    "denied": 2, "generic": 2,
}  # fmt: skip
Span = tuple[int, int]
Learned = TypeVar("Learned", bound=nn.Module)


class Surroundings(nn.Module):
    """What both networks make of a clause's place in the policy, and of what the lexicon says of a token."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.around = nn.Linear(4 * WIDTH, 48)
        self.cues = nn.Linear(3 * len(patterns()) + 4, 48)
        self.clauses = nn.GRU(96, 32, bidirectional=True, batch_first=True)
        self.category = nn.Embedding(len(CATEGORIES) + 1, 16)
        self.place = nn.Embedding(3, 8)
        self.word = nn.Linear(16 + 8 + 4, 32)
        self.drop, self.drop_in = nn.Dropout(drop), nn.Dropout(0.15)

    def clause_context(self, around: Tensor, cues: Tensor) -> Tensor:
        """One vector of 160 a clause: itself, what stands around it, and the clauses before and after."""
        own = torch.cat([torch.tanh(self.around(self.drop(around))), torch.relu(self.cues(cues))], -1)
        read, _ = self.clauses(self.drop(own)[None])
        return torch.cat([own, read[0]], -1)

    def known(self, words: Tensor, notes: Tensor) -> Tensor:
        """One vector of 32 a token: what the lexicon says of it."""
        return torch.relu(self.word(torch.cat([self.category(words[:, 0]), self.place(words[:, 1]), notes], -1)))


class Network(Surroundings):
    """`tuned`: the states of the encoder's last layer come from `Upper`, and a span is also judged to be a fact or a mere mention."""

    def __init__(self, tuned: bool = False, width: int = 96, drop: float = 0.35) -> None:
        super().__init__(drop)
        lexical = 3 * len(CATEGORIES) + 3
        self.token = nn.Linear(2 * WIDTH, width)
        self.into = nn.Linear(width + 32 + 1, width)
        self.context = nn.Linear(160, width)
        self.layers = nn.ModuleList(nn.Conv1d(width, 2 * width, 5, padding=2 * 2**i, dilation=2**i) for i in range(3))
        self.tag = nn.Sequential(nn.Linear(2 * width + 32, 96), nn.ReLU(), nn.Dropout(drop), nn.Linear(96, 3))
        self.raw = nn.Linear(2 * WIDTH, 96)
        self.bag = nn.EmbeddingBag(BUCKETS, 32, mode="mean")
        nn.init.normal_(self.bag.weight, std=0.05)
        self.lexical = nn.Linear(lexical, 48)
        self.span = nn.Sequential(nn.Dropout(drop), nn.Linear(3 * width + 2 * 96 + 32 + 48 + 160, 160), nn.ReLU(), nn.Dropout(drop))
        self.heads = nn.ModuleDict({name: nn.Linear(160, size) for name, size in HEADS.items()})
        self.named = nn.Linear(lexical, len(CATEGORIES))  # straight from the lexicon to the category
        self.tuned = tuned
        if tuned:
            self.upper = Upper(4 * WIDTH, 160, 32)
            self.told = nn.Linear(160, 1)

    def forward(
        self, states: Tensor, around: Tensor, context: Tensor, clause: Tensor, first: Tensor, words: Tensor, notes: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of outside, begin and inside for every token; its vector, and its states as the heads read them."""
        word = self.known(words, notes)
        if self.tuned:
            # Half precision takes a third of the time, where the machine can do it; what is served is computed in full.
            with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
                read = self.upper(states[:, :WIDTH], word, clause, around, context)
            states = torch.cat([states[:, :WIDTH], read.float()], 1)
        token = torch.relu(self.token(self.drop_in(states)))
        both = torch.cat([token, word], -1)
        x = torch.relu(self.into(torch.cat([self.drop(both), first[:, None]], -1)) + self.context(self.drop(context))[clause]).t()[None]
        for layer in self.layers:
            value, gate = layer(self.drop(x)).chunk(2, 1)
            x = x + torch.tanh(value) * torch.sigmoid(gate)
        out = x[0].t()
        return self.tag(torch.cat([self.drop(out), both], -1)), out, states

    def describe(
        self,
        states: Tensor,
        out: Tensor,
        context: Tensor,
        clause: Tensor,
        spans: Sequence[Span],
        bags: Sequence[list[int]],
        lexical: Tensor,
    ) -> dict[str, Tensor]:
        """Logits of every head for these spans."""
        inside = torch.cat([torch.arange(start, end) for start, end in spans])
        raw = torch.tanh(self.raw(self.drop_in(states[inside])))
        rows, at = [], 0
        for start, end in spans:
            own = raw[at : at + end - start]
            at += end - start
            rows.append(torch.cat([out[start:end].mean(0), out[start], out[end - 1], own.mean(0), own[-1], context[clause[start]]]))
        starts = np.cumsum([0, *map(len, bags)])[:-1]
        hashed = self.bag(torch.tensor([bucket for each in bags for bucket in each]), torch.from_numpy(starts))
        span = self.span(torch.cat([torch.stack(rows), hashed, torch.relu(self.lexical(lexical))], -1))
        found = {name: head(span) for name, head in self.heads.items()}
        found["category"] = found["category"] + self.named(lexical)
        if self.tuned:
            found["told"] = self.told(span)
        return found


class Arrays:
    """A view as tensors, the way the network takes it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.states, self.around, self.cues = (torch.from_numpy(array) for array in (view.states, view.around, view.cues))
        self.clause, self.words, self.notes = (torch.from_numpy(array) for array in (view.clause, view.words, view.notes))
        self.first = torch.from_numpy(view.first)

    def lexical(self, spans: Sequence[Span]) -> Tensor:
        return torch.from_numpy(np.stack([self.view.lexical(*span) for span in spans]))

    def bags(self, spans: Sequence[Span]) -> list[list[int]]:
        return [bag(self.view.text(*span)) for span in spans]


def kept(folder: Path | None, name: str, blank: Learned, train: Callable[[], Learned]) -> Learned:
    """The network of that name: read into the blank one where the folder holds it, else trained and put there."""
    file = folder / f"{name}.pt" if folder else None
    if file and file.exists():
        blank.load_state_dict(torch.load(file, weights_only=True))
        return blank.eval()
    network = train()
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a run that is broken off here trains this one again.
        torch.save(network.state_dict(), part := file.with_suffix(".part"))
        part.replace(file)
    return network
