"""Disks that fail and files that were damaged: the old snapshot is served, or a refusal names what is wrong."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import snapshot
from index.errors import SnapshotDamaged
from index.settings import Settings
from tests.index import faults, policies


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler to make system calls fail")
def test_whichever_write_fails_an_ingest_publishes_whole_or_not_at_all_and_says_so(tmp_path: Path) -> None:
    """Some of the calls; `python -m tests.bench_faults` fails every one."""
    found = faults.outcomes(tmp_path, every=5)
    assert {outcome.fault for outcome in found} == set(faults.FAULTS)
    assert [outcome for outcome in found if outcome.wrong] == []
    assert [outcome for outcome in found if outcome.served == "000001" and f"Snapshot {outcome.served} is" not in outcome.refusal] == []
    for reason in ("No space left on device", "Input/output error"):
        assert any(reason in outcome.refusal for outcome in found)


FILES = ("policies.db", "clauses.faiss", "manifest.json")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0, 1, 512, -2])
def test_a_truncated_file_is_refused_and_named(settings: Settings, folder: Path, name: str, kept: int) -> None:
    path = published(settings, folder) / name
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SnapshotDamaged, match=name):
        snapshot.current(settings.data_dir)


@pytest.mark.parametrize("name", FILES[:2])
def test_a_file_of_another_snapshot_is_refused_and_named(settings: Settings, folder: Path, name: str) -> None:
    first = published(settings, folder)
    (folder / "tide.txt").write_text(policies.TIDE.replace("180", "90"), encoding="utf-8")
    second = published(settings, folder)
    shutil.copyfile(first / name, second / name)
    with pytest.raises(SnapshotDamaged, match=name):
        snapshot.current(settings.data_dir)


def test_a_file_that_the_manifest_does_not_name_is_refused(settings: Settings, folder: Path) -> None:
    (published(settings, folder) / "clauses.cells").write_bytes(b"")
    with pytest.raises(SnapshotDamaged, match=r"clauses\.cells is not of this snapshot"):
        snapshot.current(settings.data_dir)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_the_place_of_a_file_is_refused_and_named(settings: Settings, folder: Path, name: str) -> None:
    path = published(settings, folder) / name
    path.unlink()
    path.mkdir()
    with pytest.raises(SnapshotDamaged, match=name):
        snapshot.current(settings.data_dir)


@pytest.mark.parametrize("written", [b"", b"\n", b"last", b"../../000001", b"000001\n000002", b"\xff\xfe", b"\0" * 4096, b"1"])
def test_a_pointer_that_is_no_number_is_refused_with_the_numbers_there_are(settings: Settings, folder: Path, written: bytes) -> None:
    published(settings, folder)
    searcher = policies.searcher(settings)
    (settings.data_dir / "CURRENT").write_bytes(written)
    with pytest.raises(SnapshotDamaged, match=r"CURRENT holds .* one that is held: 000001"):
        snapshot.current(settings.data_dir)
    assert not searcher.refresh()
    assert searcher.index.manifest.number == "000001"
    assert "CURRENT" in (searcher.problem or "")


def test_a_pointer_to_a_snapshot_that_is_gone_leaves_the_open_one_served(settings: Settings, folder: Path) -> None:
    published(settings, folder)
    searcher = policies.searcher(settings)
    (settings.data_dir / "CURRENT").write_text("000007\n")
    assert not searcher.refresh()
    assert "000007" in (searcher.problem or "")
    assert searcher.index.find("chat history", vendor="tide").items[0].clause.document.startswith("tide-")


def test_a_clock_that_was_turned_back_deletes_nothing_that_is_needed(settings: Settings, folder: Path) -> None:
    numbers = []
    for days in ("180", "90", "60"):
        (folder / "tide.txt").write_text(policies.TIDE.replace("180", days), encoding="utf-8")
        numbers.append(published(settings, folder).name)
    snapshot.prune(settings.data_dir, keep=1, now=datetime(1971, 1, 1, tzinfo=UTC).timestamp())
    assert sorted(path.name for path in (settings.data_dir / "snapshots").iterdir()) == numbers
    snapshot.prune(settings.data_dir, keep=1, now=time.time() + 3 * snapshot.GRACE_SECONDS)
    assert [path.name for path in (settings.data_dir / "snapshots").iterdir()] == ["000003"]


def published(settings: Settings, folder: Path) -> Path:
    policies.ingest([folder], settings)
    return snapshot.current(settings.data_dir).folder
