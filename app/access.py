"""Who may ask, and how often: keys with scopes, a rate for each caller, and how many requests may be under way at once."""

from __future__ import annotations

import asyncio
import base64
import binascii
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import problem
from app.keys import Key, Keys
from index.settings import Settings

# Probes carry no key: they say whether the process is up and an index is served, nothing of what is in it.
OPEN = frozenset({"/healthz", "/readyz"})
# Where keys are asked for and no rate was set: twenty a second for a minute is more than any tool of ours asks.
RATE_WITH_KEYS = 1200
# Callers remembered at once; the one longest unheard of is forgotten first, and begins afresh.
REMEMBERED = 10_000
# A body of at most 64 KiB takes a caller on a bad line a second or two; one that drips it holds a place others wait for.
BODY_SECONDS = 10.0
# The longest question, in Chinese and percent-encoded, is under 10 KiB.
QUERY_LIMIT = 16 * 1024
ASK_FOR_KEY = 'Bearer realm="vendor-privacy-index", Basic realm="vendor-privacy-index (any name, the key as password)", charset="UTF-8"'


@dataclass(slots=True)
class Bucket:
    """What a caller may still ask now, and when that was reckoned."""

    left: float
    at: float


class Rates:
    """A bucket for each caller that holds one minute's requests and fills up steadily. In memory, of this process alone."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str) -> tuple[bool, int, int]:
        """Whether one more request is allowed, how many are left, and seconds until the next one (when refused) or a full bucket."""
        now = self._clock()
        bucket = self._buckets.setdefault(caller, Bucket(self.per_minute, now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.left = min(self.per_minute, bucket.left + max(0.0, now - bucket.at) * self.per_minute / 60)
        bucket.at = now
        if bucket.left < 1:
            return False, 0, math.ceil((1 - bucket.left) * 60 / self.per_minute)
        bucket.left -= 1
        return True, int(bucket.left), math.ceil((self.per_minute - bucket.left) * 60 / self.per_minute)


def rates(settings: Settings, keys: Keys | None) -> Rates | None:
    """The limit the settings ask for, None where there is none."""
    if settings.rate_per_minute is None:
        return Rates(RATE_WITH_KEYS) if keys else None
    return Rates(settings.rate_per_minute) if settings.rate_per_minute else None


class Access:
    """Pure ASGI. Refuses with 401 (no or an unknown key), 403 (a key without the scope), 414, 429 (too often) or 503 (too many at once)."""

    def __init__(self, app: ASGIApp, keys: Keys | None, rates: Rates | None, at_once: int) -> None:
        self.app = app
        self.keys = keys
        self.rates = rates
        self.at_once = at_once
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        key = None
        if self.keys is not None:
            key = self.keys.of(shown(Headers(scope=scope).get("authorization", "")))
            # Not equality: a route takes its path with a line end behind it too (`/metrics%0A`).
            wanted = "metrics" if scope["path"].startswith("/metrics") else "read"
            if key is None:
                said = "A key is needed: `Authorization: Bearer vpi_…`. Whoever runs this service makes one (`python -m app.keys NAME`)."
                return await refuse(scope, receive, send, 401, said, {"WWW-Authenticate": ASK_FOR_KEY})
            if wanted not in key.scopes:
                said = f"The key of {key.name} has no scope {wanted!r}. Whoever runs this service can add it to the keys file."
                return await refuse(scope, receive, send, 403, said, {})
        if len(scope["query_string"]) > QUERY_LIMIT:
            return await refuse(scope, receive, send, 414, f"A query may hold {QUERY_LIMIT // 1024} KiB. Ask for less at once.", {})
        if self._under_way >= self.at_once:
            said = f"{self.at_once} requests are under way, which is as many as this service takes on at once. Ask again in a second."
            return await refuse(scope, receive, send, 503, said, {"Retry-After": "1"})
        left = {}
        if self.rates is not None:
            allowed, remaining, reset = self.rates.take(caller(scope, key))
            left = {"RateLimit-Limit": str(self.rates.per_minute), "RateLimit-Remaining": str(remaining), "RateLimit-Reset": str(reset)}
            if not allowed:
                said = f"More than {self.rates.per_minute} requests a minute. Ask again in {reset} s."
                return await refuse(scope, receive, send, 429, said, {**left, "Retry-After": str(reset)})

        async def send_with_rate(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(left)
            await send(message)

        whole = False

        async def receive_in_time() -> Message:
            nonlocal whole
            if whole:  # what comes now is only that the caller went away
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), BODY_SECONDS)
            except TimeoutError:
                raise HTTPException(408) from None
            whole = not message.get("more_body", False)
            return message

        self._under_way += 1
        try:
            await self.app(scope, receive_in_time, send_with_rate if left else send)
        finally:
            self._under_way -= 1


def shown(authorization: str) -> str:
    """The secret in an `Authorization` header, empty when there is none: a bearer's, or the password a browser asks its user for."""
    scheme, _, given = authorization.partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return given
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
        except (binascii.Error, ValueError):
            return ""
    return ""


def caller(scope: Scope, key: Key | None) -> str:
    """Whose requests are counted together: those of a key, of an address or its network where there are no keys."""
    client = scope.get("client")
    return f"key {key.name}" if key else f"address {network(client[0]) if client else ''}"


@lru_cache(maxsize=REMEMBERED)
def network(address: str) -> str:
    """What one caller has: an IPv4 address, or 64 bits of IPv6, within which it may take any address it likes."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, said: str, headers: dict[str, str]) -> None:
    answer = problem(status, said, scope["path"])
    answer.headers.update(headers)
    await answer(scope, receive, send)
