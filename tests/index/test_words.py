from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import words
from index.search import Index


def found(index: Index, question: str) -> list[str]:
    return [hit.clause.text for hit in index.find(question, mode="keyword").items]


def test_a_two_character_chinese_word_is_found(index: Index) -> None:
    assert "我们会收集您的手机号和设备信息。" in found(index, "手机")
    assert found(index, "疑问") == ["如有疑问，请发送邮件至 privacy@hill.example。"]


def test_word_endings_do_not_matter(index: Index) -> None:
    assert "Server logs are deleted after thirty days." in found(index, "deleting server log")


def test_a_synonym_finds_what_the_word_itself_does_not(index: Index) -> None:
    assert "We encrypt mail on our servers with AES." in found(index, "cipher")


@pytest.mark.parametrize(("question", "text"), [("how long are messages kept", "聊天记录"), ("聊天记录保存多久", "Chat history is kept")])
def test_a_question_in_one_language_finds_a_clause_in_the_other(index: Index, question: str, text: str) -> None:
    assert any(text in each for each in found(index, question))


def test_stop_words_and_names_ask_for_nothing() -> None:
    assert words.terms("Does it keep the shoe sizes?") == ["keep", "shoe", "sizes"]
    assert words.terms("What is the?") == []


def test_a_phrase_of_the_synonym_table_is_one_term_beside_its_words() -> None:
    assert words.terms("credit card") == ["credit card", "credit", "card"]


def test_related_words_cross_languages_and_endings() -> None:
    assert "保存" in words.related("keeps")
    assert "keep" in words.related("保存")
    assert words.related("xylophone") == ()


@given(st.text(max_size=80))
def test_no_question_breaks_the_full_text_query(index: Index, question: str) -> None:
    for mode in ("keyword", "hybrid"):
        index.find(question, mode=mode)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ('"logs', "logs"),
        ("NOT logs", "not logs"),
        ("invoices AND (logs", "invoices and logs"),
        ("chunk:logs", "chunk logs"),
        ("log* ^ -", "log"),
        ("NEAR(logs invoices)", "near logs invoices"),
        ("logs'; DROP TABLE clause;--", "logs drop table clause"),
        ("logs \x00", "logs"),
        ("logs \ud800", "logs"),
    ],
)
def test_operators_and_quotes_are_only_text(index: Index, question: str, plain: str) -> None:
    assert found(index, question) == found(index, plain)
    assert any(text.startswith("Server logs are deleted") for text in found(index, question))


def test_a_group_of_synonyms_holds_several_words_each_once() -> None:
    data = tomllib.loads((Path(words.__file__).parent / "synonyms.toml").read_text(encoding="utf-8"))

    for group in data["group"]:
        assert len(group["words"]) == len(set(group["words"])) > 1, group
