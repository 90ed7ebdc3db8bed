from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index import snapshot
from index.embedder import WordHashes
from index.errors import VpiError
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
    return result.stdout if "--json" in words else result.output


def test_run_reports_a_line_a_source_and_then_that_nothing_changed(folder: Path) -> None:
    first = run("run", str(folder))
    assert re.match(r"\d+ clauses to read", first)
    assert [line.split()[:2] for line in first.splitlines()[1:4]] == [["new", "orbit"], ["new", "tide"], ["new", "hill"]]
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


def test_who_types_commands_is_told_commands(folder: Path) -> None:
    run("run", str(folder))
    for command in ("show", "remove"):
        found = subprocess.run([sys.executable, "-m", "ingest", command, "nobody"], capture_output=True, text=True)
        assert found.returncode == 1
        assert found.stderr == "No policy of 'nobody' is indexed. `python -m ingest list` lists those that are.\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["tool.py"], r"No reader takes \.py files \(tool\.py\)\. Give it as plain text, Markdown, HTML, PDF or DOCX\."),
        (["picture.txt"], "picture.txt is a picture"),
        (["nowhere"], "nowhere is neither a file nor a folder"),
        ([], "no index yet"),
    ],
)
def test_what_cannot_be_ingested_is_refused_before_a_model_or_an_index_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], said: str
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("opened before what was asked for was looked at")

    monkeypatch.setattr(cli, "Embedder", opened)
    monkeypatch.setattr(cli.pipeline, "ingest", opened)
    Path("tool.py").write_text("print('We collect your name.')")
    Path("picture.txt").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(VpiError, match=said):
        RUN.invoke(cli.app, ["run", *given], catch_exceptions=False)


def test_a_damaged_file_does_not_keep_the_others_from_being_read(folder: Path) -> None:
    Path("cut.pdf").write_bytes(b"not one")
    said = run("run", str(folder), "cut.pdf", status=1)
    assert "cut.pdf is called a PDF but does not start like one" in said
    assert "Snapshot 000001 is served." in said


@pytest.mark.parametrize("module", ["ingest", "app", "app.mcp"])
def test_a_wrong_setting_is_one_line_with_its_name_value_and_what_it_may_be(module: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", module, *(["list"] if module == "ingest" else [])]
    wrong = {"VPI_DATA_DIR": str(tmp_path), "PATH": "", "VPI_LOG_LEVEL": "loud"}
    found = subprocess.run(command, capture_output=True, text=True, env=wrong)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    assert found.stderr.startswith("VPI_LOG_LEVEL=loud is refused. It should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'")
