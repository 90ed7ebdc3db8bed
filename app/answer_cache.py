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
from app.headers import Header, Said, with_ours
from index.errors import IndexError_

Key = tuple[bytes, bytes, bytes | None, bytes | None]
# One answer may take this share of the room: a whole export does not push out everything else.
LARGEST_SHARE = 0.05
# What a 304 says of the answer it stands for.
UNCHANGED = (b"etag", b"vary")


@dataclass(slots=True)
class Answer:
    """A whole answer, its tag, what a 304 in its place says, and the route that gave it, which the log and the metrics name."""

    key: Key
    headers: list[Header]
    body: bytes
    tag: str
    unchanged: list[Header]
    route: Any

    @property
    def size(self) -> int:
        # With what was asked, which may be far longer than its answer.
        asked = sum(len(each) for each in self.key if each)
        return asked + len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500


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
    """Outside of what tags and packs answers; asked once a request is let in. Of one event loop: it needs no lock."""

    def __init__(self, megabytes: int) -> None:
        self._room = megabytes * 2**20
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0
        self._snapshot: Any = None

    def kept(self, scope: Scope, said: Said) -> tuple[int, list[Header], bytes] | None:
        """Status, headers and body that answer this request: as it was answered before, or that the caller holds that answer."""
        if not self._concerns(scope) or self._served(scope) is not self._snapshot:
            return None
        key = asked(scope, said)
        answer = self._kept.get(key)
        if answer is None:
            return None
        self._kept.move_to_end(key)
        scope["route"] = answer.route
        held = said.get(b"if-none-match")
        if held is not None and answer.tag.strip('"') in TAG.findall(held.decode("latin-1")):
            return 304, answer.unchanged, b""
        return 200, answer.headers, answer.body

    async def gather(self, app: ASGIApp, scope: Scope, said: Said, receive: Receive, send: Send) -> None:
        """Lets the app answer, and keeps what it says where it is the answer to a look-up."""
        snapshot = self._served(scope) if self._concerns(scope) else None
        if snapshot is None:
            return await app(scope, receive, send)
        if snapshot is not self._snapshot:
            self._snapshot, self._size = snapshot, 0
            self._kept.clear()
        gathering = Gathering(send, int(LARGEST_SHARE * self._room))
        await app(scope, receive, gathering)
        tag = next((value for name, value in gathering.headers if name == b"etag"), None)
        # Without a tag the snapshot may have been swapped on the way.
        if gathering.whole and tag and snapshot is self._snapshot:
            unchanged = with_ours([header for header in gathering.headers if header[0] in UNCHANGED], 304)
            whole, body = with_ours(gathering.headers, 200), b"".join(gathering.pieces)
            self._keep(Answer(asked(scope, said), whole, body, tag.decode("latin-1"), unchanged, scope.get("route")))

    def _concerns(self, scope: Scope) -> bool:
        return bool(self._room) and scope["method"] == "GET" and scope["path"].startswith(PREFIX)

    def _served(self, scope: Scope) -> Any:
        """The snapshot that is served now, None while there is none."""
        try:
            return scope["app"].state.service.index
        except IndexError_:
            return None

    def _keep(self, answer: Answer) -> None:
        before = self._kept.pop(answer.key, None)
        self._kept[answer.key] = answer
        self._size += answer.size - (before.size if before else 0)
        while self._size > self._room:
            _, gone = self._kept.popitem(last=False)
            self._size -= gone.size


def asked(scope: Scope, said: Said) -> Key:
    """All of a request that its answer follows from. Headers said twice stay apart: one with a comma is not always read alike."""
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    return path, scope["query_string"], said.get(b"accept"), said.get(b"accept-encoding")
