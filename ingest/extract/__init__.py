"""From clauses to facts: one extractor a kind, each `find(policy, tools) -> Iterator[Fact]`."""

from __future__ import annotations

from index.domain import Policy
from index.facts import Fact
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
    """Every fact of a policy in the order of the text, each once."""
    found: dict[str, Fact] = {fact.id: fact for extractor in EXTRACTORS for fact in extractor.find(policy, tools)}
    return sorted(found.values(), key=lambda fact: (fact.start, fact.end, fact.kind, fact.id))
