"""The words of the lexicon and the hand-written training passages: they parse, name real categories, and do not contradict one another."""

from __future__ import annotations

import collections
import re
import tomllib
from pathlib import Path

import pytest

from index import taxonomy
from ingest.learning import passages

LEXICON = Path(__file__).resolve().parents[2] / "index" / "lexicon"


def lexicon(language: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((LEXICON / f"{language}.toml").read_text(encoding="utf-8"))


def test_a_mark_becomes_an_offset_into_the_text_without_marks() -> None:
    passage = passages.parse("# Joining\nGive us your [[name|name|src=provided|nec=required]], never your [[PIN|credentials|no]].")

    assert (passage.heading, passage.text) == ("Joining", "Give us your name, never your PIN.")
    assert [(passage.text[mark.start : mark.end], mark.category, mark.polarity) for mark in passage.marks] == [
        ("name", "name", "yes"),
        ("PIN", "credentials", "no"),
    ]
    assert (passage.marks[0].source, passage.marks[0].necessity, passage.marks[1].source) == ("provided", "required", "unspecified")


@pytest.mark.parametrize(
    "wrong", ["a [[name|nmae]]", "a [[name|name|source=provided]]", "a [[name|name", "a [[|name]]", "a [[name|name|purpose=fun]]"]
)
def test_a_passage_with_a_mistake_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"passage x\.txt:7"):
        passages.parse(wrong, origin="x.txt:7")


def test_every_passage_parses_and_its_marks_are_trimmed_and_do_not_overlap() -> None:
    for passage in passages.read():
        end = 0
        for mark in passage.marks:
            span = passage.text[mark.start : mark.end]
            assert span == span.strip() != "", passage.origin
            assert mark.start >= end, passage.origin
            end = mark.end


def test_the_passages_are_many_and_a_third_of_the_english_ones_teach_what_is_only_mentioned() -> None:
    english = [passage for passage in passages.read() if passage.language == "en"]
    silent = [passage for passage in english if not passage.marks]
    marks = [mark for passage in english for mark in passage.marks]

    assert len(english) >= 450
    assert len(silent) >= 130
    assert sum(mark.polarity == "no" for mark in marks) >= 80
    assert {mark.category for mark in marks} == set(taxonomy.categories())


def test_no_passage_is_written_twice() -> None:
    texts = collections.Counter(passage.text for passage in passages.read())
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lexicon_has_words_for_every_category_and_knows_no_other(language: str) -> None:
    words = lexicon(language)
    assert list(words) == list(taxonomy.categories())
    few = {category: table for category, table in words.items() if len(table.get("terms", [])) + len(table.get("generic", [])) < 6}
    assert few == {}
    assert {key for table in words.values() for key in table} == {"terms", "generic", "not"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_word_stands_under_one_category_once_and_in_lower_case(language: str) -> None:
    owners = collections.defaultdict(list)
    for category, table in lexicon(language).items():
        for term in [*table.get("terms", []), *table.get("generic", [])]:
            owners[term].append(category)
        assert not {*table.get("terms", []), *table.get("generic", [])} & set(table.get("not", [])), category

    assert {term: names for term, names in owners.items() if len(names) > 1} == {}
    assert [term for term in owners if term != term.lower().strip() or not term] == []


def test_singular_and_plural_of_a_word_stand_under_one_category() -> None:
    meanings = collections.defaultdict(set)
    for category, table in lexicon("en").items():
        for term in [*table.get("terms", []), *table.get("generic", [])]:
            meanings[re.sub(r"(?<=[a-rt-z])s\b", "", term)].add(category)

    # "Email" is an address, "emails" are what is written in them.
    assert {term: names for term, names in meanings.items() if len(names) > 1} == {
        "email": {"email_address", "email_content"},
        "e-mail": {"email_address", "email_content"},
    }


@pytest.mark.parametrize(
    ("language", "term", "category"),
    [
        ("en", "dial-in number", "phone_number"),
        ("en", "pasteboard content", "clipboard"),
        ("en", "idfa", "advertising_id"),
        ("en", "android id", "device_id"),
        ("en", "iccid", "sim_id"),
        ("zh", "剪贴板内容", "clipboard"),
        ("zh", "手机号码", "phone_number"),
        ("zh", "声纹", "voiceprint"),
    ],
)
def test_the_tie_breaks_of_the_taxonomy_hold_in_the_lexicon(language: str, term: str, category: str) -> None:
    assert term in lexicon(language)[category]["terms"]


def test_a_domain_name_is_not_the_name_of_a_person() -> None:
    assert "domain name" in lexicon("en")["name"]["not"]
    assert "domain name" in lexicon("en")["other_data"]["terms"]
