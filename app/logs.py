"""The structured log: one JSON object a line on stderr. What a caller asked for (query, vendor, body) is never in it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

# Made once: `json.dumps` with options makes one for every line.
ENCODER = json.JSONEncoder(ensure_ascii=True, default=str)


class Json(logging.Formatter):
    """`logger.info("message", extra={"fields": {…}})` becomes one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # ASCII only: a lone surrogate from a header must not break the log.
        return ENCODER.encode(line)


def configuration(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig` and uvicorn: everything in one format, and no access log, for that one writes whole URLs."""
    # Nothing prints these, and finding them out took a fifth of the time a line takes.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": Json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "vpi": {"level": level.upper()},
            "uvicorn": {"level": "INFO"},
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
