"""Practices buyers ask about: sale, advertising, profiling, cookies, training of AI and the like, said or denied."""

from __future__ import annotations

from collections.abc import Iterator

from index.domain import Policy
from index.facts import PracticeFact
from ingest.extract.statements import believed, quoted
from ingest.extract.tools import Tools


def find(policy: Policy, tools: Tools) -> Iterator[PracticeFact]:
    """One fact a practice and clause; polarity `no` where a denial reaches it."""
    for statement in believed(policy, tools, "practice"):
        yield PracticeFact(
            **{**quoted(policy, statement), "polarity": statement.polarity},
            practice=statement.label,
        )
