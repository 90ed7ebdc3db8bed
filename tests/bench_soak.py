"""A service under steady load while ingests publish every minute: `python -m tests.bench_soak POLICIES [--minutes 30]`.

Measures how many requests a second the service answers at most, then asks for a share of it: errors, times minute by minute, memory,
open files. Each minute one more vendor is removed and read again with another text: what is served changes and keeps its size, so that
memory that grows is the service's own.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PORT = 8898
CLIENTS = 8
GUEST = "soak-guest"  # the vendor that comes and goes: asked about by nobody
QUESTIONS = (
    "how long is data kept",
    "who are the recipients",
    "do you sell data",
    "is my location collected",
    "deletion of an account",
    "encryption",
)


@dataclass
class Window:
    """What was answered in a stretch of time."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def said(self) -> str:
        times = sorted(self.took)
        at = lambda share: 1000 * times[int(share * (len(times) - 1))] if times else 0.0  # noqa: E731
        return f"{len(times):7d} answered, {len(self.failed)} failed, p50 {at(0.5):6.1f} ms, p99 {at(0.99):6.1f} ms"


class Load:
    """Clients that ask without a pause, or with a pause that gives `rate` requests a second among them."""

    def __init__(self, paths: list[str], rate: float | None) -> None:
        self._paths, self._rate = paths, rate
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.window = Window()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def turn(self) -> Window:
        """The window that ends now; a new one begins."""
        with self._lock:
            ended, self.window = self.window, Window()
        return ended

    def stop(self) -> Window:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.turn()

    def _ask(self, seed: int) -> None:
        chance, due = random.Random(seed), time.monotonic()
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as client:
            while not self._stop.is_set():
                if self._rate:
                    due = max(due + chance.expovariate(self._rate / CLIENTS), time.monotonic() - 1)
                    if self._stop.wait(max(0.0, due - time.monotonic())):
                        return
                path, began = chance.choice(self._paths), time.perf_counter()
                if path.startswith("/v1/search"):  # a question nobody asked before, so that each is embedded
                    path += f" {chance.randrange(10**6)}"
                try:
                    answer = client.get(path)
                    failure = "" if answer.status_code == 200 else f"{path}: {answer.status_code}"
                except httpx.HTTPError as error:
                    failure = f"{path}: {error!r}"
                with self._lock:
                    self.window.took.append(time.perf_counter() - began)
                    if failure:
                        self.window.failed.append(failure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("policies", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.7, help="of the most the service answers")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as at:
        folder = shutil.copytree(args.policies, Path(at) / "policies")
        environment = {**os.environ, "VPI_DATA_DIR": f"{at}/data", "VPI_PORT": str(PORT), "VPI_LOG_LEVEL": "ERROR"}
        ingest(environment, "run", str(folder))
        change(folder, 0, environment)
        server = subprocess.Popen([sys.executable, "-m", "app"], env=environment, stdout=subprocess.DEVNULL)
        try:
            failed = soak(server.pid, folder, environment, args.minutes, args.share)
        finally:
            server.terminate()
            server.wait()
    raise SystemExit(bool(failed))


def soak(pid: int, folder: Path, environment: dict[str, str], minutes: float, share: float) -> int:
    """How many requests failed; the rest is printed."""
    paths = ready()
    load = Load(paths, None)
    time.sleep(20)
    rate = len(load.stop().took) / 20
    print(f"at most {rate:.0f} requests a second with {CLIENTS} clients; {share:.0%} of it for {minutes:g} minutes", flush=True)
    load, failed, served, p99 = Load(paths, share * rate), 0, snapshot(environment), []
    first = state(pid)
    for minute in range(1, round(minutes) + 1):
        began = time.monotonic()
        change(folder, minute, environment)
        time.sleep(max(0.0, 60 - (time.monotonic() - began)))
        window = load.turn()
        failed += len(window.failed)
        p99.append(statistics.quantiles(window.took, n=100)[98] if len(window.took) > 1 else 0.0)
        if minute == 5:
            first = state(pid)  # by now every cache is full
        memory, files = state(pid)
        print(f"minute {minute:3d}: {window.said()}; {memory:.0f} MB, {files} open files", flush=True)
        for failure in window.failed[:3]:
            print(f"  {failure}")
    load.stop()
    memory, files = state(pid)
    published = snapshot(environment) - served
    print(f"{failed} requests failed, {published} snapshots published; p99 of a minute {1000 * min(p99):.0f} to {1000 * max(p99):.0f} ms")
    print(f"memory {first[0]:.0f} → {memory:.0f} MB ({memory / first[0] - 1:+.1%}), open files {first[1]} → {files}")
    return failed


def ready() -> list[str]:
    """Waits for the service, then gives what will be asked: look-ups of each vendor, and questions."""
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as client:
        for _ in range(600):
            try:
                if client.get("/readyz").status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        vendors = [vendor["id"] for vendor in client.get("/v1/vendors?limit=500").json()["items"] if vendor["id"] != GUEST]
    kinds = ("collects", "retention", "rights", "sharing")
    return [f"/v1/vendors/{vendor}/{kind}" for vendor in vendors for kind in kinds] + [f"/v1/search?q={text}" for text in QUESTIONS] * 3


def change(policies: Path, minute: int, environment: dict[str, str]) -> None:
    """Publishes two snapshots: one more vendor goes, and comes back with a sentence changed, as a vendor might."""
    first = sorted(path for path in policies.rglob("*") if path.suffix in {".txt", ".md"} and path.stem != "README")[0]
    guest = policies.parent / f"{GUEST}.txt"
    text = first.read_text(encoding="utf-8")
    guest.write_text(f"{text}\n\nNote of minute {minute}: we keep support tickets for {minute + 10} days.\n", encoding="utf-8")
    ingest(environment, "remove", GUEST)
    ingest(environment, "run", str(guest))


def ingest(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", "ingest", *command], env=environment, capture_output=True)


def snapshot(environment: dict[str, str]) -> int:
    """The number of the snapshot that is served."""
    return int((Path(environment["VPI_DATA_DIR"]) / "CURRENT").read_text(encoding="utf-8"))


def state(pid: int) -> tuple[float, int]:
    """Memory in use (MB, shared pages left out) and open files of a process. Linux only."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(status["RssAnon"].split()[0]) / 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))


if __name__ == "__main__":
    main()
