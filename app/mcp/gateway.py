"""`/mcp/` of the service. Loads the MCP server when it is first asked for: 0.7 s of CPU, 2 to 4 s on a busy machine, that a service no bot
asks never spends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import problem
from app.hosts import address, hosts
from app.service import Service
from index.settings import Settings

# With and without the slash: clients are told either, and a redirect would go to whatever host the caller names.
PATHS = ("/mcp/", "/mcp")


class Gateway:
    """An ASGI app that answers while `running` is entered."""

    # What the log and the metrics call it.
    path = PATHS[0]

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._hosts = hosts(settings)
        self._app: ASGIApp | None = None
        self._asked = self._loaded = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        # A bot sends none. A page's script may come from anywhere, and would ask with its visitor's key.
        origin = Headers(scope=scope).get("origin")
        if origin is not None and not self._hosts.holds_origin(origin):
            said = f"Pages of {origin[:100]} may not ask here. VPI_TRUSTED_HOSTS names the hosts whose pages may."
            return await problem(403, said, scope["path"])(scope, receive, send)
        self._asked.set()
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            # Gone before it had said what it wants: the SDK would call that an error of its own.
            return
        await self._loaded.wait()
        assert self._app is not None
        await self._app(scope, _again(body, receive), send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Surrounds the service: within it the server is loaded when a request comes, and is ended when the service ends."""
        self._asked, self._loaded = anyio.Event(), anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._serve)
            yield
            tasks.cancel_scope.cancel()

    async def _serve(self) -> None:
        await self._asked.wait()
        self._app, running = await to_thread.run_sync(self._load)
        # Entered and left by one task, as the server's own tasks demand.
        async with running():
            self._loaded.set()
            await anyio.sleep_forever()

    def _load(self) -> Any:
        from app.mcp import server
        from app.mcp.tools import Tools

        return server.http(server.build(Tools(self._service, address(self._settings))))


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands over what was read, then whatever comes."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return left.pop() if left else await receive()

    return received


def install(app: Starlette, gateway: Gateway) -> None:
    """POST alone: a GET would ask for events that never come, and hold the line."""
    for path in PATHS:
        app.router.routes.append(Route(path, gateway, methods=["POST"], include_in_schema=False))
