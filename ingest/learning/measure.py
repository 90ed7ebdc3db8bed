"""How good findings are: facts made of them as ingest makes them, counted by the gold's own score.py."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ingest.extract import collection
from ingest.learning.tagger_corpus import Example
from ingest.tagger.model import Finding


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
