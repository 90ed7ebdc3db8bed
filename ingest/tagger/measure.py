"""How good the tagger is on unseen policies: whole ones left out in turn, facts made as ingest makes them, counted by score.py."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from index.domain import Policy
from ingest.extract import collection
from ingest.tagger import train
from ingest.tagger.data import Example
from ingest.tagger.model import Finding


def cross_validate(policies: Mapping[str, Example], passages: Sequence[Example], folder: Path) -> dict[str, Any]:
    """The measures of `score.py` over all policies, each read by networks that learned from the other folds."""
    found: dict[str, list[Finding]] = {}
    for fold in train.folds(list(policies)):
        tagger = train.ensemble([*(example for name, example in policies.items() if name not in fold), *passages])
        found |= {name: tagger.findings(policies[name].view) for name in fold}
    return score({name: policies[name].view.policy for name in found}, found, folder)


def score(policies: Mapping[str, Policy], found: Mapping[str, list[Finding]], folder: Path) -> dict[str, Any]:
    scorer = _scorer(folder)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, policy in policies.items():
        facts = [fact.model_dump() | {"at": (fact.start, fact.end), "span_at": (fact.span_start, fact.span_end)}
                 for fact in collection.stated(policy, found[name])]  # fmt: skip
        measures, accuracies = scorer.score_document(facts, _gold(folder, name), defaultdict(list), name)
        for measure, values in measures.items():
            counts[measure] = [a + b for a, b in zip(counts[measure], values, strict=True)]
        for measure, pair in accuracies.items():
            right[measure] = [a + b for a, b in zip(right[measure], pair, strict=True)]
    measured: dict[str, Any] = {name: scorer.prf(*values) for name, values in sorted(counts.items()) if name.startswith("collection")}
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


def _scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"No score.py in {folder}. Point --gold at the folder that holds it.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
