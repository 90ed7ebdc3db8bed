"""Around every request: an id, one log line, the metrics, security headers, who may ask, and a limit on bodies.

All of it in one layer, so that an answer from memory, which needs no more than this, costs little more than sending its bytes.
"""

from __future__ import annotations

import logging
import re
import time
from random import getrandbits

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import OPEN, Access, in_time
from app.answer_cache import Answers
from app.errors import NEXT_STEP, problem
from app.headers import Header, Said, first, said, with_ours
from app.hosts import Hosts, misdirected
from app.logs import Told
from app.metrics import Metrics

log = logging.getLogger("vpi.request")

BODY_LIMIT = 64 * 1024
# Logged where nothing was answered because the caller went away first; nginx's number for it.
CALLER_GONE = 499
SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")


class Surroundings:
    """Pure ASGI, so that it costs no task and no copy of the body."""

    def __init__(self, app: ASGIApp, metrics: Metrics, hosts: Hosts, access: Access, answers: Answers) -> None:
        self.app = app
        self.metrics = metrics
        self.hosts = hosts
        self.access = access
        self.answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = said(scope["headers"])
        given = first(asked, b"x-request-id")
        request_id = given if SANE_ID.fullmatch(given) else b"%032x" % getrandbits(128)
        name = request_id.decode()
        scope.setdefault("state", {})["request_id"] = name
        status, started, counted = CALLER_GONE, time.perf_counter(), 0
        also = [(b"x-request-id", request_id)]

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [header for header in message["headers"] if header[0] != b"x-request-id"]
                message = {**message, "headers": [*with_ours(headers, status), *also]}
            await send(message)

        try:
            refusal, left = self._admits(scope, asked)
            also += left
            if refusal is not None:
                await refusal(scope, receive, send_with_headers)
                return
            # Neither probes nor refusals take a place that others wait for: callers without a key have them, too.
            counted = int(scope["path"] not in OPEN)
            self.access.under_way += counted
            if (kept := self.answers.kept(scope, asked)) is not None:
                status, headers, body = kept
                await send({"type": "http.response.start", "status": status, "headers": [*headers, *also]})
                await send({"type": "http.response.body", "body": body})
            else:
                await self.answers.gather(self.app, scope, asked, within_limit(in_time(receive)), send_with_headers)
        except Exception:
            status = 500
            raise
        finally:
            self.access.under_way -= counted
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None) or "unmatched"
            self.metrics.observe(scope["method"], route, status, seconds)
            level = logging.ERROR if status >= 500 and status != 503 else logging.INFO
            if log.isEnabledFor(level):
                fields = {
                    "request_id": name,
                    "method": scope["method"][:16],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
                log.handle(Told(log.name, level, "answered", fields))

    def _admits(self, scope: Scope, asked: Said) -> tuple[Response | None, list[Header]]:
        """Why a request is refused, None where it is not; and what its answer says of the caller's rate. Probes may always ask."""
        length = first(asked, b"content-length")
        if length.isdigit() and int(length[:20]) > BODY_LIMIT:
            return problem(413, NEXT_STEP[413], scope["path"]), []
        if scope["path"] in OPEN:
            return None, []
        elsewhere = misdirected(scope, asked, self.hosts)
        return (elsewhere, []) if elsewhere else self.access.admits(scope, asked)


def within_limit(receive: Receive) -> Receive:
    """Refuses a body that is longer than its head says, or than a head may say."""
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > BODY_LIMIT:
            raise HTTPException(413)
        return message

    return receive_within_limit
