"""Work spread over processes and machines: the snapshot is that of a single run, word for word."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from index.domain import Policy
from index.embedder import Encoder, WordHashes
from index.errors import EvidenceBroken, StorageFailed
from index.facts import Evidence
from index.settings import Settings
from ingest import cli, pipeline, sources
from ingest.findings import Find, workers
from tests.index import policies


def nothing(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    raise AssertionError(f"{policy.document} is read again")


def test_shards_put_together_are_what_a_single_run_makes(folder: Path, tmp_path: Path) -> None:
    given = sources.of([str(folder)])
    single, spread = Settings(data_dir=tmp_path / "single"), Settings(data_dir=tmp_path / "spread")
    pipeline.ingest(given, single, WordHashes(), policies.found)
    done = []
    for number in (2, 1):
        receipts = pipeline.shard(given, number, 2, tmp_path / "parts", spread, WordHashes(), policies.found)
        done += [receipt.vendor for receipt in receipts if receipt.outcome == "new"]
    assert done == ["tide", "orbit", "hill"]
    report = pipeline.ingest(given, spread, WordHashes(), nothing, parts=tmp_path / "parts")
    assert [receipt.outcome for receipt in report.receipts] == ["new", "new", "new"]
    assert policies.held(spread) == policies.held(single)
    assert len(policies.held(single)["facts"]) > 100


def test_a_shard_goes_on_where_it_was_and_a_run_does_what_is_missing_or_broken(folder: Path, tmp_path: Path) -> None:
    given, settings, parts = sources.of([str(folder)]), Settings(data_dir=tmp_path / "data"), tmp_path / "parts"
    pipeline.shard(given, 1, 2, parts, settings, WordHashes(), policies.found)
    again = pipeline.shard(given, 1, 2, parts, settings, WordHashes(), nothing)
    assert [receipt.outcome for receipt in again] == ["unchanged", "unchanged"]
    broken = next(parts.glob("orbit*"))
    broken.write_bytes(broken.read_bytes()[:100])
    read: list[str] = []

    def find(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
        read.append(policy.vendor.id)
        return policies.found(policy, encoder)

    assert pipeline.ingest(given, settings, WordHashes(), find, parts=parts).refused == []
    assert sorted(read) == ["orbit", "tide"]


def test_a_part_of_other_words_for_a_vendor_or_other_rules_is_not_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, settings, parts = sources.of([str(folder)]), Settings(data_dir=tmp_path / "data"), tmp_path / "parts"
    pipeline.shard(given, 1, 1, parts, settings, WordHashes(), policies.found)
    manifest = folder / "vendors.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("Tide Chat", "Tidal"), encoding="utf-8")
    other = [source for source in sources.of([str(folder)]) if source.vendor.id == "tide"]
    with pytest.raises(AssertionError, match="tide"):
        pipeline.ingest(other, settings, WordHashes(), nothing, parts=parts)
    monkeypatch.setattr(pipeline.versions, "digest", lambda made: "other rules")
    with pytest.raises(AssertionError, match="orbit"):
        pipeline.ingest(given, settings, WordHashes(), nothing, parts=parts)


def broken(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    """One policy is refused, one takes its process down with it."""
    if policy.vendor.id == "hill":
        raise EvidenceBroken(f"{policy.document}: refused for the test")
    if policy.vendor.id == "tide" and "VPI_TEST_MAIN" not in os.environ:
        os._exit(3)
    return policies.found(policy, encoder)


def tools_that_break() -> tuple[Encoder, Find]:
    os.environ.pop("VPI_TEST_MAIN", None)
    return WordHashes(), broken


def test_processes_beside_each_other_find_what_one_finds(folder: Path, tmp_path: Path) -> None:
    given = sources.of([str(folder)])
    single, spread = Settings(data_dir=tmp_path / "single"), Settings(data_dir=tmp_path / "spread")
    pipeline.ingest(given, single, WordHashes(), policies.found)
    with workers(2, policies.tools) as others:
        pipeline.ingest(given, spread, WordHashes(), nothing, workers=others)
    assert policies.held(spread) == policies.held(single)


def test_a_refusal_names_its_document_and_a_process_that_dies_loses_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VPI_TEST_MAIN", "1")
    settings = Settings(data_dir=tmp_path / "data")
    with workers(2, tools_that_break) as others:
        report = pipeline.ingest(sources.of([str(folder)]), settings, WordHashes(), broken, workers=others)
    assert [(receipt.vendor, receipt.outcome) for receipt in report.receipts] == [("orbit", "new"), ("tide", "new"), ("hill", "refused")]
    assert "hill-" in (report.refused[0].reason or "")


def test_what_is_asked_of_processes_that_have_died_is_done_here(folder: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with workers(2, policies.tools) as others:
        assert others is not None
        with pytest.raises(BrokenExecutor):
            others._executor.submit(os._exit, 3).result()
        report = pipeline.ingest(sources.of([str(folder)]), settings, WordHashes(), policies.found, workers=others)
    assert [receipt.outcome for receipt in report.receipts] == ["new", "new", "new"]


STARTS_WORKERS = """
import os, signal
from ingest.findings import workers
from tests.index import policies

