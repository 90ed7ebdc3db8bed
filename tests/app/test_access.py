"""Keys, rates and how many requests are taken on at once."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app import access, keys
from app.answer_cache import Answers
from app.hosts import Hosts
from app.main import create_app
from app.metrics import Metrics
from app.middleware import Surroundings
from index.embedder import WordHashes
from index.errors import SettingRefused
from index.settings import Settings
from tests.app.policies import publish

READER, WATCHER = "vpi_reader", "vpi_watcher"
HOST = [(b"host", b"here")]
WRONG_PASSWORD = "Basic " + base64.b64encode(b"anyone:wrong").decode()
FILE = f"""
[chatbot]
sha256 = "{keys.digest(READER)}"
scopes = ["read"]

[prometheus]
sha256 = "{keys.digest(WATCHER)}"
scopes = ["metrics"]
"""


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.toml"
    path.write_text(FILE)
    return path


def client(data_dir: Path, **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(data_dir=data_dir, log_level="ERROR", **settings), WordHashes()))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_without_a_key_only_the_probes_answer(tmp_path: Path, keys_file: Path) -> None:
    publish(tmp_path)
    with client(tmp_path, keys_file=keys_file) as caller:
        for path in ("/v1/vendors", "/v1/search?q=x", "/", "/docs", "/openapi.json", "/version", "/metrics", "/nowhere"):
            answer = caller.get(path)
            assert (path, answer.status_code, answer.headers["content-type"]) == (path, 401, "application/problem+json")
            assert "Bearer" in answer.headers["www-authenticate"]
            assert "X-Request-ID" in answer.headers
        assert caller.get("/healthz").status_code == 200
        assert caller.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {READER}x", READER, f"Digest {READER}", "Basic !!!", "Bearer \xff", WRONG_PASSWORD],
)
def test_a_wrong_key_is_no_key(tmp_path: Path, keys_file: Path, authorization: str) -> None:
    with client(tmp_path, keys_file=keys_file) as caller:
        assert caller.get("/v1/taxonomy", headers=[(b"authorization", authorization.encode("latin-1"))]).status_code == 401


def test_a_key_opens_its_scopes_and_no_other(tmp_path: Path, keys_file: Path) -> None:
    publish(tmp_path)
    with client(tmp_path, keys_file=keys_file) as caller:
        assert caller.get("/v1/vendors", headers=bearer(READER)).json()["total"] == 3
        assert caller.get("/metrics", headers=bearer(WATCHER)).status_code == 200
        refused = caller.get("/metrics", headers=bearer(READER))
        assert (refused.status_code, "'metrics'" in refused.json()["detail"]) == (403, True)
        # Other ways to write the path open no more.
        for path in ("/metrics%0A", "/metrics/", "http://testserver//metrics", "/%6Detrics", "/v1/..%2Fmetrics"):
            assert (path, caller.get(path, headers=bearer(READER)).status_code in (403, 404)) == (path, True)
        for path in ("/healthz/", "/healthz%0A", "http://testserver//healthz", "/healthz/../v1/vendors", "/healthz%2F..%2Fv1%2Fvendors"):
            assert (path, caller.get(path).status_code) == (path, 401)
        assert caller.get("/v1/vendors", headers=bearer(WATCHER)).status_code == 403


def test_a_browser_shows_its_key_as_a_password(tmp_path: Path, keys_file: Path) -> None:
    with client(tmp_path, keys_file=keys_file) as caller:
        assert caller.get("/v1/taxonomy", auth=("anyone", READER)).status_code == 200


def test_the_secret_is_neither_in_the_file_nor_in_an_answer(tmp_path: Path) -> None:
    made = CliRunner().invoke(_command(), ["chatbot", "--scope", "read", "--scope", "metrics"])
    secret = made.stderr.split()[-1]
    assert secret.startswith("vpi_")
    assert secret not in made.stdout
    path = tmp_path / "keys.toml"
    path.write_text(made.stdout)
    found = keys.read(path).of(secret)
    assert found == keys.Key("chatbot", keys.digest(secret), frozenset({"read", "metrics"}))
    assert keys.read(path).of(secret[:-1]) is None


def test_a_key_of_a_strange_name_or_scope_is_not_made() -> None:
    for arguments in (["a b"], ["x]\n[y"], ["chatbot", "--scope", "write"], ["吕"]):
        assert CliRunner().invoke(_command(), arguments).exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[a]\nsha256 = 1",
        "[a]\nsha256 = 1\nscopes = ['read']",
        f"[a]\nsha256 = '{'0' * 64}'\nscopes = 1",
        f"[a]\nsha256 = '{'0' * 64}'\nscopes = [['read']]",
        "[a]\nsha256 = 'xyz'\nscopes = ['read']",
        "[a]\nscopes = ['read']",
        "a = 1",
        f"[a]\nsha256 = '{'0' * 64}'\nscopes = ['all']",
    ],
)
def test_a_file_that_holds_no_keys_is_refused_by_name_and_nothing_is_served(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(SettingRefused, match=r"VPI_KEYS_FILE.*keys\.toml"):
        create_app(Settings(data_dir=tmp_path, keys_file=path), WordHashes())


@pytest.mark.parametrize(
    ("host", "open_to"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("vpi.example", False),
    ],
)
def test_where_others_can_reach_it_a_service_without_keys_does_not_start_unless_told_so(host: str, open_to: bool) -> None:
    if open_to:
        assert keys.wanted(Settings(host=host)) is None
    else:
        with pytest.raises(SettingRefused, match="VPI_WITHOUT_KEYS=true"):
            keys.wanted(Settings(host=host))
    assert keys.wanted(Settings(host=host, without_keys=True)) is None


def test_a_caller_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with client(tmp_path, rate_per_minute=3) as caller:
        left = [caller.get("/v1/taxonomy").headers["ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        answer = caller.get("/v1/taxonomy")
        assert (answer.status_code, answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]) == (429, "3", "0")
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert caller.get("/healthz").status_code == 200


def test_a_bucket_fills_up_steadily_and_each_caller_has_one() -> None:
    now = [0.0]
    rates = access.Rates(60, lambda: now[0])
    assert [rates.take("a")[0] for _ in range(61)] == [True] * 60 + [False]
    assert rates.take("b") == (True, 59, 1)
    now[0] = 2.5
    assert [rates.take("a")[0] for _ in range(3)] == [True, True, False]
    now[0] = -100.0  # a clock that was turned back gives and takes nothing
    assert rates.take("a")[0] is False


def test_an_address_counts_with_those_its_caller_may_take_as_well() -> None:
    def counted(address: str) -> str:
        return access.caller({"type": "http", "client": (address, 1)}, None)

    assert counted("2001:db8:1:2:3:4:5:6") == counted("2001:db8:1:2:ffff::") != counted("2001:db8:1:3::1")
    assert counted("::ffff:192.0.2.1") == counted("192.0.2.1") != counted("192.0.2.2")
    assert counted("testclient") == "address testclient"
    assert access.caller({"type": "http", "client": None}, None) == "address "


def test_callers_without_number_take_no_memory_without_end() -> None:
    rates = access.Rates(10, lambda: 0.0)
    for number in range(access.REMEMBERED + 500):
        rates.take(f"address {number}")
    assert len(rates._buckets) == access.REMEMBERED


def test_more_requests_than_are_taken_on_at_once_are_refused_before_they_begin() -> None:
    async def storm() -> list[int]:
        release, begun = asyncio.Event(), 0

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            nonlocal begun
            begun += 1
            await release.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        guarded = around(slow)
        statuses: list[int] = []

        async def ask() -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            await guarded({"type": "http", "method": "GET", "path": "/v1/vendors", "query_string": b"", "headers": HOST}, None, send)  # type: ignore[arg-type]

        asked = [asyncio.create_task(ask()) for _ in range(5)]
        while len(statuses) < 3:
            await asyncio.sleep(0)
        assert begun == 2
        release.set()
        await asyncio.gather(*asked)
        await ask()
        return statuses

    assert asyncio.run(storm()) == [503, 503, 503, 200, 200, 200]


def test_an_answer_from_memory_is_given_to_those_alone_who_may_ask_for_it(tmp_path: Path, keys_file: Path) -> None:
    publish(tmp_path)
    with client(tmp_path, keys_file=keys_file, rate_per_minute=3, reload_seconds=0.02) as caller:
        first = caller.get("/v1/vendors", headers=bearer(READER))
        again = caller.get("/v1/vendors", headers=bearer(READER))
        assert (first.status_code, again.content, again.headers["ratelimit-remaining"]) == (200, first.content, "1")
        assert caller.get("/v1/vendors").status_code == 401
        assert caller.get("/v1/vendors", headers=bearer(WATCHER)).status_code == 403
        assert caller.get("/v1/vendors", headers={**bearer(READER), "Host": "elsewhere.example"}).status_code == 421
        held = caller.get("/v1/vendors", headers={**bearer(READER), "If-None-Match": first.headers["etag"]})
        assert (held.status_code, held.headers["ratelimit-remaining"]) == (304, "0")
        assert caller.get("/v1/vendors", headers=bearer(READER)).status_code == 429
        counted = caller.get("/metrics", headers=bearer(WATCHER)).text
        assert 'vpi_requests_total{method="GET",route="/v1/vendors",status="200"} 2.0' in counted
        assert 'vpi_requests_total{method="GET",route="/v1/vendors",status="304"} 1.0' in counted


def test_refusals_and_probes_that_nobody_reads_leave_room_for_others() -> None:
    async def flood() -> tuple[int, int]:
        answered: list[int] = []

        async def answers(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        async def unread(message: Any) -> None:
            await asyncio.sleep(3600)

        async def read(message: Any) -> None:
            answered.append(message.get("status", 0))

        guarded = around(answers)

        def asked(path: str, host: bytes) -> Any:
            return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", host)]}

        waiting = [asyncio.create_task(guarded(asked("/v1/vendors", b"elsewhere"), None, unread)) for _ in range(5)]  # type: ignore[arg-type]
        waiting += [asyncio.create_task(guarded(asked("/healthz", b"here"), None, unread)) for _ in range(5)]  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await guarded(asked("/v1/vendors", b"here"), None, read)  # type: ignore[arg-type]
        under_way = guarded.access.under_way
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return answered[0], under_way

    assert asyncio.run(flood()) == (200, 0)


def test_a_query_too_long_is_refused(tmp_path: Path) -> None:
    with client(tmp_path) as caller:
        assert caller.get("/v1/taxonomy?q=" + "x" * access.QUERY_LIMIT).status_code == 414


def test_a_body_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "BODY_SECONDS", 0.05)

    async def ask() -> int:
        async def never() -> Any:
            await asyncio.sleep(3600)

        async def reads(scope: Any, receive: Any, send: Any) -> None:
            await receive()

        guarded = around(reads)
        with pytest.raises(access.HTTPException) as refused:
            await guarded({"type": "http", "method": "POST", "path": "/v1/ask", "query_string": b"", "headers": HOST}, never, never)
        assert guarded.access.under_way == 0
        return refused.value.status_code

    assert asyncio.run(ask()) == 408


def around(app: Any) -> Surroundings:
    """What stands around the service, around another app: two requests at once, no keys, no rate, no memory."""
    return Surroundings(app, Metrics(), Hosts(["here"]), access.Access(None, None, at_once=2), Answers(0))


def _command() -> Any:
    import typer

    command = typer.Typer()
    command.command()(keys.make)
    return command
