"""An ingest whose n-th write, sync or rename fails, for every n there is, and what must still be true afterwards.

As a program, with `faults.c` loaded before libc, it does the ingests and writes an outcome a line: `python -m tests.index.faults AT EVERY`.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from index import queries, snapshot
from index.errors import StorageFailed
from index.settings import Settings
from tests.index import policies

SOURCE = Path(__file__).with_suffix(".c")
FAULTS = {"disk full": (errno.ENOSPC, True), "broken disk": (errno.EIO, False)}


@dataclass(frozen=True)
class Outcome:
    """What one ingest came to. `served` is the snapshot afterwards; `refusal` what the ingest said, empty when it published."""

    fault: str
    at: int
    served: str
    refusal: str
    wrong: str


def compiled(at: Path) -> Path:
    """The library that makes calls fail. Needs a C compiler."""
    library = at / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


def outcomes(at: Path, every: int) -> list[Outcome]:
    """Ingests with each `every`-th call failing: first as a disk that is full from then on, then as one broken write."""
    environment = {**os.environ, "LD_PRELOAD": str(compiled(at)), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.index.faults", str(at), str(every)]
    said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Outcome(**json.loads(line)) for line in said.splitlines()]


def main() -> None:
    at, every = Path(sys.argv[1]), int(sys.argv[2])
    folder, base = policies.folder(at / "policies"), at / "base"
    _forked(lambda: str(policies.ingest([folder], Settings(data_dir=base)).snapshot))
    (folder / "tide.txt").write_text(policies.TIDE.replace("180 days", "90 days"), encoding="utf-8")
    calls = int(_forked(lambda: _one(folder, base, at / "counted", "none", 0)))
    for fault in FAULTS:
        for number in range(1, calls + 1, every):
            print(_forked(lambda fault=fault, number=number: _one(folder, base, at / "case", fault, number)), flush=True)  # type: ignore[misc]


def _one(folder: Path, base: Path, data_dir: Path, fault: str, at: int) -> str:
    """One ingest in a process of its own; how many calls it made when none is to fail, its outcome otherwise."""
    shutil.rmtree(data_dir, ignore_errors=True)
    shutil.copytree(base, data_dir)
    settings, library = Settings(data_dir=data_dir), ctypes.CDLL(None)
    number, stays = FAULTS.get(fault, (0, False))
    refusal = ""
    library.faults_arm(at, number, stays)
    try:
        policies.ingest([folder], settings)
    except StorageFailed as error:
        refusal = str(error)
    finally:
        made = library.faults_disarm()
    if not at:
        return str(made)
    served = snapshot.current(data_dir).manifest.number
    return json.dumps(asdict(Outcome(fault, at, served, refusal, "; ".join(_wrong(settings, folder, served)))))


def _wrong(settings: Settings, folder: Path, served: str) -> Iterator[str]:
    """What is not as it must be after a fault: the old policy or the new one served, whole, and the next ingest as if nothing had been."""
    expected = {"000001": "180 days", "000002": "90 days"}[served]
    if expected not in _tide(settings):
        yield f"snapshot {served} does not say {expected!r}"
    policies.ingest([folder], settings)
    if "90 days" not in _tide(settings):
        yield "the next ingest did not bring the new policy"
    left = [path.name for path in (settings.data_dir / "snapshots").iterdir() if not path.name.isdigit()]
    if left:
        yield f"left behind: {left}"


def _tide(settings: Settings) -> str:
    index = policies.searcher(settings).index
    with index.session() as session:
        return queries.text(session, queries.versions(session, "tide")[-1].id)


def _forked(work: Callable[[], str]) -> str:
    """What `work` gives, done in a child: faiss may not have run in the parent of a fork, and only the child is armed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            os.write(write, work().encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    assert os.waitpid(child, 0)[1] == 0, said
    return said


if __name__ == "__main__":
    main()
