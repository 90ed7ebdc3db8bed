"""Question and clause compared wordpiece by wordpiece."""

from __future__ import annotations

import json

import numpy as np
import pytest

from index import asked, late_interaction
from index.embedder import SHIPPED_SHA256, Embedder, WordHashes
from index.late_interaction import SIZE, STEP, Asked, Basis, matched
from index.query_encoder import QueryEncoder
from ingest import encoder_cache
from ingest.encoder_cache import Remembering

EAST, NORTH = np.eye(SIZE, dtype=np.float32)[:2]


def kept(*rows: np.ndarray) -> bytes:
    return np.rint(np.array(rows) / STEP).astype(np.int8).tobytes()


def test_every_wordpiece_of_a_question_takes_the_nearest_of_the_clause_and_counts_by_its_length() -> None:
    question = np.array([0.75 * EAST, 0.25 * NORTH])
    assert matched(question, [kept(EAST, NORTH), kept(EAST), kept(NORTH, NORTH), kept(-EAST)]).tolist() == pytest.approx(
        [1.0, 0.75, 0.25, -0.75], abs=1e-6
    )


def test_a_clause_of_which_no_wordpieces_are_kept_holds_nothing_and_a_question_without_any_is_held_by_none() -> None:
    assert matched(np.array([EAST]), [b"", kept(EAST), b"", kept(NORTH, EAST), b""]).tolist() == pytest.approx([0, 1, 0, 1, 0])
    assert matched(late_interaction.NONE, [kept(EAST)]).tolist() == matched(np.array([EAST]), [b""]).tolist() == [0.0]
    assert matched(np.array([EAST]), []).tolist() == []


def test_what_is_kept_of_a_wordpiece_is_a_units_length_a_byte_a_number() -> None:
    states = np.random.default_rng(0).standard_normal((7, 384)).astype(np.float32)
    rows = np.frombuffer(Basis(states.mean(axis=0), states[:1].repeat(SIZE, 0)).kept(states), np.int8).reshape(7, SIZE)
    assert np.abs(np.linalg.norm(rows * STEP, axis=1) - 1).max() < 0.02


def test_what_a_questions_wordpieces_tell_is_one_together() -> None:
    states = np.random.default_rng(0).standard_normal((5, 384)).astype(np.float32)
    tokens = Asked(states[:1].repeat(SIZE, 0), states[0] / 100).tokens(states)
    assert np.linalg.norm(tokens, axis=1).sum() == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(tokens, axis=1).argmax() == 0
    assert Asked(states, states[0]).tokens(states[:0]).shape == (0, SIZE)


@pytest.fixture(scope="module")
def encoder() -> QueryEncoder:
    return QueryEncoder()


def test_a_clause_that_says_what_is_asked_holds_more_of_it_than_one_about_the_same_matter(encoder: QueryEncoder) -> None:
    clauses = Remembering(Embedder()).tokens(
        [
            "Invoices are kept for seven years because tax law wants it.",
            "You may look at your invoices at any time in the settings of your account.",
            "Our offices are in Ghent.",
        ]
    )
    held = matched(encoder.question_tokens("How many years do you keep invoices?"), clauses)
    assert held.argsort().tolist() == [2, 1, 0]
    assert held[0] - held[1] > 0.1


def test_onnxruntime_and_torch_read_a_questions_wordpieces_nearly_alike(encoder: QueryEncoder) -> None:
    torch, question = Embedder(questions=asked.KEPT), "Who gets to see the recordings of our calls?"
    ours, theirs = encoder.question_tokens(question), torch.question_tokens(question)
    assert ours.shape == theirs.shape == (10, SIZE)
    assert np.abs(ours - theirs).max() < 0.02


def test_wordpieces_that_were_remembered_are_there_when_room_is_made_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering, texts = Remembering(Embedder()), ["We keep logs.", "We sell nothing."]
    first = remembering.tokens(texts)
    monkeypatch.setattr(encoder_cache, "KEPT", 1)
    assert remembering.tokens([texts[0], "Ask us.", texts[1]])[::2] == first


def test_for_another_model_nothing_is_kept_and_nothing_compared() -> None:
    assert late_interaction.basis(WordHashes.fingerprint) is late_interaction.asked(WordHashes.fingerprint) is None
    assert Remembering(WordHashes()).tokens(["We keep logs."]) == [b""]
    assert WordHashes().question_tokens("Do you keep logs?").shape == (0, SIZE)
    assert late_interaction.basis(SHIPPED_SHA256) is not None


def test_an_encoder_of_clauses_compares_no_question() -> None:
    assert Embedder().question_tokens("Do you keep logs?").shape == (0, SIZE)


def test_of_policies_kept_apart_answers_come_first_more_often_than_by_one_vector_a_clause() -> None:
    figures = json.loads(asked.KEPT.with_suffix(".json").read_text())["cross_validated"]
    assert figures["matched"]["first_1"] - figures["tuned"]["first_1"] >= 0.04
    assert figures["matched"]["first_5"] - figures["tuned"]["first_5"] >= 0.02
