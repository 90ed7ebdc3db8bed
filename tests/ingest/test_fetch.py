"""Fetching: what is refused before a byte is sent, and what comes back. No test needs a network."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import ipaddress
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from index.errors import FetchRefused
from index.settings import Settings
from ingest.addresses import Address, only_public
from ingest.fetch import Fetched, fetch, look_up

SETTINGS = Settings(fetch_limit_mb=1, fetch_timeout_s=5.0, fetch_redirects=2)
PUBLIC = "93.184.216.34"
TEXT = "We keep logs for 30 days.\n"

Handler = Callable[[httpx.Request], httpx.Response]


def names(**hosts: list[str]) -> Callable[[str], object]:
    async def resolve(host: str) -> list[str]:
        return hosts.get(host.replace(".", "_").replace("-", "_"), [PUBLIC])

    return resolve


def get(url: str, handler: Handler, settings: Settings = SETTINGS, **hosts: list[str]) -> Fetched:
    return fetch(url, settings, transport=httpx.MockTransport(handler), resolve=names(**hosts))


def body(data: bytes, step: int = 1000) -> AsyncIterator[bytes]:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(data), step):
            yield data[at : at + step]

    return pieces()


def plain(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/plain; charset=utf-8"}, content=body(TEXT.encode()))


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"a request was sent to {request.url}")


def test_a_page_comes_back_with_where_and_when_it_was_got() -> None:
    fetched = get("https://acme.example/legal/privacy.txt?v=2", plain)
    assert (fetched.data, fetched.media_type) == (TEXT.encode(), "text/plain; charset=utf-8")
    assert (fetched.source, fetched.name) == ("https://acme.example/legal/privacy.txt?v=2", "privacy.txt")
    assert len(fetched.retrieved_at) == len("2026-01-01T00:00:00Z")


def test_the_connection_goes_to_the_checked_address_and_keeps_the_name() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return plain(request)

    get("https://acme.example/p", handler, acme_example=["2606:2800:220:1::1", PUBLIC])
    assert (seen[0].url.host, seen[0].headers["host"]) == (PUBLIC, "acme.example")
    assert seen[0].extensions["sni_hostname"] == "acme.example"


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == PUBLIC:
            raise httpx.ConnectError("refused")
        return plain(request)

    assert get("http://acme.example/", handler, acme_example=[PUBLIC, "93.184.216.35"]).data == TEXT.encode()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.9.1", "loopback"),
        ("0.0.0.0", "this network"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.1.1", "private"),
        ("169.254.169.254", "link-local"),
        ("100.64.0.1", "carrier"),
        ("100.100.100.200", "carrier"),
        ("168.63.129.16", "metadata"),
        ("192.0.0.192", "reserved"),
        ("198.18.0.1", "reserved"),
        ("203.0.113.9", "not a public"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::1", "this machine"),
        ("::", "this machine"),
        ("::7f00:1", "IPv4 address inside"),
        ("::ffff:127.0.0.1", "IPv4 address inside"),
        ("::ffff:93.184.216.34", "IPv4 address inside"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::a00:1", "NAT64"),
        ("2002:7f00:1::1", "6to4"),
        ("2001::1", "Teredo"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("2001:db8::1", "not a public"),
    ],
)
def test_a_name_that_leads_to_an_inner_address_is_refused(address: str, why: str) -> None:
    with pytest.raises(FetchRefused, match=why):
        get("https://acme.example/", never, acme_example=[PUBLIC, address])
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(FetchRefused, match=why):
        get(f"http://{literal}/", never)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://１２７.０.０.１/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:7f00:1]/",
    ],
)
def test_an_address_in_an_odd_form_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        get(url, never)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://acme.example/p", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://acme.example/", "only http and https"),
        ("http://acme.example:8080/", "port 8080"),
        ("https://acme.example:22/", "port 22"),
        ("https://user:secret@acme.example/", "user name or password"),
        ("https://acme.example\\@127.0.0.1/", "backslashes"),
        ("https://acme.example/a b", "spaces"),
        ("https://acme.example/\r\nHost: x", "control"),
        ("https:///p", "host name"),
        ("https://acme..example/", "host name"),
        ("https://acme%2eexample/", "host name|not a URL"),
        ("http://[::1/", "not a URL"),
    ],
)
def test_a_url_that_is_not_plain_is_refused(url: str, why: str) -> None:
    with pytest.raises(FetchRefused, match=why) as refused:
        get(url, never)
    assert "secret" not in str(refused.value)


def redirecting(*targets: str) -> Handler:
    hops = iter(targets)

    def handler(request: httpx.Request) -> httpx.Response:
        target = next(hops, None)
        return httpx.Response(302, headers={"location": target}) if target else plain(request)

    return handler


def test_redirects_are_followed_and_the_last_address_is_the_source() -> None:
    fetched = get("http://acme.example/a/b", redirecting("../privacy", "https://www.acme.example/final"))
    assert fetched.source == "https://www.acme.example/final"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://inner.example/", "file:///etc/passwd", "//169.254.169.254/latest", "https://acme.example:8443/"]
)
def test_every_hop_of_a_redirect_is_checked(target: str) -> None:
    with pytest.raises(FetchRefused):
        get("https://acme.example/", redirecting(target), inner_example=["10.0.0.1"])


def test_too_many_redirects_are_refused() -> None:
    with pytest.raises(FetchRefused, match="more than 2 redirects"):
        get("https://acme.example/", redirecting("/1", "/2", "/3"))


def answering(data: bytes, **headers: str) -> Handler:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(200, headers=named, content=body(data))


def test_a_compressed_page_is_unpacked() -> None:
    packed = gzip.compress(TEXT.encode()) + gzip.compress(b"More.")
    assert get("https://acme.example/", answering(packed, content_encoding="gzip")).data == TEXT.encode() + b"More."


def test_the_size_limit_counts_what_a_compressed_page_unpacks_to() -> None:
    bomb = gzip.compress(bytes(200 * 2**20))
    assert len(bomb) < 300_000
    with pytest.raises(FetchRefused, match="larger than the 1 MB"):
        get("https://acme.example/", answering(bomb, content_encoding="gzip"))
    with pytest.raises(FetchRefused, match="larger than the 1 MB"):
        get("https://acme.example/", answering(bytes(2**20 + 1)))


@pytest.mark.parametrize(
    ("headers", "data", "why"),
    [
        ({"content_encoding": "br"}, b"x", "encoding br"),
        ({"content_encoding": "gzip"}, b"not gzip", "could not be fetched"),
        ({"content_encoding": "gzip"}, gzip.compress(TEXT.encode())[:-9], "middle of its compressed body"),
        ({"content_type": "image/png"}, b"x", "image/png, not a policy"),
        ({"content_type": "application/json"}, b"{}", "application/json, not a policy"),
    ],
)
def test_an_answer_that_is_not_a_policy_is_refused(headers: dict[str, str], data: bytes, why: str) -> None:
    with pytest.raises(FetchRefused, match=why):
        get("https://acme.example/p", answering(data, **headers))


@pytest.mark.parametrize("status", [204, 304, 403, 404, 500])
def test_an_answer_other_than_200_is_refused_by_its_number(status: int) -> None:
    with pytest.raises(FetchRefused, match=f"answered {status}"):
        get("https://acme.example/p", lambda _request: httpx.Response(status))


def test_a_body_that_drips_is_cut_off_when_the_time_is_up() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    began = time.monotonic()
    with pytest.raises(FetchRefused, match=r"longer than 0\.2 s"):
        get("https://acme.example/", lambda _request: httpx.Response(200, content=drip()), Settings(fetch_timeout_s=0.2))
    assert time.monotonic() - began < 20


def test_a_file_comes_back_with_its_name_and_not_with_where_this_machine_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_text(TEXT)
    fetched = fetch(str(path), SETTINGS)
    assert (fetched.data, fetched.media_type, fetched.source, fetched.name) == (TEXT.encode(), None, "policy.txt", "policy.txt")


def test_a_path_that_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(bytes(2**20 + 1))
    for path, why in (
        (tmp_path, "is a folder"),
        (tmp_path / "none", "no file"),
        (tmp_path / "large.txt", "larger than"),
        ("a\0b", "cannot be read|no file"),
    ):
        with pytest.raises(FetchRefused, match=why):
            fetch(str(path), SETTINGS)


@pytest.fixture
def server() -> Iterator[int]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.end_headers()
            self.wfile.write(f"Host: {self.headers['host']}".encode())

        def log_message(self, *_: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield listening.server_port
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_a_server_on_this_machine_is_refused_by_its_address_and_by_its_name(server: int) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        with pytest.raises(FetchRefused, match="port"):
            fetch(f"http://{host}:{server}/", SETTINGS)
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(FetchRefused, match=r"loopback|this machine"):
            fetch(f"http://{host}/", SETTINGS)


def test_the_whole_path_works_over_a_real_connection_where_a_test_permits_it(server: int) -> None:
    class ToServer(httpx.AsyncHTTPTransport):
        """Ports are fixed at 80 and 443, which a test may not open."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            request.url = request.url.copy_with(port=server)
            return await super().handle_async_request(request)

    def permit(address: Address) -> str | None:
        return None if address == ipaddress.ip_address("127.0.0.1") else only_public(address)

    async def resolve(_host: str) -> list[str]:
        return ["127.0.0.1"]

    fetched = fetch("http://acme.example/privacy", SETTINGS, transport=ToServer(), resolve=resolve, permit=permit)
    assert (fetched.data, fetched.name) == (b"Host: acme.example", "privacy")


def test_names_are_looked_up_to_every_address() -> None:
    assert "127.0.0.1" in asyncio.run(look_up("localhost"))
    with pytest.raises(FetchRefused, match="cannot be looked up"):
        asyncio.run(look_up("no-such-host.invalid"))
