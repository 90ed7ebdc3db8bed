"""Logistic regression over named features: the judges that weigh the topic network's word with the rules'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

BATCH, EPOCHS, RATE, L2 = 256, 35, 0.02, 5e-4


def judge(rows: Sequence[Mapping[str, float]], true: Sequence[bool], weight: Sequence[float], least: int = 3) -> dict[str, Any]:
    """A logistic model over the features that occur at least `least` times, as readable weights."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    counts = Counter(name for row in rows for name in row)
    names = {name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))}
    x = np.zeros((len(rows), len(names)), np.float32)
    for at, row in enumerate(rows):
        for name, value in row.items():
            if name in names:
                x[at, names[name]] = value
    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs, wanted, share = torch.from_numpy(x), torch.tensor(true, dtype=torch.float32), torch.tensor(weight, dtype=torch.float32)
    weights, bias = torch.zeros(x.shape[1], requires_grad=True), torch.full((1,), -3.0, requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, EPOCHS)
    for _ in range(EPOCHS):
        for own in torch.randperm(len(inputs)).split(BATCH):  # type: ignore[no-untyped-call]
            optimizer.zero_grad()
            loss = binary_cross_entropy_with_logits(inputs[own] @ weights + bias, wanted[own], reduction="none")
            ((loss * share[own]).mean() + L2 * weights.square().sum()).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    learned = weights.detach().numpy()
    return {"weights": {name: round(float(learned[at]), 4) for name, at in names.items()}, "bias": round(float(bias.detach()[0]), 4)}
