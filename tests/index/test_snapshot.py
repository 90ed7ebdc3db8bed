from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from index import snapshot
from index.errors import IngestRunning, SnapshotDamaged, SnapshotMissing
from index.settings import Settings
from tests.index import policies


def test_nothing_ingested_is_said_with_the_command_that_ingests(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing, match="python -m ingest run"):
        snapshot.current(tmp_path)


def test_the_manifest_says_what_the_snapshot_holds_and_by_what_it_was_made(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    found = snapshot.current(settings.data_dir).manifest
    assert (found.number, found.parent, found.made.model_name) == ("000001", None, "word-hashes")
    assert (found.counts["vendors"], found.counts["documents"]) == (3, 3)
    assert set(found.files) == {"policies.db", "clauses.faiss"}


@pytest.mark.parametrize("name", ["policies.db", "clauses.faiss"])
def test_one_altered_bit_is_refused_and_the_file_is_named(settings: Settings, folder: Path, name: str) -> None:
    policies.ingest([folder], settings)
    path = snapshot.current(settings.data_dir).folder / name
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(bytes(altered))
    with pytest.raises(SnapshotDamaged, match=name):
        snapshot.current(settings.data_dir)


@pytest.mark.parametrize("name", ["policies.db", "clauses.faiss", "manifest.json"])
def test_a_missing_file_is_refused_and_named(settings: Settings, folder: Path, name: str) -> None:
    policies.ingest([folder], settings)
    (snapshot.current(settings.data_dir).folder / name).unlink()
    with pytest.raises(SnapshotDamaged, match=name):
        snapshot.current(settings.data_dir)


@pytest.mark.parametrize("written", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_manifest_that_makes_no_sense_is_refused(settings: Settings, folder: Path, written: str) -> None:
    policies.ingest([folder], settings)
    (snapshot.current(settings.data_dir).folder / "manifest.json").write_text(written)
    with pytest.raises(SnapshotDamaged, match="manifest"):
        snapshot.current(settings.data_dir)


def test_a_second_ingest_is_refused_while_one_runs(settings: Settings, folder: Path) -> None:
    with snapshot.lock(settings.data_dir), pytest.raises(IngestRunning, match="Another ingest"):
        policies.ingest([folder], settings)
    assert policies.ingest([folder], settings).published


def test_what_a_killed_ingest_left_is_cleared_by_the_next(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    left = settings.data_dir / "snapshots" / ".draft-killed"
    left.mkdir()
    (left / "policies.db").write_bytes(b"half")
    policies.ingest([folder], settings)
    assert [path.name for path in (settings.data_dir / "snapshots").iterdir()] == ["000001"]


def test_a_rollback_serves_the_snapshot_before_and_the_next_ingest_goes_on_from_it(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    (folder / "tide.txt").write_text(policies.TIDE.replace("180", "90"), encoding="utf-8")
    policies.ingest([folder], settings)
    assert snapshot.current(settings.data_dir).manifest.number == "000002"
    assert snapshot.rollback(settings.data_dir).manifest.number == "000001"
    assert snapshot.current(settings.data_dir).manifest.counts["documents"] == 3
    with pytest.raises(SnapshotMissing, match="nothing to roll back to"):
        snapshot.rollback(settings.data_dir)
    policies.ingest([folder], settings)
    now = snapshot.current(settings.data_dir).manifest
    assert (now.number, now.parent) == ("000003", "000001")


def test_old_snapshots_are_pruned_but_not_while_they_may_still_be_read(settings: Settings, folder: Path) -> None:
    for days in ("180", "90", "60", "30", "7"):
        (folder / "tide.txt").write_text(policies.TIDE.replace("180", days), encoding="utf-8")
        policies.ingest([folder], settings)
    kept = lambda: sorted(path.name for path in (settings.data_dir / "snapshots").iterdir())  # noqa: E731
    assert len(kept()) == 5
    snapshot.prune(settings.data_dir, keep=3, now=time.time() + 2 * snapshot.GRACE_SECONDS)
    assert kept() == ["000003", "000004", "000005"]
    assert [manifest.number for manifest in snapshot.history(settings.data_dir)] == ["000005", "000004", "000003"]


def test_the_pointer_is_a_number_that_a_person_can_read(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    assert (settings.data_dir / "CURRENT").read_text() == "000001\n"
    assert json.loads((settings.data_dir / "snapshots" / "000001" / "manifest.json").read_text())["counts"]["vendors"] == 3
