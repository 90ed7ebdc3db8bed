"""What tells whether a policy answers is weighed as it stands in `evidence.toml`, and the weights are learned as they should be."""

import math
import tomllib
from dataclasses import astuple, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.asking import weigh
from app.asking.evidence import ENOUGH, NAMES, Evidence, answers, chance, evidence
from app.asking.question import Question
from app.asking.topics import load

NEAR = Evidence(score=0.95, meaning=0.65, plain=0.55, stated=0.8, unstated=0.05, off_topic=0.01, no_certificate=False)


def test_each_piece_of_evidence_has_a_weight_and_no_other_is_kept() -> None:
    kept = tomllib.loads(weigh.KEPT.read_text(encoding="utf-8"))["weights"]
    assert list(kept) == [*NAMES, "bias"]
    odds = sum(kept[name] * value for name, value in zip(NAMES, astuple(NEAR), strict=True)) + kept["bias"]
    assert chance(NEAR) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_that_anything_is_collected_tells_nothing_and_a_kind_of_data_named_tells() -> None:
    topic = next(each for each in load() if each.id == "collection")
    facts = [SimpleNamespace(kind="collection", category="email_address")]

    def found(*categories: str) -> tuple[float, float]:
        question = Question("?", (), False, None, (topic,), frozenset(), 0.5, frozenset(categories), frozenset(), ((0.9, topic),))
        told = evidence(question, [], facts)
        return told.stated, told.unstated

    assert found() == (0.0, 0.0)
    assert found("email_address", "phone_number") == (0.9, 0.0)
    assert found("government_id") == (0.0, 0.9)


def test_a_near_clause_and_a_fact_are_an_answer_and_a_plain_topic_without_a_fact_is_silence() -> None:
    assert answers(NEAR)
    assert not answers(replace(NEAR, score=0.7, meaning=0.5, stated=0.05, unstated=0.8))
    assert not answers(replace(NEAR, score=0.3, meaning=0.2))


@pytest.mark.parametrize(
    "less",
    [
        {"score": 0.6}, {"meaning": 0.5}, {"stated": 0.2}, {"unstated": 0.5}, {"off_topic": 0.3}, {"no_certificate": True},
    ],
)  # fmt: skip
def test_what_speaks_against_an_answer_makes_it_less_likely(less: dict[str, Any]) -> None:
    assert chance(replace(NEAR, **less)) < chance(NEAR)


def test_a_clause_as_near_is_less_of_an_answer_to_a_question_put_plainly() -> None:
    # "Are there backups?" is nearly an example, and a clause that answers it is near too; an odd wording is far even from its answer.
    assert chance(replace(NEAR, plain=0.9)) < chance(NEAR) < chance(replace(NEAR, plain=0.4))


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
