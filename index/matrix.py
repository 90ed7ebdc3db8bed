"""What each clause is found by: its own vector with some of its section title's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, text

from index.embedder import DIMENSION, Vectors

# How much of its section title's vector a clause is found by. Of 82 questions the answer was among the first five for 66 without the
# title, for 73 with 0.3, for 70 with 0.5.
TITLE_WEIGHT = 0.3
AT_ONCE = 10_000


def matrix(engine: Engine, after: int = 0) -> Vectors:
    """One unit vector a clause, in the order of the rows, of the rows above `after`."""
    asked = text("SELECT vector, json_extract(section, '$[#-1]') FROM clause WHERE row > :after ORDER BY row")
    with engine.connect() as connection:
        size = connection.execute(text("SELECT count(*) FROM clause WHERE row > :after"), {"after": after}).scalar_one()
        titles = {title: np.frombuffer(vector, np.float32) for title, vector in connection.execute(text("SELECT text, vector FROM title"))}
        units: Vectors = np.empty((size, DIMENSION), np.float32)
        at = 0
        for rows in connection.execution_options(stream_results=True).execute(asked, {"after": after}).partitions(AT_ONCE):
            own = np.frombuffer(b"".join(vector for vector, _ in rows), np.float32).reshape(-1, DIMENSION)
            units[at : at + len(rows)] = found_by(own, [title for _, title in rows], titles)
            at += len(rows)
    return units


def found_by(own: Vectors, titled: Sequence[str | None], titles: Mapping[str, Vectors]) -> Vectors:
    """What clauses are found by, of their own vectors and the titles they stand under."""
    nothing = np.zeros(DIMENSION, np.float32)
    found = own + TITLE_WEIGHT * np.array([titles[title] if title is not None else nothing for title in titled], np.float32).reshape(
        own.shape
    )
    units: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
    return units


def last_row(engine: Engine) -> int:
    """The highest row there is; 0 for none."""
    with engine.connect() as connection:
        found: int = connection.execute(text("SELECT coalesce(max(row), 0) FROM clause")).scalar_one()
        return found


def positions(engine: Engine, deleted: Sequence[int], last: int) -> npt.NDArray[np.int64]:
    """Where these rows stood, ascending, among all rows up to `last` as they were before these were deleted."""
    gone = np.unique(np.array([row for row in deleted if row <= last], np.int64))
    if not len(gone):
        return gone
    # A document's rows have no gap, so its first one and their number stand for all: 10,000 documents are asked for, not a million rows.
    asked = text("SELECT min(row), count(*) FROM clause WHERE row <= :last GROUP BY document ORDER BY 1")
    with engine.connect() as connection:
        runs = np.array([tuple(run) for run in connection.execute(asked, {"last": last})], np.int64).reshape(-1, 2)
    kept = np.concatenate([[0], np.cumsum(runs[:, 1])])
    before: npt.NDArray[np.int64] = kept[np.searchsorted(runs[:, 0], gone)] + np.arange(len(gone))
    return before
