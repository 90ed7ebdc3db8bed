"""The structured log: one JSON object a line on stderr. What a caller asked for (query, vendor, body) is never in it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, TextIO

# Made once: `json.dumps` with options makes one for every line.
ENCODER = json.JSONEncoder(ensure_ascii=True, default=str)
# What a record holds beside what is told: `%` formats and other people's handlers look for it.
BESIDE = vars(logging.makeLogRecord({}))
# So long a request's line waits for others, and so many wait at the most.
PAUSE, MOST = 0.05, 1000


class Together(logging.StreamHandler[TextIO]):
    """Writes the lines of an event loop's requests many at once, which takes half of what it takes to write each. All else is written at
    once, after all that waits: what warns, what other loggers say, what is told where no event loop runs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._waiting: list[logging.LogRecord] = []
        self._due: asyncio.AbstractEventLoop | None = None
        super().__init__(stream)

    def emit(self, record: logging.LogRecord) -> None:
        self._waiting.append(record)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self.flush()
        # A server that is told to stop kills itself with the signal when it has said its last: nothing may wait then.
        if not isinstance(record, Told) or record.levelno > logging.INFO or len(self._waiting) >= MOST:
            self.flush()
        elif self._due is not loop:
            self._due = loop
            loop.call_later(PAUSE, self.flush)

    def flush(self) -> None:
        with self.lock or nullcontext():
            waiting, self._waiting, self._due = self._waiting, [], None
            if not waiting:
                return
            try:
                self.stream.write("".join([self._line(record) for record in waiting]))
                super().flush()
            except Exception:
                self.handleError(waiting[-1])

    def _line(self, record: logging.LogRecord) -> str:
        """Empty for a record that cannot be written, which must not take others along."""
        try:
            return f"{self.format(record)}\n"
        except Exception:
            self.handleError(record)
            return ""


class Told(logging.LogRecord):
    """A message and its fields, for `logger.handle`. Logging's own would find out the caller's file and line, which nobody prints;
    with them a request's line took 12 µs, and takes 5."""

    def __init__(self, logger: str, level: int, message: str, fields: Mapping[str, Any]) -> None:
        self.__dict__ = {
            **BESIDE, "name": logger, "levelno": level, "levelname": logging.getLevelName(level), "msg": message, "created": time.time(),
            "fields": fields,
        }  # fmt: skip


class Json(logging.Formatter):
    """`logger.info("message", extra={"fields": {…}})` becomes one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        if record.exc_info:
            fields = {**fields, "exception": self.formatException(record.exc_info)}
        second, thousandth = divmod(int(record.created * 1000), 1000)
        by = _by(record.levelname, record.name)
        told = "".join([f"{_named(name)}{_json(value)}" for name, value in fields.items()])
        return f'{{"time": "{_second(second)}.{thousandth:03d}+00:00", {by}, "message": {quoted(record.getMessage())}{told}}}'


@lru_cache(maxsize=1)
def _second(since: int) -> str:
    """A second as ISO 8601 writes it, without its zone."""
    return datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=256)
def _by(level: str, logger: str) -> str:
    return f'"level": {quoted(level)}, "logger": {quoted(logger)}'


@lru_cache(maxsize=256)
def _named(name: str) -> str:
    return f", {quoted(name)}: "


def _json(value: Any) -> str:
    # ASCII only: a lone surrogate from a header must not break the log.
    if type(value) is str:
        return quoted(value)
    return repr(value) if type(value) in (int, float) else ENCODER.encode(value)


def configuration(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig` and uvicorn: everything in one format, and no access log, for that one writes whole URLs."""
    # Nothing prints these, and finding them out took a fifth of the time a line takes.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": Json}},
        "handlers": {"stderr": {"()": Together, "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "vpi": {"level": level.upper()},
            # At DEBUG it would write more than what a log may hold.
            "uvicorn": {"level": "INFO" if level.upper() == "DEBUG" else level.upper()},
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
