"""Conditional requests, HEAD, links to the next page, and packed answers."""

from __future__ import annotations

import gzip
import shutil
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import brotli
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.caching import _sources
from app.compression import negotiated
from app.main import create_app
from index.embedder import WordHashes
from index.read_cache import ReadCache
from index.settings import Settings
from tests.app.policies import publish
from tests.app.test_service import serving, until

PATHS = [
    "/v1/vendors", "/v1/vendors/acme", "/v1/vendors/acme/collects", "/v1/vendors/acme/retention", "/v1/facts?kind=retention&limit=1",
    "/v1/retention", "/v1/documents", "/v1/documents/acme-2026/text", "/v1/clauses/acme-2026.0001", "/v1/search?q=kept",
    "/v1/compare?vendors=acme,hush", "/v1/vendors/acme/changes", "/v1/taxonomy", "/v1/facts?format=csv",
]  # fmt: skip


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    """A service that works out each answer anew; `test_answers` asks one that keeps them."""
    with TestClient(create_app(Settings(data_dir=data_dir, log_level="ERROR", answers_mb=0), WordHashes())) as opened:
        yield opened


def tag(client: TestClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"])


@pytest.mark.parametrize("path", PATHS)
def test_who_names_the_tag_of_an_answer_is_told_that_it_still_holds(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["etag"][0] == '"', "a strong tag"
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["cache-control"] == "no-cache"
    assert {"Accept", "Accept-Encoding"} <= set(first.headers["vary"].split(", "))


@pytest.mark.parametrize("path", PATHS[:-2])
def test_a_304_asks_the_index_nothing(client: TestClient, path: str) -> None:
    known = tag(client, path)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "FROM published" not in statement and "FROM snapshot" not in statement:  # a watcher looks for a newer snapshot when it likes
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path, headers={"If-None-Match": known}).status_code == 304
        assert asked == []
        # What the index keeps of its rows is forgotten: an answer must ask for them.
        served = client.app.state.service.index  # type: ignore[attr-defined]  # the test client knows any ASGI app
        served.read_cache = ReadCache(served.session)
        client.get(path)
        assert asked != []
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_one_tag_of_several_is_enough_and_a_weak_one_counts(client: TestClient) -> None:
    known = tag(client, "/v1/vendors")
    for named in (f'"other", {known}', f"W/{known}", f'{known},"other"', f'"a,b", W/{known}'):
        assert client.get("/v1/vendors", headers={"If-None-Match": named}).status_code == 304
    for other in ('"other"', known.strip('"'), "*", "", '"', known[:-2] + '"', 'W/"'):
        assert client.get("/v1/vendors", headers={"If-None-Match": other}).status_code == 200


def test_every_form_coding_and_query_has_a_tag_of_its_own(client: TestClient) -> None:
    tags = [
        tag(client, "/v1/facts"),
        tag(client, "/v1/facts", Accept="text/csv"),
        tag(client, "/v1/facts?format=csv"),
        tag(client, "/v1/facts?limit=2"),
        tag(client, "/v1/facts?vendor=acme"),
        tag(client, "/v1/vendors"),
        tag(client, "/v1/facts", **{"Accept-Encoding": "gzip"}),
        tag(client, "/v1/facts", **{"Accept-Encoding": "identity"}),
    ]
    assert len(set(tags)) == len(tags)


def test_a_new_snapshot_has_new_tags_even_under_an_old_number(tmp_path: Path) -> None:
    publish(tmp_path)
    with serving(tmp_path) as client:
        first = tag(client, "/v1/vendors")
        publish(tmp_path, invoices="six years")
        assert until(lambda: client.get("/readyz").json()["snapshot"] == "000002")
        second = client.get("/v1/vendors", headers={"If-None-Match": first})
        assert second.status_code == 200
        assert second.headers["etag"] != first
    # Thrown away and made anew, from another text: number 000001 again.
    shutil.rmtree(tmp_path / "snapshots")
    (tmp_path / "CURRENT").unlink()
    publish(tmp_path, invoices="eight years")
    with serving(tmp_path) as client:
        assert client.get("/readyz").json()["snapshot"] == "000001"
        assert tag(client, "/v1/vendors") != first


def test_another_code_has_other_tags(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tag(client, "/v1/vendors")
    monkeypatch.setattr("app.caching.code", lambda: "another")
    assert client.get("/v1/vendors", headers={"If-None-Match": first}).status_code == 200


def test_all_that_an_answer_may_depend_on_is_part_of_the_tag() -> None:
    kept = {Path(name).suffix for room in ("app", "index") for name, _ in _sources(files(room), room)}
    shipped = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    told = {Path(pattern).suffix for room in ("app", "index") for pattern in shipped[room] if not pattern.startswith("static/")}
    # The JSON is the examples of /openapi.json.
    assert told - {".json"} <= kept


def test_another_encoder_of_questions_has_other_tags(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tag(client, "/v1/search?q=kept")
    monkeypatch.setattr("app.service.Service.encoded_by", "another")
    assert client.get("/v1/search?q=kept", headers={"If-None-Match": first}).status_code == 200


def test_what_is_no_answer_from_the_index_has_no_tag(client: TestClient, tmp_path: Path) -> None:
    for path in ("/v1/vendors/nobody", "/v1/facts?limit=0", "/healthz", "/readyz", "/version", "/metrics", "/v1/nothing"):
        assert "etag" not in client.get(path).headers, path
    asked = client.post("/v1/ask", json={"question": "Does Acme collect phone numbers?"})
    assert "etag" not in asked.headers
    with serving(tmp_path) as without_index:
        answer = without_index.get("/v1/vendors", headers={"If-None-Match": tag(client, "/v1/vendors")})
        assert answer.status_code == 503
        assert "etag" not in answer.headers


def test_a_304_is_counted_under_its_route(client: TestClient) -> None:
    client.get("/v1/taxonomy", headers={"If-None-Match": tag(client, "/v1/taxonomy")})
    assert 'vpi_requests_total{method="GET",route="/v1/taxonomy",status="304"} ' in client.get("/metrics").text


@pytest.mark.parametrize("path", [*PATHS, "/healthz", "/docs", "/openapi.json", "/static/docs.js", "/v1/vendors/nobody"])
def test_head_answers_as_get_does_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    for name in ("content-type", "etag", "vary", "content-length"):
        assert head.headers.get(name) == got.headers.get(name), name


def test_head_is_named_among_the_methods_and_counted_as_itself(client: TestClient) -> None:
    assert client.put("/v1/vendors").headers["allow"] == "GET, HEAD"
    client.head("/v1/vendors/acme")
    assert 'vpi_requests_total{method="HEAD",route="/v1/vendors/{vendor}",status="200"}' in client.get("/metrics").text


@pytest.mark.parametrize("query", ["limit=2", "limit=2&kind=retention&kind=collection", "limit=2&format=csv"])
def test_the_link_to_the_next_page_leads_through_the_whole_list(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/facts?{query}")
    pages = 1
    while "next" in answer.links:
        following = answer.url.join(answer.links["next"]["url"])
        assert str(following).count("cursor=") == 1
        answer = client.get(following)
        assert answer.status_code == 200
        pages += 1
    assert pages == (4 if "kind" in query else 5)
    assert "link" not in client.get("/v1/vendors").headers


def test_a_list_that_names_its_next_page_in_a_header_alone_links_it_too(client: TestClient) -> None:
    first = client.get("/v1/dpv?limit=1")
    following = client.get(first.url.join(first.links["next"]["url"]))
    assert [answer.headers["content-type"] for answer in (first, following)] == ["application/ld+json"] * 2
    assert ("acme" in first.text, "acme" in following.text, "hush" in following.text) == (True, False, True)


def test_a_long_answer_comes_packed_as_the_caller_can_unpack_it(client: TestClient) -> None:
    plain = client.get("/v1/facts", headers={"Accept-Encoding": "identity"})
    assert len(plain.content) > 1024
    assert "content-encoding" not in plain.headers
    for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        with client.stream("GET", "/v1/facts", headers={"Accept-Encoding": coding}) as answer:
            raw = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == coding
            assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 3
            assert unpack(raw) == plain.content


def test_a_stream_is_packed_too(client: TestClient) -> None:
    plain = client.get("/v1/facts?format=csv", headers={"Accept-Encoding": "identity"})
    for coding in ("gzip", "br"):
        packed = client.get("/v1/facts?format=csv", headers={"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert packed.text == plain.text


def test_a_report_that_a_browser_holds_keeps_the_policy_it_came_with(client: TestClient) -> None:
    report = "/v1/vendors/acme/report?format=html"
    first = client.get(report)
    assert "style-src" in first.headers["content-security-policy"]
    again = client.get(report, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert (
        again.headers.get("content-security-policy", first.headers["content-security-policy"]) == first.headers["content-security-policy"]
    )


def test_what_is_short_or_no_text_comes_as_it_is(client: TestClient) -> None:
    for path in ("/healthz", "/static/favicon-32x32.png", "/v1/vendors/nobody"):
        assert "content-encoding" not in client.get(path, headers={"Accept-Encoding": "br, gzip"}).headers


def test_a_packed_file_has_a_weak_tag_and_one_named_by_its_content_stays_for_good(client: TestClient) -> None:
    plain = client.get("/static/docs.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers["etag"].startswith('"')
    packed = client.get("/static/swagger-ui.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["etag"].startswith('W/"')
    again = client.get("/static/swagger-ui.css", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]})
    assert again.status_code == 304
    assert plain.headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/static/docs.js?v=1a2b3c4d").headers["cache-control"]
    assert "immutable" not in client.get("/static/nothing.js?v=1a2b3c4d").headers["cache-control"]


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0", "identity"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=nan", "identity"),
        ("gzip;q=-1, br;q=1e400", "identity"),
        (";;,,q=1", "identity"),
    ],
)
def test_the_coding_is_the_best_that_the_caller_takes(accept: str, coding: str) -> None:
    assert negotiated(accept) == coding


def test_the_tag_is_known_where_there_is_an_index_and_only_there(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, log_level="ERROR"), WordHashes())
    with TestClient(app) as client:
        assert "etag" not in client.get("/v1/taxonomy").headers
