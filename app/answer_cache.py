"""Answers kept as bytes: what was asked once of a snapshot is not worked out again, since neither changes.

An answer under `/v1` follows from the snapshot, the code and the request alone (see `caching`); so a look-up that was asked before costs
what sending its bytes costs. What is kept is dropped when another snapshot is served.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.caching import PREFIX, TAG
from index.errors import IndexError_

Header = tuple[bytes, bytes]
Key = tuple[bytes, bytes, bytes, bytes]
# One answer may take this share of the room: a whole export does not push out everything else.
LARGEST_SHARE = 0.05
# What a 304 says of the answer it stands for.
UNCHANGED = (b"etag", b"vary")


@dataclass(slots=True)
class Answer:
    """A whole answer, its tag, and the route that gave it, which the log and the metrics name."""

    key: Key
    headers: list[Header]
    body: bytes
    tag: str
    route: Any

    @property
    def size(self) -> int:
        # With what was asked, which may be far longer than its answer.
        return sum(map(len, self.key)) + len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500


@dataclass(slots=True)
class Gathering:
    """An answer on its way out; what is streamed, or too large to keep, is let go."""

    send: Send
    most: int
    headers: list[Header] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    whole: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.headers = list(message["headers"]) if message["status"] == 200 else []
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
            if self.headers and self.size <= self.most:
                self.pieces.append(message.get("body", b""))
                self.whole = not message.get("more_body", False)
            else:
                self.headers, self.pieces = [], []
        await self.send(message)


class Answers:
    """Pure ASGI, outside of what tags and packs answers and inside of what asks for keys. Of one event loop: it needs no lock."""

    def __init__(self, app: ASGIApp, megabytes: int) -> None:
        self.app = app
        self._room = megabytes * 2**20
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0
        self._snapshot: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not self._room or not scope["path"].startswith(PREFIX):
            return await self.app(scope, receive, send)
        try:
            snapshot = scope["app"].state.service.index
        except IndexError_:
            return await self.app(scope, receive, send)
        if snapshot is not self._snapshot:
            self._snapshot, self._size = snapshot, 0
            self._kept.clear()
        key, held = asked(scope)
        if (answer := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            scope["route"] = answer.route
            return await again(answer, held, send)
        gathering = Gathering(send, int(LARGEST_SHARE * self._room))
        await self.app(scope, receive, gathering)
        tag = next((value for name, value in gathering.headers if name == b"etag"), None)
        # Without a tag the snapshot may have been swapped on the way.
        if gathering.whole and tag and snapshot is self._snapshot:
            self._keep(Answer(key, gathering.headers, b"".join(gathering.pieces), tag.decode("latin-1"), scope.get("route")))

    def _keep(self, answer: Answer) -> None:
        before = self._kept.pop(answer.key, None)
        self._kept[answer.key] = answer
        self._size += answer.size - (before.size if before else 0)
        while self._size > self._room:
            _, gone = self._kept.popitem(last=False)
            self._size -= gone.size


def asked(scope: Scope) -> tuple[Key, bytes | None]:
    """All of a request that its answer follows from, and which tags the caller holds."""
    accept = coding = b""
    held = None
    for name, value in scope["headers"]:
        # A line end, which no value holds: two headers are not always read as one with a comma would be.
        if name == b"accept":
            accept += b"\n" + value
        elif name == b"accept-encoding":
            coding += b"\n" + value
        elif name == b"if-none-match":
            held = value if held is None else held + b", " + value
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    return (path, scope["query_string"], accept, coding), held


async def again(answer: Answer, held: bytes | None, send: Send) -> None:
    """The answer, or 304 to a caller that holds it. Its headers are copied, for what stands around adds to them."""
    if held is not None and answer.tag.strip('"') in TAG.findall(held.decode("latin-1")):
        headers = [header for header in answer.headers if header[0] in UNCHANGED]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": answer.headers.copy()})
        await send({"type": "http.response.body", "body": answer.body})
