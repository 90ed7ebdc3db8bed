"""A questionnaire that a buyer sends, prefilled as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from app.schemas.coverage import EvidenceOut
from app.schemas.records import Out

if TYPE_CHECKING:  # a client that reads answers needs no more than their models
    from app.exports.questionnaire import Drafted

# So many citations are shown, and more where a draft needs more to carry it.
CITED = 10

Set = Literal["gdpr-art30", "hecvat-privacy", "caiq-dsp"]
Drafting = Literal["stated", "denied", "both", "to_read", "blank"]


class QuestionOut(Out):
    """One question, its draft and the words that the draft rests on."""

    id: str = Field(description="As the questionnaire numbers it.", examples=["PDAT-02"])
    asks: str = Field(description="The question in our words.", examples=["Is biometric or genetic data taken or made?"])
    status: Drafting = Field(
        description="`both`: stated and denied; `to_read`: words that bear on it, but no draft; `blank`: for the vendor to answer."
    )
    draft: str = Field(description="Empty where it stays blank.", examples=["Yes"])
    note: str = Field(description="Why there is no draft, or what to mind.", examples=[""])
    total: int = Field(description="How many statements bear on it.", examples=[3])
    citations: list[EvidenceOut] = Field(description="Those that carry the draft, and where these are few some more.")

    @classmethod
    def of(cls, drafted: Drafted) -> Self:
        found = [EvidenceOut.of_fact(fact) for fact in drafted.facts] + [EvidenceOut.of_clause(clause) for clause in drafted.clauses]
        places: dict[tuple[Any, ...], EvidenceOut] = {}
        for each in found:
            places.setdefault((each.document, each.start, each.end, each.polarity), each)
        distinct = list(places.values())
        return cls(
            id=drafted.question.id,
            asks=drafted.question.asks,
            status=drafted.status,
            draft=drafted.draft,
            note=drafted.note,
            total=len(distinct),
            citations=shown(distinct, max(CITED, drafted.carrying)),
        )


def shown(found: list[EvidenceOut], most: int) -> list[EvidenceOut]:
    """The first so many, and with them a denial where there is one."""
    first = found[:most]
    denial = next((each for each in found[most:] if each.polarity == "no"), None)
    return [*first, denial] if denial and not any(each.polarity == "no" for each in first) else first


class QuestionnaireOut(Out):
    """A draft to be checked by the vendor and the buyer: nothing in it that no citation carries."""

    vendor: str = Field(examples=["fernly"])
    set: Set = Field(examples=["gdpr-art30"])
    title: str = Field(examples=["GDPR article 30: record of processing activities"])
    identifiers: str = Field(description="Where the ids come from, and how far they were checked.")
    items: list[QuestionOut]
