"""Addresses that would get past the checks: in the source itself, behind a name, behind a redirect, behind a name that changes its mind."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from index.errors import FetchRefused
from index.settings import Settings
from ingest.addresses import Address, only_public
from ingest.fetch import fetch
from tests.ingest.test_fetch import PUBLIC, SETTINGS, get, never, redirecting

# Of each kind of address one, as it may stand between the slashes.
WRITTEN = (
    # decimal, octal, hexadecimal, short, and mixtures of them
    "2130706433", "017700000001", "0x7f000001", "0X7F000001", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.0x0.1", "127.1", "127.0.1", "0x7f.1",
    "0", "00000000", "127.0.0.0x1", "127.000.000.001", "127.0.0.01", "256.256.256.256", "999999999999", "1.1.1.1.1", "127.0.0.1.",
    "127.0.0.1..",
    # digits and dots that are others' digits and dots
    "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ.", "\u200b127.0.0.1", "127.0.0.1%00.acme.example",
    # of this machine, its network, its provider
    "0.0.0.0", "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.254",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "198.18.0.1", "198.51.100.1",
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[febf::1]", "[fec0::1]", "[ff02::1]", "[ff0e::1]",
    "[100::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[4000::1]", "[2001:2::1]", "[2001:10::1]", "[2001:20::1]",
    # an IPv4 address inside: compatible, mapped, translated, NAT64, 6to4, Teredo; of a public one too
    "[::127.0.0.1]", "[::7f00:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:0:0]", "[::ffff:93.184.216.34]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::10.0.0.1]", "[64:ff9b:1:ffff::a9fe:a9fe]", "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]", "[2001::1]", "[2001:0:7f00:1::1]", "[2001:0:5db8:d822::]",
    # bound to an interface
    "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%251]", "[2606:2800:220:1::1%25eth0]",
    # not an address at all
    "[::1", "[127.0.0.1]", "[v1.x]", "[::1].", "", ".", "-1", "a..b",
)  # fmt: skip
# Whole addresses in which another host stands than the one that is read first, or that are not the web's.
CONFUSED = (
    "http://user:secret@acme.example/", "http://user@acme.example/", "http://:secret@acme.example/", "http://@acme.example/",
    "http://acme.example@127.0.0.1/", "http://acme.example:80@127.0.0.1/", "http://127.0.0.1@acme.example/", "http://a@b@acme.example/",
    "http://se:cr/et@acme.example/", "http://acme.example%40127.0.0.1/", "http://acme.example%2f@127.0.0.1/", "http://127.0.0.1#@acme.example/",
    "http://127.0.0.1?@acme.example/", "http://acme.example\\@127.0.0.1/", "http://acme.example\t@127.0.0.1/",
    "http://acme.example\r\nHost: x/",
    "file:///etc/passwd", "file://localhost/etc/passwd", "ftp://acme.example/", "gopher://acme.example:70/_x", "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/", "ws://acme.example/", "data://text/plain,x", "javascript://acme.example/%0ax", "http+unix://%2Frun%2Fx.sock/",
    "http://acme.example:0/", "http://acme.example:22/", "http://acme.example:81/", "https://acme.example:6379/", "http://acme.example:65536/",
    "http://acme.example:-80/", "http://acme.example:8o/", "http://acme.example:80:80/", "http:///127.0.0.1/", "HTTP://127.0.0.1/",
)  # fmt: skip


@pytest.mark.parametrize("url", [*(f"http://{host}/" for host in WRITTEN), *CONFUSED])
def test_nothing_is_sent_to_it_neither_at_once_nor_behind_a_redirect(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        get(url, never)
    asked: list[str] = []

    def once(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": url.encode()})

    with pytest.raises(FetchRefused) as redirected:
        get("https://acme.example/", once)
    # A redirect to what is no address of its own is one within the site, and loops there.
    assert set(asked) == {PUBLIC}
    for refusal in (refused, redirected):
        assert not any(word in str(refusal.value) for word in ("secret", "cr/et", "'cr'"))


@pytest.mark.parametrize("host", [host for host in WRITTEN if ":" in host and host.endswith("]") and "2606" not in host])
def test_nor_behind_a_name(host: str) -> None:
    address = host.strip("[]").replace("%25", "%")
    with pytest.raises(FetchRefused):
        get("https://acme.example/", never, acme_example=[PUBLIC, address])


@pytest.mark.parametrize("number", range(0, 2**32, 2**24 * 7 + 65537))
def test_an_address_written_as_one_number_is_never_read(number: int) -> None:
    for written in (str(number), hex(number), f"0{number:o}", f"{number >> 24}.{number & 0xFFFFFF}"):
        with pytest.raises(FetchRefused):
            get(f"http://{written}/", never)


class Here(http.server.BaseHTTPRequestHandler):
    """Says at which address it was reached, or leads back to the same name."""

    def do_GET(self) -> None:
        back = self.path == "/back"
        self.send_response(302 if back else 200)
        self.send_header("content-type", "text/plain")
        if back:
            self.send_header("location", "/here")
        self.end_headers()
        self.wfile.write(str(self.connection.getsockname()[0]).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """A server at every address of this machine."""
    listening = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Here)  # closed within the test
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield listening.server_port
    listening.shutdown()
    thread.join()
    listening.server_close()


class ToServer(httpx.AsyncHTTPTransport):
    """The library's own transport, connections and all, to the port that a test may open."""

    def __init__(self, port: int) -> None:
        super().__init__(trust_env=False)
        self.port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=self.port)
        return await super().handle_async_request(request)


CHECKED, INNER = "127.0.0.2", "127.0.0.1"


def permit(address: Address) -> str | None:
    """Stands for a public address: the one that the name leads to at first."""
    return None if address == ipaddress.ip_address(CHECKED) else only_public(address)


class Fickle:
    """The system's resolver, for a name that leads to `CHECKED` the first time it is looked up and to `INNER` ever after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._system = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: Any, *rest: Any, **named: Any) -> Any:
        said = host.decode() if isinstance(host, bytes) else str(host)
        if said.replace(".", "").isdigit():
            return self._system(said, *rest, **named)
        self.asked.append(said)
        return self._system(CHECKED if len(self.asked) == 1 else INNER, *rest, **named)


def test_a_name_that_leads_elsewhere_after_the_check_is_asked_where_it_was_checked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Fickle(monkeypatch)
    fetched = fetch("http://fickle.example/policy", SETTINGS, transport=ToServer(port), permit=permit)
    assert (fetched.data, resolver.asked) == (CHECKED.encode(), ["fickle.example"])
    # The stand-in is where the library would have looked, had it been given the name.
    assert httpx.get(f"http://fickle.example:{port}/", trust_env=False).text == INNER


def test_a_name_that_leads_elsewhere_at_the_next_hop_is_refused_there(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Fickle(monkeypatch)
    with pytest.raises(FetchRefused, match=r"fickle\.example is not fetched: it resolves to 127\.0\.0\.1, a loopback"):
        fetch("http://fickle.example/back", SETTINGS, transport=ToServer(port), permit=permit)
    assert resolver.asked == ["fickle.example", "fickle.example"]


def test_a_proxy_in_the_environment_is_not_asked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{INNER}:{port}")
    with pytest.raises(FetchRefused, match=r"loopback|this machine"):
        fetch("http://localhost/", Settings())


def test_a_redirect_to_a_good_address_is_followed_all_the_same() -> None:
    for target in ("https://acme.example:443/p", "http://93.184.216.34/p", "http://[2606:2800:220:1::1]:80/p", "//www.acme.example/p", "p"):
        assert get("https://acme.example/", redirecting(target)).name == "p"
