"""Readiness, new snapshots, and what surrounds every request."""

import asyncio
import io
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access import Access
from app.answer_cache import Answers
from app.hosts import Hosts
from app.logs import Json, Together, Told, configuration
from app.main import create_app
from app.metrics import Metrics
from app.middleware import Surroundings
from index import snapshot
from index.embedder import WordHashes
from index.settings import Settings
from tests.app.policies import publish


def until(true: Callable[[], bool]) -> bool:
    """Whether it became true within half a minute: a busy machine is slow, not wrong."""
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def serving(data_dir: Path, **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(data_dir=data_dir, reload_seconds=0.02, log_level="ERROR", **settings), WordHashes()))


def test_without_an_index_the_service_is_up_not_ready_and_says_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for path in ("/readyz", "/v1/vendors", "/v1/search?q=x"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
            assert "python -m ingest" in answer.json()["detail"]
        assert client.get("/version").json()["snapshot"] is None
        assert client.get("/v1/taxonomy").status_code == 200
        assert "vpi_ready 0.0" in client.get("/metrics").text


def test_the_first_and_the_next_snapshot_are_picked_up_without_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        publish(tmp_path)
        assert until(lambda: client.get("/readyz").status_code == 200)
        assert "ten years" in client.get("/v1/documents/acme-2026/text").text
        publish(tmp_path, invoices="six years")
        assert until(lambda: client.get("/readyz").json()["snapshot"] == "000002")
        assert "six years" in client.get("/v1/documents/acme-2026/text").text


def test_a_damaged_newer_snapshot_leaves_the_old_one_served_and_is_named(tmp_path: Path) -> None:
    publish(tmp_path)
    second = publish(tmp_path, invoices="six years")
    # Damaged while nobody watches: a service that looks every few milliseconds could otherwise read it whole first.
    damage(second)
    snapshot.rollback(tmp_path)
    with serving(tmp_path) as client:
        # In one step, as an ingest does: a service that looks between two would name the pointer it found empty.
        moved = tmp_path / "CURRENT.moved"
        moved.write_text("000002")
        moved.replace(tmp_path / "CURRENT")
        assert until(lambda: client.get("/readyz").json()["problem"] is not None)
        ready = client.get("/readyz").json()
        assert ready["snapshot"] == "000001"
        assert str(second.vectors) in ready["problem"]


def damage(published: snapshot.Snapshot) -> None:
    """Turns one bit of its vectors."""
    bits = bytearray(published.vectors.read_bytes())
    bits[-1] ^= 1
    published.vectors.write_bytes(bytes(bits))


def test_a_damaged_index_at_the_start_is_refused_by_name(tmp_path: Path) -> None:
    published = publish(tmp_path)
    damage(published)
    with serving(tmp_path) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert str(published.vectors) in answer.json()["detail"]


def test_a_sane_request_id_is_echoed_and_another_replaced(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "trace-1.2:3"}).headers["x-request-id"] == "trace-1.2:3"
    for insane in ("a b", "x" * 65, "", "a\tb", 'a"b'):
        assert client.get("/healthz", headers={"X-Request-ID": insane}).headers["x-request-id"] not in (insane, "")


def test_the_log_tells_route_and_status_and_never_what_was_asked(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vpi")
    client.get("/v1/search?q=secretword&vendor=acme", headers={"X-Request-ID": "r1"})
    client.get("/v1/vendors/secretvendor/collects")
    client.get("/secretpath")
    lines = [json.loads(Json().format(record)) for record in caplog.records]
    assert [(line["route"], line["status"]) for line in lines if "route" in line] == [
        ("/v1/search", 200),
        ("/v1/vendors/{vendor}/collects", 404),
        ("unmatched", 404),
    ]
    assert lines[0]["request_id"] == "r1"
    assert "secret" not in json.dumps(lines)


def test_a_caller_who_goes_away_is_no_defect_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vpi")

    async def given_up(scope: Any, receive: Any, send: Any) -> None:
        """What Starlette does when the caller of a file is gone: it ends without a word."""

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    async def ask(answers: Any) -> None:
        around = Surroundings(answers, Metrics(), Hosts(["here"]), Access(None, None, at_once=1), Answers(0))
        asked = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"here")]}
        await around(asked, None, None)  # type: ignore[arg-type]

    asyncio.run(ask(given_up))
    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask(broken))
    assert [(record.levelname, record.fields["status"]) for record in caplog.records] == [("INFO", 499), ("ERROR", 500)]  # type: ignore[attr-defined]


