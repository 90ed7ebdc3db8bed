"""Answers that are kept: given again as they were, forgotten with their snapshot, never given to another request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.answer_cache import Answer, Answers
from app.middleware import Surroundings
from tests.app.policies import publish
from tests.app.test_caching import PATHS
from tests.app.test_service import serving, until


@pytest.fixture
def fresh(data_dir: Path) -> Iterator[TestClient]:
    """A service that has answered nothing yet."""
    with serving(data_dir) as client:
        yield client


@contextmanager
def statements() -> Iterator[list[str]]:
    """What SQLite is asked meanwhile."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", PATHS)
def test_the_second_answer_is_the_first_and_asks_the_index_nothing(fresh: TestClient, path: str) -> None:
    first = fresh.get(path)
    with statements() as asked:
        second = fresh.get(path)
    assert (asked, second.status_code, second.content) == ([], 200, first.content)
    ignored = ("x-request-id",)
    assert sorted(item for item in second.headers.items() if item[0] not in ignored) == sorted(
        item for item in first.headers.items() if item[0] not in ignored
    )
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


@pytest.mark.parametrize("path", PATHS[:3])
def test_who_holds_a_kept_answer_is_told_that_it_still_holds(fresh: TestClient, path: str) -> None:
    first = fresh.get(path)
    for named in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = fresh.get(path, headers={"If-None-Match": named})
        assert (again.status_code, again.content) == (304, b"")
        assert {name: again.headers[name] for name in ("etag", "vary", "cache-control")} == {
            name: first.headers[name] for name in ("etag", "vary", "cache-control")
        }
    for named in ("*", '"other"', ""):
        assert fresh.get(path, headers={"If-None-Match": named}).content == first.content


def test_form_and_coding_are_part_of_what_was_asked(fresh: TestClient) -> None:
    answers = [
        fresh.get("/v1/facts", headers=headers)
        for headers in ({}, {"Accept": "text/csv"}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}) * 2
    ]
    assert [answer.headers["content-type"].partition(";")[0] for answer in answers[4:6]] == ["application/json", "text/csv"]
    assert [answer.headers.get("content-encoding") for answer in answers[6:]] == [None, "br"]
    # The client takes Brotli when it is not told otherwise.
    assert len({answer.headers["etag"] for answer in answers}) == 3


def test_two_headers_are_another_request_than_one_of_both(fresh: TestClient) -> None:
    twice = fresh.get("/v1/facts", headers=[("Accept", "*/*"), ("Accept", "text/csv")])
    once = fresh.get("/v1/facts", headers={"Accept": "*/*, text/csv"})
    assert once.headers["content-type"] == "text/csv; charset=utf-8"
    assert twice.headers["etag"] != once.headers["etag"]


@pytest.mark.parametrize("path", ["/v1/vendors/nobody", "/v1/facts?limit=0", "/v1/search", "/healthz", "/metrics", "/docs"])
def test_only_answers_from_the_index_are_kept(fresh: TestClient, path: str) -> None:
    fresh.get(path)
    assert kept(fresh) == []


def test_a_kept_answer_is_counted_under_its_route(fresh: TestClient) -> None:
    for _ in range(3):
        fresh.get("/v1/vendors/acme/retention")
    assert 'vpi_requests_total{method="GET",route="/v1/vendors/{vendor}/retention",status="200"} 3.0' in fresh.get("/metrics").text


def test_a_newer_snapshot_answers_for_itself(tmp_path: Path) -> None:
    publish(tmp_path)
    with serving(tmp_path) as client:
        before = client.get("/v1/documents/acme-2026/text")
        publish(tmp_path, invoices="six years")
        assert until(lambda: client.get("/readyz").json()["snapshot"] == "000002")
        after = client.get("/v1/documents/acme-2026/text", headers={"If-None-Match": before.headers["etag"]})
        assert "six years" in after.text
        assert len(kept(client)) == 1


def test_memory_is_bounded_and_an_answer_too_large_for_it_is_not_kept() -> None:
    answers = Answers(megabytes=1)
    for number in range(100):
        answers._keep(Answer((b"%d" % number, b"", b"", b""), [], b"x" * 20_000, '"tag"', [], None))
    assert answers._size <= 2**20
    assert list(answers._kept)[-1][0] == b"99"
    assert len(answers._kept) == 2**20 // 20_502
    # A long question with a short answer takes room too.
    for number in range(100):
        answers._keep(Answer((b"/v1/vendors", b"q=x&" * 4_000, b"%d" % number, b""), [], b"{}", '"tag"', [], None))
    assert len(answers._kept) == 2**20 // 16_515
    assert answers._size == sum(answer.size for answer in answers._kept.values())


def test_none_are_kept_where_none_are_wanted(data_dir: Path) -> None:
    with serving(data_dir, answers_mb=0) as client, statements() as asked:
        client.get("/v1/vendors")
        once = len(asked)
        client.get("/v1/vendors")
        assert len(asked) == 2 * once > 0


def kept(client: TestClient) -> list[Any]:
    """What the service keeps, found among what stands around its application."""
    at: Any = client.app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(at, Surroundings):
        at = at.app
    return list(at.answers._kept)
