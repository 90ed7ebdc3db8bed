"""The FAISS indexes over clause vectors: nearest clauses among all or among some. The only door to faiss.

All vectors stand in a flat index, searched exactly while there are few. Above that the nearest of all are looked for in cells, a second
index of one byte a number, and their cosines taken from the flat one; among few clauses, such as one vendor's, search stays exact.
"""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import SnapshotDamaged

Vectors_ = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

# Exact search costs 0.09 ms per 1,000 clauses: up to so many less than half of what encoding the question costs (6 ms).
EXACT_UP_TO = 30_000
# With cells, a search among fewer clauses than this is exact.
EXACT_AMONG = 20_000
# Of the nearest clauses by the cells' rounded vectors so many times as many as asked for are compared exactly.
COMPARED = 2
# Clauses a cell is learned from; faiss wants 39 at least.
LEARNED_FROM, ROUNDS = 40, 8
# How many cells a search looks into. Of the ten nearest of 102 real questions among 100,000 clauses, 64 found 0.95 and 0.98 on two sets of
# clauses, 128 found 0.99 on both, in 1.9 ms (exact: 8.8 ms). Among a million 64 found all.
PROBED_SHARE, PROBED_AT_LEAST = 1 / 32, 128

# One thread: on two busy cores a search of 10,000 clauses took 1 ms with one thread, 5 to 16 ms with two.
faiss.omp_set_num_threads(1)


