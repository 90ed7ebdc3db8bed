"""Words that a pattern demands: no match may be lost by looking for them first."""

from __future__ import annotations

import re

import pytest

from ingest import screen
from ingest.rulebook import Rule, Rulebook

RULES = Rulebook.load().rules


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("affiliates", ("affiliates",)),
        ("third[- ]part(?:y|ies)", ("third",)),
        ("(?:bank|lender)s?", ("bank", "lender")),
        ("(?:our )?(?:bank|lender)", ("bank", "lender")),
        ("(?:erased|kept)? within (?:a month|weeks)", (" within ",)),
        ("a+(?=ship)", ("ship",)),
        ("(?:bank|\\d+)", ()),
        ("[a-z]+", ()),
    ],
)
def test_the_most_telling_words_that_a_match_cannot_do_without_are_taken(pattern: str, expected: tuple[str, ...]) -> None:
    assert screen.needles(re.compile(pattern, re.IGNORECASE)) == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_sentence_a_rule_finds_holds_one_of_its_words(rule: Rule) -> None:
    assert [text for text in rule.hits if rule.pattern.search(text) and not rule.may_match(text)] == []


@pytest.mark.parametrize("kind", ["sharing", "right", "security", "practice", "retention", "storage_location"])
def test_no_sentence_that_matches_is_held_back(kind: str) -> None:
    rules = [rule for rule in RULES if rule.kind == kind]
    sentences = {text for rule in rules for text in (*rule.hits, *rule.misses)}
    held_back = [(rule.id, text) for rule in rules for text in sentences if rule.pattern.search(text) and not rule.may_match(text)]
    assert held_back == []


def test_most_rules_are_not_tried_on_a_clause_that_is_about_something_else() -> None:
    rules = Rulebook.load().of("sharing", "en")
    tried = [rule.id for rule in rules if rule.may_match("We keep invoices for ten years.")]
    assert len(tried) < len(rules) / 4
