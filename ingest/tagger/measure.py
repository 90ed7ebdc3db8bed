"""How good the tagger is on unseen policies: whole ones left out in turn, facts made as ingest makes them, counted by score.py."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from ingest.extract import collection
from ingest.tagger import train
from ingest.tagger.data import Example
from ingest.tagger.model import Finding, Names, Tagger
from ingest.tagger.view import StateEncoder


def unseen(
    policies: Mapping[str, Example], written: Sequence[Example], names: Names, encoder: StateEncoder, keep: Path | None = None
) -> dict[str, list[Finding]]:
    """The findings in every policy by networks that learned from the other folds."""
    found: dict[str, list[Finding]] = {}
    for fold in train.folds(list(policies)):
        tagger = train.ensemble([*(example for name, example in policies.items() if name not in fold), *written], names, keep)
        found |= {name: tagger.settled(tagger.findings(policies[name].view), encoder) for name in fold}
    return found


def judged(policies: Mapping[str, Example], found: Mapping[str, list[Finding]]) -> dict[str, list[Finding]]:
    """The same findings with the word of judges that learned from the other folds."""
    heard: dict[str, list[Finding]] = {}
    for fold in train.folds(list(found)):
        forest = train.judge(policies, {name: each for name, each in found.items() if name not in fold})
        tagger = Tagger(list, train.OUTSIDE, forest=forest)
        heard |= {name: tagger.judged(policies[name].view.policy, found[name]) for name in fold}
    return heard


def score(policies: Mapping[str, Example], found: Mapping[str, list[Finding]], folder: Path) -> dict[str, Any]:
    """The measures of `score.py` that begin with `collection`, over these policies."""
    scorer = _scorer(folder)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, findings in found.items():
        facts = [
            fact.model_dump() | {"at": (fact.start, fact.end), "span_at": (fact.span_start, fact.span_end)}
            for fact in collection.stated(policies[name].view.policy, findings)
        ]
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