if __name__ == "__main__":
    with workers(2, policies.tools) as others:
        print(others._executor.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_the_one_that_started_them_however_it_ended(tmp_path: Path) -> None:
    script = tmp_path / "starts.py"
    script.write_text(STARTS_WORKERS, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    # Its workers write where it does: the output ends when the last of them is gone.
    ended = subprocess.run([sys.executable, script], env=os.environ | {"PYTHONPATH": root}, capture_output=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert int(ended.stdout) > 0


@pytest.mark.parametrize("said", [b"[]", b'{"facts": [{"kind": "none"}], "embedded": [], "titles": []}'])
def test_a_part_that_says_something_else_is_done_again(said: bytes, folder: Path, tmp_path: Path) -> None:
    given, settings, parts = sources.of([str(folder)]), Settings(data_dir=tmp_path / "data"), tmp_path / "parts"
    pipeline.shard(given, 1, 1, parts, settings, WordHashes(), policies.found)
    for part in parts.iterdir():
        with np.load(part) as held:
            kept = dict(held)
        np.savez(part, **kept | {"said": np.frombuffer(said, np.uint8)})
    report = pipeline.ingest(given, settings, WordHashes(), policies.found, parts=parts)
    assert [receipt.outcome for receipt in report.receipts] == ["new", "new", "new"]


def test_a_disk_that_takes_no_part_is_named_and_no_piece_is_left(folder: Path, tmp_path: Path) -> None:
    given, settings, parts = sources.of([str(folder)]), Settings(data_dir=tmp_path / "data"), tmp_path / "parts"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(StorageFailed, match=r"Could not write .*parts: File too large"):
            pipeline.shard(given, 1, 1, parts, settings, WordHashes(), policies.found)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(parts.iterdir()) == []
    done = pipeline.shard(given, 1, 1, parts, settings, WordHashes(), policies.found)
    assert [receipt.outcome for receipt in done] == ["new", "new", "new"]
    unreadable = next(parts.glob("tide*"))
    unreadable.unlink()
    unreadable.mkdir()
    with pytest.raises(StorageFailed, match=rf"Could not read .*{unreadable.name}: Is a directory"):
        pipeline.shard(given, 1, 1, parts, settings, WordHashes(), policies.found)


def test_a_folder_of_parts_that_cannot_be_made_is_one_line_and_status_1(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(cli, "Embedder", lambda model, threads: WordHashes())
    monkeypatch.setattr(sys, "argv", ["ingest", "shard", "1/1", str(folder), "--parts", str(tmp_path / "file" / "parts")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "file/parts: Not a directory" in said.err


@pytest.mark.parametrize("which", ["3", "0/2", "3/2", "a/b", "1/"])
def test_a_share_that_is_none_is_refused(which: str, folder: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(cli.app, ["shard", which, str(folder), "--parts", str(tmp_path)])
    assert found.exit_code == 2
    assert "1/8" in found.output


def test_a_run_refuses_a_folder_of_parts_that_is_not_there_by_name_and_makes_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(cli.app, ["run", str(folder), "--parts", "patrs"])
    assert (found.exit_code, "'patrs' does not exist" in found.output) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["policies"]
