"""Logistic regression for the topic head (dense features and bags of words) and for its judges (named features)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.tagger import topics
from ingest.tagger.topics import Head

Array = npt.NDArray[np.float32]
BATCH = 256


class Fit(NamedTuple):
    """How a logistic model is fitted: `positive` weighs what is said against what is not."""

    l2: float
    positive: float
    epochs: int
    rate: float


HEAD = Fit(l2=3e-5, positive=2.0, epochs=16, rate=0.02)
JUDGE = Fit(l2=5e-4, positive=1.0, epochs=35, rate=0.02)


def fit(x: Array, y: Array, weight: Array, settings: Fit, bags: Sequence[Sequence[int]] = ()) -> Head:
    """One logistic regression a column of `y`, over dense features and, where given, bags of words."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, embedding_bag

    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs, wanted, share = torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(weight)
    places, values = (torch.from_numpy(array) for array in _padded(bags or [[]] * len(x)))
    dense = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    said = torch.zeros(topics.PLACES + 1, y.shape[1], requires_grad=True)
    bias = torch.full((y.shape[1],), -3.0, requires_grad=True)
    positive = torch.full((y.shape[1],), settings.positive)
    optimiser = torch.optim.Adam([dense, said, bias] if bags else [dense, bias], lr=settings.rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.1, settings.epochs)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(inputs)).split(BATCH):  # type: ignore[no-untyped-call]
            optimiser.zero_grad()
            logits = inputs[rows] @ dense + bias
            size = dense.square().sum()
            if bags:
                logits = logits + embedding_bag(places[rows], said, per_sample_weights=values[rows], mode="sum", padding_idx=topics.PLACES)
                size = size + said.square().sum()
            loss = binary_cross_entropy_with_logits(logits, wanted[rows], pos_weight=positive, reduction="none")
            ((loss.sum(1) * share[rows]).mean() + settings.l2 * size).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        schedule.step()
    return Head(dense.detach().numpy(), said.detach().numpy()[: topics.PLACES], bias.detach().numpy())


def _padded(bags: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], Array]:
    """Places and weights of bags as rectangles; what pads them weighs nothing."""
    width = max(1, max(map(len, bags)))
    places = np.full((len(bags), width), topics.PLACES, np.int64)
    values = np.zeros((len(bags), width), np.float32)
    for row, bag in enumerate(bags):
        places[row, : len(bag)] = bag
        values[row, : len(bag)] = 1 / np.sqrt(max(1, len(bag)))
    return places, values


def judge(rows: Sequence[Mapping[str, float]], true: Sequence[bool], weight: Sequence[float], least: int = 3) -> dict[str, Any]:
    """A logistic model over the features that occur at least `least` times, as readable weights."""
    counts = Counter(name for row in rows for name in row)
    names = {name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))}
    x = np.zeros((len(rows), len(names)), np.float32)
    for at, row in enumerate(rows):
        for name, value in row.items():
            if name in names:
                x[at, names[name]] = value
    fitted = fit(x, np.array(true, np.float32)[:, None], np.array(weight, np.float32), JUDGE)
    return {
        "weights": {name: round(float(fitted.vectors[at, 0]), 4) for name, at in names.items()},
        "bias": round(float(fitted.bias[0]), 4),
    }
