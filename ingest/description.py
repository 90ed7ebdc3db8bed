"""What a document says of itself, as the index lists it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.domain import Document, Policy, Reading, Vendor
from index.facts import DocumentFact, Evidence
from ingest import language
from ingest.fetch import Fetched


def document(fetched: Fetched, sha256: str, reading: Reading, policy: Policy, facts: Sequence[Evidence], stated: str | None) -> Document:
    """The document's entry: dates, version and title from its own words where they were found. `stated` is a language given with it."""
    languages = language.all_of([(clause.language, clause.end - clause.start) for clause in policy.clauses]) or ("und",)
    return Document(
        id=policy.document,
        vendor=policy.vendor.id,
        title=_first(facts, "title") or reading.title or next((heading.text for heading in policy.headings), None),
        language=stated or languages[0],
        languages=languages,
        effective_date=_first(facts, "effective_date"),
        last_updated=_first(facts, "last_updated"),
        version=_first(facts, "version"),
        sha256=sha256,
        source=fetched.source,
        media_type=reading.media_type,
        retrieved_at=fetched.retrieved_at,
        current=True,
    )


def vendor(known: Vendor, facts: Sequence[Evidence]) -> Vendor:
    """The vendor with its legal entity and products as the policy names them, where they were not given."""
    products = known.products or tuple(dict.fromkeys(_all(facts, "product")))
    return replace(known, legal_entity=known.legal_entity or _first(facts, "legal_entity"), products=products)


def _first(facts: Sequence[Evidence], field: str) -> str | None:
    return next(iter(_all(facts, field)), None)


def _all(facts: Sequence[Evidence], field: str) -> list[str]:
    return [fact.value for fact in facts if isinstance(fact, DocumentFact) and fact.field == field and fact.polarity == "yes"]
