"""Ingests killed at random moments while clients search over HTTP: `python -m tests.bench_kill [--kills 25]`."""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.main import create_app
from index import snapshot
from index.embedder import WordHashes
from index.settings import Settings
from tests.index import policies
from tests.index.killing import kill_ingests

PORT = 8899
# Between two searches of a client: what is to be shown is that none fails, not how many there are.
PAUSE = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as at:
        settings = Settings(data_dir=Path(at) / "data", reload_seconds=0.2, log_level="ERROR")
        folder = policies.folder(Path(at) / "policies")
        policies.ingest([folder], settings)
        server = uvicorn.Server(uvicorn.Config(create_app(settings, WordHashes()), port=PORT, log_config=None))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        stop, asked, failed = threading.Event(), list[int](), list[str]()
        clients = [threading.Thread(target=search, args=(stop, asked, failed)) for _ in range(args.clients)]
        for client in clients:
            client.start()
        before = snapshot.current(settings.data_dir).manifest.number
        outcome = kill_ingests(args.kills, folder, settings, args.seed)
        stop.set()
        for client in clients:
            client.join()
        served = httpx.get(f"http://127.0.0.1:{PORT}/readyz", trust_env=False).json()["snapshot"]
        report = policies.ingest([folder], settings)
        left = list((settings.data_dir / "snapshots").glob(".draft-*"))
        server.should_exit = True
    print(f"{outcome.killed} ingests killed before they published, {outcome.published} after or not at all")
    print(f"{len(asked)} searches by {args.clients} clients meanwhile, {len(failed)} failed")
    print(f"snapshot {served} served at the end; {before} when they began")
    print(f"afterwards: {len(report.receipts)} sources taken, {len(report.refused)} refused, {len(left)} drafts left")
    for failure in failed[:10]:
        print(failure)
    raise SystemExit(bool(failed or left or report.refused))


def search(stop: threading.Event, asked: list[int], failed: list[str]) -> None:
    """Searches again and again; every hit must be the text of its document at its offsets."""
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as client:
        while not stop.is_set():
            time.sleep(PAUSE)
            asked.append(0)
            answer = client.get("/v1/search", params={"q": "chat history kept days", "vendor": "tide"})
            if answer.status_code != 200:
                failed.append(f"{answer.status_code}: {answer.text[:200]}")
                continue
            failed.extend(wrong for hit in answer.json()["items"][:1] if (wrong := mixed(client, hit["clause"])))


def mixed(client: httpx.Client, clause: dict[str, Any]) -> str:
    """What is wrong with a hit, empty when nothing is. A newer snapshot may answer by now, and holds the older versions too."""
    answer = client.get(f"/v1/documents/{clause['document']}/text")
    if answer.status_code != 200:
        return f"{answer.status_code}: {answer.text[:200]}"
    return "" if answer.text[clause["start"] : clause["end"]] == clause["text"] else f"mixed: {clause['id']}"


if __name__ == "__main__":
    main()
