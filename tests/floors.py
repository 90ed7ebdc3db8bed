"""The floors of quality, pinned in `quality.toml`, and the figures that stand beside them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from index.domain import Policy
from ingest import extract, pipeline, tagger
from tests import scoring

_PINNED = tomllib.loads(Path(__file__).with_name("quality.toml").read_text(encoding="utf-8"))
CROSS_VALIDATED: dict[str, float] = _PINNED["cross_validated"]
HELD_OUT: dict[str, float] = _PINNED["held_out"]


def cross_validated() -> dict[str, dict[str, Any]]:
    """What training measured by document and stored beside the weights, by measure."""
    cards = sorted(Path(tagger.__path__[0]).glob("*.json"))
    return {measure: row for path in cards for measure, row in json.loads(path.read_text())["cross_validated"].items()}


def held_out() -> dict[str, dict[str, Any]]:
    """What the rules find without any model in the documents that nobody who wrote them has read."""
    tools = extract.Tools()

    def found(policy: Policy) -> Iterable[Any]:
        return extract.facts(policy, tools)

    return scoring.score(found, lambda doc: pipeline.read_policy(scoring.path(doc), doc), scoring.documents("held_out"))[0]


def reached(row: dict[str, Any]) -> float:
    """F1 where something is found and missed, else the share of right answers."""
    return float(row["f1"]) if "f1" in row else row["right"] / row["asked"]


def show() -> None:
    """Every floor with what is reached and the difference."""
    for title, floors, figures in (
        ("cross-validated by document", CROSS_VALIDATED, cross_validated()),
        ("rules alone, held out", HELD_OUT, held_out()),
    ):
        print(f"\n{title}")
        for measure, floor in floors.items():
            print(f"{measure:44} {reached(figures[measure]):.3f}   floor {floor:.3f}   {reached(figures[measure]) - floor:+.3f}")
