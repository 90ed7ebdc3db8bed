"""A small HTTP client that asks as fast as a server answers: what the measurements of look-ups and searches share."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path


@dataclass(frozen=True)
class Load:
    """What a server did under load: requests a second, milliseconds a request took, and of them the server's CPU."""

    per_second: float
    p50: float
    p99: float
    failed: int
    cpu: float


def ask(port: int, targets: Sequence[str], clients: int, seconds: float, headers: Sequence[str] = (), process: int = 0) -> Load:
    """Asks for the targets in turn, whichever client is free, over as many kept-alive connections; `process` is the server's."""
    return asyncio.run(_ask(port, targets, clients, seconds, headers, process))


async def _ask(port: int, targets: Sequence[str], clients: int, seconds: float, headers: Sequence[str], process: int) -> Load:
    times: list[float] = []
    failed = 0
    ends = time.perf_counter() + seconds
    requests = cycle(["\r\n".join([f"GET {target} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode() for target in targets])

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            writer.write(next(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            await drain(reader, head)
            times.append(1000 * (time.perf_counter() - began))
            failed += b" 200 " not in head[:16]
        writer.close()

    began, spent = time.perf_counter(), cpu(process)
    await asyncio.gather(*(client() for _ in range(clients)))
    took = time.perf_counter() - began
    spent = 1000 * (cpu(process) - spent) / len(times)
    times.sort()
    return Load(len(times) / took, times[len(times) // 2], times[int(0.99 * len(times))], failed, spent)


def cpu(process: int) -> float:
    """Seconds of CPU a process has had; 0 for none."""
    if not process:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def length(head: bytes) -> int:
    """The length of a body, as its head says."""
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    return int(lower[at : lower.index(b"\r\n", at)])


async def drain(reader: asyncio.StreamReader, head: bytes) -> None:
    """Reads a body to its end, whether its head gives its length or it comes in chunks."""
    if b"\r\ntransfer-encoding: chunked" not in head.lower():
        await reader.readexactly(length(head))
        return
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        await reader.readexactly(size + 2)
    await reader.readuntil(b"\r\n")
