"""At which position of the vector index each clause stands, and of which document: what a search is narrowed by, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlmodel import Session, col, select

from index.domain import Document
from index.rows import document_of
from index.tables import ClauseRow, DocumentRow

# Documents asked for at once.
ASKED_AT_ONCE = 200


class Reading(NamedTuple):
    """A document as it was read once: from then on its clauses and facts are the same in every snapshot that holds it."""

    document: str
    first_row: int
    made_by: str


@dataclass(frozen=True)
class Positions:
    """Every clause by its position in the vector index."""

    row: npt.NDArray[np.int64]
    document: npt.NDArray[np.int32]
    language: npt.NDArray[np.str_]
    documents: list[Document]
    readings: list[Reading]

    @cached_property
    def chinese(self) -> npt.NDArray[np.bool_]:
        """Which clauses are Chinese."""
        found: npt.NDArray[np.bool_] = self.language == "zh"
        return found

    @cached_property
    def runs(self) -> list[list[tuple[int, int]]]:
        """Of each document the positions of its clauses, as half-open ranges: one, since a document is saved at once."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.documents]
        edges = [0, *(np.flatnonzero(np.diff(self.document)) + 1).tolist(), len(self.document)]
        for first, last in pairwise(edges):
            if last > first:
                found[int(self.document[first])].append((first, last))
        return found

    @cached_property
    def of_vendor(self) -> dict[str, list[int]]:
        """The documents of each vendor, by their place in the list."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(self.documents):
            found[each.vendor].append(at)
        return dict(found)

    @cached_property
    def served(self) -> npt.NDArray[np.bool_]:
        """Which clauses a search without any wish may find: those of current documents. Every such search shares it."""
        found = self._of(range(len(self.documents)), None, False)
        found.flags.writeable = False
        return found

    def mask(self, vendors: Sequence[str], language: str | None, since: str | None, every_version: bool) -> npt.NDArray[np.bool_]:
        """Which clauses a search may find; not to be written to."""
        if vendors:
            allowed = self._of([at for vendor in vendors for at in self.of_vendor.get(vendor, ())], since, every_version)
        elif since is None and not every_version:
            allowed = self.served
        else:
            allowed = self._of(range(len(self.documents)), since, every_version)
        return allowed if language is None else allowed & (self.language == language)

    def _of(self, documents: Iterable[int], since: str | None, every_version: bool) -> npt.NDArray[np.bool_]:
        allowed = np.zeros(len(self.document), np.bool_)
        for at in documents:
            each = self.documents[at]
            if (each.current or every_version) and (since is None or max(each.effective_date or "", each.last_updated or "") >= since):
                for first, last in self.runs[at]:
                    allowed[first:last] = True
        return allowed

    @cached_property
    def by_reading(self) -> dict[Reading, int]:
        """Which document each reading is of, by its place in the list."""
        return {reading: at for at, reading in enumerate(self.readings)}

    def run(self, reading: Reading) -> slice | None:
        """The positions of the clauses of a reading, if it is here and has any."""
        at = self.by_reading.get(reading)
        return slice(*self.runs[at][0]) if at is not None and self.runs[at] else None


def positions_of(session: Session, first_rows: Mapping[str, int], before: Positions | None) -> Positions:
    """Every clause's place, in the order of the rows. What was known of a reading `before` is not asked for again.

    `first_rows`: where the rows of each document begin; they have no gap.
    """
    documents = session.exec(select(DocumentRow).order_by(col(DocumentRow.id))).all()
    readings = [Reading(row.id, first_rows.get(row.id, 0), row.made_by) for row in documents]
    ordered = sorted((reading.first_row, at) for at, reading in enumerate(readings) if documents[at].clauses)
    known = {at: before.language[run] for _, at in ordered if before and (run := before.run(readings[at]))}
    new = [at for _, at in ordered if at not in known]
    asked = select(ClauseRow.document, ClauseRow.language).order_by(col(ClauseRow.row))
    said: dict[str, list[str]] = {documents[at].id: [] for at in new}
    for some in batched(list(said), ASKED_AT_ONCE):
        for document, language in session.execute(asked.where(col(ClauseRow.document).in_(some))):
            said[document].append(language)
    none = np.zeros(0, np.str_)
    return Positions(
        np.concatenate([np.zeros(0, np.int64), *(np.arange(first, first + documents[at].clauses) for first, at in ordered)]),
        np.repeat(np.array([at for _, at in ordered], np.int32), [documents[at].clauses for _, at in ordered]),
        np.concatenate([none, *(known[at] if at in known else np.array(said[documents[at].id], np.str_) for _, at in ordered)]),
        [document_of(row) for row in documents],
        readings,
    )


def batched(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """So many at a time, for a query that names them."""
    return (ids[first : first + size] for first in range(0, len(ids), size))
