"""What a law wants stated, and whether a policy states it."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field

from app.coverage import SHOWN, Covered, Found
from app.schemas.records import CitationOut, ClauseOut, Out


class EvidenceOut(CitationOut):
    """The words that a finding rests on, and the fact they make."""

    polarity: Literal["yes", "no"] | None = Field(description="`no`: a denial; null when a clause speaks for itself.", examples=["yes"])
    fact: str | None = Field(description="The fact, by id; null when a clause speaks for itself.", examples=["f-3b1f0c2a9d7e"])

    @classmethod
    def of_fact(cls, fact: Any) -> Self:
        named = {name: getattr(fact, name) for name in ("vendor", "document", "clause", "section", "quote", "start", "end", "polarity")}
        return cls(**named, fact=fact.id)

    @classmethod
    def of_clause(cls, clause: Any) -> Self:
        named = {name: getattr(clause, name) for name in ("vendor", "document", "start", "end")}
        return cls(**named, clause=clause.id, section=list(clause.section), quote=clause.text, polarity=None, fact=None)


class ItemOut(Out):
    """One thing that must be stated."""

    id: str = Field(examples=["retention"])
    source: str = Field(description="Where the law says so.", examples=["GDPR art. 13(2)(a), 14(2)(a)"])
    asks: str = Field(examples=["How long personal data is stored, or the criteria that decide it"])
    status: Found = Field(description="`denied`: every fact on it is a denial; `not_found`: check `nearest`, then ask the vendor.")
    total: int = Field(description="How many facts or clauses speak of it.", examples=[3])
    evidence: list[EvidenceOut] = Field(description=f"The first {SHOWN} of them.")
    nearest: list[ClauseOut] = Field(description="When `not_found`: the clauses to check.")
    question: str | None = Field(description="When `not_found`: what to ask the vendor.", examples=[None])

    @classmethod
    def of(cls, covered: Covered, nearest: list[ClauseOut], question: str | None) -> Self:
        found = [EvidenceOut.of_fact(fact) for fact in covered.facts] + [EvidenceOut.of_clause(clause) for clause in covered.clauses]
        found += [EvidenceOut.of_fact(fact) for fact in covered.beside]
        distinct = list({(each.start, each.end): each for each in reversed(found)}.values())[::-1]
        item = covered.item
        return cls(
            id=item.id,
            source=item.source,
            asks=item.asks,
            status=covered.status,
            total=len(distinct),
            evidence=distinct[:SHOWN],
            nearest=nearest,
            question=question,
        )


class CountsOut(Out):
    """Items by status."""

    stated: int = Field(examples=[17])
    denied: int = Field(examples=[1])
    not_found: int = Field(examples=[4])


class CoverageOut(Out):
    """How much of what a law wants stated a policy states. Not legal advice: whether a statement suffices is for a reader to judge."""

    vendor: str = Field(examples=["fernly"])
    against: str = Field(examples=["gdpr"])
    title: str = Field(examples=["General Data Protection Regulation, articles 13 and 14"])
    url: str = Field(examples=["http://data.europa.eu/eli/reg/2016/679/oj"])
    counts: CountsOut
    items: list[ItemOut]
