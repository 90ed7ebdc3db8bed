"""Versions of a policy written in a test, and the facts in them."""

import itertools
from typing import Any

from index import diff, taxonomy
from index.facts import Collection, Retention
from index.rows import IndexedClause

ORDINAL = itertools.count(1)


def version(text: str, lead: str | None = None) -> list[IndexedClause]:
    """A version of one clause a line; lines below `## title` stand in that section."""
    clauses, at, section, name = [], 0, (), f"v{next(ORDINAL)}"
    for number, line in enumerate(text.strip().splitlines()):
        if line.startswith("## "):
            section = (line[3:],)
        else:
            clauses.append(IndexedClause(f"{name}.{number}", "acme", name, number, section, None, line, at, at + len(line), "en", lead))
        at += len(line) + 1
    return clauses


def where(clauses: list[IndexedClause], quote: str) -> dict[str, Any]:
    clause = next(clause for clause in clauses if quote in clause.text)
    start = clause.start + clause.text.index(quote)
    return {"vendor": "acme", "document": clause.document, "clause": clause.id, "quote": quote, "start": start, "end": start + len(quote)}


def kept(clauses: list[IndexedClause], quote: str, scope: str, period: str | None, **more: Any) -> Retention:
    return Retention(**where(clauses, quote), scope=scope, period=period, **more)


def collected(clauses: list[IndexedClause], quote: str, span: str, category: str, polarity: Any = "yes") -> Collection:
    found = where(clauses, quote)
    start = found["start"] + quote.index(span)
    return Collection(
        **found,
        polarity=polarity,
        span=span,
        span_start=start,
        span_end=start + len(span),
        category=category,
        group=taxonomy.group_of(category),
    )


def facts_changed(before: list[IndexedClause], after: list[IndexedClause], old: list[Any], new: list[Any]) -> list[diff.FactChange]:
    return diff.between(before, after, old, new)[0]
