"""A question in words, and its answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.records import CitationOut, ClauseOut, Out
from app.values import Question
from index.facts import Fact


class AskIn(BaseModel):
    """A question in words. The service keeps no conversation: a follow-up names what it is about."""

    model_config = ConfigDict(extra="forbid")

    question: Question = Field(
        min_length=1, max_length=1000, description="English or Chinese.", examples=["How long does Fernly keep deleted notes?"]
    )
    vendor: str | None = Field(None, max_length=100, description="Vendor id; wins over names in the question.", examples=["fernly"])


class AskOut(Out):
    """An answer made of facts and quotes alone, or the reason why there is none."""

    status: Literal["answered", "silent", "unknown_vendor", "unclear"] = Field(
        description="`silent`: the policy does not say; `unknown_vendor`: the question names a vendor that is not indexed; "
        "`unclear`: no vendor is given and none is named."
    )
    answer: str = Field(
        description="One or two sentences; words in quotation marks are the policy's (white space, markup, inner quotation marks aside)."
    )
    vendors: list[str] = Field(description="The vendors that say something to the question, each cited; when none does, those asked about.")
    citations: list[CitationOut] = Field(
        description="Best first, an item of a list before the words that lead into it; each vendor answered about has one."
    )
    facts: list[Fact] = Field(description="The facts used, so that a caller can phrase words of its own safely.")
    nearest: list[ClauseOut] = Field(description="The clauses to check when `silent`.")
    near: list[str] = Field(description="When `unknown_vendor`: ids of vendors with a name like it.")
