"""Trains the tagger's weights, or tells how good weights trained so are on policies they have not seen.

    python -m ingest.tagger.train                    writes weights.safetensors and weights.json (some minutes on one core)
    python -m ingest.tagger.train --cross-validate   five folds of whole policies, scored as the shared score.py counts

The policies and their facts are read from `--gold`; the passages come with the package. Same data, same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional

from index.embedder import Embedder
from ingest.tagger import data
from ingest.tagger.data import Example
from ingest.tagger.model import WEIGHTS, Tagger
from ingest.tagger.network import HEADS, Network

EPOCHS = 9
RATE = 3e-3
SEEDS = 2
OUTSIDE = 0.5
FOLDS = 5
# How much an error of each head weighs against one of the tags. Tags weigh more where a span begins: most tokens are outside.
WEIGHTS_OF_HEADS = dict(zip(HEADS, (0.35, 0.12, 0.1, 0.12, 0.05, 0.12, 0.12), strict=True))
WEIGHTS_OF_TAGS = (1.0, 1.5, 1.2)
MARGIN = 6  # clauses read on either side of a chunk


def train(examples: Sequence[Example], seed: int = 0, epochs: int = EPOCHS) -> Network:
    """A network that has seen the examples `epochs` times."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = Network()
    steps = [(example, chunk) for example in examples for chunk in example.chunks]
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * len(steps) + 1, pct_start=0.15)
    network.train()
    for _ in range(epochs):
        order.shuffle(steps)
        for example, (start, end) in steps:
            optimizer.zero_grad()
            _loss(network, example, start, end).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def _loss(network: Network, example: Example, start: int, end: int) -> torch.Tensor:
    arrays, own = example.arrays, slice(start, end)
    low = max(0, int(arrays.clause[start]) - MARGIN)
    high = int(arrays.clause[end - 1]) + 1 + MARGIN
    context = network.clause_context(arrays.around[low:high], arrays.cues[low:high])
    states, clause = arrays.states[own].float(), arrays.clause[own] - low
    tags, out = network(states, context, clause, arrays.first[own], arrays.words[own], arrays.notes[own])
    loss = functional.cross_entropy(tags, torch.from_numpy(example.tags[own]), weight=torch.tensor(WEIGHTS_OF_TAGS))
    here = [at for at, span in enumerate(example.spans) if start <= span[0] < end]
    if here:
        spans = [example.spans[at] for at in here]
        inner = [(first - start, last - start) for first, last in spans]
        answers = torch.from_numpy(example.answers[here])
        said = network.describe(states, out, context, clause, inner, arrays.bags(spans), arrays.lexical(spans))
        share = min(len(here) / 25, 2.0)
        for column, (name, weight) in enumerate(WEIGHTS_OF_HEADS.items()):
            loss = loss + weight * share * functional.cross_entropy(said[name], answers[:, column], label_smoothing=0.05)
    return loss


def ensemble(examples: Sequence[Example], seeds: int = SEEDS) -> Tagger:
    return Tagger([train(examples, seed) for seed in range(seeds)], OUTSIDE)


def folds(names: Sequence[str], count: int = FOLDS) -> list[list[str]]:
    """Whole policies, dealt out in the order of their names."""
    return [sorted(names)[at::count] for at in range(count)]


def save(tagger: Tagger, card: dict[str, object], path: Path = WEIGHTS) -> None:
    tensors = {
        f"{number}.{name}": value.half().contiguous()
        for number, network in enumerate(tagger.networks)
        for name, value in network.state_dict().items()
    }
    save_file(tensors, path)
    path.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(examples: Sequence[Example]) -> str:
    """One hash over the texts and answers that were learned from."""
    total = hashlib.sha256()
    for example in examples:
        for part in (example.view.policy.text.encode(), example.tags.tobytes(), example.answers.tobytes()):
            total.update(part)
    return total.hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=data.GOLD, help="folder that holds gold/ and docs/")
    parser.add_argument("--cross-validate", action="store_true")
    args = parser.parse_args()
    # One thread: with two on a busy two-core machine a backward pass took 70 times as long.
    torch.set_num_threads(1)
    encoder = Embedder()
    policies, passages = data.gold(encoder, args.gold), data.written(encoder)
    if args.cross_validate:
        from ingest.tagger import measure

        measured = measure.cross_validate(policies, passages, args.gold)
        print(json.dumps(measured, indent=2))
        return
    examples = [*policies.values(), *passages]
    tagger = ensemble(examples)
    kept = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8")) if WEIGHTS.with_suffix(".json").exists() else {}
    card = {
        "command": "python -m ingest.tagger.train",
        "networks": len(tagger.networks),
        "outside": tagger.outside,
        "data": digest(examples),
        "policies": len(policies),
        "marks": int(sum(len(example.spans) for example in examples)),
        "cross_validated": kept.get("cross_validated", {}),
    }
    save(tagger, card)
    print(f"{WEIGHTS}: {sum(p.numel() for n in tagger.networks for p in n.parameters()):,} numbers, data {card['data']}")


if __name__ == "__main__":
    main()
