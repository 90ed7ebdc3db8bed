"""Questions on the policies written for training, and what is learned from them."""

from __future__ import annotations

import numpy as np
import pytest

from index import taxonomy
from index.domain import Vendor
from index.embedder import DIMENSION
from index.settings import Settings
from ingest import questions as put_questions
from ingest import readers, split, train_search
from ingest.tagger import written

POLICIES = {policy.name: policy.text for policy in written.read()}


def test_every_answer_stands_word_for_word_in_the_policy_it_is_said_to_come_from() -> None:
    questions = put_questions.read()
    assert [each["question"] for each in questions if any(quote not in POLICIES[each["doc"]] for quote in each["answers"])] == []
    assert {category for each in questions for category in each["categories"]} <= set(taxonomy.categories())


def test_the_clauses_that_answer_are_those_that_share_words_of_the_answer_with_it() -> None:
    text = "# Chat\n\nWe keep chats for a year. Backups last a month.\n\nAsk us anything.\n"
    reading = readers.read(text.encode(), media_type="text/markdown", name="p.md", settings=Settings())
    policy = split.policy(reading, "p", Vendor("p", "P"), len)
    said = put_questions.answering(policy, ["for a year. Backups last"])
    assert [clause.text for clause, answers in zip(policy.clauses, said, strict=True) if answers] == [
        "We keep chats for a year.",
        "Backups last a month.",
    ]


def test_a_map_learned_from_questions_finds_for_another_question_what_its_words_do_not_say() -> None:
    axis = np.eye(DIMENSION, dtype=np.float32)
    # Whoever asks for the first thing is answered by the second, though clauses on the third sound more alike.
    questions = axis[[0]] + 0.3 * axis[[2]] + 0.1 * axis[10:14]
    clauses = axis[[1, 2]] + 0.1 * axis[[20, 21]]
    sets = [put_questions.Put(str(at), questions[[at]], clauses, np.array([[True, False]])) for at in range(4)]
    assert train_search.places(sets, None).tolist() == [2, 2, 2, 2]
    assert train_search.places(sets[3:], train_search.learned(sets[:3])).tolist() == [1]


def test_figures_of_policies_are_of_maps_that_did_not_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    axis = np.eye(DIMENSION, dtype=np.float32)
    sets = [
        put_questions.Put(str(at), axis[[at]] + 0.1 * axis[[30]], np.stack([axis[at + 10], axis[30]]), np.array([[True, False]]))
        for at in range(3)
    ]
    monkeypatch.setattr(train_search, "FOLDS", 3)
    # What each asks for no other does, so nothing is learned for it from the others, though a map that saw it would find the answer.
    assert train_search.figures(sets)["aimed"]["first_1"] == 0.0
    assert train_search.places(sets, train_search.learned(sets)).tolist() == [1, 1, 1]
