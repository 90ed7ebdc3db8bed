"""The figures stored beside the learned weights do not fall below the floors pinned in `quality.toml`."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.learning import train_topics
from tests import floors, scoring

FIGURES = floors.cross_validated()


@pytest.fixture(scope="module")
def held_out() -> dict[str, Any]:
    return floors.held_out()


@pytest.mark.skipif(not scoring.SHARED.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize("measure", floors.HELD_OUT)
def test_rules_alone_stay_above_their_floor_on_policies_their_writers_have_not_read(measure: str, held_out: dict[str, Any]) -> None:
    assert floors.reached(held_out[measure]) >= floors.HELD_OUT[measure]


@pytest.mark.parametrize("measure", floors.CROSS_VALIDATED)
def test_a_cross_validated_figure_stays_above_its_floor(measure: str) -> None:
    assert floors.reached(FIGURES[measure]) >= floors.CROSS_VALIDATED[measure]


@pytest.mark.parametrize("kind", ["sharing.recipient", "right", "security", "practice"])
def test_what_was_held_out_is_told_apart_and_adds_up(kind: str) -> None:
    whole, dev, held_out = (FIGURES[f"seeing.{kind}{split}"] for split in ("", ".dev", ".held_out"))
    assert dev["gold"] + held_out["gold"] == whole["gold"] > 0
    assert dev["predicted"] + held_out["predicted"] == whole["predicted"]


def test_training_holds_out_what_scoring_holds_out() -> None:
    assert train_topics.HELD_OUT == scoring.HELD_OUT
