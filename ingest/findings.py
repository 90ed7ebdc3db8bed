"""What is found in one policy, by the model and the rules: the part of an ingest that takes the time, and that may be done elsewhere.

In this process, in others beside it (`--jobs`), or on other machines, which leave it in a folder of parts (`shard`) or send it back
(`--dask`); a run takes the parts there are and does the rest itself. So however the work was spread, one run puts the snapshot together,
in one order.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import accumulate, pairwise
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Protocol, cast
from zipfile import BadZipFile

import numpy as np

from index.domain import Policy
from index.embedder import DIMENSION, Embedder, Encoder, Vectors, digest
from index.errors import StorageFailed
from index.facts import FACT, Evidence
from index.gloss import legible
from ingest import extract
from ingest.encoder_cache import Remembering
from ingest.tagger.view import StateEncoder

Find = Callable[[Policy, Encoder], Sequence[Evidence]]
Tools = Callable[[], tuple[Encoder, Find]]


@dataclass(frozen=True)
class Findings:
    """The facts of a policy, the vectors of its clauses with the digests of their texts, those of its titles, and clauses' wordpieces."""

    facts: Sequence[Evidence]
    vectors: Vectors
    embedded: Sequence[str]
    titles: Mapping[str, Vectors]
    tokens: Sequence[bytes]


def findings(policy: Policy, memory: Remembering, find: Find) -> Findings:
    """Everything that is found in a policy."""
    facts = find(policy, memory)
    texts = [legible(clause.plain, memory) for clause in policy.clauses]
    titles = list(dict.fromkeys(clause.section[-1] for clause in policy.clauses if clause.section))
    titled = memory.encode([legible(title, memory) for title in titles])
    tokens = memory.tokens(texts)  # first: vectors come with them
    return Findings(facts, memory.encode(texts), [digest(text) for text in texts], dict(zip(titles, titled, strict=True)), tokens)


def shipped() -> Find:
    """The extractors of this project, with the rules and weights they ship with."""
    tools = extract.Tools.load()

    def find(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
        # Token states are asked of it only where it is the encoder that the networks were trained on.
        tools.encoder = cast(StateEncoder, encoder)
        return extract.facts(policy, tools)

    return find


def with_model(model: str) -> tuple[Encoder, Find]:
    """What a process of its own finds things with: one thread, since others work beside it."""
    return Embedder(model, threads=1), shipped()


# --- in processes beside this one ----------------------------------------------------------------------------------------------


class Workers(Protocol):
    """Who looks for what is in policies beside this process; handed to a `Job`."""

    def begin(self, policy: Policy) -> Callable[[], Findings | None]:
        """Has it looked for, and gives what waits for it and returns it, to be called once and in the order in which they were begun.

        That returns None when whoever looked has died, so that the one who asked does it himself; it raises PolicyError.
        """
        ...


class Processes:
    """Processes on this machine."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def begin(self, policy: Policy) -> Callable[[], Findings | None]:
        try:
            return partial(self._end, self._executor.submit(_found, policy))
        except BrokenExecutor:  # once one has died, which ends the others too
            return lambda: None

    @staticmethod
    def _end(begun: Future[Findings]) -> Findings | None:
        try:
            return begun.result()
        except BrokenExecutor:
            return None


@contextmanager
def workers(jobs: int, tools: Tools) -> Iterator[Processes | None]:
    """So many processes, each with tools of its own; none for one job."""
    if jobs < 2:
        yield None
        return
    # Started anew, not forked: what holds faiss or torch must not be forked.
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (tools,))
    try:
        yield Processes(executor)
    finally:
        executor.shutdown(cancel_futures=True)


_kept: list[tuple[Remembering, Find]] = []


def _prepare(tools: Tools) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us is interrupted, and ends us
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    encoder, find = tools()
    _kept[:] = [(Remembering(encoder), find)]


def _end_with_parent() -> None:
    # One that was killed cannot end us: a process each would wait for work for ever, with a model in memory.
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _found(policy: Policy) -> Findings:
    ((memory, find),) = _kept
    return findings(policy, memory, find)


# --- on other machines ---------------------------------------------------------------------------------------------------------


def packed(found: Findings) -> bytes:
    """A part: findings as bytes, from which no code is run."""
    said = {
        "facts": [fact.model_dump(mode="json") for fact in found.facts],
        "embedded": list(found.embedded),
        "titles": list(found.titles),
        "wordpieces": [len(each) for each in found.tokens],
    }
    titled = np.array(list(found.titles.values()), np.float32).reshape(-1, DIMENSION)
    part = BytesIO()
    tokens = np.frombuffer(b"".join(found.tokens), np.int8)
    np.savez(part, said=np.frombuffer(json.dumps(said).encode(), np.uint8), vectors=found.vectors, titled=titled, tokens=tokens)
    return part.getvalue()


def unpacked(data: bytes, policy: Policy) -> Findings | None:
    """What a part says of this policy; None where it is broken, or says something else."""
    try:
        # Of bytes, not of a file: numpy leaves one open that turns out to be none of its own.
        with np.load(BytesIO(data), allow_pickle=False) as part:
            said = json.loads(part["said"].tobytes())
            vectors, titled, tokens = part["vectors"], part["titled"], part["tokens"].tobytes()
        facts = [FACT.validate_python(fact) for fact in said["facts"]]
        ends = list(accumulate(said["wordpieces"], initial=0))
        whole = len(said["embedded"]) == len(vectors) == len(ends) - 1 and len(titled) == len(said["titles"]) and ends[-1] == len(tokens)
    except (BadZipFile, ValueError, KeyError, TypeError, EOFError):
        return None
    if vectors.shape != (len(policy.clauses), DIMENSION) or not whole:
        return None
    pieces = [tokens[first:last] for first, last in pairwise(ends)]
    return Findings(facts, vectors, said["embedded"], dict(zip(said["titles"], titled, strict=True)), pieces)


@dataclass(frozen=True)
class Parts:
    """A folder in which shards leave what they found, a file a document. A file of other rules, weights or code is not looked at."""

    folder: Path
    made_by: str

    def load(self, policy: Policy) -> Findings | None:
        """What a shard found in this policy; None where there is no such part, or a broken one."""
        try:
            return unpacked(self._path(policy).read_bytes(), policy)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from error

    def save(self, policy: Policy, found: Findings) -> None:
        """Leaves it whole or not at all: another machine may be looking. Raises StorageFailed when the disk does not take it."""
        path = self._path(policy)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_bytes(packed(found))
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise self._failed("write", error) from error

    def make(self) -> None:
        """Makes the folder where there is none. Raises StorageFailed."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._failed("make", error) from error

    def _failed(self, what: str, error: OSError) -> StorageFailed:
        return StorageFailed(
            f"Could not {what} {error.filename or self.folder}: {error.strerror}. "
            f"Make room in {self.folder} or mend the disk, then run this again: what shards have left is not done twice."
        )

    def _path(self, policy: Policy) -> Path:
        # By whose policy it is, too: what a vendor is called has a say in what is found.
        return self.folder / f"{policy.document}.{digest(f'{self.made_by} {policy.vendor}')[:16]}.npz"
