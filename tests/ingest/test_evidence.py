"""The words a fact rests on: whole words, few enough, exactly as they stand in the policy."""

from __future__ import annotations

import pytest

from index.domain import Clause, Policy, Vendor
from ingest.evidence import evidence
from ingest.extract.collection import quote


def policy(text: str) -> Policy:
    clause = Clause("p.0001", 1, 0, len(text), text, text, (), None, None, "en")
    return Policy("p", Vendor("acme", "Acme"), text, text, (clause,), (), ())


@pytest.mark.parametrize(
    ("text", "length"),
    [("ready " * 150, 695), ("x" * 900, 700), ("数据" * 500, 700), ("We keep logs.", 13)],
    ids=["between words", "one word", "words that are not spaced out", "short"],
)
def test_a_quote_that_is_too_long_ends_between_words(text: str, length: int) -> None:
    found = evidence(policy(text), 0, len(text), "by-hand")
    assert (len(found["quote"]), found["quote"]) == (length, text[found["start"] : found["end"]])


def test_a_long_quote_of_collected_data_begins_with_a_whole_word() -> None:
    text = "We collect " + "characteristics, " * 40 + "and your name."
    end = text.index(".")
    start, last = quote(policy(text).clauses[0], text.index("name"), end)
    assert (text[start : start + 16], text[start - 1], last) == ("characteristics,", " ", end)
