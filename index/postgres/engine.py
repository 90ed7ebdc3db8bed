"""Connections to PostgreSQL, the only door to its driver: which snapshot a connection sees, and what is said when none can be had."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from index.errors import SettingRefused, StoreUnreachable
from index.postgres.tables import schema

# What libpq knows: a connection that may be open, and one that is encrypted or is not made.
PLAIN, ENCRYPTED = ("disable", "allow", "prefer"), ("require", "verify-ca", "verify-full")


def connected(url: str) -> Engine:
    """An engine whose connections look into our schema. Raises SettingRefused for an address that is none of PostgreSQL.

    A connection of `engine.execution_options(snapshot=…)` sees that snapshot.
    """
    address, arguments = _address(url)
    # Each statement stands for itself: what a snapshot holds does not change, so a transaction would only cost its two round trips.
    try:
        engine = create_engine(
            address, connect_args=arguments, isolation_level="AUTOCOMMIT", pool_size=8, max_overflow=-1, hide_parameters=True
        )
    except ModuleNotFoundError:
        raise SettingRefused("VPI_DATABASE_URL needs the driver of PostgreSQL, pg8000: `pip install -e '.[postgres]'`.") from None
    # One round trip for many rows; without it the driver makes one a row.
    engine.dialect.use_insertmanyvalues_wo_returning = True

    def close(connection: Any) -> None:
        # One whose server has gone cannot say goodbye, which is nothing to write into a log with a traceback.
        with suppress(engine.dialect.loaded_dbapi.Error, OSError):
            connection.close()

    engine.dialect.do_close = engine.dialect.do_terminate = close  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "connect")
    def _look_into_our_schema(connection: Any, _: Any) -> None:
        _set(connection, f"SET search_path TO {schema()}, public")

    @event.listens_for(engine, "engine_connect")
    def _see_one_snapshot(connection: Connection) -> None:
        wanted = connection.get_execution_options().get("snapshot")
        if wanted is not None and connection.info.get("snapshot") != wanted:
            _set(connection.connection.dbapi_connection, f"SET vpi.snapshot TO '{int(wanted)}'")
            connection.info["snapshot"] = wanted

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _without_nul(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> tuple[str, Any]:
        # PostgreSQL refuses a NUL anywhere in a text. No policy holds one, so what is asked with one must find nothing, not fail.
        if not many:
            parameters = tuple(each.replace("\0", "\ufffd") if isinstance(each, str) else each for each in parameters)
        return statement, parameters

    @event.listens_for(engine, "handle_error")
    def _unreachable(context: Any) -> None:
        # The driver lets some of the system's own errors through, which SQLAlchemy does not know for a lost connection.
        context.is_disconnect |= isinstance(context.original_exception, OSError)
        if context.is_disconnect or context.connection is None:
            where = address.set(query={}).render_as_string(hide_password=True)
            raise StoreUnreachable(f"{where} does not answer: {reason(context)}. It is asked again with the next request.")

    return engine


def reason(error: Any) -> str:
    """The server's own words for what went wrong, without what it was asked."""
    original = error.original_exception if hasattr(error, "original_exception") else error.orig
    said = original.args[0] if original.args else None
    return str(said.get("M", said)) if isinstance(said, dict) else str(original)


def _set(connection: Any, statement: str) -> None:
    held, connection.autocommit = connection.autocommit, True
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()
    connection.autocommit = held


def _address(url: str) -> tuple[URL, dict[str, Any]]:
    """What the driver wants to be told, of an address as libpq and every host of databases writes it."""
    try:
        given = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number may be a part of a password
        raise SettingRefused("VPI_DATABASE_URL is no address. Write postgresql://USER:PASSWORD@HOST:5432/DATABASE.") from None
    if given.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingRefused(
            f"VPI_DATABASE_URL names {given.get_backend_name()}. Only postgresql:// is kept in; leave it out for a folder."
        )
    if not given.username:
        raise SettingRefused("VPI_DATABASE_URL names no user. Write postgresql://USER:PASSWORD@HOST:5432/DATABASE.")
    query = {name: value if isinstance(value, str) else value[0] for name, value in given.query.items()}
    arguments: dict[str, Any] = {"application_name": "vendor-privacy-index"}
    socket = query.pop("host", "")
    if socket.startswith("/"):
        arguments["unix_sock"] = f"{socket}/.s.PGSQL.{given.port or 5432}"
    elif socket:
        given = given.set(host=socket)
    mode, roots = query.pop("sslmode", "prefer"), query.pop("sslrootcert", None)
    if mode in ENCRYPTED:
        arguments["ssl_context"] = _encryption(mode, roots)
    elif mode not in PLAIN:  # a mode that is misspelt must not end in an open connection
        raise SettingRefused(f"VPI_DATABASE_URL: sslmode={mode} is not known. Write one of {', '.join(PLAIN + ENCRYPTED)}.")
    if query:
        raise SettingRefused(f"VPI_DATABASE_URL: {', '.join(sorted(query))} is not known. It takes host, sslmode and sslrootcert.")
    return URL.create("postgresql+pg8000", given.username, given.password, given.host, given.port, given.database), arguments


def _encryption(mode: str, roots: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if roots == "system" else roots)
    except OSError as error:
        raise SettingRefused(f"VPI_DATABASE_URL: sslrootcert={roots} cannot be read ({error}). Name a file of certificates.") from None
    context.check_hostname = mode == "verify-full"
    if mode == "require" and roots is None:  # with roots it looks at the certificate, as libpq does
        context.verify_mode = ssl.CERT_NONE
    return context
