"""A policy as extractors read it, in Simplified Chinese, and what they find in it in the words of the policy again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from index.domain import Clause, Policy, Vendor
from index.facts import Evidence
from index.variants import HAN, simplified

Found = TypeVar("Found", bound=Evidence)
# Fields that are no words of the policy.
_NAMES = {"id", "kind", "vendor", "document", "clause", "origin"}


def simple(policy: Policy) -> Policy:
    """The policy in Simplified Chinese, every offset as it was; the policy itself where it is written so, or not in Chinese."""
    text = simplified(policy.text)
    if text == policy.text:
        return policy
    # What a reader blanked as markup stays blank.
    plain = "".join(own if left == written else left for own, left, written in zip(text, policy.plain, policy.text, strict=True))
    return replace(
        policy,
        vendor=_vendor(policy.vendor),
        text=text,
        plain=plain,
        clauses=tuple(_clause(clause, text, plain) for clause in policy.clauses),
        headings=tuple(replace(heading, text=simplified(heading.text)) for heading in policy.headings),
    )


def _vendor(vendor: Vendor) -> Vendor:
    aliases, products = (tuple(map(simplified, names)) for names in (vendor.aliases, vendor.products))
    return replace(vendor, name=simplified(vendor.name), aliases=aliases, products=products)


def _clause(clause: Clause, text: str, plain: str) -> Clause:
    return replace(
        clause,
        text=text[clause.start : clause.end],
        plain=plain[clause.start : clause.end],
        section=tuple(map(simplified, clause.section)),
        lead=simplified(clause.lead) if clause.lead else None,
    )


def as_written(fact: Found, policy: Policy) -> Found:
    """A fact found in the policy's simple form with the policy's own words for quote, section and whatever else it took from there."""
    clause = policy.clause_at(fact.start)
    said: dict[str, Any] = fact.model_dump(exclude={"id"})
    own = {name: _own(value, fact, clause, policy) for name, value in said.items() if name not in _NAMES}
    return type(fact)(**{**said, **own, "quote": policy.text[fact.start : fact.end]})


def _own(value: Any, fact: Evidence, clause: Clause | None, policy: Policy) -> Any:
    if isinstance(value, list):
        return [_own(each, fact, clause, policy) for each in value]
    if not isinstance(value, str) or not HAN.search(value):
        return value
    places = list(_places(fact, clause, policy))
    # What an extractor put together of several places is found piece by piece.
    return _found(value, places) or HAN.sub(lambda run: _found(run[0], places) or run[0], value)


def _found(value: str, places: list[str]) -> str | None:
    words = re.compile(r"\s+".join(map(re.escape, value.split())))
    for text in places:
        if found := words.search(simplified(text)):
            own = text[slice(*found.span())]
            return own if found[0] == value else " ".join(own.split())
    return None


def _places(fact: Evidence, clause: Clause | None, policy: Policy) -> Iterator[str]:
    """Where words of a fact may stand, the likeliest first."""
    yield policy.text[fact.start : fact.end]
    yield policy.plain[fact.start : fact.end]
    if clause:
        yield from (clause.text, clause.plain, clause.lead or "", *clause.section)
    yield from (heading.text for heading in policy.headings)
    yield from (policy.vendor.name, *policy.vendor.aliases, *policy.vendor.products)
    yield from (policy.text, policy.plain)
