"""Where each clause of a snapshot stands: what a search is narrowed by, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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

    def mask(self, vendors: Sequence[str], language: str | None, since: str | None, every_version: bool) -> npt.NDArray[np.bool_]:
        """Which clauses a search may find."""
        fits = [
            (each.current or every_version)
            and (not vendors or each.vendor in vendors)
            and (since is None or max(each.effective_date or "", each.last_updated or "") >= since)
            for each in self.documents
        ]
        allowed: npt.NDArray[np.bool_] = np.array([*fits, False])[self.document]
        return allowed if language is None else allowed & (self.language == language)


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
