"""How good the tagger is on unseen policies: whole ones left out in turn, facts made as ingest makes them, counted by score.py."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from index.embedder import Embedder
from ingest.extract import collection
from ingest.tagger import train
from ingest.tagger.data import Example
from ingest.tagger.model import Finding, Names, Tagger, findings, together


def unseen(
    gold: Mapping[str, Example],
    taught: Mapping[str, Example],
    rest: Sequence[Example],
    names: Names,
    encoder: Embedder,
    keep: Path | None = None,
) -> list[dict[str, list[Finding]]]:
    """The findings in every whole policy by networks that learned from the other folds: one dictionary a reader.

    `rest` is learned from in every fold. Of the policies that only teach a fold is left out as well: what is found in them teaches the
    judges the habits of networks on many more policies (the reader over frozen states alone: mention F1 0.643 → 0.658 at a precision of
    0.75; both readers: 0.660 → 0.664).
    """
    found: list[dict[str, list[Finding]]] = [{} for _ in train.READERS]
    policies = {**gold, **taught}
    for number, (real, made) in enumerate(zip(train.folds(list(gold)), train.folds(list(taught)), strict=True), start=1):
        print(f"fold {number} of {train.FOLDS}", flush=True)
        fold = {*real, *made}
        examples = [*(example for name, example in policies.items() if name not in fold), *rest]
        tagger = Tagger(list, train.OUTSIDE, names)
        for each, network in zip(found, train.networks(examples, encoder.folder, keep), strict=True):
            each |= {name: tagger.settled(findings(network, policies[name].view, train.OUTSIDE), encoder) for name in sorted(fold)}
    return found


def judged(
    gold: Mapping[str, Example], taught: Mapping[str, Example], found: Sequence[Mapping[str, list[Finding]]]
) -> dict[str, list[Finding]]:
    """The findings in the real policies with the word of judges that learned from the others, of all readers together."""
    heard: dict[str, list[Finding]] = {}
    policies = {**gold, **taught}
    for fold in train.folds(list(gold)):
        forests = [train.judge(policies, {name: own for name, own in each.items() if name not in fold}) for each in found]
        for name in fold:
            policy = policies[name].view.policy
            heard[name] = together([forest.hear(policy, each[name]) for forest, each in zip(forests, found, strict=True)])
    return heard


def score(policies: Mapping[str, Example], found: Mapping[str, list[Finding]], folder: Path) -> dict[str, Any]:
    """The measures of `score.py` that begin with `collection`, over these policies."""
    shared = scorer(folder)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, own in found.items():
        facts = [
            fact.model_dump() | {"at": (fact.start, fact.end), "span_at": (fact.span_start, fact.span_end)}
            for fact in collection.stated(policies[name].view.policy, own)
        ]
        measures, accuracies = shared.score_document(facts, _gold(folder, name), defaultdict(list), name)
        for measure, values in measures.items():
            counts[measure] = [a + b for a, b in zip(counts[measure], values, strict=True)]
        for measure, pair in accuracies.items():
            right[measure] = [a + b for a, b in zip(right[measure], pair, strict=True)]
    measured: dict[str, Any] = {name: shared.prf(*values) for name, values in sorted(counts.items()) if name.startswith("collection")}
    for name, (hits, asked) in sorted(right.items()):
        if name.startswith("collection"):
            measured[name] = {"right": hits, "asked": asked}
    return measured


def _gold(folder: Path, name: str) -> list[dict[str, Any]]:
    facts = [json.loads(line) for line in (folder / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    for fact in facts:
        fact["at"] = (fact["start"], fact["end"])
        if fact["kind"] == "collection":
            fact["span_at"] = (fact["span_start"], fact["span_end"])
    return facts


def scorer(folder: Path) -> ModuleType:
    """The gold's own way to count what is right."""
    spec = importlib.util.spec_from_file_location("shared_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"No score.py in {folder}. Point --gold at the folder that holds it.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
