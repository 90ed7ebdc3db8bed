"""What each clause is about, by the network that ships: what it reads, what it makes of plain words, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from index.embedder import Embedder
from ingest.tagger import topics
from ingest.tagger.network import Arrays
from ingest.tagger.topics import Scores, Topics
from ingest.tagger.view import View, view
from tests.ingest.reading import policy

TEXT = """# Privacy of Harbour Lamp

## Your choices

You may withdraw your consent at any time.

## How we protect you

All traffic between your browser and our servers is encrypted with TLS.

## What we never do

We do not sell your personal information to anyone.

## 联系我们

您可以随时联系我们。
"""


@pytest.fixture(scope="module")
def seen() -> View:
    made = view(policy(TEXT, "markdown"), Embedder())
    assert made is not None
    return made


@pytest.fixture(scope="module")
def scores(seen: View) -> Scores:
    return Topics.load().scores(seen)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("withdraw your consent", "right:withdraw_consent"),
        ("encrypted with TLS", "security:encryption_transit"),
        ("do not sell", "practice:sale"),
    ],
)
def test_a_plain_statement_is_the_networks_first_choice_of_its_kind(scores: Scores, seen: View, words: str, label: str) -> None:
    kind, _, own = label.partition(":")
    clause = next(clause for clause in seen.clauses if words in clause.plain)
    assert scores.rank(clause, kind, own) == 1
    assert scores.label(clause, kind, own) > 0


def test_clauses_of_another_language_are_not_read(scores: Scores, seen: View) -> None:
    other = next(clause for clause in seen.policy.clauses if "您" in clause.plain)
    assert other.ordinal not in scores.read
    assert scores.kind(other, "contact") == topics.UNSAID


def test_a_part_is_read_as_in_the_whole_where_all_that_stands_around_it_is(seen: View) -> None:
    network, arrays = Topics.load().network, Arrays(seen)
    bags, count = [topics.words(clause) for clause in seen.clauses], len(seen.clauses)
    with torch.inference_mode():
        whole = network(arrays, bags, 0, count).numpy()
        part = network(arrays, bags, 1, 3, margin=count).numpy()
    assert np.allclose(part, whole[1:3], atol=1e-4)
