"""From clauses to facts: one extractor a kind, each `find(policy, tools) -> Iterator[Fact]`."""

from __future__ import annotations

from collections.abc import Iterator

from index.domain import Policy
from index.facts import Fact
from ingest import writing
from ingest.extract import (
    breach,
    children,
    collection,
    collection_zh,
    contact,
    document,
    practice,
    retention,
    rights,
    security,
    sharing,
    storage,
)
from ingest.extract.tools import Tools

__all__ = ["Tools", "facts"]

EXTRACTORS = (
    collection, collection_zh, retention, sharing, storage, security, breach, rights, children, practice, contact, document,
)  # fmt: skip


def facts(policy: Policy, tools: Tools) -> list[Fact]:
    """Every fact of a policy in the order of the text, each once, in the policy's own words; what is written in Traditional Chinese is
    read in Simplified."""
    read = writing.simple(policy)
    told: Iterator[Fact] = (fact for extractor in EXTRACTORS for fact in extractor.find(read, tools))
    found = {fact.id: fact for fact in (told if read is policy else (writing.as_written(fact, policy) for fact in told))}
    return sorted(found.values(), key=lambda fact: (fact.start, fact.end, fact.kind, fact.id))
