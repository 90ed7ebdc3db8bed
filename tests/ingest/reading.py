"""Texts read and split as ingest does, for the tests of outline and clauses."""

from __future__ import annotations

import re

from index.domain import Policy, Reading, Vendor
from ingest import split
from ingest.readers import markdown, plain

ACME = Vendor("acme", "Acme")


def count(text: str) -> int:
    """Stands in for the model's wordpieces: four letters a piece, a piece each Chinese character and sign."""
    return sum(-(-len(word) // 4) if word.isascii() else len(word) for word in re.findall(r"\w+|[^\w\s]", text))


def policy(text: str, read: str = "plain", limit: int = 200) -> Policy:
    reading = plain.read(text) if read == "plain" else markdown.read(text)
    return split.policy(reading, "acme-1", ACME, count, limit)


def outline(text: str, read: str = "plain") -> list[tuple[int, str]]:
    """Depth and words of each heading."""
    return [(heading.level, heading.text) for heading in policy(text, read).headings]


def clauses(text: str, read: str = "plain", limit: int = 200) -> list[str]:
    """What each clause says, markup left out."""
    return [" ".join(clause.plain.split()) for clause in policy(text, read, limit).clauses]


def check_nothing_is_lost(reading: Reading, found: Policy, limit: int = 200) -> None:
    """Every character that is not white space is in exactly one clause, heading or flagged block, and clauses are what they say."""
    assert len(reading.plain) == len(reading.text) == len(found.plain)
    holders = [0] * len(found.text)
    for piece in (*found.clauses, *found.headings, *found.flagged):
        for at in range(piece.start, piece.end):
            holders[at] += 1
    wrong = [at for at, char in enumerate(found.text) if not char.isspace() and holders[at] != 1]
    assert not wrong, f"held {holders[wrong[0]]} times: {found.text[max(0, wrong[0] - 30) : wrong[0] + 30]!r}"
    for clause in found.clauses:
        assert found.text[clause.start : clause.end] == clause.text
        assert found.plain[clause.start : clause.end] == clause.plain
        assert clause.text == clause.text.strip()
        assert clause.text
        assert count(clause.plain) <= limit
    assert [clause.ordinal for clause in found.clauses] == list(range(len(found.clauses)))
    assert [clause.start for clause in found.clauses] == sorted(clause.start for clause in found.clauses)
    for block in found.flagged:
        said = found.plain[block.start : block.end]
        assert block.flag
        assert block.flag != "markup" or not re.search(r"[^\W_]", said), f"words flagged as markup: {said!r}"
