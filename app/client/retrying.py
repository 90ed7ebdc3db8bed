"""When to ask again, and after how long. Everything the service answers is read-only, so that asking twice does no harm."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

from app.client.errors import Busy, Unreachable, Unreadable, refusal
from app.client.requests import Call

T = TypeVar("T")

# Too often, or a service or proxy that is starting, ending or overloaded.
PASSING = frozenset({429, 502, 503, 504})


Outcome = httpx.Response | httpx.RequestError


def passing(outcome: Outcome) -> bool:
    """Whether the same request may fare better in a moment."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in PASSING
    return isinstance(outcome, httpx.TransportError) and not isinstance(outcome, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a caller waits: at most `tries` requests; between them `first` seconds, twice as long each time up to `longest`, less a
    random part, so that many clients do not come back at one moment. What `Retry-After` asks is waited for, unless it is more than
    `patient` seconds: then the refusal is raised at once."""

    tries: int = 5
    first: float = 0.25
    longest: float = 8.0
    patient: float = 60.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def pause(self, tried: int, outcome: Outcome) -> float | None:
        """Seconds to wait before another try; None when there is no use or no patience left."""
        if tried >= self.tries or not passing(outcome):
            return None
        backoff = min(self.longest, self.first * 2.0 ** (tried - 1)) * (1.0 - self.chance() / 2)
        wanted = retry_after(outcome) if isinstance(outcome, httpx.Response) else None
        if wanted is None:
            return backoff
        return wanted + self.first * self.chance() if wanted <= self.patient else None


def retry_after(response: httpx.Response) -> float | None:
    """Seconds the service asks to wait, whether it wrote them as a number or as a date."""
    written = response.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def result(call: Call[T], outcome: Outcome, tried: int) -> T:
    """What was answered in the end, read; or raised."""
    if isinstance(outcome, httpx.DecodingError):
        raise Unreadable(f"{call.path}: the answer cannot be unpacked ({outcome}).") from outcome
    if isinstance(outcome, httpx.RequestError):
        raise Unreachable(f"{call.path}: {type(outcome).__name__} after {tried} tries ({outcome}).") from outcome
    if outcome.is_success:
        return call.read(outcome)
    error = refusal(outcome)
    if isinstance(error, Busy):
        error.retry_after = retry_after(outcome)
    raise error
