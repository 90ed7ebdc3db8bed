"""How likely each topic is what a question asks, as it was learned and as it is learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.asking.chances import Chances
from app.asking.topics import OFF_TOPIC, Topics, load
from app.learning import train_chances
from app.learning.train_chances import Asked
from index import taxonomy
from index.embedder import WordHashes
from index.query_encoder import QueryEncoder

LEARNING = Path(__file__).resolve().parents[2] / "ingest" / "learning"


@pytest.fixture(scope="module")
def topics() -> Topics:
    return Topics(QueryEncoder())


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("would the cops get my chats if they came knocking", "sharing.authority"),
        ("if somebody breaks in, after how many days do we hear of it", "breach_notification.deadline"),
        ("my grandmother passed away and we want her photos", "right.deceased"),
        ("could the thing be told to leave our drafts out of what its model learns from", "practice.ai_training"),
        ("how many firms process our files for you", "sharing.service_provider"),
        ("what do you charge for ten seats", OFF_TOPIC),
    ],
)
def test_what_is_meant_is_told_of_questions_unlike_the_examples(topics: Topics, question: str, meant: str) -> None:
    likely = {topic.id: chance for chance, topic in topics.likely(question)}
    assert max(likely, key=likely.__getitem__) == meant
    assert all(0 <= chance <= 1 for chance in likely.values())


def test_a_question_may_ask_for_several_things_at_once(topics: Topics) -> None:
    likely = {topic.id: chance for chance, topic in topics.likely("Do they keep my card number after I paid, and for how long?")}
    assert likely["retention"] > 0.4
    assert likely["collection"] > 0.3


def test_of_a_question_in_chinese_or_for_another_model_the_nearest_examples_tell(topics: Topics) -> None:
    for each, question in ((topics, "聊天记录保存多久"), (Topics(WordHashes()), "How long do they keep data?")):
        likely = each.likely(question)
        assert sum(chance for chance, _ in likely) == pytest.approx(1)
        assert max(likely, key=lambda one: one[0])[1].id == "retention"


def test_what_was_learned_of_other_topics_is_not_used() -> None:
    encoder = QueryEncoder()
    ids = [topic.id for topic in load()]
    assert Chances.of(encoder, ids) is not None
    assert Chances.of(encoder, ids[1:]) is None


def test_each_topic_is_learned_for_itself() -> None:
    # Where the first number is high the first topic is meant, where the second is, the second: often both, often none.
    lot = np.random.default_rng(3)
    vectors = lot.uniform(-1, 1, (600, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = Asked(vectors, (vectors[:, :2] > 0.3).astype(float), tuple(f"vendor-{at % 12}" for at in range(600)))
    told = train_chances.learned(asked).each(vectors) > 0.5
    assert (told == (asked.about > 0)).mean() > 0.9
    assert len(train_chances.apart(asked)) == train_chances.FOLDS


def test_every_question_learned_from_names_topics_there_are() -> None:
    ids = {topic.id for topic in load()}
    lines = [line.split(": ", 1) for line in train_chances.ASKED.read_text(encoding="utf-8").splitlines()]
    assert {topic for topics, _ in lines for topic in topics.split(", ")} <= ids
    questions = [question for _, question in lines]
    assert len(set(questions)) == len(questions) > 300


@pytest.mark.parametrize("path", ["policies/questions.jsonl", "questions.jsonl"])
def test_every_question_on_policies_names_topics_and_categories_there_are(path: str) -> None:
    lines = [json.loads(line) for line in (LEARNING / path).read_text(encoding="utf-8").splitlines()]
    assert {topic for line in lines for topic in line["topics"]} <= {topic.id for topic in load()}
    assert {category for line in lines for category in line["categories"]} <= set(taxonomy.categories())
    assert len({line["question"] for line in lines}) == len(lines) > 500


def test_layers_that_are_missing_are_named_with_the_command_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"asked-0\.safetensors is missing\. `python -m ingest\.learning\.train_search --keep"):
        train_chances.strangers(tmp_path)
