"""Questions people put about policies, and what is learned from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from index import asked, late_interaction, taxonomy
from index.domain import Vendor
from index.embedder import SHIPPED_SHA256, Embedder
from index.late_interaction import Basis
from index.settings import Settings
from ingest import readers, split
from ingest.learning import questions as put_questions
from ingest.learning import train_search, written
from ingest.learning.question_layers import QuestionLayers
from ingest.learning.questions import Put
from ingest.learning.train_search import Lesson
from ingest.tagger.upper import below

POLICIES = {policy.name: policy.text for policy in written.read()}
ABOUT_A_BOSS = [
    "Can my boss read my messages?",
    "Does my manager see what I type?",
    "May my employer open my chats?",
    "Is my boss watching me?",
]
SAID = [
    "Administrators of a workspace may open any conversation in it.",
    "You can see what your boss, manager or employer types in chats to you.",
]


@pytest.fixture(scope="module")
def encoder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="module")
def weights(encoder: Embedder) -> dict[str, Tensor]:
    return load_file(encoder.folder / "model.safetensors")


@pytest.fixture(scope="module")
def basis() -> Basis:
    found = late_interaction.basis(SHIPPED_SHA256)
    assert found
    return found


@pytest.fixture(scope="module")
def lessons(encoder: Embedder, weights: dict[str, Tensor], basis: Basis) -> list[Lesson]:
    """One question each on four policies that say the same two things, of which the first answers and the second sounds more alike."""
    read = encoder.token_states(SAID)
    said, tokens = np.array([each.vector for each in read]), tuple(basis.kept(each.states) for each in read)
    sets = [Put(str(at), (question,), said, tokens, np.array([[True, False]])) for at, question in enumerate(ABOUT_A_BOSS)]
    return train_search.lessons(sets, weights, encoder.folder)


def test_every_answer_stands_word_for_word_in_the_policy_it_is_said_to_come_from() -> None:
    questions = put_questions.read()
    assert [each["question"] for each in questions if any(quote not in POLICIES[each["doc"]] for quote in each["answers"])] == []
    assert {category for each in questions for category in each["categories"]} <= set(taxonomy.categories())


def test_the_clauses_that_answer_are_those_that_share_words_of_the_answer_with_it() -> None:
    text = "# Chat\n\nWe keep chats for a year. Backups last a month.\n\nAsk us anything.\n"
    reading = readers.read(text.encode(), media_type="text/markdown", name="p.md", settings=Settings())
    policy = split.policy(reading, "p", Vendor("p", "P"), len)
    for answer in ("for a year. Backups last", (23, 47)):
        said = put_questions.answering(policy, put_questions.spans(text, [answer]))
        assert [clause.text for clause, answers in zip(policy.clauses, said, strict=True) if answers] == [
            "We keep chats for a year.",
            "Backups last a month.",
        ]


def test_without_their_texts_only_written_policies_are_asked_about(
    encoder: Embedder, basis: Basis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few = tmp_path / "questions.jsonl"
    lines = put_questions.QUESTIONS.read_text(encoding="utf-8").splitlines()
    few.write_text("\n".join(line for line in lines if '"a-01-tandemly"' in line) + "\n", encoding="utf-8")
    monkeypatch.setattr(put_questions, "QUESTIONS", few)
    (one,) = put_questions.put(encoder, basis)
    assert one.policy == "a-01-tandemly"
    assert one.answers.shape == (len(one.questions), len(one.clauses)) == (len(one.questions), len(one.tokens))
    assert one.answers.any(axis=1).all()
    assert not any("tandemly" in question.lower() for question in one.questions)


def test_the_layers_begin_as_the_encoder_reads_any_text(encoder: Embedder, weights: dict[str, Tensor]) -> None:
    with torch.inference_mode():
        found = QuestionLayers(weights).eval()(list(below(weights, encoder.folder, ABOUT_A_BOSS)))
    assert np.abs(found.numpy() - encoder.encode(ABOUT_A_BOSS)).max() < 1e-5


def test_the_layers_are_given_back_by_the_names_they_have_in_the_encoder(weights: dict[str, Tensor]) -> None:
    given = QuestionLayers(weights).given()
    assert set(given) == {name for name in weights if name.startswith(("encoder.layer.4.", "encoder.layer.5."))}
    assert all(torch.equal(value, weights[name]) for name, value in given.items())


def test_what_some_questions_teach_finds_the_answer_to_another(
    lessons: list[Lesson], weights: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train_search.places(lessons, QuestionLayers(weights).eval()).tolist() == [2, 2, 2, 2]
    monkeypatch.setattr(train_search, "EPOCHS", 12)
    assert train_search.places(lessons[3:], train_search.learned(lessons[:3], weights)).tolist() == [1]


def test_figures_of_policies_are_of_layers_that_did_not_see_them(
    lessons: list[Lesson], weights: dict[str, Tensor], basis: Basis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[set[str]] = []

    def learned(given: list[Lesson], weights: dict[str, Tensor]) -> QuestionLayers:
        seen.append({one.policy for one in given})
        return QuestionLayers(weights).eval()

    monkeypatch.setattr(train_search, "learned", learned)
    monkeypatch.setattr(train_search, "fold", int)
    keep = asked.of_folds(tmp_path)[:4]
    mark = {"model": "a model", "questions": "four"}
    assert train_search.figures(lessons, weights, basis, keep, mark)["tuned"] == {"first_1": 0.0, "first_5": 1.0}
    assert seen == [{"1", "2", "3"}, {"0", "2", "3"}, {"0", "1", "3"}, {"0", "1", "2"}]
    tokens = late_interaction.asked("a model", late_interaction.beside(keep[0]))
    assert tokens is not None
    assert tokens.directions.shape == (late_interaction.SIZE, 384)
    assert late_interaction.asked("another model", late_interaction.beside(keep[0])) is None
    keep[2].unlink()
    assert train_search.figures(lessons, weights, basis, keep, mark)["tuned"] == {"first_1": 0.0, "first_5": 1.0}
    assert seen[4:] == [{"0", "1", "3"}]
    train_search.figures(lessons, weights, basis, keep, mark | {"questions": "five"})
    assert len(seen) == 9
    assert asked.layers("another model", keep[0]) == {}
    assert np.allclose(
        asked.layers("a model", keep[0])["encoder.layer.5.output.dense.bias"], weights["encoder.layer.5.output.dense.bias"], atol=1e-3
    )
