"""What a caller of the client may catch.

ClientError
├── Unsendable         an address, key or argument that no request can carry: nothing was sent
├── Unreachable        no answer came: connection refused, broken off, timed out; tried again before
├── Unreadable         an answer that is not of this service, or of a newer one
└── Refusal            the service answered with a problem document
    ├── Malformed      422, 413, 406: ask otherwise
    ├── NotFound       404: not indexed; `detail` suggests near names
    ├── Forbidden      401, 403: a key is missing, unknown or without the scope
    ├── Busy           429, 502, 503, 504: tried again before; `retry_after` seconds were asked for
    └── ServiceBroken  500: a defect of the service
"""

from __future__ import annotations

from typing import Any

import httpx


class ClientError(Exception):
    """The root of all that the client raises."""


class Unsendable(ClientError):
    """An address, a key or an argument that no request can carry; nothing was sent."""


class Unreachable(ClientError):
    """No answer came, though it was asked for several times."""


class Unreadable(ClientError):
    """An answer that does not have the shape of this service's."""


class Refusal(ClientError):
    """A problem document (RFC 9457) of the service."""

    def __init__(self, status: int, title: str, detail: str, type: str, instance: str, faults: list[dict[str, Any]]) -> None:
        super().__init__(f"{status} {title}: {detail}" if detail else f"{status} {title}")
        self.status = status
        self.title = title
        self.detail = detail
        self.type = type
        self.instance = instance
        self.faults = faults
        self.retry_after: float | None = None


class Malformed(Refusal):
    """A parameter or body the service does not take; `faults` names each."""


class NotFound(Refusal):
    """What was asked for is not indexed."""


class Forbidden(Refusal):
    """A key is missing, unknown, or has not the scope."""


class Busy(Refusal):
    """The service has no time, no index yet, or counted too many requests."""


class ServiceBroken(Refusal):
    """A defect of the service."""


KINDS: dict[int, type[Refusal]] = {
    401: Forbidden, 403: Forbidden, 404: NotFound, 406: Malformed, 413: Malformed, 414: Malformed, 422: Malformed, 429: Busy, 502: Busy,
    503: Busy, 504: Busy,
}  # fmt: skip


def refusal(response: httpx.Response) -> Refusal:
    """The error an answer stands for. A proxy's page in between is told by its status alone."""
    try:
        told = response.json()
    except ValueError:
        told = None
    problem: dict[str, Any] = told if isinstance(told, dict) else {}
    kind = KINDS.get(response.status_code, ServiceBroken if response.status_code >= 500 else Refusal)
    return kind(
        response.status_code,
        str(problem.get("title") or response.reason_phrase),
        str(problem.get("detail") or ""),
        str(problem.get("type") or "about:blank"),
        str(problem.get("instance") or response.url.path),
        [each for each in problem.get("errors") or [] if isinstance(each, dict)],
    )
