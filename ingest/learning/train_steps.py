"""The steps by which search learns from questions, policy by policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

AT_ONCE = 4  # policies a step
Policy = TypeVar("Policy")


def fit(
    module: nn.Module,
    given: Sequence[Policy],
    surprise: Callable[[Policy], Tensor],
    questions: Callable[[Policy], int],
    epochs: int,
    rate: float,
    seed: int,
) -> None:
    """Changes the module's weights so that the answers in these policies surprise less: the sum of a policy's surprises, by its number of
    questions."""
    chance = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(module.parameters(), lr=rate, weight_decay=0.01)
    steps = epochs * -(-len(given) // AT_ONCE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.15)
    for _ in range(epochs):
        order = chance.permutation(len(given))
        for at in range(0, len(order), AT_ONCE):
            some = [given[each] for each in order[at : at + AT_ONCE]]
            optimizer.zero_grad()
            loss = torch.stack([surprise(each) for each in some]).sum() / sum(map(questions, some))
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def among(scores: Tensor, answers: Tensor) -> Tensor:
    """How surprising it is, in all, that of each question's likely clauses one answers. `scores`, `answers`: questions × clauses."""
    surprise: Tensor = (scores.logsumexp(1) - scores.masked_fill(~answers, -torch.inf).logsumexp(1)).sum()
    return surprise
