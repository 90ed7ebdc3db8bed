"""The judge of Chinese statements: what it believes, and how a doubt about a denial keeps a statement back."""

import json
import math
from typing import Any

import pytest

from ingest.extract.features_zh import judged
from ingest.learning import standoff, train_chinese
from ingest.tagger.chinese import Judge
from tests.ingest.reading import policy


def judge(stated: float, denied: float) -> Judge:
    """A judge that gives every word these chances."""
    models: dict[str, Any] = {
        name: {"weights": {}, "bias": math.log(chance / (1 - chance))} for name, chance in {"stated": stated, "denied": denied}.items()
    }
    return Judge({"threshold": 0.3, "judges": models, "source": {}})


@pytest.mark.parametrize(
    ("stated", "denied", "verdict", "said"),
    [
        (0.4, 0.01, "yes", "yes"),
        (0.4, 0.01, None, "yes"),
        (0.2, 0.01, "yes", None),
        (0.9, 0.1, "yes", "yes"),
        (0.9, 0.1, None, None),
        (0.9, 0.2, "yes", None),
        (0.9, 0.01, "no", None),
        (0.1, 0.1, "no", "no"),
        (0.9, 0.6, "yes", "no"),
    ],
)
def test_a_statement_in_doubt_of_a_denial_is_neither(stated: float, denied: float, verdict: Any, said: str | None) -> None:
    assert judge(stated, denied).polarity(verdict, {}) == said


@pytest.mark.parametrize("feature", ["bare verdict:None", "modifier", "denies"])
def test_what_no_rule_sees_must_be_likely_where_little_else_speaks_for_it(feature: str) -> None:
    assert [judge(chance, 0.01).polarity(None, {feature: 1.0}) for chance in (0.5, 0.7)] == [None, "yes"]


@pytest.mark.parametrize(
    ("features", "chance", "said"),
    [
        (["denies"], 0.45, None),
        (["denies"], 0.55, "yes"),
        (["denies", "lead:aside"], 0.55, None),
        (["denies", "lent beside a denial"], 0.9, None),
        ([], 0.45, "yes"),
    ],
)
def test_a_statement_in_a_sentence_that_denies_something_must_be_likelier(features: list[str], chance: float, said: str | None) -> None:
    assert judge(chance, 0.01).polarity("yes", dict.fromkeys(features, 1.0)) == said


def test_features_tell_the_word_its_verb_and_what_stands_beside_it() -> None:
    ((word, features),) = judged(policy("# 注册\n\n我们会收集您的手机号。", "markdown"))
    told = {
        "verdict:yes",
        "verb:take",
        "category:phone_number",
        "word=手机号",
        "head=注册",
        "<您的",
        "phrase before=收集",
        "bare verdict:yes",
    }
    assert (word.verdict, told <= features.keys()) == ("yes", True)


def test_our_own_sentences_teach_both_answers_and_a_marked_word_is_only_named() -> None:
    rows = train_chinese.own_rows()
    assert {(question, said) for question in ("stated", "denied") for _, said, _ in rows[question]} == {
        (question, said) for question in ("stated", "denied") for said in (True, False)
    }
    assert [said for features, said, _ in rows["stated"] if "word=微博账号" in features] == [False]


def test_every_annotated_chinese_policy_names_its_source_and_only_labels() -> None:
    files = sorted((standoff.FOLDER / "zh").glob("*.jsonl"))
    assert len(files) == 22
    for file in files:
        source, *facts = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
        assert set(source) == {"repository", "path", "commit", "sha256"}
        assert facts
        assert all(set(fact) <= set(standoff.ALWAYS) | set(standoff.FIELDS[fact["kind"]]) for fact in facts)
