"""A clause as rules read it: single spaces where markup was, and offsets that lead back to the words."""

import pytest

from ingest.prose import Prose
from tests.ingest.reading import policy


def of(text: str) -> tuple[Prose, str]:
    (clause,) = policy(text, "markdown").clauses
    return Prose.of(clause), clause.plain


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We **keep** your [notes](https://a.example/a/long/path) for a year.", "We keep your notes for a year."),
        ("We keep [notes](https://a.example), and **drawings** , for a\nyear.", "We keep notes, and drawings, for a year."),
        ("Plain words stay as they are.", "Plain words stay as they are."),
    ],
)
def test_gaps_become_one_space_and_none_before_a_comma(text: str, read: str) -> None:
    assert of(text)[0].text == read


def test_a_part_of_the_prose_leads_back_to_the_same_words_in_the_clause() -> None:
    prose, plain = of("We **keep** your [notes](https://a.example/a/long/path) for a year.")
    for words in ("keep", "your notes", "a year", "."):
        start = prose.text.index(words)
        first, last = prose.span(start, start + len(words))
        assert " ".join(plain[first:last].split()) == words
    assert prose.span(0, 0) == (0, 0)
