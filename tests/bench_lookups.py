"""Look-ups against a bare Starlette endpoint that returns the same bytes: `python -m tests.bench_lookups [--data FOLDER]`.

Each server runs in a process of its own; they are asked in turn, again and again, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import load

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="an index that was ingested before; left out, the samples are ingested")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        return serve(args.bare, args.port)
    with tempfile.TemporaryDirectory() as at:
        data = args.data or Path(at) / "data"
        environment = os.environ | {"VPI_DATA_DIR": str(data), "VPI_LOG_LEVEL": "INFO"}
        if not args.data:
            subprocess.run([sys.executable, "-m", "ingest", "run", str(ROOT / "samples")], env=environment, check=True, cwd=ROOT)
        compare(args, Path(at), environment)


def compare(args: argparse.Namespace, at: Path, environment: dict[str, str]) -> None:
    port = free()
    with running(["-m", "app"], environment | {"VPI_PORT": str(port)}, port, "/readyz") as first:
        vendor = said(port, "/v1/vendors?limit=1").split(b'"id":"', 1)[1].split(b'"', 1)[0].decode()
        print(f"{args.clients} clients; requests a second of ours and of the bare endpoint, medians of {args.rounds} rounds")
        for target in (f"/v1/vendors/{vendor}/retention", "/v1/facts?kind=retention", "/v1/facts", f"/v1/vendors/{vendor}/collects"):
            body = at / "body"
            body.write_bytes(said(port, target))
            bare = free()
            with running(["-m", "tests.bench_lookups", "--bare", str(body), "--port", str(bare)], environment, bare, target) as second:
                pairs = []
                for _ in range(args.rounds):
                    ours = load.ask(port, [target], args.clients, args.seconds, process=first.pid)
                    theirs = load.ask(bare, [target], args.clients, args.seconds, process=second.pid)
                    pairs.append((ours, theirs))
            rate = statistics.median(ours.per_second / theirs.per_second for ours, theirs in pairs)
            cpu = statistics.median(theirs.cpu / ours.cpu for ours, theirs in pairs)
            ours, theirs = max(pairs, key=lambda pair: pair[0].per_second)
            print(
                f"{target:32} {body.stat().st_size / 1000:6.1f} kB  ours {ours.per_second:4.0f}/s "
                f"p50 {ours.p50:4.1f} p99 {ours.p99:4.1f} ms {1000 * ours.cpu:4.0f} µs of CPU  "
                f"bare {theirs.per_second:5.0f}/s {1000 * theirs.cpu:4.0f} µs  "
                f"ratio {rate:.2f}, by CPU {cpu:.2f}  failed {sum(ours.failed for ours, _ in pairs)}"
            )


def serve(body: Path, port: int) -> None:
    """The bare endpoint: these bytes, whatever is asked."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    content = body.read_bytes()

    async def answer(request: Request) -> Response:
        return Response(content, media_type="application/json")

    uvicorn.run(Starlette(routes=[Route("/{path:path}", answer)]), port=port, log_level="error", access_log=False)


@contextmanager
def running(
    command: list[str], environment: dict[str, str], port: int, target: str, python: str = sys.executable
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own, once it answers."""
    with subprocess.Popen([python, *command], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while True:
                try:
                    said(port, target)
                    break
                except (urllib.error.URLError, ConnectionError):
                    if process.poll() is not None:
                        raise SystemExit(f"{command} ended with {process.returncode}") from None
                    time.sleep(0.05)
            yield process
        finally:
            process.terminate()


def said(port: int, target: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}{target}") as answer:
        body: bytes = answer.read()
        return body


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
