"""Scores extractors in process, with the definitions of the shared `score.py`; `make quality` prints the table.

    python -m tests.scoring [--split dev|held_out|all] [--only a,b] [--kind retention] [--misses 20]

Gold offsets count characters of the gold file, and the canonical text of plain text and Markdown is the file's own, so nothing is aligned.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from index.domain import Policy

SHARED = Path(__file__).resolve().parents[2] / "shared"
# Rules are written without opening these. Their totals were looked at while rules were written, so a new vendor may fare worse.
HELD_OUT = ("canonical", "evernote", "hugging-face", "mailjet", "miro", "overleaf", "wire", "wpengine")


def documents(split: str = "all") -> list[str]:
    """Ids of the gold documents of a split: `dev`, `held_out` or `all`."""
    names = sorted(path.stem for path in (SHARED / "eval" / "gold").glob("*.jsonl"))
    return [name for name in names if split == "all" or (name in HELD_OUT) == (split == "held_out")]


def gold(doc: str) -> list[dict[str, Any]]:
    """The gold facts of a document, with `at` and `span_at` as the scorer wants them."""
    lines = (SHARED / "eval" / "gold" / f"{doc}.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines if line.strip()]
    text = path(doc).read_bytes().decode("utf-8")
    for fact in facts:
        fact["quote"] = text[fact["start"] : fact["end"]]
        fact["at"] = (fact["start"], fact["end"])
        if fact["kind"] == "collection":
            fact["span_at"] = (fact["span_start"], fact["span_end"])
    return facts


def path(doc: str) -> Path:
    return next((SHARED / "eval" / "docs").glob(f"{doc}.*"))


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(
    find: Callable[[Policy], Iterable[Any]], read: Callable[[str], Policy], docs: Iterable[str], kind: str | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, list[Any]]]:
    """Facts figures, accuracies and misses of an extractor over documents, as `score.py` counts them."""
    shared = scorer()
    misses: dict[str, list[Any]] = collections.defaultdict(list)
    totals: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0, 0])
    accuracy: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for doc in docs:
        found = []
        for fact in find(read(doc)):
            row = fact.model_dump()
            row["at"] = (row["start"], row["end"])
            if row["kind"] == "collection":
                row["span_at"] = (row["span_start"], row["span_end"])
            found.append(row)
        counts, right = shared.score_document(found, gold(doc), misses, doc)
        for name, values in counts.items():
            totals[name] = [a + b for a, b in zip(totals[name], values, strict=True)]
        for name, pair in right.items():
            accuracy[name] = [a + b for a, b in zip(accuracy[name], pair, strict=True)]
    wanted = lambda name: kind is None or name.startswith(kind)  # noqa: E731
    return (
        {name: shared.prf(*values) for name, values in sorted(totals.items()) if wanted(name)},
        {name: (round(a / b, 4) if b else None, a, b) for name, (a, b) in sorted(accuracy.items()) if wanted(name)},
        {name: rows for name, rows in misses.items() if wanted(name)},
    )


def show(facts: dict[str, Any], accuracy: dict[str, Any], misses: dict[str, list[Any]], limit: int = 0) -> None:
    for name, row in facts.items():
        figures = f"P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}"
        print(f"{name:44} {figures}   ({row['predicted']} found, {row['gold']} gold)")
    for name, (value, right, asked) in accuracy.items():
        print(f"{name:44} {value}   ({right}/{asked})")
    for name, rows in sorted(misses.items()):
        if limit:
            print(f"\n== {name}: {len(rows)}")
            for row in rows[:limit]:
                print("  ", *row)


def main() -> None:
    from ingest import extract, pipeline
    from tests import floors

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="all", choices=["dev", "held_out", "all"])
    parser.add_argument("--only", help="comma-separated document ids")
    parser.add_argument("--kind", help="show only measures that start so")
    parser.add_argument("--misses", type=int, default=0, help="show this many misses a measure")
    args = parser.parse_args()
    docs = args.only.split(",") if args.only else documents(args.split)
    tools = extract.Tools.load()
    found = score(lambda policy: extract.facts(policy, tools), lambda doc: pipeline.read_policy(path(doc), doc), docs, args.kind)
    show(*found, args.misses)
    floors.show()


if __name__ == "__main__":
    main()
