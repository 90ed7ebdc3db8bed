"""The figures stored beside the learned weights do not fall below the floors pinned in `quality.toml`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest import tagger
from ingest.tagger import train_topics
from tests import scoring

TAGGER = Path(tagger.__path__[0])
FLOORS: dict[str, float] = tomllib.loads(Path(__file__).with_name("quality.toml").read_text(encoding="utf-8"))["cross_validated"]
FIGURES: dict[str, dict[str, Any]] = {
    measure: row for path in sorted(TAGGER.glob("*.json")) for measure, row in json.loads(path.read_text())["cross_validated"].items()
}


def reached(row: dict[str, Any]) -> float:
    """F1 where something is found and missed, else the share of right answers."""
    return float(row["f1"]) if "f1" in row else row["right"] / row["asked"]


@pytest.mark.parametrize("measure", FLOORS)
def test_a_cross_validated_figure_stays_above_its_floor(measure: str) -> None:
    assert reached(FIGURES[measure]) >= FLOORS[measure]


@pytest.mark.parametrize("kind", ["sharing.recipient", "right", "security", "practice"])
def test_what_was_held_out_is_told_apart_and_adds_up(kind: str) -> None:
    whole, dev, held_out = (FIGURES[f"seeing.{kind}{split}"] for split in ("", ".dev", ".held_out"))
    assert dev["gold"] + held_out["gold"] == whole["gold"] > 0
    assert dev["predicted"] + held_out["predicted"] == whole["predicted"]


def test_training_holds_out_what_scoring_holds_out() -> None:
    assert train_topics.HELD_OUT == scoring.HELD_OUT
