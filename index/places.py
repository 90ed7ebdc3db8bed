"""Where each clause of a snapshot stands: what a search is narrowed by, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sqlmodel import Session, col, select

from index.domain import Document
from index.rows import document_of
from index.tables import ClauseRow, DocumentRow


@dataclass(frozen=True)
class Places:
    """Every clause by its position in the vector index."""

    id: list[str]
    row: npt.NDArray[np.int64]
    document: npt.NDArray[np.int32]
    language: npt.NDArray[np.str_]
    documents: list[Document]

    @cached_property
    def by_id(self) -> dict[str, int]:
        """The position of each clause by its id."""
        return {id: at for at, id in enumerate(self.id)}

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


def places(session: Session) -> Places:
    """Every clause's place, in the order of the rows."""
    documents = session.exec(select(DocumentRow)).all()
    number = {row.id: at for at, row in enumerate(documents)}
    found = session.exec(select(ClauseRow.row, ClauseRow.id, ClauseRow.document, ClauseRow.language).order_by(col(ClauseRow.row))).all()
    return Places(
        [id for _, id, _, _ in found],
        np.array([row for row, _, _, _ in found], np.int64),
        np.array([number[document] for _, _, document, _ in found], np.int32),
        np.array([language for _, _, _, language in found], np.str_),
        [document_of(row) for row in documents],
    )
