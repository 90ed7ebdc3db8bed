"""The FAISS index over clause vectors: exact search among all clauses or among some. The only door to faiss."""

from __future__ import annotations

import errno
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import SnapshotDamaged

Vectors_ = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

# One thread: on two busy cores a search of 10,000 clauses took 1 ms with one thread, 5 to 16 ms with two.
faiss.omp_set_num_threads(1)


class Vectors:
    """Unit vectors by position. Flat and exact: 0.14 ms per 1,000 clauses, less than embedding the question up to about 150,000."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index
        # The index's own memory seen as a matrix, so that a search within one vendor multiplies just those rows.
        self._matrix: Vectors_ = (
            faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
            if index.ntotal
            else np.zeros((0, index.d), np.float32)
        )

    @classmethod
    def of(cls, matrix: Vectors_) -> Vectors:
        index = faiss.IndexFlatIP(matrix.shape[1])
        if len(matrix):
            index.add(np.ascontiguousarray(matrix, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> Vectors:
        """Raises SnapshotDamaged for a file that is no flat index."""
        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexFlatIP):
            raise SnapshotDamaged(f"{path} holds a {type(index).__name__}, not the flat index this version writes. Ingest again.")
        return cls(index)

    def save(self, path: Path) -> None:
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:  # faiss's own word for a write that failed; the reason stands in brackets at its end
            raise OSError(errno.EIO, str(error).rpartition("(")[2].rstrip(")"), str(path)) from None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, query: Vectors_, limit: int, among: npt.NDArray[np.bool_]) -> tuple[Positions, Vectors_]:
        """Positions of the `limit` clauses nearest to a unit vector among those marked, and their cosines, the nearest first."""
        if not among.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if among.all():
            cosines, positions = self._index.search(query[None], min(limit, len(self)))
            return positions[0], cosines[0]
        some = np.flatnonzero(among)
        if 4 * len(some) < len(self):
            cosines = self.cosines(query, some)
            best = np.argsort(-cosines, kind="stable")[:limit]
            return some[best], cosines[best]
        marks = np.packbits(among, bitorder="little")
        selector = faiss.IDSelectorBitmap(marks)  # type: ignore[call-arg, arg-type]  # faiss's stubs know only the C++ signature
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg, unused-ignore]  # faiss's stubs lack the keyword
        cosines, positions = self._index.search(query[None], min(limit, len(some)), params=parameters)
        return positions[0], cosines[0]

    def cosines(self, query: Vectors_, positions: Positions) -> Vectors_:
        """The cosines of these clauses with a unit vector, exactly, in the order given."""
        found: Vectors_ = self._matrix[positions] @ query
        return found
