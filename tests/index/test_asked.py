"""What questions taught, as search uses it: questions are read by layers of their own."""

from __future__ import annotations

import json

from index import asked
from index.embedder import SHIPPED_SHA256, Embedder, WordHashes
from index.query_encoder import QueryEncoder

QUESTION = "Can my boss read my chats?"
ANSWER = "Administrators may export all conversations of a workspace."
ALIKE = "You can read chats on every device."


def test_who_asks_about_a_boss_is_led_to_what_administrators_may_do() -> None:
    plain = Embedder()
    answer, alike, question = plain.encode([ANSWER, ALIKE, QUESTION])
    assert question @ answer < question @ alike
    led = QueryEncoder().encode_query(QUESTION)
    assert led @ answer > led @ alike


def test_of_policies_kept_apart_answers_come_first_more_often_than_as_any_text_is_read() -> None:
    plain, tuned = (json.loads(asked.KEPT.with_suffix(".json").read_text())["cross_validated"][way] for way in ("plain", "tuned"))
    # The gain of the layers that ship, over 3,251 questions on 288 policies, is 0.13 and 0.10.
    assert tuned["first_1"] - plain["first_1"] >= 0.12
    assert tuned["first_5"] - plain["first_5"] >= 0.10


def test_only_the_model_they_were_learned_for_reads_questions_with_these_layers() -> None:
    tuned = asked.layers(SHIPPED_SHA256)
    assert {name.split(".")[2] for name in tuned} == {"4", "5"}
    assert asked.layers(WordHashes.fingerprint) == {}


def test_ways_to_read_questions_are_told_apart_by_model() -> None:
    assert asked.reading(SHIPPED_SHA256) == asked.reading(SHIPPED_SHA256) != asked.reading(WordHashes.fingerprint)
