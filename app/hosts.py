"""Which hosts a request may name. Whoever lets a name of theirs point at this machine could otherwise make a visitor's browser read from a
service that only this machine reaches.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.responses import Response
from starlette.types import Scope

from app.errors import problem
from app.headers import Said
from index.errors import SettingRefused
from index.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, not listened on
ANY = "*"
# A host as it may stand in a header, in small letters: an IPv6 address in brackets, or a name or IPv4 address; then a port.
NAMED = re.compile(r"(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9_-][a-z0-9._-]{0,253})(?::(?P<port>\d{0,5}))?")
# Where readers reach the service, so that a link made of it holds in any text.
PUBLIC = re.compile(r"(?i:https?)://(?P<host>[^/?#]+)(?:/[^?#\s]*)?")
# Ports of http and https, which a browser never writes.
UNSAID = ("80", "443")
# Decisions remembered, for every request is one.
REMEMBERED = 1000


class Hosts:
    """The names of this service: each with any port, or with the one it was given with. `*` is every name, `*.example.com` all below it."""

    def __init__(self, named: Iterable[str], every_address: bool = False) -> None:
        """`every_address`: any address written as one, too; it leads where it says, and no name was made to point there."""
        self._named = frozenset(_setting(each) for each in named)
        self._every_address = every_address
        self.holds = lru_cache(REMEMBERED)(self._holds)

    def _holds(self, said: str) -> bool:
        """Whether the value of a `Host` header is one of them."""
        host, port = _parted(said)
        if not host or (self._every_address and _is_address(host)):
            return bool(host)
        above = [f"*{host[at:]}" for at, letter in enumerate(host) if letter == "."]
        # Callers leave out the port that goes without saying, even where a setting names it.
        ports = (None, port) if port else (None, *UNSAID)
        return any((each, wanted) in self._named for each in (host, *above, ANY) for wanted in ports)

    def holds_origin(self, origin: str) -> bool:
        """Whether a page of this origin is one of ours."""
        scheme, _, host = origin.partition("://")
        return scheme.lower() in ("http", "https") and self.holds(host)


def hosts(settings: Settings) -> Hosts:
    """Those of this machine, that of `VPI_PUBLIC_URL`, what `VPI_HOST` binds, and what `VPI_TRUSTED_HOSTS` names."""
    trusted = [each for part in settings.trusted_hosts.split(",") if (each := part.strip())]
    for each in trusted:
        if not _setting(each)[0]:
            raise SettingRefused(f"VPI_TRUSTED_HOSTS: {each!r} is no host. Give names as `vpi.example`, `vpi.example:8443` or `*.example`.")
    bound = [socket.gethostname()] if settings.host in EVERY_ADDRESS else [_literal(settings.host)]
    return Hosts([*LOOPBACK, *bound, *trusted, *_public(settings)], settings.host in EVERY_ADDRESS)


def address(settings: Settings) -> str:
    """Where readers reach the service, for links in answers: as the settings say, else where it listens. Raises SettingRefused."""
    if _public(settings):
        return settings.public_url
    return f"http://{_literal('127.0.0.1' if settings.host in EVERY_ADDRESS else settings.host)}:{settings.port}"


def _public(settings: Settings) -> list[str]:
    """The host of `VPI_PUBLIC_URL`, none where it is not set."""
    if not settings.public_url:
        return []
    found = PUBLIC.fullmatch(settings.public_url) if settings.public_url.isascii() and settings.public_url.isprintable() else None
    if found is None or not _parted(found["host"])[0]:
        raise SettingRefused(
            "VPI_PUBLIC_URL is no address that a link can be made of. Write `https://vpi.example` or `https://vpi.example/base`, in ASCII: "
            "a host in other letters as `xn--…`, a path percent-encoded; no user, no query."
        )
    return [found["host"]]


def misdirected(scope: Scope, said: Said, hosts: Hosts) -> Response | None:
    """Refuses with 421 what is meant for another host, with 400 what names none or several; None for what is meant for us."""
    named = said.get(b"host", b"")
    if hosts.holds(named.decode("latin-1")):
        return None
    if named.strip() and b"\n" not in named:
        host = named.decode("latin-1")[:100]
        step = "Ask by an address that is, or let whoever runs this service add it to VPI_TRUSTED_HOSTS."
        return problem(421, f"{host!r} is not a host of this service. {step}", scope["path"])
    return problem(400, "A request names the host it is meant for, once, in its `Host` header.", scope["path"])


def _parted(said: str) -> tuple[str, str | None]:
    """Host and port of what stands in a header; the host is empty where it is none."""
    found = NAMED.fullmatch(said.lower())
    if found is None:
        return "", None
    host = found["host"].removesuffix(".")
    return _canonical(host) if host.startswith("[") else host, found["port"] or None


def _setting(each: str) -> tuple[str, str | None]:
    """The same for what stands in a setting, where a name may begin with `*`."""
    if each == ANY:
        return ANY, None
    host, port = _parted(each.removeprefix("*."))
    return f"*.{host}" if host and each.startswith("*.") else host, port


def _canonical(bracketed: str) -> str:
    """An IPv6 address as everybody writes it, one that stands for an IPv4 address as that; empty where it is none."""
    try:
        found = IPv6Address(bracketed.strip("[]"))
    except ValueError:
        return ""
    # It leads where the IPv4 address does, so it is as good a name; browsers write it in groups: [::ffff:7f00:1].
    return str(found.ipv4_mapped or f"[{found}]")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host
