"""The tagger's parts that need no model: where spans begin and end, how tags become spans, how trees are read."""

from __future__ import annotations

import numpy as np

from index.domain import Clause
from ingest.tagger.bounds import empty, tidy
from ingest.tagger.judge import Forest
from ingest.tagger.model import Finding, decode, together


def clause(text: str) -> Clause:
    return Clause("d.0000", 0, 0, len(text), text, text, (), None, None, "en")


def tidied(text: str, words: str) -> str:
    start = text.index(words)
    first, last = tidy(clause(text), start, start + len(words))
    return text[first:last]


def test_a_span_ends_with_whole_words_and_whole_terms() -> None:
    assert tidied("We log your IP addresses.", "IP addr") == "IP addresses"
    assert tidied("We keep your credit card number.", "card") == "credit card number"


def test_loose_words_at_either_end_are_no_part_of_a_span() -> None:
    assert tidied("We keep your nickname and your city.", "your nickname and your") == "nickname"


def test_a_span_goes_on_to_the_noun_its_adjective_waits_for() -> None:
    assert tidied("We keep certain anonymous usage data for a week.", "certain") == "certain anonymous usage data"
    long = "We keep information about how everybody in each of the teams that share one workspace with you participates there."
    assert tidied(long, "information") == "information about how everybody in each of the teams that share one workspace"
    assert tidied("We keep the tag associated with your parcel, and no more.", "tag associated") == "tag associated with your parcel"


def test_words_that_name_nothing_are_no_span() -> None:
    assert [words for words in ("the", "any other", "your", "your voice", "other names") if empty(words)] == ["the", "any other", "your"]


def test_a_question_is_a_span_up_to_the_next_comma() -> None:
    assert tidied("We see how long you stay on a page, and little else.", "how") == "how long you stay on a page"


def test_a_span_ends_with_its_clause() -> None:
    begin, inside, outside = [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]
    tags = np.asarray([outside, begin, inside, inside, outside], np.float32)
    assert decode(tags, np.asarray([0, 0, 0, 0, 0])) == [(1, 4)]
    assert decode(tags, np.asarray([0, 0, 0, 1, 1])) == [(1, 3)]


def test_a_forest_adds_the_leaves_a_row_falls_into() -> None:
    forest = Forest(
        {
            "roots": np.asarray([1]), "feature": np.asarray([0, 0, 0, 0]), "threshold": np.asarray([0, 0.5, 0, 0], np.float32),
            "left": np.asarray([-1, 2, -1, -1]), "right": np.asarray([-1, 3, -1, -1]), "value": np.asarray([0, 0, -2, 2], np.float32),
        }
    )  # fmt: skip
    low, high = forest.judge(np.asarray([[0.2], [0.9]], np.float32))
    assert round(float(low), 3) == 0.119
    assert round(float(high), 3) == 0.881


def finding(text: str, words: str, category: str, stated: float) -> Finding:
    start = text.index(words)
    return Finding(start, start + len(words), clause(text), 0.9, 0.9, category, 1.0, True, {"denied": np.asarray([1.0, 0.0])}, stated)


def test_what_both_readers_find_counts_more_than_what_one_has_found() -> None:
    text = "We log your IP address and your nickname."
    one = [finding(text, "IP address", "ip_address", 0.8), finding(text, "nickname", "username", 0.8)]
    other = [finding(text, "your IP address", "ip_address", 0.6)]
    found = together([one, other])
    assert [(text[each.start : each.end], round(each.stated, 2)) for each in found] == [("IP address", 0.7), ("nickname", 0.4)]


def test_of_two_categories_for_the_same_words_the_likelier_is_kept() -> None:
    text = "We log your account number."
    found = together([[finding(text, "account number", "user_id", 0.9)], [finding(text, "account number", "payment_account", 0.5)]])
    assert [(each.category, each.stated) for each in found] == [("user_id", 0.45)]
