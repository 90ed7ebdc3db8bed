"""How a network learns: first over the encoder's frozen states, then together with the encoder's last two layers. Imports torch.

Of one fold's five policies, unseen: mention F1 0.58 over frozen states, 0.54 where the layers were tuned from the first step on,
0.59 where they were tuned under heads that had learned already. Over all folds the two readers together find 63 % of the mentions at a
precision of 0.75, either alone 60 % (each with its judge).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from ingest.learning import written
from ingest.learning.tagger_corpus import Example
from ingest.tagger.model import decode
from ingest.tagger.network import HEADS, Network, Span
from ingest.tagger.upper import below

EPOCHS, RATE = 6, 3e-3  # nine while there were two thirds as many texts: as many steps
TUNING_EPOCHS, TUNING_RATE, RATE_OF_LAYERS = 2, 1.5e-3, 2e-4
# How much an error of each head weighs against one of the tags. Tags weigh more where a span begins: most tokens are outside.
WEIGHTS_OF_HEADS = dict(zip(HEADS, (0.35, 0.12, 0.1, 0.12, 0.05, 0.12, 0.12), strict=True))
WEIGHTS_OF_TAGS = (1.0, 1.5, 1.2)
WEIGHT_OF_TOLD = 0.3
MARGIN = 6  # clauses read on either side of a chunk


def heads(examples: Sequence[Example], seed: int = 0) -> Network:
    """A network that has learned over frozen states."""
    torch.manual_seed(seed)
    network = Network()
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02, fused=True)
    return _learn(network, optimizer, examples, EPOCHS, seed)


def tuned(first: Network, examples: Sequence[Example], encoder: Path, seed: int = 0) -> Network:
    """The same network grown by the last layers of the encoder in that folder, both tuned together."""
    torch.manual_seed(seed)
    network = Network(tuned=True)
    network.load_state_dict(first.state_dict(), strict=False)
    weights = load_file(encoder / "model.safetensors")
    network.upper.take(weights, *marks(weights, encoder))
    layers = list(network.upper.layers.parameters())
    known = {id(each) for each in layers}
    rest = [each for each in network.parameters() if id(each) not in known]
    groups = [{"params": rest, "lr": TUNING_RATE}, {"params": layers, "lr": RATE_OF_LAYERS}]
    return _learn(network, torch.optim.AdamW(groups, weight_decay=0.02, fused=True), examples, TUNING_EPOCHS, seed)


def _learn(network: Network, optimizer: torch.optim.Optimizer, examples: Sequence[Example], epochs: int, seed: int) -> Network:
    order = random.Random(seed)
    steps = [(example, chunk) for example in examples for chunk in example.chunks]
    rates = [group["lr"] for group in optimizer.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=epochs * len(steps) + 1, pct_start=0.15)
    network.train()
    for epoch in range(epochs):
        order.shuffle(steps)
        total = 0.0
        for example, (start, end) in steps:
            optimizer.zero_grad()
            loss = _loss(network, example, start, end)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"{'tuning' if network.tuned else 'heads'}, epoch {epoch + 1} of {epochs}: loss {total / len(steps):.3f}", flush=True)
    return network.eval()


def _loss(network: Network, example: Example, start: int, end: int) -> Tensor:
    arrays, own = example.arrays, slice(start, end)
    low = max(0, int(arrays.clause[start]) - MARGIN)
    high = int(arrays.clause[end - 1]) + 1 + MARGIN
    around = arrays.around[low:high]
    context = network.clause_context(around, arrays.cues[low:high])
    clause = arrays.clause[own] - low
    tags, out, states = network(
        arrays.states[own].float(), around, context, clause, arrays.first[own], arrays.words[own], arrays.notes[own]
    )
    loss = functional.cross_entropy(tags, torch.from_numpy(example.tags[own]), weight=torch.tensor(WEIGHTS_OF_TAGS))
    here = [at for at, span in enumerate(example.spans) if start <= span[0] < end]
    mere = _mentions(example, start, end, tags) if network.tuned else []
    spans = [*(example.spans[at] for at in here), *mere]
    if not spans:
        return loss
    inner = [(first - start, last - start) for first, last in spans]
    said = network.describe(states, out, context, clause, inner, arrays.bags(spans), arrays.lexical(spans))
    if network.tuned:
        told = torch.tensor([1.0] * len(here) + [0.0] * len(mere))
        share = min(len(spans) / 40, 2.0)
        loss = loss + WEIGHT_OF_TOLD * share * functional.binary_cross_entropy_with_logits(said["told"][:, 0], told)
    if here:
        answers = torch.from_numpy(example.answers[here])
        share = min(len(here) / 25, 2.0)
        for column, (name, weight) in enumerate(WEIGHTS_OF_HEADS.items()):
            loss = loss + weight * share * functional.cross_entropy(said[name][: len(here)], answers[:, column], label_smoothing=0.05)
    return loss


def _mentions(example: Example, start: int, end: int, tags: Tensor) -> list[Span]:
    """What looks like a fact and is none: what the tags name today, and other words the lexicon knows."""
    named = decode(tags.detach().softmax(-1).numpy(), example.view.clause[start:end], 0.3)
    looks = {(first + start, last + start) for first, last in named}
    looks |= {(first, last) for first, last, _, _ in example.view.matches if start <= first and last <= end}
    return [(first, last) for first, last in sorted(looks) if not example.tags[first:last].any()]


def marks(weights: dict[str, Tensor], encoder: Path) -> tuple[Tensor, Tensor]:
    """The mean states of the encoder's marks of begin and end below the layers that are tuned."""
    states = list(below(weights, encoder, list(islice(_lines(), 200))))
    first, last = [each[0] for each in states], [each[-1] for each in states]
    return torch.stack(first).mean(0), torch.stack(last).mean(0)


def _lines() -> Iterator[str]:
    return (line for policy in written.read() for line in policy.text.split("\n") if len(line) > 40)
