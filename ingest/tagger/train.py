"""Trains the tagger's weights, or tells how good weights trained so are on policies they have not seen.

    python -m ingest.tagger.train                    writes weights.safetensors and weights.json (20 minutes on one core, by its parts)
    python -m ingest.tagger.train --cross-validate   only tells the figures
    python -m ingest.tagger.train --keep networks    keeps every network it trains in a folder: a run that was broken off goes on there

Five folds of whole policies come first, one network each: they give the figures, and the findings the judge learns on. Then two
networks learn from everything and their opinions are averaged: the figures are those of one network of the two, on a fifth less gold
(two for every fold would take 12 minutes more). The policies and their facts are read from `--gold`; what was written for
training comes with the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import functional

from index import lexicon, taxonomy
from index.embedder import Embedder
from ingest.tagger import data
from ingest.tagger.data import Example
from ingest.tagger.judge import Forest, features
from ingest.tagger.model import WEIGHTS, Finding, Names, Tagger
from ingest.tagger.network import HEADS, Network
from ingest.tagger.view import CATEGORIES, Floats, StateEncoder

EPOCHS = 9
RATE = 3e-3
NETWORKS = 2
OUTSIDE = 0.35
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
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02, fused=True)
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


def names(encoder: StateEncoder) -> Names:
    """What the lexicon's terms and the taxonomy's own words teach of a phrase read alone."""
    phrases = [
        (form, category)
        for category, forms in tomllib.loads((lexicon.FOLDER / "en.toml").read_text(encoding="utf-8")).items()
        for part in ("terms", "generic")
        for form in forms.get(part, ())
    ]
    for category, term in taxonomy.categories().items():
        phrases += [(text, category) for text in (term.label, term.definition, *term.examples)]
    vectors = np.stack([state.vector for state in encoder.token_states([text for text, _ in phrases], (-1,))])
    return fit_names(vectors, [category for _, category in phrases])


def fit_names(vectors: Floats, categories: Sequence[str]) -> Names:
    answers = torch.tensor([CATEGORIES.index(category) for category in categories])
    weight = torch.zeros(vectors.shape[1], len(CATEGORIES), requires_grad=True)
    bias = torch.zeros(len(CATEGORIES), requires_grad=True)
    optimizer = torch.optim.AdamW([weight, bias], lr=0.05, weight_decay=0.01)
    for _ in range(150):
        optimizer.zero_grad()
        # Unit vectors are short for a linear layer: three times as long they learn as fast as the rest.
        loss = functional.cross_entropy(torch.from_numpy(vectors) @ weight * 3 + bias, answers, label_smoothing=0.02)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return Names((weight * 3).detach().numpy(), bias.detach().numpy())


def kept(examples: Sequence[Example], seed: int, folder: Path | None) -> Network:
    """The network these examples and this seed give: from the folder when it is there already, else trained and put there."""
    file = folder / f"{digest(examples)}-{seed}.pt" if folder else None
    if file and file.exists():
        network = Network()
        network.load_state_dict(torch.load(file, weights_only=True))
        return network.eval()
    network = train(examples, seed)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), file)
    return network


def ensemble(examples: Sequence[Example], phrases: Names | None = None, folder: Path | None = None, networks: int = 1) -> Tagger:
    trained = [kept(examples, seed, folder) for seed in range(networks)]
    return Tagger(lambda: trained, OUTSIDE, phrases)


def judge(examples: Mapping[str, Example], found: Mapping[str, Sequence[Finding]]) -> Forest:
    """A forest that tells facts from other findings, learned on findings of taggers that had not seen the policy."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, right = [], []
    for name, findings in found.items():
        if findings:
            rows.append(features(examples[name].view.policy, findings))
            right += [examples[name].holds(finding) for finding in findings]
    model = HistGradientBoostingClassifier(
        max_depth=3, max_iter=120, learning_rate=0.06, min_samples_leaf=15, early_stopping=False, random_state=0
    )
    model.fit(np.concatenate(rows), np.asarray(right))
    return Forest(_arrays(model))


