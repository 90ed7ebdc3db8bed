"""The FAISS indexes over clause vectors: nearest clauses among all or among some. The only door to faiss.

All vectors stand in a flat index, searched exactly while there are few; where they are more, a copy of a byte a number is searched, and
where they are many, cells of such numbers. What seems nearest there is compared exactly by the flat one; among few clauses, such as one
vendor's, search stays exact.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import SnapshotDamaged
from index.tables import DIMENSION

Vectors_ = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

# Up to so many clauses no cells are needed: to search them all costs a sixth of what encoding the question does (0.5 ms of 3).
EXACT_UP_TO = 30_000
# From so many on a copy of a byte a number is read first: of 10,000 clauses in half of the time (0.2 ms, not 0.5), of 30,000 in a quarter
# (0.5 ms, not 2), of fewer it takes as long. It is made in memory, by the first search.
ROUNDED_FROM = 8_000
# With cells, a search among fewer clauses than this is exact.
EXACT_AMONG = 20_000
# Of the nearest clauses by rounded vectors so many times as many as asked for are compared exactly.
COMPARED = 2
# Clauses a cell is learned from; faiss wants 39 at least.
LEARNED_FROM, ROUNDS = 40, 8
# Vectors written at once: a megabyte or so.
AT_ONCE = 512
# How many cells a search looks into. Of the ten nearest of 102 real questions among 100,000 clauses, 64 found 0.95 and 0.98 on two sets of
# clauses, 128 found 0.99 on both, in 1.9 ms (exact: 8.8 ms). Among a million, 48 found 0.990, 64 found 0.996 in 1.8 ms, and 128 all in 3.1:
# where so many cells are searched as a whole, or nearly, half will do.
PROBED_SHARE, PROBED_AT_LEAST, MANY_CELLS = 1 / 32, 128, 2048

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
    def open(cls, path: Path) -> Vectors:
        """Raises SnapshotDamaged for a file that is no such index. A large one's vectors are mapped, not read: processes share them."""
        beside = cells_of(path)
        large = beside.exists()
        flat = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if large else 0)
        if not isinstance(flat, faiss.IndexFlatIP):
            raise SnapshotDamaged(f"{path} holds a {type(flat).__name__}, not the flat index this version writes. Ingest again.")
        if not large:
            return cls(flat)
        # Read, not mapped: 400 MB at a million clauses, searched twice as fast.
        cells = faiss.read_index(str(beside))
        if not isinstance(cells, faiss.IndexIVF) or cells.ntotal != flat.ntotal:
            raise SnapshotDamaged(f"{beside} does not hold the cells of {path}. Ingest again.")
        return cls(flat, cells)

    def save(self, path: Path) -> None:
        """Writes the flat index, and the cells beside it where there are any. Raises OSError when the disk takes no more."""
        _write_flat([self._matrix], len(self), path)
        if self._cells is not None:
            _write(self._cells, cells_of(path))

    def changed(self, gone: Positions, added: Vectors_, at: Positions | None = None) -> Vectors:
        """Another index, without the vectors at these positions and with others: at its end, or `at` these positions of the new one.

        Positions ascend. Cells learned once stay in use while they are about as many as would be learned now.
        """
        order = self._order(gone, len(added), at)
        flat = faiss.IndexFlatIP(self._flat.d)
        flat.codes.resize(len(order) * flat.d * 4)
        flat.ntotal = len(order)
        changed, first = Vectors(flat), 0
        for piece in self._pieces(order, added):
            changed._matrix[first : first + len(piece)] = piece
            first += len(piece)
        if self._keeps_cells(len(order)):
            changed._cells = self._moved(faiss.clone_index(self._cells), order, added)
        elif len(order) > EXACT_UP_TO:
            changed._cells = _cells(changed._matrix)
        return changed

    def _order(self, gone: Positions, added: int, at: Positions | None) -> Positions:
        """What stands at each position of the changed index: a position of this one or, from its length on, one of what is added."""
        stay = np.delete(np.arange(len(self)), gone)
        size = len(stay) + added
        order = np.empty(size, np.int64)
        new = np.arange(len(stay), size) if at is None else at
        order[np.delete(np.arange(size), new)] = stay
        order[new] = np.arange(len(self), len(self) + added)
        return order

    def _pieces(self, order: Positions, added: Vectors_) -> Iterator[Vectors_]:
        """The vectors in this order, run by run: of mapped ones, at odd addresses, numpy picks a million in 11 s, and copies runs in 1."""
        edges = np.flatnonzero((np.diff(order) != 1) | (order[1:] == len(self))) + 1
        for run in np.split(order, edges):
            if len(run):
                among, first = (self._matrix, run[0]) if run[0] < len(self) else (added, run[0] - len(self))
                yield np.ascontiguousarray(among[first : first + len(run)], np.float32)

    def _keeps_cells(self, size: int) -> bool:
        """Whether cells learned before will do for so many. A fall is borne longer, or a number about a threshold would learn each time."""
        return self._cells is not None and size > EXACT_UP_TO and self._cells.nlist in (cell_count(size), cell_count(2 * size))

    def _moved(self, cells: Any, order: Positions, added: Vectors_) -> Any:
        """These cells of the index before, which they no longer are, as those of the changed one."""
        to = np.full(len(self) + len(added), -1)
        to[order] = np.arange(len(order))
        cells.remove_ids(faiss.IDSelectorBatch(np.flatnonzero(to < 0)))
        for cell in range(cells.nlist):
            if count := cells.invlists.list_size(cell):
                ids = faiss.rev_swig_ptr(cells.invlists.get_ids(cell), count)
                ids[:] = to[ids]
        if len(added):
            cells.add_with_ids(np.ascontiguousarray(added, np.float32), to[len(self) :])
        return cells

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
        if self._cells is None and len(self) < ROUNDED_FROM:
            parameters: Any = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg, unused-ignore]  # faiss's stubs lack the keyword
            cosines, positions = self._flat.search(query[None], min(limit, count), params=parameters)
            return positions[0], cosines[0]
        if self._cells is None:
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg, unused-ignore]
        else:
            probed = max(PROBED_AT_LEAST, int(PROBED_SHARE * self._cells.nlist))
            if self._cells.nlist == MANY_CELLS and 2 * count > len(self):
                probed //= 2
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probed)  # type: ignore[call-arg, unused-ignore]
        # Faiss cuts off a question's numbers too where it multiplies bytes, so they are made as large.
        near, asked = (self._rounded, _bytes(query)) if self._cells is None else (self._cells, query)
        _, found = near.search(asked[None], min(COMPARED * limit, count), params=parameters)
        return self._best(query, np.sort(found[0][found[0] >= 0]), limit)

    @cached_property
    def _rounded(self) -> Any:
        """The vectors by a byte a number."""
        index = faiss.IndexScalarQuantizer(self._flat.d, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
        index.add(_bytes(self._matrix))
        return index

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


def derive(base: Path, gone: Positions, added: Vectors_, path: Path) -> None:
    """Writes the index at `base` without the vectors at these positions (ascending) and with others at its end.

    As `changed`, saved; but a large index's vectors go from file to file, not into memory. Raises as `open` and `save`.
    """
    before = Vectors.open(base)
    order = before._order(gone, len(added), None)
    if not before._keeps_cells(len(order)):
        return before.changed(gone, added).save(path)
    _write_flat(before._pieces(order, added), len(order), path)
    _write(before._moved(before._cells, order, added), cells_of(path))


def cells_of(path: Path) -> Path:
    """Where the cells of a flat index are, if it has any."""
    return path.with_suffix(".cells")


def cell_count(clauses: int) -> int:
    """How many cells so many clauses are put into: some two times the square root, as a power of two.

    Four times the root is learned in four times the time, which is minutes at a million.
    """
    return 1 << round(math.log2(2 * math.sqrt(clauses)))


def _write_flat(pieces: Iterable[Vectors_], size: int, path: Path) -> None:
    """Writes a flat index as faiss does: the index without its vectors, how many numbers follow (8 bytes, 0 so far), then those.

    Faiss hands all to the system at once, which took it 4 to 7 s of CPU for a million, by the megabyte 0.5.
    """
    empty = faiss.IndexFlatIP(DIMENSION)
    empty.ntotal = size
    with path.open("wb") as file:
        file.write(faiss.serialize_index(empty)[:-8].tobytes() + np.uint64(size * DIMENSION).tobytes())
        for piece in pieces:
            for first in range(0, len(piece), AT_ONCE):
                file.write(piece[first : first + AT_ONCE].data)


def _write(index: Any, path: Path) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # faiss's own word for it; the reason stands in brackets at its end
        raise OSError(errno.EIO, str(error).rpartition("(")[2].rstrip(")"), str(path)) from None


def _bytes(numbers: Vectors_) -> Vectors_:
    """Whole numbers from -127 to 127, all by one scale: which vectors are nearest does not depend on it."""
    found: Vectors_ = np.rint(numbers * np.float32(127 / max(float(np.abs(numbers).max()), 1e-9)))
    return found


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
