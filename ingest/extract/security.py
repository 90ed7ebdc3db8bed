"""How data is protected: measures, disclaimers, and certifications by the name they are given."""

from __future__ import annotations

from collections.abc import Iterator

from index.domain import Policy
from index.facts import Security
from ingest.extract.statements import believed, quoted
from ingest.extract.tools import Tools


def find(policy: Policy, tools: Tools) -> Iterator[Security]:
    """One fact a measure and clause; one a certification where several are named."""
    for statement in believed(policy, tools, "security"):
        named = statement.names() if statement.label == "certification" else {}
        for name, polarity in (named or {None: statement.polarity}).items():
            yield Security(**{**quoted(policy, statement), "polarity": polarity}, measure=statement.label, name=name)