def test_lines_of_an_event_loop_are_written_together_and_a_warning_at_once_with_all_before_it() -> None:
    written = io.StringIO()
    handler = Together(written)
    handler.setFormatter(Json())

    def tell(level: int, message: str) -> None:
        handler.handle(Told("vpi.request", level, message, {"ms": 0.5, "route": 'a"b\udce9', "more": [1, None]}))

    def messages() -> list[str]:
        return [json.loads(line)["message"] for line in written.getvalue().splitlines()]

    async def serve() -> None:
        tell(logging.INFO, "first")
        tell(logging.INFO, "second")
        assert messages() == []
        tell(logging.WARNING, "third")
        assert messages() == ["first", "second", "third"]
        tell(logging.INFO, "fourth")
        for _ in range(1000):
            if len(messages()) == 4:
                return
            await asyncio.sleep(0.02)

    asyncio.run(serve())
    assert messages()[3:] == ["fourth"]
    tell(logging.INFO, "no loop runs")
    line = json.loads(written.getvalue().splitlines()[-1])
    assert (line.pop("time")[-6:], line) == (
        "+00:00",
        {"level": "INFO", "logger": "vpi.request", "message": "no loop runs", "ms": 0.5, "route": 'a"b\udce9', "more": [1, None]},
    )


def test_what_other_loggers_say_does_not_wait_and_what_cannot_be_written_takes_no_line_along(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    handler = Together(written)
    handler.setFormatter(Json())
    refused: list[logging.LogRecord] = []
    monkeypatch.setattr(handler, "handleError", refused.append)

    async def stop() -> None:
        handler.handle(Told("vpi.request", logging.INFO, "answered", {}))
        handler.handle(logging.makeLogRecord({"levelno": logging.INFO, "name": "other", "msg": "%d left", "args": ("none",)}))
        assert [json.loads(line)["message"] for line in written.getvalue().splitlines()] == ["answered"]
        handler.handle(Told("vpi.request", logging.INFO, "answered again", {}))
        handler.handle(logging.makeLogRecord({"levelno": logging.INFO, "name": "uvicorn.error", "msg": "Finished"}))
        assert [json.loads(line)["message"] for line in written.getvalue().splitlines()] == ["answered", "answered again", "Finished"]

    asyncio.run(stop())
    assert [record.name for record in refused] == ["other"]


def test_the_level_of_the_log_is_the_servers_too_but_never_below_what_a_log_may_hold() -> None:
    levels = {level: configuration(level)["loggers"]["uvicorn"]["level"] for level in ("DEBUG", "INFO", "WARNING", "ERROR")}
    assert levels == {"DEBUG": "INFO", "INFO": "INFO", "WARNING": "WARNING", "ERROR": "ERROR"}


def test_how_long_requests_took_is_counted_in_buckets_that_hold_those_below() -> None:
    metrics = Metrics()
    for seconds, status in ((0.001, 200), (0.0011, 200), (0.3, 404), (99.0, 200)):
        metrics.observe("GET", "/v1/facts", status, seconds)
    metrics.observe("BREW", "/v1/facts", 405, 0.2)
    page = metrics.page().decode()
    of = 'vpi_request_seconds_{}{{{}method="GET",route="/v1/facts"}} {}'
    for up_to, count in (("0.001", 1.0), ("0.0025", 2.0), ("0.25", 2.0), ("0.5", 3.0), ("10.0", 3.0), ("+Inf", 4.0)):
        assert f'vpi_request_seconds_bucket{{le="{up_to}",method="GET",route="/v1/facts"}} {count}' in page
    assert of.format("count", "", 4.0) in page
    assert of.format("sum", "", 99.3021) in page
    assert 'vpi_requests_total{method="GET",route="/v1/facts",status="404"} 1.0' in page
    assert 'vpi_requests_total{method="other",route="/v1/facts",status="405"} 1.0' in page


def test_metrics_count_by_route_template_and_know_no_vendor(client: TestClient) -> None:
    client.get("/v1/vendors/acme/retention")
    client.get("/v1/vendors/nobody/retention")
    page = client.get("/metrics").text
    assert 'vpi_requests_total{method="GET",route="/v1/vendors/{vendor}/retention",status="404"}' in page
    assert 'vpi_index_rows{what="documents"} 4.0' in page
    assert "acme" not in page
    assert "nobody" not in page


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/v1/vendors", "/nope", "/docs", "/v1/facts?format=csv"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


def test_version_names_code_model_taxonomy_rules_and_index(client: TestClient) -> None:
    version = client.get("/version").json()
    assert (version["model_name"], version["taxonomy"], version["rules"], version["snapshot"]) == (
        "word-hashes",
        "taxonomy-1",
        "rules-1",
        "000001",
    )
    assert version["counts"] == {"vendors": 3, "documents": 4, "clauses": 11, "facts": 9}


def test_a_storm_of_requests_does_not_lock_itself_out(client: TestClient) -> None:
    """Each holds a connection while it waits for a thread: with fewer connections than requests and threads, nobody got on."""
    with ThreadPoolExecutor(160) as callers:
        statuses = list(callers.map(lambda _: client.get("/v1/vendors/acme/retention").status_code, range(320)))
    assert set(statuses) == {200}
