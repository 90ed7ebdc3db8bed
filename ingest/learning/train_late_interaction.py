"""How late interaction is learned (`index/late_interaction.py`): the directions clauses' wordpieces are kept in, and how those of questions
are compared with them. `ingest.learning.train_search` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from index.domain import Vendor
from index.embedder import DIMENSION, Embedder
from index.gloss import legible
from index.late_interaction import SIZE, STEP, Asked, Basis
from index.settings import Settings
from ingest import readers, split
from ingest.learning import written
from ingest.learning.train_steps import among, fit

EPOCHS, RATE = 5, 1e-3
# How sharply a clause must hold more of a question than the others of its policy to be the likely answer.
SHARPNESS = 20.0
# Of a question's states and of the clauses' numbers so many are left out by lot while learning.
DROP_ASKED, DROP_KEPT = 0.1, 0.1
SPREAD = 0.5  # directions are divided by this power of their spread


def basis(encoder: Embedder) -> Basis:
    """The directions in which the wordpieces of the policies written for training differ most."""
    rows = []
    for own in written.read():
        reading = readers.read(own.text.encode(), media_type="text/markdown", name=f"{own.name}.md", settings=Settings())
        policy = split.policy(reading, own.name, Vendor(own.name, own.name), encoder.count)
        english = [legible(clause.plain, encoder) for clause in policy.clauses if clause.language == "en"]
        rows += [state.states for state in encoder.token_states(english)]
    states = np.concatenate(rows).astype(np.float64)
    mean = states.mean(axis=0)
    size, directions = np.linalg.eigh(np.cov(states - mean, rowvar=False))
    largest = directions.T[::-1][:SIZE] / np.sqrt(size[::-1][:SIZE, None]) ** SPREAD
    return Basis(mean.astype(np.float32), np.ascontiguousarray(largest, np.float32))


@dataclass(frozen=True)
class Compared:
    """One policy's questions by the states of their wordpieces, and its clauses by what is kept of theirs."""

    states: Tensor  # wordpieces of all questions × 384
    question: Tensor  # the question of each
    kept: Tensor  # wordpieces of all clauses × SIZE
    clause: Tensor  # the clause of each
    answers: Tensor  # questions × clauses

    @classmethod
    def of(cls, states: Sequence[Tensor], tokens: Sequence[bytes], answers: Tensor) -> Compared:
        kept = torch.from_numpy(np.frombuffer(b"".join(tokens), np.int8).reshape(-1, SIZE).astype(np.float32)) * STEP
        return cls(
            torch.cat(list(states)), _owners([len(own) for own in states]), kept, _owners([len(own) // SIZE for own in tokens]), answers
        )


def _owners(counts: Sequence[int]) -> Tensor:
    return torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))


class Map(nn.Module):
    """What becomes `Asked`."""

    def __init__(self, directions: Tensor, telling: Tensor) -> None:
        super().__init__()
        self.directions, self.telling = nn.Parameter(directions.float().clone()), nn.Parameter(telling.float().clone())

    def forward(self, given: Compared) -> Tensor:
        """Questions × clauses: how well each clause holds each question, as `late_interaction.matched` has it."""
        states = functional.dropout(given.states, DROP_ASKED, self.training)
        kept = functional.dropout(given.kept, DROP_KEPT, self.training)
        near = functional.normalize(states @ self.directions.T, dim=1) @ kept.T
        clause = given.clause.expand(len(near), -1)
        nearest = torch.zeros(len(near), given.answers.shape[1]).scatter_reduce(1, clause, near, "amax", include_self=False)
        weight = (states @ self.telling).exp()
        total = torch.zeros(len(given.answers)).index_add(0, given.question, weight)
        found: Tensor = torch.zeros(given.answers.shape).index_add(0, given.question, nearest * (weight / total[given.question])[:, None])
        return found

    def given(self) -> Asked:
        return Asked(self.directions.detach().numpy(), self.telling.detach().numpy())


def learned(given: Sequence[Compared], start: Basis, seed: int = 0) -> Map:
    """The map under which the clauses that answer hold most of what is asked, of those of their policy: half a minute for 200."""
    torch.manual_seed(seed)
    found = Map(torch.from_numpy(start.directions), torch.zeros(DIMENSION))
    fit(found, given, lambda each: among(SHARPNESS * found(each), each.answers), lambda each: len(each.answers), EPOCHS, RATE, seed)
    return found.eval()


def save(found: Asked | Basis, path: Path, mark: Mapping[str, str]) -> None:
    """Writes it in half precision. `mark`: the `model` it is for, and what it learned from."""
    save_file({name: torch.from_numpy(value).half().contiguous() for name, value in vars(found).items()}, path, metadata=dict(mark))
    path.chmod(0o644)  # safetensors leaves it readable by its owner alone
