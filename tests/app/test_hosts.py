"""Which hosts a request may name, on every path."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.hosts import address, hosts
from app.main import create_app
from app.mcp import __main__ as stdio
from index.embedder import WordHashes
from index.errors import SettingRefused
from index.settings import Settings
from tests.app.live import serving

PATHS = (
    "/v1/vendors",
    "/v1/search?q=kept",
    "/",
    "/vendors/acme",
    "/docs",
    "/openapi.json",
    "/static/style.css",
    "/version",
    "/metrics",
)
OURS = (
    "127.0.0.1", "127.0.0.1:8000", "localhost", "LocalHost:9", "localhost.", "[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]:8000", "[::ffff:7f00:1]",
)  # fmt: skip
OTHERS = (
    "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost", "10.0.0.5", "192.168.1.7:8000",
    "0.0.0.0:8000", "[::2]", "[::ffff:10.0.0.5]", "[::127.0.0.1]", "2130706433", "127.1", "0x7f.1", "127.0.0.1@evil.example",
    "evil.example#127.0.0.1", "localhost:8000:1", "localhost/", "*", "*.example", "[::1", "[::1%25lo]", "a" * 300, "ｌocalhost",
    "localhost,evil.example", "..", "-",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=data_dir, log_level="ERROR", trusted_hosts=""), WordHashes())) as opened:
        yield opened


@pytest.mark.parametrize("path", PATHS)
def test_a_request_for_another_host_is_refused_on_every_path_and_told_the_setting(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"host": "localhost:8000"}).status_code == 200
    answer = client.get(path, headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")
    assert "'evil.example'" in answer.json()["detail"]
    assert "VPI_TRUSTED_HOSTS" in answer.json()["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_posted_is_refused_likewise_before_it_is_read(client: TestClient) -> None:
    for path, body in (("/v1/ask", {"question": "x"}), ("/v1/check", {"rules": []}), ("/mcp/", {})):
        assert client.post(path, json=body, headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("host", OURS)
def test_this_machine_is_known_by_its_own_names_and_any_port(client: TestClient, host: str) -> None:
    assert client.get("/version", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
def test_another_name_is_refused_however_it_is_written(client: TestClient, host: str) -> None:
    assert client.get("/version", headers={"host": host.encode()}).status_code == 421


def test_probes_name_what_they_like(client: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.42.0.7:8000"}).status_code == 200


def test_a_request_that_names_no_host_or_two_is_malformed(data_dir: Path) -> None:
    with serving(data_dir=data_dir) as found:
        place = found.removeprefix("http://")
        for named in ([], [place, "evil.example"], ["evil.example", place], [""]):
            line = http.client.HTTPConnection(place, timeout=60)
            line.putrequest("GET", "/version", skip_host=True)
            for host in named:
                line.putheader("Host", host)
            line.endheaders()
            answer = line.getresponse()
            answer.read()
            line.close()
            assert answer.status == 400, named
        # Where the line itself carries a host, the header is still what counts.
        line = http.client.HTTPConnection(place, timeout=60)
        line.request("GET", f"http://{place}/version", headers={"Host": "evil.example"})
        assert line.getresponse().status == 421
        line.close()


def held(said: str, **settings: str) -> bool:
    return hosts(Settings(**{"trusted_hosts": "", **settings})).holds(said)


def test_settings_name_more_hosts() -> None:
    trusted = "vpi.example, Other.example:8443,*.inner.example,[2001:db8::1]"
    for host in ("vpi.example", "VPI.example:9", "other.example:8443", "a.inner.example", "a.b.inner.example:1", "[2001:db8:0::1]:5"):
        assert held(host, trusted_hosts=trusted), host
    for host in ("other.example", "other.example:1", "inner.example", "evilinner.example", "xvpi.example", "vpi.example.evil", ""):
        assert not held(host, trusted_hosts=trusted), host
    assert held("anything.example:1", trusted_hosts="*")
    assert not held("no host", trusted_hosts="*")
    assert held("read.example", public_url="https://read.example/base")


def test_what_the_service_listens_on_is_a_host_of_its_own() -> None:
    assert held("10.1.2.3:8000", host="10.1.2.3")
    assert not held("10.1.2.4", host="10.1.2.3")
    assert held("[fd00::7]:8000", host="fd00::7")
    for every in ("0.0.0.0", "::"):
        assert held("192.168.1.7:8000", host=every)
        assert held("[fd00::7]", host=every)
        assert held(f"{socket.gethostname()}:8000", host=every)
        # A name may have been made to point here.
        assert not held("evil.example", host=every)
    assert address(Settings(host="::", port=9000)) == "http://127.0.0.1:9000"
    assert address(Settings(host="fd00::7")) == "http://[fd00::7]:8000"


def test_a_setting_that_names_no_host_is_refused_at_the_start() -> None:
    for wrong in ("https://vpi.example", "vpi.example/", "a b", "*.", "x.*"):
        with pytest.raises(SettingRefused, match="VPI_TRUSTED_HOSTS"):
            create_app(Settings(trusted_hosts=wrong), WordHashes())


def test_a_public_address_that_no_link_can_be_made_of_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in (
        "https://bücher.example", "https://vpi.example/bücher", "vpi.example", "ftp://vpi.example", "https://", "https:///base",
        "https://vpi.example/a b", "https://vpi.example/?q=1", "https://me:hunter2@vpi.example", "https://[::1",
    ):  # fmt: skip
        with pytest.raises(SettingRefused, match="VPI_PUBLIC_URL") as refusal:
            create_app(Settings(public_url=wrong), WordHashes())
        assert "hunter2" not in str(refusal.value)
    for right in ("https://xn--bcher-kva.example/b%C3%BCcher", "HTTP://Vpi.example:8443/", "http://[2001:db8::1]:9000"):
        assert address(Settings(public_url=right)) == right
    assert held("xn--bcher-kva.example", public_url="https://xn--bcher-kva.example")
    # A bot's own process says so too.
    monkeypatch.setenv("VPI_PUBLIC_URL", "https://bücher.example")
    monkeypatch.setenv("VPI_LOG_LEVEL", "ERROR")
    with pytest.raises(SystemExit, match="2"):
        stdio.main()


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:8000", 200),
        ("http://[::ffff:7f00:1]:8000", 200),
        ("https://evil.example", 403),
        ("null", 403),
        ("file://localhost", 403),
        ("https://a@evil", 403),
    ],
)
def test_pages_of_other_hosts_may_not_ask_as_bots(data_dir: Path, origin: str, status: int) -> None:
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    said = {"accept": "application/json, text/event-stream", "host": "localhost", "origin": origin}
    with TestClient(create_app(Settings(data_dir=data_dir, log_level="ERROR"), WordHashes())) as client:
        assert client.post("/mcp/", json=listing, headers=said).status_code == status


def test_a_port_that_goes_without_saying_may_be_left_out_where_the_setting_names_it() -> None:
    named = hosts(Settings(public_url="https://vpi.example:443", trusted_hosts="plain.example:80,odd.example:8443"))
    assert all(named.holds(said) for said in ("vpi.example", "vpi.example:443", "plain.example", "odd.example:8443"))
    assert not any(named.holds(said) for said in ("vpi.example:8443", "odd.example", "odd.example:443"))