def _arrays(model: Any) -> dict[str, Any]:
    """The trees of scikit-learn as plain arrays; the first value is where the sum starts."""
    feature, threshold, left, right, value, roots = [0], [0.0], [-1], [-1], [float(model._baseline_prediction.ravel()[0])], []
    for (tree,) in model._predictors:
        base = len(feature)
        roots.append(base)
        for node in tree.nodes:
            feature.append(int(node["feature_idx"]))
            threshold.append(float(node["num_threshold"]))
            left.append(-1 if node["is_leaf"] else base + int(node["left"]))
            right.append(-1 if node["is_leaf"] else base + int(node["right"]))
            value.append(float(node["value"]) if node["is_leaf"] else 0.0)
    ints = {"roots": roots, "feature": feature, "left": left, "right": right}
    return {name: np.asarray(part, np.int32) for name, part in ints.items()} | {
        "threshold": np.asarray(threshold, np.float32), "value": np.asarray(value, np.float32),
    }  # fmt: skip


def folds(names: Sequence[str], count: int = FOLDS) -> list[list[str]]:
    """Whole policies, dealt out in the order of their names."""
    return [sorted(names)[at::count] for at in range(count)]


def save(tagger: Tagger, about: Mapping[str, Any], path: Path = WEIGHTS) -> None:
    """Everything a tagger has learned, networks in half precision, and the card that tells how."""
    assert tagger.names is not None
    assert tagger.forest is not None
    tensors = {
        f"{number}.{name}": value.half().contiguous()
        for number, network in enumerate(tagger.networks)
        for name, value in network.state_dict().items()
    }
    tensors |= {"names.weight": torch.from_numpy(tagger.names.weight).half(), "names.bias": torch.from_numpy(tagger.names.bias).half()}
    tensors |= {f"judge.{name}": torch.from_numpy(part) for name, part in vars(tagger.forest).items()}
    save_file(tensors, path)
    path.chmod(0o644)  # safetensors leaves it readable by its owner alone
    path.with_suffix(".json").write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(examples: Sequence[Example]) -> str:
    """One hash over the texts and answers that were learned from."""
    total = hashlib.sha256()
    for example in examples:
        for part in (example.view.policy.text.encode(), example.tags.tobytes(), example.answers.tobytes()):
            total.update(part)
    return total.hexdigest()[:16]


def main() -> None:
    from ingest.tagger import measure  # which trains, a fold at a time

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=data.GOLD, help="folder that holds gold/, docs/ and score.py")
    parser.add_argument("--cross-validate", action="store_true", help="only measure; write nothing")
    parser.add_argument("--keep", type=Path, help="folder of trained networks; those it holds are not trained again")
    args = parser.parse_args()
    # One thread: with two on a busy two-core machine a backward pass took 70 times as long.
    torch.set_num_threads(1)
    encoder = Embedder()
    policies, written, phrases = data.gold(encoder, args.gold), data.written(encoder), names(encoder)
    unseen = measure.unseen(policies, written, phrases, encoder, args.keep)
    figures = measure.score(policies, measure.judged(policies, unseen), args.gold)
    print(json.dumps(figures, indent=2))
    if not args.cross_validate:
        examples = [*policies.values(), *written]
        tagger = ensemble(examples, phrases, args.keep, NETWORKS)
        tagger.forest, tagger.encoder = judge(policies, unseen), encoder.fingerprint
        save(tagger, card(examples, tagger, figures))


def card(examples: Sequence[Example], tagger: Tagger, figures: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the weights: how they were made, from what, and how good they are on policies they have not seen."""
    return {
        "command": "python -m ingest.tagger.train",
        "networks": len(tagger.networks),
        "networks_a_fold": 1,
        "outside": tagger.outside,
        "encoder": tagger.encoder,
        "data": digest(examples),
        "examples": len(examples),
        "marks": sum(len(example.spans) for example in examples),
        "cross_validated": figures,
    }


if __name__ == "__main__":
    main()
