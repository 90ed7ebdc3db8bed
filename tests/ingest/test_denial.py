"""What a negation denies: the taking of data, or something else."""

from __future__ import annotations

import pytest

from ingest.extract import denial


@pytest.mark.parametrize("rule", denial.others(), ids=lambda rule: rule.id)
def test_a_denial_of_something_else_is_known_and_one_of_the_taking_is_left(rule: denial.Elsewhere) -> None:
    assert [text for text in rule.hits if not rule.pattern.search(text)] == []
    assert [text for text in rule.misses if denial.elsewhere(text)] == []
