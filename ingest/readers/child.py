"""Parsers of strangers' files run in a process of their own, with limits on memory, time and what they hand back.

HTML is among them: on `<div>` nested 200,000 deep the parser needs minutes, where a policy takes a tenth of a second.
"""

from __future__ import annotations

import importlib
import json
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from index.domain import Block, BlockKind, Reading, Span
from index.errors import PolicyError, Unreadable

if TYPE_CHECKING:
    from index.settings import Settings

OUT_OF_MEMORY = 12


def parse(reader: str, data: bytes, name: str, settings: Settings) -> Reading:
    """What `ingest.readers.<reader>.parse` makes of the bytes, or `Unreadable` when it fails or passes a limit."""
    limits = {
        "memory_mb": settings.parse_memory_mb,
        "seconds": settings.parse_timeout_s,
        "pages": settings.pdf_pages,
        "text_mb": settings.fetch_limit_mb,
    }
    command = [sys.executable, "-m", __name__, reader, json.dumps(limits)]
    try:
        done = subprocess.run(  # noqa: S603  # this interpreter and a module of ours; what is untrusted goes in by stdin
            command, input=data, capture_output=True, timeout=settings.parse_timeout_s, env={"PYTHONPATH": ":".join(sys.path)}
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(too_slow(name, settings)) from None
    if done.returncode == -signal.SIGXCPU:
        raise Unreadable(too_slow(name, settings))
    if done.returncode == OUT_OF_MEMORY:
        raise Unreadable(f"{name} needs more than {settings.parse_memory_mb} MB to parse. VPI_PARSE_MEMORY_MB raises that.")
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200] or f"signal {-done.returncode}"
        raise Unreadable(
            f"{name} is damaged, or needs more than {settings.parse_memory_mb} MB: its {reader} parser stopped ({why}). Save it anew."
        )
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(f"{name} {answer['refused']}")
    blocks = tuple(Block(start, end, BlockKind(kind), level, flag) for start, end, kind, level, flag in answer["blocks"])
    return Reading(answer["text"], blocks, answer["media_type"], tuple(Span(*span) for span in answer["markup"]), answer["title"])


def too_slow(name: str, settings: Settings) -> str:
    return f"{name} takes longer than {settings.parse_timeout_s:g} s to parse. VPI_PARSE_TIMEOUT_S raises that."


def main(reader: str, limits: dict[str, float]) -> int:
    """The child's side: limits first, then the parser is imported and run."""
    memory = int(limits["memory_mb"]) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(limits["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        module = importlib.import_module(f"ingest.readers.{reader}")
        data = sys.stdin.buffer.read()
        try:
            reading: Reading = module.parse(data, pages=int(limits["pages"])) if reader == "pdf" else module.parse(data)
        except PolicyError as error:
            answer: dict[str, object] = {"refused": str(error)}
        else:
            answer = packed(reading, int(limits["text_mb"]))
        sys.stdout.write(json.dumps(answer))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def packed(reading: Reading, text_mb: int) -> dict[str, object]:
    if len(reading.text) > text_mb * 2**20:
        return {"refused": f"holds {len(reading.text):,} characters of text, more than {text_mb} MB. VPI_FETCH_LIMIT_MB raises that."}
    return {
        "text": reading.text,
        "blocks": [(block.start, block.end, block.kind, block.level, block.flag) for block in reading.blocks],
        "markup": [(span.start, span.end) for span in reading.markup],
        "media_type": reading.media_type,
        "title": reading.title,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
