"""A question in words, and its answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.records import ClauseOut, Out
from index.facts import Fact


class AskIn(BaseModel):
    """A question in words. The service keeps no conversation: a follow-up names what it is about."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(
        min_length=1, max_length=1000, description="English or Chinese.", examples=["How long does Fernly keep deleted notes?"]
    )
    vendor: str | None = Field(None, max_length=100, description="Vendor id; wins over names in the question.", examples=["fernly"])


class CitationOut(Out):
    """The words an answer rests on: `text[start:end] == quote` in the document."""

    vendor: str = Field(examples=["fernly"])
    document: str = Field(examples=["fernly-1a2b3c4d"])
    clause: str | None = Field(description="Null when the quote starts in a heading or front matter.", examples=["fernly-1a2b3c4d.0031"])
    section: list[str] = Field(examples=[["Fernly Notes Privacy Notice", "6. How long we keep it"]])
    quote: str = Field(examples=["Notes you delete stay in the bin for 30 days and are then erased."])
    start: int = Field(examples=[3120])
    end: int = Field(examples=[3185])


class AskOut(Out):
    """An answer made of facts and quotes alone, or the reason why there is none."""

    status: Literal["answered", "silent", "unknown_vendor", "unclear"] = Field(
        description="`silent`: the policy does not say; `unknown_vendor`: the question names a vendor that is not indexed; "
        "`unclear`: no vendor is given and none is named."
    )
    answer: str = Field(description="One or two sentences; what is in quotation marks is the policy's own (white space aside).")
    vendors: list[str] = Field(description="The vendors answered about; for a question over all, those that say something to it.")
    citations: list[CitationOut] = Field(description="Best first; each vendor answered about has one.")
    facts: list[Fact] = Field(description="The facts used, so that a caller can phrase words of its own safely.")
    nearest: list[ClauseOut] = Field(description="The clauses to check when `silent`.")
    near: list[str] = Field(description="When `unknown_vendor`: ids of vendors with a name like it.")
