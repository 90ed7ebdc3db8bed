"""Ingests that are killed at random moments, and what must still be true afterwards.

As a program it is the ingest to be killed: `python -m tests.index.killing FOLDER DATA` says `ready` when all is imported, then works.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from index import snapshot
from index.settings import Settings
from tests.index import policies


@dataclass
class Outcome:
    """How many ingests were killed before they published, and how many were quicker."""

    killed: int = 0
    published: int = 0


def kill_ingests(times: int, folder: Path, settings: Settings, seed: int) -> Outcome:
    """Changes a policy, starts an ingest and kills it (SIGKILL) at a random moment of its work; the first lives, to be timed.

    After each the current snapshot must be whole, and either the one before or the one the ingest made.
    """
    chance, outcome, took = random.Random(seed), Outcome(), 0.0
    for turn in range(times + 1):
        days = f"{turn + 200} days"
        (folder / "tide.txt").write_text(policies.TIDE.replace("180 days", days), encoding="utf-8")
        before = snapshot.current(settings.data_dir).manifest.number
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.index.killing", str(folder), str(settings.data_dir)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        began = time.monotonic()
        try:
            child.wait(timeout=chance.uniform(0, 1.1 * took) if turn else 60)
            took = time.monotonic() - began
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        child.stdout.close()
        after = snapshot.current(settings.data_dir).manifest
        assert after.number == before or after.parent == before
        outcome.killed += after.number == before
        outcome.published += after.number != before
    return outcome


def main() -> None:
    folder, data_dir = sys.argv[1:]
    print("ready", flush=True)
    policies.ingest([Path(folder)], Settings(data_dir=Path(data_dir)))


if __name__ == "__main__":
    main()
