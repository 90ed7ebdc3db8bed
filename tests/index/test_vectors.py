from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.errors import SnapshotDamaged
from index.vectors import Vectors

RANDOM = np.random.default_rng(7).normal(size=(500, 384)).astype(np.float32)
UNIT = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
ALL = np.ones(500, np.bool_)


@pytest.mark.parametrize("share", [1.0, 0.9, 0.5, 0.1, 0.01])
def test_search_is_exact_among_all_and_among_any_part(share: float) -> None:
    among = np.random.default_rng(1).random(500) < share
    query = UNIT[3] * 0.6 + UNIT[4] * 0.8
    query /= np.linalg.norm(query)
    positions, cosines = Vectors.of(UNIT).nearest(query, 10, among)
    expected = [at for at in np.argsort(-(UNIT @ query)) if among[at]][:10]
    assert positions.tolist() == expected[: len(positions)]
    assert len(positions) == min(10, int(among.sum()))
    assert np.allclose(cosines, UNIT[positions] @ query, atol=1e-5)


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    Vectors.of(UNIT).save(tmp_path / "v")
    opened = Vectors.open(tmp_path / "v")
    assert len(opened) == 500
    assert np.array_equal(opened.cosines(UNIT[0], np.arange(500)), Vectors.of(UNIT).cosines(UNIT[0], np.arange(500)))


def test_no_clauses_no_neighbours() -> None:
    positions, cosines = Vectors.of(np.zeros((0, 384), np.float32)).nearest(UNIT[0], 5, np.zeros(0, np.bool_))
    assert (len(positions), len(cosines)) == (0, 0)


def test_another_kind_of_index_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexFlatL2(384), str(tmp_path / "v"))
    with pytest.raises(SnapshotDamaged, match="IndexFlatL2"):
        Vectors.open(tmp_path / "v")
