"""A buyer's rules, and what becomes of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from app.checks.rules import Rule
from app.checks.verdicts import Outcome, Verdict
from app.coverage import SHOWN, plainness
from app.schemas.answers import VendorName
from app.schemas.coverage import EvidenceOut
from app.schemas.records import Out

MOST = 200
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _form(given: Any) -> str | None:
    return "(words)" if isinstance(given, str) else "(fields)" if isinstance(given, dict | Rule) else None


# Which form a rule has is seen before it is read, so that what is wrong is said of that form alone.
GivenRule = Annotated[
    Annotated[Words, Tag("(words)")] | Annotated[Rule, Tag("(fields)")],
    Discriminator(_form, "rule_form", "a rule is words (`no biometrics`) or an object of fields (`kind`, `values`, `at_most` …)"),
]


class CheckIn(BaseModel):
    """Rules in plain words (English or Chinese) or as fields, and the vendors to hold to them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "rules": [
                        "chat retention at most one year",
                        "no biometrics",
                        "breach notice within 72 hours",
                        "stored in the EU",
                        {"kind": "retention", "values": ["log_data"], "at_most": "P90D"},
                    ],
                    "vendors": ["fernly", "harborhr"],
                }
            ]
        },
    )

    rules: list[GivenRule] = Field(min_length=1, max_length=50)
    vendors: list[Annotated[str, StringConstraints(max_length=100)]] | None = Field(
        None, min_length=1, max_length=MOST, description=f"Vendor ids; all that are indexed when left out, while those are at most {MOST}."
    )


class VerdictOut(Out):
    """What one rule comes to for one vendor."""

    vendor: str = Field(examples=["fernly"])
    rule: int = Field(description="Which of `rules`, from 0.", examples=[0])
    outcome: Outcome = Field(description="`unknown` wherever the policy leaves room.")
    reason: str = Field(examples=["every period stated is within the limit"])
    total: int = Field(description="How many statements bear on it.", examples=[1])
    evidence: list[EvidenceOut] = Field(description=f"The first {SHOWN} of them.")
    question: str | None = Field(description="When `unknown`: what to ask the vendor.", examples=[None])

    @classmethod
    def of(cls, vendor: str, rule: int, verdict: Verdict, question: str) -> Self:
        facts = sorted(verdict.facts, key=lambda fact: plainness(fact) or 0)
        evidence = list({(fact.document, fact.start, fact.end): EvidenceOut.of_fact(fact) for fact in facts}.values())
        return cls(
            vendor=vendor,
            rule=rule,
            outcome=verdict.outcome,
            reason=verdict.reason,
            total=len(evidence),
            evidence=evidence[:SHOWN],
            question=question if verdict.outcome == "unknown" else None,
        )


class RuleOut(Out):
    """A rule as it was given, and as it was understood: hand `understood` in to be sure of the same reading."""

    given: Any = Field(description="Words or fields.", examples=["chat retention at most one year"])
    understood: Rule


class CheckOut(Out):
    """Every rule for every vendor."""

    rules: list[RuleOut]
    vendors: list[VendorName]
    results: list[VerdictOut] = Field(description="By vendor, then rule.")
    counts: dict[Literal["pass", "fail", "unknown"], int] = Field(examples=[{"pass": 3, "fail": 1, "unknown": 2}])