class Vectors:
    """Unit vectors by position; safe to share between threads."""

    def __init__(self, flat: faiss.IndexFlatIP, cells: Any = None) -> None:
        self._flat = flat
        self._cells = cells
        # The index's own memory seen as a matrix, so that a search within one vendor multiplies just those rows.
        self._matrix: Vectors_ = (
            faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
            if flat.ntotal
            else np.zeros((0, flat.d), np.float32)
        )

    @classmethod
    def of(cls, matrix: Vectors_) -> Vectors:
        return cls(_flat(matrix), _cells(matrix) if len(matrix) > EXACT_UP_TO else None)

    @classmethod
    def open(cls, path: Path, mapped: bool = True) -> Vectors:
        """Raises SnapshotDamaged for a file that is no such index. A large one's vectors are mapped, not read: processes share them."""
        beside = cells_of(path)
        large = mapped and beside.exists()
        flat = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if large else 0)
        if not isinstance(flat, faiss.IndexFlatIP):
            raise SnapshotDamaged(f"{path} holds a {type(flat).__name__}, not the flat index this version writes. Ingest again.")
        if not beside.exists():
            return cls(flat)
        # Read, not mapped: 400 MB at a million clauses, searched twice as fast.
        cells = faiss.read_index(str(beside))
        if not isinstance(cells, faiss.IndexIVF) or cells.ntotal != flat.ntotal:
            raise SnapshotDamaged(f"{beside} does not hold the cells of {path}. Ingest again.")
        return cls(flat, cells)

    def save(self, path: Path) -> None:
        """Writes the flat index, and the cells beside it where there are any. Raises OSError when the disk takes no more."""
        for index, file in ((self._flat, path), (self._cells, cells_of(path))):
            try:
                if index is not None:
                    faiss.write_index(index, str(file))
            except RuntimeError as error:  # faiss's own word for it; the reason stands in brackets at its end
                raise OSError(errno.EIO, str(error).rpartition("(")[2].rstrip(")"), str(file)) from None

    def changed(self, gone: Positions, added: Vectors_) -> Vectors:
        """The index without the vectors at these positions (ascending) and with others at its end. Cells learned once stay in use.

        Takes the cells over: nothing may be asked of the index it is called on afterwards.
        """
        matrix = np.delete(self._matrix, gone, axis=0)
        matrix = np.concatenate([matrix, np.ascontiguousarray(added, dtype=np.float32)])
        if len(matrix) <= EXACT_UP_TO:
            return Vectors(_flat(matrix))
        if self._cells is None or self._cells.nlist != cell_count(len(matrix)):
            return Vectors(_flat(matrix), _cells(matrix))
        if len(gone):
            self._cells.remove_ids(faiss.IDSelectorBatch(gone))
            lists = self._cells.invlists
            for cell in range(self._cells.nlist):
                if size := lists.list_size(cell):
                    ids = faiss.rev_swig_ptr(lists.get_ids(cell), size)
                    ids -= np.searchsorted(gone, ids)
        first = len(matrix) - len(added)
        if len(added):
            self._cells.add_with_ids(matrix[first:], np.arange(first, len(matrix), dtype=np.int64))
        return Vectors(_flat(matrix), self._cells)

    @property
    def matrix(self) -> Vectors_:
        """The vectors themselves, in the index's own memory: not to be written to, nor kept longer than the index."""
        return self._matrix

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    def nearest(self, query: Vectors_, limit: int, among: npt.NDArray[np.bool_]) -> tuple[Positions, Vectors_]:
        """Positions of the `limit` clauses nearest to a unit vector among those marked, and their cosines, the nearest first."""
        count = int(np.count_nonzero(among))
        if not count:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if count < EXACT_AMONG if self._cells is not None else 4 * count < len(self):
            return self._best(query, np.flatnonzero(among), limit)
        everywhere = count == len(self)
        # The marks must outlive the selector, which points into them.
        marks = None if everywhere else np.packbits(among, bitorder="little")
        selector = None if marks is None else faiss.IDSelectorBitmap(marks)  # type: ignore[call-arg, arg-type]  # faiss's stubs know only the C++ signature
        if self._cells is None:
            parameters: Any = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg, unused-ignore]  # faiss's stubs lack the keyword
            cosines, positions = self._flat.search(query[None], min(limit, count), params=parameters)
            return positions[0], cosines[0]
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=max(PROBED_AT_LEAST, int(PROBED_SHARE * self._cells.nlist)))  # type: ignore[call-arg, unused-ignore]
        _, found = self._cells.search(query[None], min(COMPARED * limit, count), params=parameters)
        return self._best(query, np.sort(found[0][found[0] >= 0]), limit)

    def cosines(self, query: Vectors_, positions: Positions) -> Vectors_:
        """The products of these clauses with a vector (of a unit vector: their cosines) or each of some, exactly, in the order given."""
        found: Vectors_ = self._matrix[positions] @ query
        return found

    def _best(self, query: Vectors_, positions: Positions, limit: int) -> tuple[Positions, Vectors_]:
        """The nearest of these, which ascend. Rows that stand in one run, as one document's do, are not copied."""
        first, last = (int(positions[0]), int(positions[-1]) + 1) if len(positions) else (0, 0)
        cosines = self._matrix[first:last] @ query if last - first == len(positions) else self.cosines(query, positions)
        best = np.argsort(-cosines, kind="stable")[:limit]
        return positions[best], cosines[best]


def cells_of(path: Path) -> Path:
    """Where the cells of a flat index are, if it has any."""
    return path.with_suffix(".cells")


def cell_count(clauses: int) -> int:
    """How many cells so many clauses are put into: some two times the square root, as a power of two.

    Four times the root is learned in four times the time, which is minutes at a million.
    """
    return 1 << round(math.log2(2 * math.sqrt(clauses)))


def _flat(matrix: Vectors_) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(matrix.shape[1])
    if len(matrix):
        index.add(np.ascontiguousarray(matrix, dtype=np.float32))
    return index


def _cells(matrix: Vectors_) -> Any:
    """Learns cells from some of the vectors, and puts all of them in, a byte a number."""
    size, count = matrix.shape[1], cell_count(len(matrix))
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(size), size, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = ROUNDS
    some = np.random.default_rng(0).permutation(len(matrix))[: LEARNED_FROM * count]
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        index.train(matrix[np.sort(some)])
        for first in range(0, len(matrix), 100_000):
            index.add(matrix[first : first + 100_000])
    finally:
        faiss.omp_set_num_threads(1)
    return index
