from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index import snapshot
from index.embedder import WordHashes
from ingest import cli, job
from tests.index import policies

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three policies and an empty data folder, with word hashes for a model and the facts of the tests."""
    monkeypatch.setenv("VPI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "Embedder", lambda model, threads: WordHashes())
    monkeypatch.setattr(job, "shipped", lambda: policies.found)
    return policies.folder(tmp_path / "policies")


def run(*words: str, status: int = 0) -> str:
    result = RUN.invoke(cli.app, list(words))
    assert result.exit_code == status, (result.output, result.exception)
    return result.output


def test_run_reports_a_line_a_source_and_then_that_nothing_changed(folder: Path) -> None:
    first = run("run", str(folder))
    assert [line.split()[:2] for line in first.splitlines()[:3]] == [["new", "orbit"], ["new", "tide"], ["new", "hill"]]
    assert "Snapshot 000001 is served." in first
    assert "Nothing changed." in run("run", str(folder))


def test_a_refused_source_is_status_1_and_named(folder: Path) -> None:
    (folder / "tide.txt").write_bytes(b"")
    assert "tide" in run("run", str(folder), status=1)
    found = json.loads(run("run", str(folder), "--json", status=1))
    assert [receipt["vendor"] for receipt in found["receipts"] if receipt["outcome"] == "refused"] == ["tide"]


def test_every_command_answers_json(folder: Path) -> None:
    assert json.loads(run("run", str(folder), "--json"))["snapshot"] == "000001"
    assert {document["vendor"] for document in json.loads(run("list", "--json"))} == {"orbit", "tide", "hill"}
    shown = json.loads(run("show", "tide", "--json"))
    assert [heading["text"] for heading in shown["documents"][0]["outline"]] == ["1. Scope", "2. Storage", "3. Children"]
    assert shown["documents"][0]["facts"] == {"retention": 1}
    assert json.loads(run("verify", "--json"))["counts"]["vendors"] == 3
    assert json.loads(run("remove", "tide", "--json")) == {"removed": "tide", "snapshot": "000002"}
    assert json.loads(run("rollback", "--json"))["number"] == "000001"


def test_people_read_outlines_and_lists(folder: Path) -> None:
    run("run", str(folder))
    assert "2. Storage" in run("show", "tide")
    assert "retention 1" in run("show", "tide")
    assert "hill.txt" in run("list")
    assert "is whole: 3 vendors" in run("verify")
    assert "is gone" in run("remove", "tide")
    assert "served again" in run("rollback")


def test_an_address_is_refused_unless_it_is_http(folder: Path) -> None:
    result = RUN.invoke(cli.app, ["url", "ftp://acme.example/p", "--vendor", "acme"])
    assert "no http" in str(result.exception)
    result = RUN.invoke(cli.app, ["url", "http://127.0.0.1/p", "--vendor", "acme"])
    assert result.exit_code == 1
    assert snapshot.pointer(folder.parent / "data") is None


@pytest.mark.parametrize("command", ["run", "url", "list", "show", "verify", "rollback", "remove"])
def test_every_command_explains_itself(command: str) -> None:
    assert "--json" in run(command, "--help")


def test_a_refusal_is_one_line_on_stderr_and_status_1(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "ingest", "verify"], capture_output=True, text=True, env={"VPI_DATA_DIR": str(tmp_path), "PATH": ""}
    )
    assert (found.returncode, found.stdout) == (1, "")
    assert "python -m ingest run" in found.stderr
    assert "Traceback" not in found.stderr
