"""Topics × vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from app.schemas.answers import Status, VendorName
from app.schemas.records import ListOf, Out
from index.facts import Fact

if TYPE_CHECKING:
    from app.comparing import Cell, Row


class CellOut(Out):
    """What one vendor says on a topic."""

    vendor: str = Field(examples=["fernly"])
    status: Status = Field(
        description="Of a group of data, `denied` only where all of it is; `silent` with facts: they deny a part, and no more is said."
    )
    summary: str = Field(
        description="What tells its statements apart: periods, deadlines, names; empty where nothing does.", examples=["30 days"]
    )
    longest: str | None = Field(description="Retention: the longest period stated, ISO 8601.", examples=["P30D"])
    longest_days: float | None = Field(description="The same in days, for sorting.", examples=[30.0])
    facts: list[Fact]

    @classmethod
    def of(cls, cell: Cell) -> Self:
        return cls.model_validate(cell)


class TopicOut(Out):
    """A topic, and what each vendor says on it, in the order asked for."""

    topic: str = Field(description="Kind and value.", examples=["right.erasure"])
    kind: str = Field(examples=["right"])
    value: str | None = Field(description="The right, practice, group of data …; null for a kind without.", examples=["erasure"])
    label: str = Field(examples=["Right: Delete"])
    cells: list[CellOut]

    @classmethod
    def of(cls, row: Row) -> Self:
        topic = row.topic
        return cls(topic=topic.id, kind=topic.kind, value=topic.value, label=topic.label, cells=[CellOut.of(cell) for cell in row.cells])


class CompareOut(ListOf[TopicOut]):
    """One row a topic, one cell a vendor. The table comes whole: `next` is null."""

    vendors: list[VendorName] = Field(description="The columns, in the order asked for.")
