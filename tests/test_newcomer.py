"""What `make run` does, for real: the samples ingested with the shipped model, the service started, its three suggestions followed."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

TOP = Path(__file__).resolve().parents[1]
SAMPLES = ["fernly", "harborhr", "lanternops", "paywren", "quillmeet", "yunque"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data_dir = tmp_path_factory.mktemp("newcomer")
    return {**os.environ, "VPI_DATA_DIR": str(data_dir), "VPI_PORT": str(port), "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def said(environment: dict[str, str]) -> Iterator[str]:
    """What the service prints once it listens; it runs until the tests of this file are over."""
    ingest = [sys.executable, "-m", "ingest", "run", "samples", "--json"]
    subprocess.run(ingest, cwd=TOP, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=600)
    command = [sys.executable, "-m", "app"]
    with subprocess.Popen(command, cwd=TOP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout is not None
            yield greeting(running.stdout)
        finally:
            running.terminate()


def greeting(stdout: IO[str]) -> str:
    lines = []
    for line in stdout:
        lines.append(line)
        if "/v1/search" in line:
            break
    return "".join(lines)


def get(address: str) -> dict[str, object]:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return dict(json.loads(answer.read()))


def test_the_three_suggestions_are_answered(said: str) -> None:
    addresses = re.findall(r"curl -s '(http://127\.0\.0\.1:\d+/v1/[^']+)'", said)
    assert len(addresses) == 3
    collects, retention, search = (get(address) for address in addresses)
    assert collects["vendor"] in SAMPLES
    assert len(retention["items"]) == 5  # type: ignore[arg-type]
    assert len(search["items"]) == 3  # type: ignore[arg-type]
    assert len(search["restricted_to"]) == 1  # type: ignore[arg-type]


def test_all_six_samples_are_served(said: str, environment: dict[str, str]) -> None:
    vendors = get(f"http://127.0.0.1:{environment['VPI_PORT']}/v1/vendors")
    assert [vendor["id"] for vendor in vendors["items"]] == SAMPLES  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("question", "vendor", "words"),
    [
        ("how long does Fernly keep IP addresses", "fernly", "14 days"),
        ("does PayWren sell personal data", "paywren", "sell"),
        ("云雀 操作日志保存多久", "yunque", "日志"),
    ],
)
def test_a_question_finds_the_clause_that_answers(said: str, environment: dict[str, str], question: str, vendor: str, words: str) -> None:
    query = urllib.parse.urlencode({"q": question, "limit": 3})
    found = get(f"http://127.0.0.1:{environment['VPI_PORT']}/v1/search?{query}")
    clauses = [hit["clause"] for hit in found["items"]]  # type: ignore[attr-defined]
    assert {clause["vendor"] for clause in clauses} == {vendor}
    assert any(words in clause["text"] for clause in clauses)


def test_an_ingest_of_what_has_not_changed_publishes_nothing(said: str, environment: dict[str, str]) -> None:
    before = Path(environment["VPI_DATA_DIR"], "CURRENT").read_text()
    ingest = [sys.executable, "-m", "ingest", "run", "samples", "--json"]
    subprocess.run(ingest, cwd=TOP, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=600)
    assert Path(environment["VPI_DATA_DIR"], "CURRENT").read_text() == before
