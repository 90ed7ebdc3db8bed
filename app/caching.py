"""Conditional requests: what has not changed is not answered again. An answer under `/v1` follows from the snapshot, the code, what encodes
questions and the request alone, so its tag is known before any work is done: a request that names it (`If-None-Match`) costs no query.

`Conditional` also answers HEAD wherever GET is answered.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.compression import add_vary, negotiated
from index.errors import IndexError_

PREFIX = "/v1/"
VARY = ("Accept", "Accept-Encoding")
TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# Files of ours whose address names their content by `?v=`: another content has another address.
STATIC, FOREVER = "/static/", "public, max-age=31536000, immutable"


class NotModified(Exception):
    """The caller holds what would be answered."""


def unless_unchanged(request: Request) -> None:
    """Goes no further when the caller names the tag of what would be answered."""
    served = _served(request.scope)
    tag = tag_of(request.scope, served)
    state = request.scope.setdefault("state", {})
    state["tag"], state["served"] = tag, served
    if tag and holds(request, tag):
        raise NotModified


def holds(request: Request, tag: str) -> bool:
    """Whether the caller names this tag. `*` asks whether there is anything at all, which is not known yet: it gets the answer."""
    return tag in TAG.findall(", ".join(request.headers.getlist("if-none-match")))


def install(app: FastAPI) -> None:
    """Answers NotModified with 304."""

    @app.exception_handler(NotModified)
    def not_modified(request: Request, _: NotModified) -> Response:
        return Response(status_code=304)


def tag_of(scope: Scope, served: Any) -> str | None:
    """The strong tag of what a GET under `/v1` is answered with from this snapshot; None for anything else, and where there is none.

    Each coding has a tag of its own, since a strong tag stands for the same bytes.
    """
    if scope["method"] != "GET" or not scope["path"].startswith(PREFIX) or served is None:
        return None
    headers = Headers(scope=scope)
    coding = negotiated(headers.get("accept-encoding", ""))
    # Latin-1, as ASGI decoded them: any byte a caller sends comes back as it was.
    accept = "\n".join(headers.getlist("accept")).encode("latin-1")
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    encoded_by = scope["app"].state.service.encoded_by.encode()
    said = (_identity(served).encode(), code().encode(), encoded_by, path, scope["query_string"], accept, coding.encode())
    return hashlib.sha256(b"\0".join(b"%d:%b" % (len(part), part) for part in said)).hexdigest()[:32]


def _served(scope: Scope) -> Any:
    """The manifest of the snapshot that is served now, None while there is none."""
    try:
        return scope["app"].state.service.index.manifest
    except IndexError_:
        return None


def _identity(manifest: Any) -> str:
    """Not the number alone: an index that was thrown away and made anew counts from 1 again."""
    return f"{manifest.number} {sorted(manifest.files.items())}"


@cache
def code() -> str:
    """Digest of the code and data of this service. The version alone stays the same from one release to the next."""
    digest = hashlib.sha256()
    for room in ("app", "index"):
        for name, content in sorted(_sources(files(room), room)):
            digest.update(b"%d:%b%d:%b" % (len(name), name.encode(), len(content), content))
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            # No answer under /v1 depends on the files that pages load.
            found += _sources(entry, f"{name}/{entry.name}") if entry.name not in ("static", "__pycache__") else []
        elif entry.name.endswith((".py", ".toml", ".tsv", ".npz", ".safetensors", ".html")):
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found


def _following(scope: Scope, cursor: str) -> str:
    """The address of the next page, relative to this one: it holds behind any proxy."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return "?" + urlencode([*((name, value) for name, value in asked if name != "cursor"), ("cursor", cursor)])


class Conditional:
    """Pure ASGI: HEAD as GET without the body; tag and Vary on what may be asked for again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def send_with_tag(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(asked, message)
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy, since the server too looks there for the method, to know whether a body must follow.
        asked = {**scope, "method": "GET"} if head else scope
        try:
            await self.app(asked, receive, send_with_tag)
        finally:
            # Who logs and counts the request reads from its scope which route it took.
            if head:
                scope.update({**asked, "method": "HEAD"})


def _mark(scope: Scope, message: Message) -> None:
    headers, status = MutableHeaders(scope=message), message["status"]
    if scope["method"] == "GET" and scope["path"].startswith(PREFIX):
        add_vary(headers, *VARY)
        tag = scope.get("state", {}).get("tag")
        # A snapshot that was swapped meanwhile may have been the one that answered: then nobody can say what the tag stands for.
        if status in (200, 304) and tag is not None and scope["state"]["served"] is _served(scope):
            headers["ETag"] = f'"{tag}"'
        following = scope.get("state", {}).get("next") or headers.get("x-next-cursor")
        if following and status == 200:
            headers.append("Link", f'<{_following(scope, following)}>; rel="next"')
    elif scope["path"].startswith(STATIC) and status == 200 and scope["query_string"].startswith(b"v="):
        headers["Cache-Control"] = FOREVER
    if status == 405 and headers.get("allow") == "GET":
        headers["Allow"] = "GET, HEAD"
