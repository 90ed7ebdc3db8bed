"""What changed between two versions of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import ConfigDict, Field

from app.schemas.records import ClauseOut, DocumentOut, Out
from index.facts import Fact

if TYPE_CHECKING:
    from index.diff import ClauseChange, FactChange


class EditOut(Out):
    """Words that were replaced."""

    before: str = Field(description="Empty where words came.", examples=["30 days"])
    after: str = Field(description="Empty where words went.", examples=["90 days"])


class FactAltered(Out):
    """A statement that both versions make, and make otherwise."""

    before: Fact
    after: Fact
    fields: list[str] = Field(description="What is said otherwise.", examples=[["period"]])


class ClauseAltered(Out):
    """A clause in its older and its newer wording, side by side."""

    before: ClauseOut
    after: ClauseOut
    similarity: float = Field(description="The share of words that the two have in common.", examples=[0.93])
    edits: list[EditOut] = Field(description="What was replaced by what, in order.")


class FactChanges(Out):
    """Statements that came, went, or say something else. One that is made in other words, or elsewhere, has not changed."""

    added: list[Fact]
    removed: list[Fact]
    altered: list[FactAltered]

    @classmethod
    def of(cls, changes: list[FactChange]) -> Self:
        by = {what: [change for change in changes if change.change == what] for what in ("added", "removed", "altered")}
        return cls(
            added=[change.after for change in by["added"]],
            removed=[change.before for change in by["removed"]],
            altered=[FactAltered(before=change.before, after=change.after, fields=list(change.fields)) for change in by["altered"]],
        )


class ClauseChanges(Out):
    """Clauses that came, went, or were reworded. One that was moved, renumbered or wrapped otherwise has not changed."""

    added: list[ClauseOut]
    removed: list[ClauseOut]
    altered: list[ClauseAltered]

    @classmethod
    def of(cls, changes: list[ClauseChange]) -> Self:
        from index.diff import edits  # numpy, which a client of the service does without

        by = {what: [change for change in changes if change.change == what] for what in ("added", "removed", "altered")}
        return cls(
            added=[ClauseOut.of(change.after) for change in by["added"]],
            removed=[ClauseOut.of(change.before) for change in by["removed"]],
            altered=[
                ClauseAltered(
                    before=ClauseOut.of(change.before),
                    after=ClauseOut.of(change.after),
                    similarity=round(change.similarity or 0.0, 3),
                    edits=[EditOut(before=edit.before, after=edit.after) for edit in edits(change.before.text, change.after.text)],
                )
                for change in by["altered"]
            ],
        )


class ChangesOut(Out):
    """What a vendor changed from one version of its policy to another. Our own rules and model never show as a change."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    vendor: str = Field(examples=["fernly"])
    from_: DocumentOut | None = Field(alias="from", description="The older version; null when only one is indexed.")
    to: DocumentOut = Field(description="The newer version.")
    facts: FactChanges
    clauses: ClauseChanges
