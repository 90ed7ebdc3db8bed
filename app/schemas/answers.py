"""What a question is answered with: search, a vendor's card, what it collects, one kind of fact."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.schemas.records import ClauseOut, DocumentOut, ListOf, Out
from index.contradictions import Kind
from index.facts import Fact

Status = Literal["stated", "denied", "silent"]


class HighlightOut(Out):
    """The part of the clause that answers best."""

    quote: str = Field(examples=["We do not record your location"])
    start: int = Field(examples=[2013])
    end: int = Field(examples=[2043])


class HitOut(Out):
    """A clause found, and why it stands where it does."""

    score: float = Field(description="Orders the hits, and compares across questions.", examples=[0.71])
    meaning: float | None = Field(description="Cosine similarity of meaning; null in `keyword` mode.", examples=[0.56])
    words: float | None = Field(description="BM25 of the words in common; null in `semantic` mode.", examples=[9.3])
    clause: ClauseOut
    highlight: HighlightOut


class VendorName(Out):
    """Just enough to name a vendor."""

    id: str = Field(examples=["fernly"])
    name: str = Field(examples=["Fernly Notes"])


class SearchOut(ListOf[HitOut]):
    """Hits, the best first. A ranking has no second page: `next` is null, `total` counts the hits given."""

    restricted_to: list[VendorName] = Field(
        description="The vendors searched, when the request names one or the question does (by name or alias); empty: all."
    )
    near: list[VendorName] = Field(description="When the question names no indexed vendor: those spelt nearly like a word of it.")


class Answer(Out):
    """What a vendor's current policy says on one kind of fact: a list, and in `status` what it comes to. Silence is an answer."""

    vendor: str = Field(examples=["fernly"])
    kind: str = Field(examples=["retention"])
    status: Status = Field(description="`denied`: every fact is a denial; `silent`: no fact was found.", examples=["stated"])
    items: list[Fact]
    next: str | None = Field(description="Hand it back as `cursor` for the next page; null on the last.", examples=[None])
    total: int = Field(examples=[7])
    nearest: list[ClauseOut] = Field(
        description="When `silent`: the clauses to check, so that a reader can see that the policy says nothing."
    )


class FactContextOut(Out):
    """A fact with the clause it stands in; `fact.origin` is the rule or model that gave it."""

    fact: Fact
    clause: ClauseOut | None = Field(description="Null when the quote starts in a heading or front matter.")


class CategoryOut(Out):
    """One category of personal data and what is said of it."""

    category: str = Field(examples=["email_address"])
    label: str = Field(examples=["Email address"])
    status: Status = Field(description="`stated` as soon as one fact states it; the facts show under which conditions it is denied.")
    facts: list[Fact]


class GroupOut(Out):
    """A group of categories."""

    group: str = Field(examples=["contact"])
    status: Status = Field(description="`denied` only where all of the group is; `silent` where a part is and the rest is not spoken of.")
    categories: list[CategoryOut]


class CollectsOut(Out):
    """What a vendor says it collects, by group and category, each with its facts."""

    vendor: str = Field(examples=["fernly"])
    status: Status = Field(description="`denied` only where all that was asked for is; `silent` where a part is and no more is said.")
    total: int = Field(description="Facts in all groups.", examples=[24])
    groups: list[GroupOut]
    denial: list[Fact] = Field(description="When `denied`: the statements that nothing of what was asked for is collected.")
    silent: list[str] = Field(description="Categories asked for that no fact names, of all without a filter; none where all is denied.")
    nearest: list[ClauseOut] = Field(description="When `silent`: the clauses to check.")


class KindCount(Out):
    """How much a policy says on one kind of fact."""

    kind: str = Field(examples=["retention"])
    status: Status
    stated: int = Field(examples=[7])
    denied: int = Field(examples=[1])


class CategoryStatus(Out):
    """One category, without its facts."""

    category: str = Field(examples=["email_address"])
    label: str = Field(examples=["Email address"])
    status: Status


class GroupStatus(Out):
    """A group of data that the policy speaks of."""

    group: str = Field(examples=["contact"])
    status: Status = Field(description="`denied` only where all of the group is; `silent` where a part is and the rest is not spoken of.")
    categories: list[CategoryStatus]


class SilenceOut(Out):
    """What the policy does not say."""

    kinds: list[str] = Field(
        description="Kinds of fact; `collection` too where it denies some data and says nothing of the rest.",
        examples=[["breach_notification"]],
    )
    groups: list[str] = Field(description="Groups of personal data; none where collecting any is denied.", examples=[["biometric"]])


class ContradictionOut(Out):
    """Statements of one document that cannot all hold."""

    kind: Kind = Field(description="Two deadlines, dates or periods for one thing, or a plain yes and a plain no.", examples=["deadline"])
    about: str = Field(description="The thing they speak of.", examples=["answer to requests"])
    says: list[str] = Field(description="What each of `facts` says of it.", examples=[["P15D (working days)", "P13D"]])
    facts: list[Fact]


class AnnexOut(Out):
    """A document the policy refers to and that is not indexed: what it says is in no answer."""

    title: str = Field(examples=["Fernly Sub-processor List"])
    clause: str = Field(description="The clause that names it first.")
    start: int = Field(description="Offset of the title in the document's text.")
    end: int


class CardOut(Out):
    """A vendor at a glance."""

    id: str = Field(examples=["fernly"])
    name: str = Field(examples=["Fernly Notes"])
    aliases: list[str]
    products: list[str]
    legal_entity: str | None
    url: str | None
    effective_date: str | None
    last_updated: str | None
    documents: list[DocumentOut] = Field(description="Every indexed version, the newest first.")
    counts: list[KindCount] = Field(description="Facts of the current policy by kind.")
    collects: list[GroupStatus]
    silent: SilenceOut
    contradictions: list[ContradictionOut] = Field(description="Where the current policy says two things.")
    annexes: list[AnnexOut] = Field(description="Documents it refers to that are not indexed.")
