"""Practices buyers ask about: sale, advertising, profiling, cookies, training of AI and the like, said or denied."""

from __future__ import annotations

from collections.abc import Iterator

from index.domain import Policy
from index.facts import PracticeFact
from ingest.context import Context
from ingest.extract.statements import Statement, believed, quoted
from ingest.extract.tools import Tools


def find(policy: Policy, tools: Tools) -> Iterator[PracticeFact]:
    """One fact a practice and clause; polarity `no` where a denial reaches it, nothing where it is only supposed to be missing."""
    for statement in believed(policy, tools, "practice"):
        if supposed(statement):
            continue
        yield PracticeFact(
            **{**quoted(policy, statement), "polarity": statement.polarity},
            practice=statement.label,
        )


def supposed(statement: Statement) -> bool:
    """Whether every mention stands in a condition that denies it: "if the page does not use cookies, …" says neither."""
    missing = Context.of(statement.clause.language).supposed
    return bool(statement.hits) and all(missing.search(statement.clause.plain[: hit.start]) for hit in statement.hits)
