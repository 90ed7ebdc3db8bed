"""Policies read by the workers of a Dask cluster (`run --dask`). The only door to that library, and open only when asked for.

Neither disk nor database is shared: a policy's text and clauses go out, a part (what a shard would leave in a file) comes back. What a
worker finds is what it would find here, so workers by whose code, rules or weights something else could be found are refused by name.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from index.domain import Policy
from index.embedder import Encoder
from index.errors import ClusterRefused
from index.settings import from_environment
from ingest import versions
from ingest.encoder_cache import Remembering
from ingest.findings import Find, Findings, Tools, Workers, findings, packed, unpacked, with_model

# So long, in seconds, is waited for a scheduler to answer and for a first worker to come.
PATIENCE = 20.0
# So many are out at once: what waits is held by the scheduler and what is done by workers, of either some 100 MB at most.
OUT = 256
PARTS_OF_A_VERSION = {"model": "weights", "taxonomy": "taxonomy", "rules": "rules", "code": "code"}
POLICY = TypeAdapter(Policy)

Versions = Mapping[str, str]


def own_tools() -> tuple[Encoder, Find]:
    """What a worker finds things with: where its model is, its own settings say."""
    return with_model(from_environment().embedding_model)


@contextmanager
def cluster(address: str, embedder: Encoder, tools: Tools = own_tools) -> Iterator[Workers]:
    """The workers of the scheduler at `address`, those that come later too. Raises ClusterRefused.

    A worker that is lost has its policies read by another; a policy that takes one worker after the other down is read here.
    """
    here = asdict(versions.of(embedder))
    with _connected(address) as client:
        _check(client, address, here, tools)
        yield _Cluster(client, address, here, tools)


class _Cluster:
    """Sends policies out in order, and keeps to so many at once."""

    def __init__(self, client: Any, address: str, here: Versions, tools: Tools) -> None:
        self._client, self._address, self._here, self._tools = client, address, here, tools
        self._waiting: deque[tuple[Policy, list[Any]]] = deque()
        self._out = 0

    def begin(self, policy: Policy) -> Callable[[], Findings | None]:
        sent: list[Any] = []
        self._waiting.append((policy, sent))
        self._send()
        return lambda: self._end(policy, sent)

    def _send(self) -> None:
        while self._waiting and self._out < OUT:
            policy, sent = self._waiting.popleft()
            data = zlib.compress(POLICY.dump_json(policy), 1)
            sent.append(self._client.submit(read_policy, self._tools, self._here, data, pure=False))
            self._out += 1

    def _end(self, policy: Policy, sent: list[Any]) -> Findings | None:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        self._send()
        future = sent.pop()
        try:
            return unpacked(future.result(), policy)
        except KilledWorker:
            return None
        except FutureCancelledError as error:
            raise _gone(self._address, error.reason) from None
        finally:
            future.release()  # a worker keeps what it found for as long as somebody may ask
            self._out -= 1


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterRefused("Dask is not installed here: `pip install -e '.[dask]'`, or run this without --dask.") from None
    # What it logs with a stack trace when a scheduler is gone is said here in a line.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    connect: Any = Client
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False, name="vendor-privacy-index")
    except (OSError, ValueError) as error:  # a time that is over is an OSError too
        raise ClusterRefused(
            f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, and workers with `dask worker {address}`."
        ) from None
    with client:
        yield client


def _check(client: Any, address: str, here: Versions, tools: Tools) -> None:
    """Refuses before anything is sent, by name, a scheduler without workers and workers that would find something else."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        client.run_on_scheduler(_is_here)
        told = client.run(_versions, tools, on_error="return")
    except TimeoutError:
        raise ClusterRefused(
            f"The Dask scheduler at {address} has no worker. Start some with `dask worker {address}`, where this project is installed."
        ) from None
    except OSError as error:
        raise _gone(address, str(error)) from None
    except ImportError as error:
        raise ClusterRefused(f"The Dask scheduler at {address} runs where this project is not installed ({error}).") from None
    refused = [words for worker, there in sorted(told.items()) if (words := _difference(worker, here, there))]
    if refused:
        raise ClusterRefused(" ".join(refused))


def _gone(address: str, reason: str) -> ClusterRefused:
    return ClusterRefused(
        f"The Dask scheduler at {address} is gone ({reason}), and the index is as it was. "
        "Run this again when it is back, or without --dask."
    )


def _difference(worker: str, here: Versions, there: Versions | Exception) -> str:
    """Why what this worker finds could be something else; empty where it could not."""
    if isinstance(there, Exception):
        said = f"{type(there).__name__}: {there}"
        return f"The Dask worker {worker} cannot read policies ({said}). Install this project there, with its model."
    others = [name for part, name in PARTS_OF_A_VERSION.items() if here[part] != there[part]]
    if not others:
        return ""
    return f"The Dask worker {worker} has other {' and '.join(others)} than are here. Install the same there, and start it again."


# --- at a worker ---------------------------------------------------------------------------------------------------------------

# A worker of several threads reads one policy after the other: the model and what it remembers are one to a process.
_reading = threading.Lock()


def read_policy(tools: Tools, here: Versions, data: bytes) -> bytes:
    """What is found in a policy, as a part. A worker that came after the check is checked here. Raises ClusterRefused, PolicyError."""
    from distributed import get_worker

    address: Callable[[], Any] = get_worker
    with _reading:
        memory, find, there = _prepared(tools)
        if refused := _difference(address().address, here, there):
            raise ClusterRefused(refused)
        return packed(findings(POLICY.validate_json(zlib.decompress(data)), memory, find))


def _versions(tools: Tools) -> Versions:
    return _prepared(tools)[2]


@cache
def _prepared(tools: Tools) -> tuple[Remembering, Find, Versions]:
    encoder, find = tools()
    return Remembering(encoder), find, asdict(versions.of(encoder))


def _is_here() -> bool:
    return True
