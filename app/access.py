"""Who may ask, and how often: keys with scopes, a rate for each caller, and how many requests may be under way at once."""

from __future__ import annotations

import asyncio
import base64
import binascii
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from app.errors import problem
from app.headers import Header, Said, first
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
    """Refuses with 401 (no or an unknown key), 403 (a key without the scope), 414, 429 (too often) or 503 (too many at once)."""

    def __init__(self, keys: Keys | None, rates: Rates | None, at_once: int) -> None:
        self.keys = keys
        self.rates = rates
        self.at_once = at_once
        # Counted by who lets requests in.
        self.under_way = 0

    def admits(self, scope: Scope, said: Said) -> tuple[Response | None, list[Header]]:
        """The refusal, None for a request that is let in; and what its answer says of the caller's rate."""
        key = None
        if self.keys is not None:
            key = self.keys.of(shown(first(said, b"authorization").decode("latin-1")))
            # Not equality: a route takes its path with a line end behind it too (`/metrics%0A`).
            wanted = "metrics" if scope["path"].startswith("/metrics") else "read"
            if key is None:
                step = "A key is needed: `Authorization: Bearer vpi_…`. Whoever runs this service makes one (`python -m app.keys NAME`)."
                return refusal(scope, 401, step, {"WWW-Authenticate": ASK_FOR_KEY}), []
            if wanted not in key.scopes:
                step = f"The key of {key.name} has no scope {wanted!r}. Whoever runs this service can add it to the keys file."
                return refusal(scope, 403, step), []
        if len(scope["query_string"]) > QUERY_LIMIT:
            return refusal(scope, 414, f"A query may hold {QUERY_LIMIT // 1024} KiB. Ask for less at once."), []
        if self.under_way >= self.at_once:
            step = f"{self.at_once} requests are under way, which is as many as this service takes on at once. Ask again in a second."
            return refusal(scope, 503, step, {"Retry-After": "1"}), []
        if self.rates is None:
            return None, []
        allowed, remaining, reset = self.rates.take(caller(scope, key))
        counts = {"limit": self.rates.per_minute, "remaining": remaining, "reset": reset}
        left = [(b"ratelimit-" + name.encode(), b"%d" % count) for name, count in counts.items()]
        if allowed:
            return None, left
        return refusal(
            scope, 429, f"More than {self.rates.per_minute} requests a minute. Ask again in {reset} s.", {"Retry-After": str(reset)}
        ), left


def in_time(receive: Receive) -> Receive:
    """Gives a body up that drips."""
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

    return receive_in_time


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


def refusal(scope: Scope, status: int, said: str, headers: Mapping[str, str] | None = None) -> Response:
    answer = problem(status, said, scope["path"])
    answer.headers.update(headers or {})
    return answer
