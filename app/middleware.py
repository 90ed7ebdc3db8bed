"""Around every request: an id, one log line, the metrics, security headers, and a limit on bodies."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import NEXT_STEP, problem
from app.logs import Told
from app.metrics import Metrics
from app.pages import PAGE_POLICY

log = logging.getLogger("vpi.request")

BODY_LIMIT = 64 * 1024
# Logged where nothing was answered because the caller went away first; nginx's number for it.
CALLER_GONE = 499
SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
# What every answer carries that does not say otherwise; names in lower case and bytes, as they go out.
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
)
# What is no page loads nothing.
POLICY = b"default-src 'none'; frame-ancestors 'none'"


class Surroundings:
    """Pure ASGI, so that it costs no task and no copy of the body."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given, length = _said(scope["headers"])
        request_id = given.decode("latin-1") if SANE_ID.fullmatch(given) else os.urandom(16).hex()
        scope.setdefault("state", {})["request_id"] = request_id
        status, started = CALLER_GONE, time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_ours(message["headers"], request_id, status)}
            await send(message)

        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_LIMIT:
                raise HTTPException(413)
            return message

        try:
            if length.isdigit() and int(length[:20]) > BODY_LIMIT:
                await problem(413, NEXT_STEP[413], scope["path"])(scope, receive, send_with_headers)
            else:
                await self.app(scope, receive_within_limit, send_with_headers)
        except Exception:
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None) or "unmatched"
            self.metrics.observe(scope["method"], route, status, seconds)
            fields = {
                "request_id": request_id,
                "method": scope["method"][:16],
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
            level = logging.ERROR if status >= 500 and status != 503 else logging.INFO
            if log.isEnabledFor(level):
                log.handle(Told(log.name, level, "answered", fields))


def _said(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """The request id a caller gives and the length of its body, each empty where it says none; the first where it says several."""
    given = length = None
    for name, value in headers:
        if name == b"x-request-id" and given is None:
            given = value
        elif name == b"content-length" and length is None:
            length = value
    return given or b"", length or b""


def _with_ours(given: Iterable[tuple[bytes, bytes]], request_id: str, status: int) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and ours that it does not set itself. Not through Starlette's, which took 30 µs of each answer's 60."""
    headers = [header for header in given if header[0] != b"x-request-id"]
    said = {name.lower(): value for name, value in headers}
    headers += [header for header in HEADERS if header[0] not in said]
    # What a 304 says replaces what the browser holds: the policy of a report with its style in it must stand.
    if b"content-security-policy" not in said and status != 304:
        page = said.get(b"content-type", b"").startswith(b"text/html")
        headers.append((b"content-security-policy", PAGE_POLICY if page else POLICY))
    headers.append((b"x-request-id", request_id.encode("latin-1")))
    return headers
