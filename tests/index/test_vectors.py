from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from index import vectors
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


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Vectors in groups, as texts on few subjects are, and so many that cells are learned."""
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 3000)
    monkeypatch.setattr(vectors, "EXACT_AMONG", 500)
    random = np.random.default_rng(3)
    rows = UNIT[random.integers(0, 40, 4000)] + 0.04 * random.normal(size=(4000, 384)).astype(np.float32)
    units: np.ndarray[tuple[int, int], np.dtype[np.float32]] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def recall(index: Vectors, matrix: Any, among: Any) -> float:
    """How many of the ten nearest are found, with their true cosines."""
    found = 0
    for query in matrix[::97]:
        positions, cosines = index.nearest(query, 10, among)
        assert np.allclose(cosines, matrix[positions] @ query, atol=1e-5)
        assert among[positions].all()
        found += len(set(nearest(matrix, query, among)) & set(positions.tolist()))
    return found / (10 * len(matrix[::97]))


def nearest(matrix: Any, query: Any, among: Any) -> list[int]:
    return [int(at) for at in np.argsort(-(matrix @ query)) if among[at]][:10]


@pytest.mark.parametrize(("share", "least"), [(1.0, 0.97), (0.5, 0.97), (0.05, 1.0)])
def test_cells_find_the_nearest_among_all_and_among_any_part(large: Any, share: float, least: float) -> None:
    among = np.random.default_rng(1).random(len(large)) < share
    assert recall(Vectors.of(large), large, among) >= least


@pytest.mark.parametrize("share", [1.0, 0.5, 0.05])
def test_a_copy_of_a_byte_a_number_finds_the_nearest(large: Any, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10_000)
    monkeypatch.setattr(vectors, "ROUNDED_FROM", 1000)
    among = np.random.default_rng(1).random(len(large)) < share
    index = Vectors.of(large)
    assert recall(index, large, among) >= 0.999
    assert ("_rounded" in vars(index)) == (share > 0.25)


def test_of_very_many_cells_half_will_do_where_most_clauses_may_be_found(large: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    index, asked = Vectors.of(large), []
    monkeypatch.setattr(vectors, "PROBED_AT_LEAST", 64)
    monkeypatch.setattr(vectors, "MANY_CELLS", vectors.cell_count(len(large)))
    parameters = faiss.SearchParametersIVF
    monkeypatch.setattr(faiss, "SearchParametersIVF", lambda **given: asked.append(given["nprobe"]) or parameters(**given))
    for share, probed in ((1.0, 32), (0.8, 32), (0.3, 64)):
        among = np.random.default_rng(1).random(len(large)) < share
        assert recall(index, large, among) >= 0.97
        assert asked[-1] == probed


def test_one_run_of_clauses_is_searched_exactly_in_a_large_index(large: Any) -> None:
    among = np.zeros(len(large), np.bool_)
    among[700:900] = True
    assert recall(Vectors.of(large), large, among) == 1.0


def test_a_large_index_is_opened_as_it_was_saved(large: Any, tmp_path: Path) -> None:
    Vectors.of(large).save(tmp_path / "v.faiss")
    assert (tmp_path / "v.cells").exists()
    among = np.ones(len(large), np.bool_)
    expected = Vectors.of(large).nearest(large[5], 20, among)[0].tolist()
    assert Vectors.open(tmp_path / "v.faiss").nearest(large[5], 20, among)[0].tolist() == expected


def test_cells_of_another_index_are_refused(large: Any, tmp_path: Path) -> None:
    Vectors.of(large).save(tmp_path / "v.faiss")
    Vectors.of(UNIT).save(tmp_path / "v.faiss")
    with pytest.raises(SnapshotDamaged, match=r"v\.cells"):
        Vectors.open(tmp_path / "v.faiss")


@pytest.mark.parametrize("exact", [True, False])
def test_an_index_that_was_changed_is_the_one_made_anew(large: Any, exact: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if exact:
        monkeypatch.setattr(vectors, "EXACT_UP_TO", 10_000)
    gone = np.array([0, 7, 8, 1999, 3999])
    Vectors.of(large).save(tmp_path / "v.faiss")
    changed = Vectors.open(tmp_path / "v.faiss").changed(gone, UNIT[:30])
    expected = np.concatenate([np.delete(large, gone, axis=0), UNIT[:30]])
    assert np.array_equal(changed._matrix, expected)
    assert recall(changed, expected, np.ones(len(expected), np.bool_)) >= (1.0 if exact else 0.97)
    assert changed.nearest(UNIT[4], 1, np.ones(len(expected), np.bool_))[0].tolist() == [len(large) - 5 + 4]


@pytest.mark.parametrize("exact", [True, False])
def test_vectors_are_added_where_they_belong_and_the_index_before_is_left_as_it_was(
    large: Any, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if exact:
        monkeypatch.setattr(vectors, "EXACT_UP_TO", 10_000)
    before, gone, at = Vectors.of(large), np.array([0, 1, 2, 500, 3999]), np.array([0, 10, 11, 3997])
    changed = before.changed(gone, UNIT[:4], at)
    expected = np.insert(np.delete(large, gone, axis=0), at - np.arange(4), UNIT[:4], axis=0)
    assert np.array_equal(changed.matrix, expected)
    for position in (*at.tolist(), 9, 12, 3998):
        assert changed.nearest(expected[position], 1, np.ones(len(expected), np.bool_))[0].tolist() == [position]
    assert np.array_equal(before.matrix, large)
    assert recall(before, large, np.ones(len(large), np.bool_)) >= 0.97


def test_cells_are_learned_anew_only_where_many_more_or_fewer_are_called_for(large: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (Vectors.of(np.resize(large, (size, 384))) for size in (8000, 8400))
    assert (few._cells.nlist, many._cells.nlist) == (128, 256)
    assert few.changed(np.arange(0), np.resize(large, (1000, 384)))._cells.nlist == 256
    monkeypatch.setattr(vectors, "_cells", lambda matrix: pytest.fail("learned anew"))
    assert many.changed(np.arange(1000), UNIT)._cells.nlist == 256
    assert few.changed(np.arange(1000), UNIT)._cells.nlist == 128


def test_an_index_that_shrinks_is_exact_again(large: Any) -> None:
    changed = Vectors.of(large).changed(np.arange(2000), UNIT[:5])
    assert (len(changed), changed._cells) == (2005, None)
