"""Ingests that are killed at random moments, and what must still be true afterwards.

As a program it begins what is killed: `python -m tests.index.killing FOLDER DATA` says `ready` when all is imported; for each line it is
sent it begins an ingest in a process of its own, says that process's number and, when it is gone, its exit status.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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
    command = [sys.executable, "-m", "tests.index.killing", str(folder), str(settings.data_dir)]
    # Not buffered here: what is read is all there is.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as beginner:
        said, told = beginner.stdout, beginner.stdin
        assert said is not None
        assert told is not None
        assert said.readline() == b"ready\n"
        for turn in range(times + 1):
            days = f"{turn + 200} days"
            (folder / "tide.txt").write_text(policies.TIDE.replace("180 days", days), encoding="utf-8")
            before = snapshot.current(settings.data_dir).manifest.number
            told.write(b"\n")
            pid = int(said.readline())
            began = time.monotonic()
            if not select.select([said], [], [], chance.uniform(0, 1.1 * took) if turn else 60)[0]:
                with contextlib.suppress(ProcessLookupError):  # it ended by itself a moment ago
                    os.kill(pid, signal.SIGKILL)
            status = int(said.readline())
            took = max(took, time.monotonic() - began) if status == 0 else took
            assert status in (0, signal.SIGKILL), "an ingest fails by being killed alone"
            after = snapshot.current(settings.data_dir).manifest
            assert after.number == before or after.parent == before
            outcome.killed += after.number == before
            outcome.published += after.number != before
        told.close()
    return outcome


def begin(folder: Path, settings: Settings, said: IO[str]) -> None:
    """One ingest, in a process of its own. A fork costs nothing; importing everything for each took ten times the ingest itself."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = bool(policies.ingest([folder], settings).refused)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    print(pid, file=said, flush=True)
    print(os.waitpid(pid, 0)[1], file=said, flush=True)


def main() -> None:
    folder, data_dir = map(Path, sys.argv[1:])
    print("ready", flush=True)
    for _ in sys.stdin:
        begin(folder, Settings(data_dir=data_dir), sys.stdout)


if __name__ == "__main__":
    main()
