"""Parameters that several endpoints take: closed vocabularies, durations, dates, questions. What is refused here is answered 422."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function
from rapidfuzz import process

from app.values import Country
from app.values import Day as Day
from app.values import Duration as Duration
from app.values import Language as Language
from app.values import Question as Question
from index import facts, taxonomy
from index.queries import FactFilter


class OneOf:
    """An id of a closed vocabulary; another is refused with the nearest named."""

    def __init__(self, ids: Iterable[str], what: str) -> None:
        self.ids = tuple(ids)
        self.what = what

    def check(self, value: str) -> str:
        if value not in self.ids:
            # From 70 on "email" finds email_address; at 60 "foo" found wifi_info.
            near = [found for found, _, _ in process.extract(value, self.ids, limit=3, score_cutoff=70)]
            hint = f"did you mean {' or '.join(near)}?" if near else "GET /v1/taxonomy lists them"
            raise ValueError(f"{value[:60]!r} is no {self.what}; {hint}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.ids)}


Category = Annotated[str, OneOf(taxonomy.categories(), "category of personal data")]
Group = Annotated[str, OneOf(taxonomy.groups(), "group of personal data")]
Purpose = Annotated[str, OneOf(taxonomy.facet("purpose"), "purpose")]
Recipient = Annotated[str, OneOf(taxonomy.facet("recipient"), "kind of recipient")]
RightId = Annotated[str, OneOf(taxonomy.facet("right"), "right")]
Measure = Annotated[str, OneOf(taxonomy.facet("security"), "security measure")]
Kind = Annotated[str, OneOf(facts.KINDS, "kind of fact")]
VendorFilter = Annotated[
    str | None, Query(max_length=100, description="Only this vendor; 404 when it is not indexed.", examples=["fernly"])
]
CategoryFilter = Annotated[
    Category | None, Query(description="Category of personal data, as `/v1/taxonomy` lists them.", examples=["email_address"])
]
GroupFilter = Annotated[Group | None, Query(description="Group of categories.", examples=["contact"])]


async def fact_filter(
    vendor: VendorFilter = None,
    document: Annotated[
        str | None, Query(max_length=150, description="Only this document, an older version too.", examples=["fernly-1a2b3c4d"])
    ] = None,
    kind: Annotated[
        list[Kind] | None, Query(max_length=len(facts.KINDS), description="Kinds of fact; may be repeated.", examples=[["retention"]])
    ] = None,
    category: CategoryFilter = None,
    group: GroupFilter = None,
    polarity: Annotated[facts.Polarity | None, Query(description="`no`: denials only.", examples=["no"])] = None,
    source: Annotated[facts.Source | None, Query(description="Collection: who the data comes from.", examples=["automatic"])] = None,
    role: Annotated[
        facts.Role | None, Query(description="Collection: for itself or on a customer's behalf.", examples=["processor"])
    ] = None,
    necessity: Annotated[facts.Necessity | None, Query(description="Collection: whether it must be given.", examples=["optional"])] = None,
    purpose_category: Annotated[Purpose | None, Query(description="Collection: the stated purpose.", examples=["advertising"])] = None,
    recipient_category: Annotated[Recipient | None, Query(description="Sharing: with whom.", examples=["affiliate"])] = None,
    right: Annotated[RightId | None, Query(description="Rights: which.", examples=["erasure"])] = None,
    measure: Annotated[
        Measure | None, Query(description="Security: which measure or certification.", examples=["encryption_transit"])
    ] = None,
    practice: Annotated[facts.Practice | None, Query(description="Practices: which.", examples=["ai_training"])] = None,
    country: Annotated[Country | None, Query(description="ISO 3166 alpha-2.", examples=["DE"])] = None,
) -> FactFilter:
    return FactFilter(
        vendor, document, tuple(kind or ()), category, group, polarity, source, role, necessity, purpose_category, recipient_category,
        right, measure, practice, country,
    )  # fmt: skip


FactFilterDep = Annotated[FactFilter, Depends(fact_filter)]
