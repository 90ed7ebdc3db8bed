"""The vector index of a new snapshot is derived from the one before, and is what it would be if it were made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import snapshot, vectors
from index.embedder import WordHashes
from index.settings import Settings
from index.store import Store
from index.vectors import Vectors
from ingest import pipeline
from tests.index import policies


def indexed(settings: Settings) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The matrix of the current snapshot's index; it must be that of its rows."""
    held = snapshot.current(settings.data_dir)
    store = Store(held.database)
    anew = store.matrix()
    store.close()
    index = Vectors.open(held.vectors)
    found = index._matrix.copy()  # the matrix is the index's own memory, and goes with it
    assert np.array_equal(found, anew)
    return found


@pytest.fixture
def first(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many clauses a first ingest put into the index; from now on none may be made of all rows."""
    policies.ingest([folder], settings)
    count = len(indexed(settings))
    monkeypatch.setattr(Vectors, "of", classmethod(lambda cls, matrix: pytest.fail("made anew")))
    return count


def test_a_new_version_adds_its_clauses_at_the_end(first: int, settings: Settings, folder: Path) -> None:
    tide = folder / "tide.txt"
    tide.write_text(tide.read_text(encoding="utf-8").replace("180 days", "90 days"), encoding="utf-8")
    policies.ingest([folder], settings)
    assert len(indexed(settings)) == first + 3


def test_what_is_read_again_takes_the_place_of_what_was_there(
    first: int, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.versions.digest", lambda made: "other")
    report = policies.ingest([folder], settings)
    assert {receipt.outcome for receipt in report.receipts} == {"read again"}
    assert len(indexed(settings)) == first


def test_a_vendor_that_is_removed_takes_its_vectors_along(first: int, settings: Settings) -> None:
    pipeline.remove("orbit", settings)
    left = indexed(settings)
    assert 0 < len(left) < first
    assert (left @ WordHashes().encode_query("Server logs are deleted after thirty days") < 0.9).all()


def test_a_large_index_keeps_its_cells_beside_it_and_the_manifest_knows_them(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 4)
    monkeypatch.setattr(vectors, "cell_count", lambda clauses: 2)
    policies.ingest([folder], settings)
    held = snapshot.current(settings.data_dir)
    assert set(held.manifest.files) == {"policies.db", "clauses.faiss", "clauses.cells"}
    hit = policies.searcher(settings).index.find("server logs deleted", limit=1, mode="semantic").items[0]
    assert hit.clause.text == "Server logs are deleted after thirty days."
    (held.folder / "clauses.cells").write_bytes(b"other")
    with pytest.raises(snapshot.SnapshotDamaged, match=r"clauses\.cells"):
        snapshot.current(settings.data_dir)
