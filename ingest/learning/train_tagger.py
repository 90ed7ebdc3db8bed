"""Trains the tagger's weights, or tells how good weights trained so are on policies they have not seen.

    python -m ingest.learning.train_tagger                   writes weights.safetensors and weights.json (two hours of one core)
    python -m ingest.learning.train_tagger --cross-validate  only tells the figures
    python -m ingest.learning.train_tagger --keep networks   keeps each network in a folder: a run that was broken off goes on there

Five folds of whole policies come first, two networks each: they give the figures, and the findings the judges learn on. Then two learn
from everything: what ships is what was measured, on a fifth more gold. The policies and their facts are read from `--gold`; what was
written for training comes with the package, and so do the annotations of other real policies. Their texts are their vendors', and are
read from `--texts` (see `annotations/README.md`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
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
from ingest.learning import measure, tagger_corpus, train_network
from ingest.learning.tagger_corpus import Example
from ingest.tagger.judge import Forest, features
from ingest.tagger.model import WEIGHTS, Finding, Names, Reader, Tagger, findings, together
from ingest.tagger.network import Network, kept
from ingest.tagger.view import CATEGORIES, Floats, StateEncoder

OUTSIDE = 0.35
FOLDS = 5
READERS = (False, True)  # whether each has tuned the encoder's last layers


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


def networks(examples: Sequence[Example], encoder: Path, folder: Path | None) -> list[Network]:
    """The networks these examples give, in the order of `READERS`: what the folder holds is read, the rest is trained and put there."""
    mark = digest(examples)
    heads = kept(folder, f"{mark}-heads", Network(), lambda: train_network.heads(examples))
    return [heads, kept(folder, f"{mark}-tuned", Network(tuned=True), lambda: train_network.tuned(heads, examples, encoder))]


def judge(examples: Mapping[str, Example], found: Mapping[str, Sequence[Finding]]) -> Forest:
    """A forest that tells facts from other findings, learned on findings of taggers that had not seen the policy."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, right = [], []
    for name, own in found.items():
        if own:
            rows.append(features(examples[name].view.policy, own))
            right += [examples[name].holds(finding) for finding in own]
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


def folds(names: Sequence[str]) -> list[list[str]]:
    """Whole policies, dealt out in the order of their names."""
    return [sorted(names)[at::FOLDS] for at in range(FOLDS)]


def unseen(
    gold: Mapping[str, Example],
    taught: Mapping[str, Example],
    rest: Sequence[Example],
    names: Names,
    encoder: Embedder,
    keep: Path | None,
) -> list[dict[str, list[Finding]]]:
    """The findings in every whole policy by networks that learned from the other folds: one dictionary a reader.

    `rest` is learned from in every fold. Of the policies that only teach a fold is left out as well: what is found in them teaches the
    judges the habits of networks on many more policies (the reader over frozen states alone: mention F1 0.643 → 0.658 at a precision of
    0.75; both readers: 0.660 → 0.664).
    """
    found: list[dict[str, list[Finding]]] = [{} for _ in READERS]
    policies = {**gold, **taught}
    for number, (real, made) in enumerate(zip(folds(list(gold)), folds(list(taught)), strict=True), start=1):
        print(f"fold {number} of {FOLDS}", flush=True)
        fold = {*real, *made}
        examples = [*(example for name, example in policies.items() if name not in fold), *rest]
        tagger = Tagger(list, OUTSIDE, names)
        for each, network in zip(found, networks(examples, encoder.folder, keep), strict=True):
            each |= {name: tagger.settled(findings(network, policies[name].view, OUTSIDE), encoder) for name in sorted(fold)}
    return found


def judged(
    gold: Mapping[str, Example], taught: Mapping[str, Example], found: Sequence[Mapping[str, list[Finding]]]
) -> dict[str, list[Finding]]:
    """The findings in the real policies with the word of judges that learned from the others, of all readers together."""
    heard: dict[str, list[Finding]] = {}
    policies = {**gold, **taught}
    for fold in folds(list(gold)):
        forests = [judge(policies, {name: own for name, own in each.items() if name not in fold}) for each in found]
        for name in fold:
            policy = policies[name].view.policy
            heard[name] = together([forest.hear(policy, each[name]) for forest, each in zip(forests, found, strict=True)])
    return heard


def save(tagger: Tagger, about: Mapping[str, Any], path: Path = WEIGHTS) -> None:
    """Everything a tagger has learned, networks in half precision, and the card that tells how."""
    assert tagger.names is not None
    tensors = {"names.weight": torch.from_numpy(tagger.names.weight).half(), "names.bias": torch.from_numpy(tagger.names.bias).half()}
    for number, reader in enumerate(tagger.readers):
        tensors |= {f"{number}.network.{name}": value.half().contiguous() for name, value in reader.network.state_dict().items()}
        tensors |= {f"{number}.judge.{name}": torch.from_numpy(part) for name, part in vars(reader.forest).items()}
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=tagger_corpus.GOLD, help="folder that holds gold/, docs/ and score.py")
    parser.add_argument("--texts", type=Path, help="folder with the texts of the annotated policies; without it nothing is learned of them")
    parser.add_argument("--cross-validate", action="store_true", help="only measure; write nothing")
    parser.add_argument("--keep", type=Path, help="folder of trained networks; those it holds are not trained again")
    args = parser.parse_args()
    # One thread: with two on a busy two-core machine a backward pass took 70 times as long.
    torch.set_num_threads(1)
    encoder = Embedder()
    gold, taught = tagger_corpus.gold(encoder, args.gold), tagger_corpus.taught(encoder, args.texts)
    rest, phrases = tagger_corpus.read_passages(encoder), names(encoder)
    found = unseen(gold, taught, rest, phrases, encoder, args.keep)
    figures = measure.score(gold, judged(gold, taught, found), args.gold)
    print(json.dumps(figures, indent=2))
    if not args.cross_validate:
        policies = {**gold, **taught}
        examples = [*policies.values(), *rest]
        trained = networks(examples, encoder.folder, args.keep)
        readers = [Reader(network, judge(policies, own)) for network, own in zip(trained, found, strict=True)]
        save(Tagger(lambda: readers, OUTSIDE, phrases), card(examples, encoder, figures))


def card(examples: Sequence[Example], encoder: Embedder, figures: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the weights: how they were made, from what, and how good they are on policies they have not seen."""
    return {
        "command": "python -m ingest.learning.train_tagger --texts TEXTS",
        "readers": READERS,
        "outside": OUTSIDE,
        "encoder": encoder.fingerprint,
        "data": digest(examples),
        "examples": len(examples),
        "marks": sum(len(example.spans) for example in examples),
        "cross_validated": figures,
    }


if __name__ == "__main__":
    main()
