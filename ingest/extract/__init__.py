"""From clauses to facts: one extractor a kind, each `find(policy, tools) -> Iterator[Fact]`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator

from index.domain import Policy
from index.facts import Fact
from ingest.extract.tools import Tools

__all__ = ["Tools", "facts"]

EXTRACTORS = (
    "collection", "collection_zh", "retention", "sharing", "storage", "security", "breach", "rights", "children", "practice", "contact",
    "document",
)  # fmt: skip


def facts(policy: Policy, tools: Tools) -> list[Fact]:
    """Every fact of a policy in the order of the text, each once."""
    found = {fact.id: fact for fact in _all(policy, tools)}
    return sorted(found.values(), key=lambda fact: (fact.start, fact.end, fact.kind, fact.id))


def _all(policy: Policy, tools: Tools) -> Iterator[Fact]:
    for name in EXTRACTORS:
        if importlib.util.find_spec(f"ingest.extract.{name}"):
            yield from importlib.import_module(f"ingest.extract.{name}").find(policy, tools)
