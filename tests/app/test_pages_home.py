"""The first page, search, refusals, and what every page has in common."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import display, escaping
from app.main import create_app
from index.embedder import WordHashes
from index.settings import Settings
from ingest import language
from tests.app.pages import BROWSER, INLINE, links, one, page, text
from tests.app.pages import words as seen
from tests.app.policies import publish

PAGES = ["/", "/search", "/search?q=logs", "/vendors/acme", "/documents/acme-2026"]
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def test_each_vendor_shows_what_stands_out_of_its_policy(client: TestClient) -> None:
    cards = {seen(card.css_first("h3")): card for card in page(client, "/").css(".card")}
    assert list(cards) == ["Acme Notes", "Hush", "Nilsoft"]
    acme = cards["Acme Notes"]
    assert seen(acme.css_first(".meta")) == "Acme Labs Ltd. · policy of 1 April 2026"
    assert [seen(chip) for chip in acme.css(".chips li")] == ["Contact", "Device and network"]
    assert [seen(value) for value in acme.css("dd")] == [
        "10 years Invoices",
        "1 statement",
        "recipients, storage, security, breaches, children, practices, contact",
    ]
    assert seen(cards["Nilsoft"].css_first(".badge.denied")) == "says that it collects none"


def test_the_longest_period_leads_to_the_words_that_state_it(client: TestClient) -> None:
    link = next(link for link in links(page(client, "/")) if "?at=" in link)
    assert [text(mark) for mark in page(client, link).css("article mark.at")] == ["Invoices are kept for ten years"]


def test_search_answers_with_clauses_that_lead_to_their_marked_words(client: TestClient) -> None:
    tree = page(client, "/search?q=how+long+are+invoices+kept")
    hit = tree.css("li.hit")[0]
    assert text(hit.css_first("blockquote")) == "Invoices are kept for ten years, because the law wants it."
    assert one(tree, "input[name=q]").attributes["value"] == "how long are invoices kept"
    there = page(client, str(hit.css("a")[1].attributes["href"]))
    assert "".join(text(mark) for mark in there.css("article mark.at")) == text(hit.css_first("mark"))


def test_the_box_gets_the_answers_alone_while_one_types(client: TestClient) -> None:
    whole = client.get("/search?q=invoices")
    part = client.get("/search?q=invoices", headers={"HX-Request": "true"})
    assert "<main" in whole.text
    assert "<main" not in part.text
    assert 'hx-swap-oob="innerHTML:#found"' in part.text
    assert re.findall(r"<blockquote.*?</blockquote>", part.text) == re.findall(r"<blockquote.*?</blockquote>", whole.text) != []
    assert all("HX-Request" in answer.headers["vary"] for answer in (whole, part))


def test_a_search_within_a_vendor_stays_there(client: TestClient) -> None:
    tree = page(client, "/search?q=invoices&vendor=hush")
    assert {seen(hit.css_first("a")) for hit in tree.css("li.hit")} == {"Hush"}
    assert one(tree, "input[type=hidden]").attributes["value"] == "hush"
    assert seen(one(tree, "h1")) == "Search the policy of Hush"


def test_a_search_without_words_is_an_empty_form(client: TestClient) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20%20", "/search?q=&vendor="):
        tree = page(client, address)
        assert tree.css("li.hit") == []
        assert one(tree, "form.search").attributes["action"] == "/search"


def test_a_search_for_what_is_no_word_says_so(client: TestClient) -> None:
    for address in ("/search?q=%00", "/search?q=%3F%21"):
        tree = page(client, address)
        assert tree.css("li.hit") == []
        assert text(one(tree, "#answers p.meta")) == "There is no word in it to look for."


def test_a_question_is_shown_as_words(client: TestClient) -> None:
    tree = page(client, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE%1b%5b31m")
    assert one(tree, "input[name=q]").attributes["value"] == "<script>alert(1)</script>\u202e\x1b[31m"
    assert tree.css("main script") == []
    assert text(tree.css_first("title")) == "<script>alert(1)</script> [31m · Vendor privacy index"


@pytest.mark.parametrize("address", [*PAGES, "/nope"])
def test_every_page_forbids_what_is_not_of_this_host_and_has_none_of_it(client: TestClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert answer.headers["content-security-policy"] == POLICY
    assert not INLINE.search(answer.text)
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text) == []


@pytest.mark.parametrize("address", [*PAGES, "/nope"])
def test_every_page_has_landmarks_one_title_and_a_way_past_the_head(client: TestClient, address: str) -> None:
    tree = page(client, address, 404 if address == "/nope" else 200)
    assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("header")) == len(tree.css("footer")) == 1
    assert one(tree, "a.skip").attributes["href"] == "#main"
    assert one(tree, "html").attributes["lang"] == "en"
    named = [nav.attributes.get("aria-label") for nav in tree.css("nav")]
    assert None not in named
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_is_held_is_not_sent_again_and_keeps_its_policy(client: TestClient, address: str) -> None:
    first = client.get(address, headers=BROWSER)
    assert first.headers["etag"].startswith('W/"')
    again = client.get(address, headers=BROWSER | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # What a 304 says replaces what came with the page.
    for name in ("etag", "cache-control", "content-security-policy", "x-content-type-options", "referrer-policy"):
        assert again.headers[name] == first.headers[name], name
    assert first.headers["content-security-policy"] == POLICY
    assert client.get(address, headers=BROWSER | {"If-None-Match": '"other"'}).content == first.content


def test_the_tag_of_a_page_changes_with_what_it_shows(client: TestClient) -> None:
    part = {"HX-Request": "true"}
    shown = [("/search?q=logs", {}), ("/search?q=logs", part), ("/search?q=invoices", part), ("/vendors/acme", {}), ("/vendors/hush", {})]
    tags = [client.get(address, headers=headers).headers["etag"] for address, headers in shown]
    assert len(set(tags)) == len(tags)
    assert "etag" not in client.get("/vendors/nope", headers=BROWSER).headers


def test_files_of_a_page_have_an_address_that_changes_with_them(client: TestClient) -> None:
    tree = page(client, "/")
    addresses = [str(node.attributes.get("src") or node.attributes.get("href")) for node in tree.css("script, link[rel]")]
    assert [address.partition("?")[0] for address in addresses] == [
        "/static/icon.svg",
        "/static/style.css",
        "/static/htmx.min.js",
        "/static/search.js",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert "Zero-Clause BSD" in client.get("/static/htmx.LICENSE").text


def test_a_page_stands_under_a_prefix(data_dir: Path) -> None:
    app = create_app(Settings(data_dir=data_dir, log_level="ERROR"), WordHashes())
    with TestClient(app, root_path="/privacy") as client:
        tree = page(client, "/vendors/acme")
    assert [link for link in links(tree, "body") if not link.startswith(("/privacy/", "#"))] == []


# --- refusals ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "title", "near"),
    [
        ("/vendors/acne", "Vendor not indexed", ["/vendors/acme"]),
        ("/vendors/acne/changes", "Vendor not indexed", []),
        ("/documents/acme-1999", "Document not indexed", ["/vendors/acme"]),
        ("/search?q=x&vendor=hushh", "Vendor not indexed", []),
        ("/nilsof", "Not Found", ["/vendors/nilsoft"]),
        ("/%E2%80%AE%1b", "Not Found", []),
    ],
)
def test_a_browser_is_told_what_is_not_there_and_what_is_near(client: TestClient, address: str, title: str, near: list[str]) -> None:
    tree = page(client, address, 404)
    assert seen(one(tree, "h1")) == title
    assert [link for link in links(tree) if link != "/"] == near


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5", "", "image/png"])
def test_everybody_else_gets_the_problem_document(client: TestClient, accept: str) -> None:
    answer = client.get("/vendors/acne", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("address", ["/v1/vendors/acne", "/v1/nope", "/v1/search?q=x&limit=0"])
def test_the_api_answers_a_browser_too_with_the_problem_document(client: TestClient, address: str) -> None:
    assert client.get(address, headers=BROWSER).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/", "/vendors/acme", "/documents/acme-2026", "/search?q=x"])
def test_without_an_index_a_page_says_so_and_when_to_come_back(tmp_path: Path, address: str) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "none", log_level="ERROR"), WordHashes())) as client:
        tree = page(client, address, 503)
        assert client.get(address, headers=BROWSER).headers["retry-after"] == "5"
    assert "python -m ingest" in seen(one(tree, ".notice"))


def test_pages_come_from_the_snapshot_that_is_served_now(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(Settings(data_dir=tmp_path, log_level="ERROR"), WordHashes())) as client:
        assert "ten years" in client.get("/documents/acme-2026").text
        publish(tmp_path, invoices="two years")
        client.app.state.service._searcher.refresh()  # type: ignore[attr-defined]
        assert "two years" in client.get("/documents/acme-2026").text


# --- how things are written --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration", "written"),
    [("P90D", "90 days"), ("P1Y6M", "1 year 6 months"), ("PT72H", "72 hours"), ("P1DT12H", "1 day 12 hours"), ("P", "P"), ("soon", "soon")],
)
def test_durations_are_written_out(duration: str, written: str) -> None:
    assert display.period(duration) == written


def test_what_is_ours_is_written_for_a_reader() -> None:
    assert display.period("P15D", working_days=True) == "15 working days"
    assert display.in_words("P15D (working days) and P1Y, not PLAN") == "15 days (working days) and 1 year, not PLAN"
    assert display.day("2026-04-01") == "1 April 2026"
    assert display.day("in spring") == "in spring"
    assert display.label("ai_training", "practice") == "Training of AI"
    assert display.label("erasure", "right") == "Delete"
    assert display.label("new_thing", "right") == "New thing"
    assert [display.inside(label) for label in ("Training of AI", "SDKs of third parties")] == ["training of AI", "SDKs of third parties"]
    assert display.country("DE") == "Germany"
    assert escaping.without_controls("a\n\u202eb\x1b[0m") == "a b [0m"


def test_every_language_that_a_policy_can_be_told_to_be_in_has_a_name() -> None:
    told = {script for script, _ in language._SCRIPTS} | set(language._WORDS)
    assert [tag for tag in sorted(told) if display.language(tag) == tag] == []
    assert display.language("zh-Hant") == "Chinese"
