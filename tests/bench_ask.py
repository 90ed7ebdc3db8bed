"""Asking beside searching, on the same questions: `python -m tests.bench_ask [--data FOLDER]`.

One client, no answer remembered. Each question is searched for and asked in turn: with a vector new to the service, then with a known one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.bench_lookups import ROOT, free, running
from tests.bench_scale import questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="an index that was ingested before; left out, the samples are ingested")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as at:
        data, port = args.data or Path(at) / "data", free()
        environment = os.environ | {"VPI_DATA_DIR": str(data), "VPI_PORT": str(port), "VPI_ANSWERS_MB": "0"}
        if not args.data:
            subprocess.run([sys.executable, "-m", "ingest", "run", str(ROOT / "samples")], env=environment, check=True, cwd=ROOT)
        with running(["-m", "app"], environment, port, "/readyz"), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            compare(client, questions())


def compare(client: httpx.Client, asked: list[str]) -> None:
    def search(question: str) -> httpx.Response:
        return client.get("/v1/search", params={"q": question})

    def ask(question: str) -> httpx.Response:
        return client.post("/v1/ask", json={"question": question})

    for question in asked[:20]:
        took(search, f"{question} (warm)"), took(ask, f"{question} (warm)")
    new = [(took(search, question), took(ask, f"{question} (again)")) for question in asked]
    known = [(took(search, question), took(ask, question)) for question in asked]
    for name, pairs in (("vector new", new), ("vector known", known)):
        searched, answered = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
        print(f"{name:12}  {len(pairs)} questions  p50 search {searched:.1f} ms, ask {answered:.1f} ms  ratio {answered / searched:.2f}")


def took(send: Callable[[str], httpx.Response], question: str) -> float:
    """Milliseconds until the answer to a question is read; a refusal ends the measurement."""
    began = time.perf_counter()
    send(question).raise_for_status()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
