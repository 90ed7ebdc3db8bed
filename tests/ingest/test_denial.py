"""What a negation denies: the taking of data, or something else."""

from __future__ import annotations

import pytest

from ingest.extract import denial
from tests.ingest.reading import policy


@pytest.mark.parametrize("rule", denial.rules("elsewhere"), ids=lambda rule: rule.id)
def test_a_denial_of_something_else_is_known_and_one_of_the_taking_is_left(rule: denial.Rule) -> None:
    assert [text for text in rule.hits if not rule.pattern.search(text)] == []
    assert [text for text in rule.misses if denial.elsewhere(text)] == []


@pytest.mark.parametrize("rule", denial.rules("behind"), ids=lambda rule: rule.id)
def test_words_are_denied_by_what_stands_behind_them(rule: denial.Rule) -> None:
    assert [text for text in rule.hits if not rule.pattern.search(text)] == []
    assert [text for text in rule.misses if denial.denied_behind(text)] == []


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("## Data stored locally on the device\n\n- your notes\n", True),
        ("## Notes\n\n- **What:** your notes\n- **Why:** to show them\n- **Storage:** stored locally on your device\n", True),
        ("## Notes\n\n- **What:** your notes\n- **Storage:** in our database\n", False),
        ("## Local authorities\n\n- your notes\n", False),
    ],
)
def test_what_a_heading_or_a_label_beside_it_leaves_with_the_person_is_not_served_as_collected(text: str, doubted: bool) -> None:
    read = policy(text, "markdown")
    clause = next(clause for clause in read.clauses if "your notes" in clause.plain)
    assert denial.doubtful(read, clause, clause.plain.index("your notes")) is doubted


@pytest.mark.parametrize(
    ("text", "words", "refusal"),
    [
        ("| Data | Collected | Shared |\n|---|---|---|\n| Step counts | No | No |\n", "Step counts", "No"),
        ("| Data | Examples | Do we collect it? |\n|---|---|---|\n| Health | step counts | NO |\n", "step counts", "NO"),
        ("| Data | Collected | Shared |\n|---|---|---|\n| Step counts | Yes | No |\n", "Step counts", None),
        ("| Data | Collected | Shared |\n|---|---|---|\n| Step counts | Yes | No |\n| Names | No | No |\n", "Step counts", None),
        ("Step counts? We don't ask for them.\n", "Step counts", "We don't ask for them."),
        ("Step counts? They are shown in the app.\n", "Step counts", None),
    ],
)
def test_a_row_of_a_table_or_an_answer_may_refuse_what_is_named(text: str, words: str, refusal: str | None) -> None:
    read = policy(f"## What we collect\n\n{text}", "markdown")
    clause = next(clause for clause in read.clauses if words in clause.plain)
    refused = denial.refused(read, clause)
    assert (refused.plain if refused else None) == refusal
