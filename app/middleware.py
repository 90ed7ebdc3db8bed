"""Around every request: an id, one log line, the metrics, security headers, and a limit on bodies."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import NEXT_STEP, problem
from app.metrics import Metrics

log = logging.getLogger("vpi.request")

BODY_LIMIT = 64 * 1024
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
# A page loads files of this host and nothing else, and runs nothing written into it; /docs sets a policy of its own.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Nothing else we serve loads anything.
POLICY = "default-src 'none'; frame-ancestors 'none'"


class Surroundings:
    """Pure ASGI, so that it costs no task and no copy of the body."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status, started = 500, time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer["X-Request-ID"] = request_id
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
                page = answer.get("content-type", "").startswith("text/html")
                answer.setdefault("Content-Security-Policy", PAGE_POLICY if page else POLICY)
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
            length = headers.get("content-length", "")
            if length.isascii() and length.isdigit() and int(length[:20]) > BODY_LIMIT:
                await problem(413, NEXT_STEP[413], scope["path"])(scope, receive, send_with_headers)
            else:
                await self.app(scope, receive_within_limit, send_with_headers)
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
            log.log(logging.ERROR if status >= 500 and status != 503 else logging.INFO, "answered", extra={"fields": fields})
