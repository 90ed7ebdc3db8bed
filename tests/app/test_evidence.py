"""What tells whether a policy answers is weighed as it stands in `evidence.toml`, and the weights are learned as they should be."""

import math
import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.asking import weigh
from app.asking.evidence import ENOUGH, NAMES, Evidence, answers, chance

NEAR = Evidence(nearness=0.85, meaning=0.65, stated=1.0, unstated=0.0, no_topic=False, no_certificate=False)


def test_each_piece_of_evidence_has_a_weight_and_no_other_is_kept() -> None:
    kept = tomllib.loads(weigh.KEPT.read_text(encoding="utf-8"))["weights"]
    assert list(kept) == [*NAMES, "bias"]
    odds = 0.85 * kept["nearness"] + 0.65 * kept["meaning"] + kept["stated"] + kept["bias"]
    assert chance(NEAR) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_a_near_clause_and_a_fact_are_an_answer_and_a_plain_topic_without_a_fact_is_silence() -> None:
    assert answers(NEAR)
    assert not answers(replace(NEAR, nearness=0.7, meaning=0.5, stated=0.0, unstated=0.3))
    assert not answers(replace(NEAR, nearness=0.3, meaning=0.2))


@pytest.mark.parametrize(
    "less",
    [
        {"nearness": 0.6}, {"meaning": 0.5}, {"stated": 0.2}, {"unstated": 0.2}, {"no_certificate": True},
    ],
)  # fmt: skip
def test_what_speaks_against_an_answer_makes_it_less_likely(less: dict[str, Any]) -> None:
    assert chance(replace(NEAR, **less)) < chance(NEAR)


def test_where_no_topic_is_recognised_that_no_fact_is_found_counts_less() -> None:
    nothing = replace(NEAR, stated=0.0)
    assert chance(nothing) < chance(replace(nothing, no_topic=True)) < chance(NEAR)


def test_weights_are_learned_that_tell_apart_what_can_be_told() -> None:
    # Only the first of two columns tells; the answer is likelier than not from 0.5 on.
    lot = np.random.default_rng(7)
    rows = lot.random((400, 2))
    answered = rows[:, 0] + 0.1 * lot.standard_normal(400) > 0.5
    weights = weigh.learned(rows, answered)
    assert weights[0] > 10 * abs(weights[1])
    assert -weights[2] / weights[0] == pytest.approx(0.5, abs=0.1)
    says = weigh.apart(rows, answered, [f"vendor-{at % 40}" for at in range(400)]) >= 0.5
    assert (says == answered).mean() > 0.9


def test_questions_that_no_policy_speaks_of_are_put_to_every_vendor_in_turn() -> None:
    put = weigh.strange(["acme", "zeta"])
    assert {each["doc"] for each in put} == {"acme", "zeta"}
    assert all(each["answers"] == [] and each["question"].strip() for each in put)
    assert 0.5 < ENOUGH < 1
