"""What tells whether a policy answers is weighed as it stands in `evidence.toml`, and the weights are learned as they should be."""

import math
import tomllib
from dataclasses import astuple, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.asking.evidence import ENOUGH, KEPT, NAMES, Evidence, answers, chance, evidence
from app.asking.question import Question
from app.asking.topics import load
from app.learning import weigh

NEAR = Evidence(
    score=1.55, words=0.5, matched=0.55, favoured=0.23, likeliest=0.8, unstated=0.05, off_topic=0.01, no_certificate=False, time=0.0,
    no_time=False, unsaid=0.0, by_example=False, unmeasured=0.0,
)  # fmt: skip


def test_each_piece_of_evidence_has_a_weight_and_no_other_is_kept() -> None:
    kept = tomllib.loads(KEPT.read_text(encoding="utf-8"))
    assert list(kept) == ["spoken_of", "answered"]
    chances = []
    for weights in kept.values():
        assert list(weights) == [*NAMES, "bias"]
        odds = sum(weights[name] * value for name, value in zip(NAMES, astuple(NEAR), strict=True)) + weights["bias"]
        chances.append(1 / (1 + math.exp(-odds)))
    assert chance(NEAR) == pytest.approx(chances[0] * chances[1])


def asked(text: str = "?", topic: str = "collection", chance: float = 0.9, **more: Any) -> Question:
    meant = next(each for each in load() if each.id == topic)
    return replace(Question(text, (), False, None, (meant,), frozenset(), 0.5, frozenset(), frozenset(), ((chance, meant),)), **more)


def found(*texts: str, lead: str | None = None) -> list[Any]:
    """Clauses found, the first the nearest."""
    return [
        SimpleNamespace(
            score=1 - at / 10, words=10.0, topic=0.2, tokens=0.6, clause=SimpleNamespace(text=text, section=("Logs",), lead=lead)
        )
        for at, text in enumerate(texts)
    ]


def test_that_anything_is_collected_tells_nothing_and_a_kind_of_data_named_tells() -> None:
    facts = [SimpleNamespace(kind="collection", category="email_address")]

    def unstated(*categories: str) -> float:
        return evidence(asked(categories=frozenset(categories)), [], facts).unstated

    assert unstated() == unstated("email_address", "phone_number") == 0.0
    assert unstated("government_id") == 0.9


def test_of_the_clauses_found_the_first_tell_most() -> None:
    told = evidence(asked(), found("We note it.", "We keep it."), [])
    assert (told.score, told.words, told.matched, told.favoured, told.likeliest) == (pytest.approx(0.4), 0.5, 0.6, 0.2, 0.9)
    assert evidence(asked(), [], []).score == 0.0


def test_where_a_length_of_time_is_asked_for_and_the_first_clauses_state_none_that_tells() -> None:
    question = asked("Within how many days?", "retention", flags=frozenset({"asks_time"}))
    assert evidence(question, found("We keep logs.", "They go after 30 days."), []).no_time is False
    assert evidence(question, found("We keep logs.", "We reply.", "They go.", "They go after 30 days."), []).no_time is True
    assert evidence(question, found("We keep logs."), []).time == 0.9


def test_a_word_that_no_clause_holds_is_unsaid_and_one_that_only_far_clauses_hold_is_lacking() -> None:
    question = asked("Are backups encrypted in Narnia?", "security.encryption")
    near = found("Backups are made daily.", "Backups exist.", "A copy is a backup.", "Traffic is encrypted.")
    told = evidence(question, near, [])
    assert told.unsaid == 1.0
    # One of four clauses holds "encrypted", and none of the first three.
    assert told.unmeasured == pytest.approx(0.9 * math.log(5 / 1.5))
    assert evidence(question, [near[3], *near[:3]], []).unmeasured < told.unmeasured
    assert evidence(asked("Are backups encrypted?", "retention"), near, []).unmeasured == 0.0


def test_what_the_lead_in_of_a_list_says_counts_in_part() -> None:
    question = asked("Are backups encrypted?", "security.encryption")
    alone, led = (evidence(question, found("Backups.", "Logs are encrypted.", lead=lead), []) for lead in (None, "Encrypted are:"))
    assert led.unmeasured < alone.unmeasured


def test_a_near_clause_and_a_fact_are_an_answer_and_a_plain_topic_without_a_fact_is_silence() -> None:
    assert answers(NEAR)
    assert not answers(replace(NEAR, score=0.8, favoured=0.05, unstated=0.8))
    assert not answers(replace(NEAR, score=0.3, favoured=0.1))


@pytest.mark.parametrize(
    "less",
    [
        {"score": 0.6}, {"favoured": 0.0}, {"unstated": 0.5}, {"off_topic": 0.3}, {"no_certificate": True}, {"no_time": True},
        {"unmeasured": 2.0}, {"likeliest": 1.0},
    ],
)  # fmt: skip
def test_what_speaks_against_an_answer_makes_it_less_likely(less: dict[str, Any]) -> None:
    assert chance(replace(NEAR, **less)) < chance(NEAR)


def test_weights_are_learned_that_tell_apart_what_can_be_told() -> None:
    # Only the first of two columns tells; the answer is likelier than not from 0.5 on.
    lot = np.random.default_rng(7)
    rows = lot.random((400, 2))
    answered = rows[:, 0] + 0.1 * lot.standard_normal(400) > 0.5
    weights = weigh.learned(rows, answered)
    assert weights[0] > 10 * abs(weights[1])
    assert -weights[2] / weights[0] == pytest.approx(0.5, abs=0.1)


def test_what_no_policy_speaks_of_and_what_this_one_is_silent_on_are_told_apart_from_answers_each_by_what_tells_it() -> None:
    # The first column is low where no policy speaks of a question, the second where its own is silent.
    lot = np.random.default_rng(7)
    rows = lot.random((900, 2))
    strange = rows[:, 0] < 0.3
    answered = ~strange & (rows[:, 1] > 0.5)
    learned = weigh.Learned.of(rows, answered, strange)
    assert learned.spoken_of[0] > 5 * abs(learned.spoken_of[1])
    assert learned.answered[1] > 5 * abs(learned.answered[0])
    says = weigh.apart(rows, answered, strange, [f"vendor-{at % 40}" for at in range(900)]) >= 0.5
    assert (says == answered).mean() > 0.9


def test_questions_that_no_policy_speaks_of_are_put_to_every_vendor_in_turn() -> None:
    put = weigh.strange(["acme", "zeta"])
    assert {each["doc"] for each in put} == {"acme", "zeta"}
    assert all(each["answers"] == [] and each["question"].strip() for each in put)
    assert 0.5 < ENOUGH < 1
