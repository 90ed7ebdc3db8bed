"""The bytes of a file or URL, within limits on where they come from, their size, their kind and the time they take."""

from __future__ import annotations

import asyncio
import re
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from urllib.parse import unquote

import httpx

from index.errors import FetchRefused
from index.settings import Settings
from ingest.addresses import HOST, Address, Permit, checked_addresses, is_literal, only_public, without_credentials

Resolve = Callable[[str], Awaitable[list[str]]]

ACCEPTED = {
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "text/x-markdown",
    "application/pdf",
    "application/x-pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/octet-stream",
    "binary/octet-stream",
    "",
}
WITH_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
REDIRECTS = (301, 302, 303, 307, 308)
HEADERS = {
    "accept": "text/html, text/markdown, text/plain, application/pdf, */*;q=0.5",
    "accept-encoding": "gzip",
    "user-agent": "vendor-privacy-index",
}
CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source held, and where and when it was got. `source` is the address it came from in the end, redirects followed; of a file
    its name, since what is served and reported says nothing of the folders of this machine."""

    data: bytes
    media_type: str | None
    source: str
    retrieved_at: str
    name: str


def fetch(
    source: str,
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolve | None = None,
    permit: Permit = only_public,
) -> Fetched:
    """The bytes of a path or an http(s) URL, or `FetchRefused`. What comes after `*` is for tests: they have no network."""
    if WITH_SCHEME.match(source):
        return asyncio.run(in_time(source, settings, transport or httpx.AsyncHTTPTransport(trust_env=False), resolve or look_up, permit))
    return from_file(Path(source), settings)


def from_file(path: Path, settings: Settings) -> Fetched:
    limit = settings.fetch_limit_mb * 2**20
    try:
        if not path.is_file():
            what = "is a folder: give the files in it" if path.is_dir() else "is no file of this machine. Check the path"
            raise FetchRefused(f"{path} {what}.")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise FetchRefused(f"{path} cannot be read ({error}). Check the path and its permissions.") from None
    if len(data) > limit:
        raise FetchRefused(too_large(str(path), settings))
    return Fetched(data, None, shown(str(path)), now(), path.name)


def shown(source: str) -> str:
    """An address as it is; of a path the file's name."""
    return source if WITH_SCHEME.match(source) else PurePath(source).name


async def in_time(url: str, settings: Settings, transport: httpx.AsyncBaseTransport, resolve: Resolve, permit: Permit) -> Fetched:
    """One fetch, all its redirects and look-ups included, in the seconds the settings allow."""
    try:
        async with (
            asyncio.timeout(settings.fetch_timeout_s),
            httpx.AsyncClient(transport=transport, trust_env=False, timeout=None) as client,  # noqa: S113  # the line above bounds it whole
        ):
            return await follow(client, url, settings, resolve, permit)
    except TimeoutError:
        message = f"{without_credentials(url)} took longer than {settings.fetch_timeout_s:g} s. Try again, or set VPI_FETCH_TIMEOUT_S."
        raise FetchRefused(message) from None
    except (httpx.InvalidURL, httpx.RemoteProtocolError):
        # Without what is wrong with it: of a redirect that may be a part of a password.
        message = f"{without_credentials(url)} answers with what is not HTTP, or leads to what is not a URL. Look it up in a browser."
        raise FetchRefused(message) from None
    except (httpx.HTTPError, httpx.StreamError, zlib.error) as error:
        raise FetchRefused(f"{without_credentials(url)} could not be fetched: {error or type(error).__name__}. Try again later.") from None


async def follow(client: httpx.AsyncClient, url: str, settings: Settings, resolve: Resolve, permit: Permit) -> Fetched:
    """Follows redirects by hand: every hop's address is checked before a connection is made, and the connection goes to that address."""
    for _ in range(settings.fetch_redirects + 1):
        target = checked_url(url)
        addresses = await addresses_of(target, resolve, permit)
        answer = await connected(client, target, addresses)
        try:
            if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                return await taken(answer, target, settings)
            url = str(target.join(answer.headers["location"]))
        finally:
            await answer.aclose()
    raise FetchRefused(
        f"{without_credentials(url)} is not fetched: more than {settings.fetch_redirects} redirects. Give the last address itself."
    )


async def addresses_of(url: httpx.URL, resolve: Resolve, permit: Permit) -> list[Address]:
    """The checked addresses of a URL's host, IPv4 first: many machines have no way to the others."""
    host = host_of(url)
    literal = is_literal(host)
    found = [str(literal)] if literal else await resolve(host)
    return sorted(checked_addresses(host, found, permit), key=lambda address: address.version)


async def connected(client: httpx.AsyncClient, url: httpx.URL, addresses: list[Address]) -> httpx.Response:
    """The answer of the first address that takes the connection. The host's name still goes into the request and into TLS."""
    headers = HEADERS | {"host": url.netloc.decode()}
    for at, address in enumerate(addresses):
        request = client.build_request("GET", url.copy_with(host=str(address)), headers=headers, extensions={"sni_hostname": host_of(url)})
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError:
            if at == len(addresses) - 1:
                raise
    raise AssertionError("checked_addresses gives at least one")


async def look_up(host: str) -> list[str]:
    """Every address of a name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused(f"{host} cannot be looked up ({error}). Check the name and the network.") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_url(url: str) -> httpx.URL:
    """The URL, once its form is one that every program reads alike; `FetchRefused` otherwise."""
    shown = without_credentials(url)
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise FetchRefused(
            f"{shown} holds spaces, backslashes or control characters. Encode them, or give the address as the browser shows it."
        )
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        # "http://user:pass/word@host/" is none, and what is wrong with it is the password.
        said = f"{shown} is not a URL ({error})" if "@" not in url else "That is not a URL"
        raise FetchRefused(f"{said}. Give the address as the browser shows it.") from None
    if parsed.scheme not in ("http", "https"):
        raise FetchRefused(f"{shown} is not fetched: only http and https are. Give a file of this machine by its path.")
    if "@" in re.split("[/?#]", url.partition("//")[2])[0]:
        raise FetchRefused(f"{shown} carries a user name or password. Policies are public: give the address without it.")
    if parsed.port not in (None, 80, 443):
        raise FetchRefused(f"{shown} is not fetched: port {parsed.port} is not 80 or 443.")
    literal = is_literal(host_of(parsed))
    if literal is None and not HOST.fullmatch(host_of(parsed)):
        raise FetchRefused(f"{shown} has no host name that can be looked up. Give the address as the browser shows it.")
    return parsed


def host_of(url: httpx.URL) -> str:
    """The host as it goes over the wire: in ASCII, small letters, without the last dot."""
    return url.raw_host.decode("ascii").lower().strip("[]").removesuffix(".")


async def taken(answer: httpx.Response, url: httpx.URL, settings: Settings) -> Fetched:
    """The body of the last answer, when it is one we read."""
    shown = str(url)
    if answer.status_code != 200:
        raise FetchRefused(f"{shown} answered {answer.status_code}. Check the address in a browser.")
    media_type = answer.headers.get("content-type")
    kind = (media_type or "").split(";")[0].strip().lower()
    if kind not in ACCEPTED:
        raise FetchRefused(f"{shown} is {kind[:80]}, not a policy. Text, Markdown, HTML, PDF and DOCX are read.")
    data = bytearray()
    async for piece in unpacked(answer, shown):
        data += piece
        if len(data) > settings.fetch_limit_mb * 2**20:
            raise FetchRefused(too_large(shown, settings))
    name = unquote(url.path.rstrip("/").rpartition("/")[2]) or host_of(url)
    return Fetched(bytes(data), media_type, shown, now(), name)


async def unpacked(answer: httpx.Response, shown: str) -> AsyncIterator[bytes]:
    """The body decompressed in pieces of at most `CHUNK` bytes, however much a compressed one would swell to."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchRefused(f"{shown} came in the encoding {encoding[:40]}, which was not asked for. Download it and give its path.")
    if "gzip" not in encoding:
        async for raw in answer.aiter_raw(CHUNK):
            yield raw
        return
    inflate = zlib.decompressobj(31)
    async for raw in answer.aiter_raw(CHUNK):
        while raw:
            yield inflate.decompress(raw, CHUNK)
            raw = inflate.unconsumed_tail
            if inflate.eof and inflate.unused_data:  # one gzip after another is one body
                raw, inflate = inflate.unused_data, zlib.decompressobj(31)
    while rest := inflate.decompress(b"", CHUNK):
        yield rest
    if not inflate.eof:
        raise FetchRefused(f"{shown} ended in the middle of its compressed body. Try again.")


def too_large(shown: str, settings: Settings) -> str:
    return f"{shown} is larger than the {settings.fetch_limit_mb} MB accepted, unpacked. VPI_FETCH_LIMIT_MB raises that."


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
