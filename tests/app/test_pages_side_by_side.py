"""The pages that compare vendors, show what changed, and answer questions; in a browser they are tested under `tests/browser`."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.pages.changes import readable, says
from app.saying import in_short
from index.facts import DocumentFact, Retention
from tests.app.pages import INLINE, broken, links, one, page, text, words

PAGES = [
    "/compare",
    "/compare?vendors=acme,nilsoft,hush&sort=-period&open=true",
    "/compare?vendors=acme&vendors=hush&kind=&by=category&silent=true&sort=",
    "/compare?vendors=acme,nobody",
    "/vendors/acme/changes",
    "/vendors/acme/changes?from=acme-2026&to=acme-2024",
    "/vendors/hush/changes",
    "/ask",
    "/ask?q=How+long+are+server+logs+kept+by+Acme%3F",
    "/ask?q=Does+Hush+sell+data%3F&vendor=hush",
    "/ask?q=Which+vendors+collect+an+email+address%3F",
    "/ask?q=How+long+is+it+kept%3F",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_link_of_a_page_leads_nowhere_and_nothing_inline_stands_in_it(client: TestClient, address: str) -> None:
    assert list(broken(client, address)) == []
    assert INLINE.search(client.get(address).text) is None


def test_a_comparison_says_in_words_what_each_vendor_states(client: TestClient) -> None:
    tree = page(client, "/compare?vendors=acme,nilsoft,hush")
    rows = {row.attributes["id"]: [words(cell.css_first(".badge")) for cell in row.css("td")] for row in tree.css("tbody tr[id]")}
    assert rows["collection.contact"] == ["stated", "denied", "silent"]
    assert rows["collection.location"] == ["silent", "denied", "silent"]
    assert words(tree.css_first('[id="collection.location"] td details summary')) == "silent not precise location with 1 denial"
    assert rows["collection.general"] == ["silent", "denied", "silent"]
    kept = one(tree, '[id="retention.any"] td details')
    assert words(kept.css_first("summary")) == "stated 90 days; 30 days"
    # The longest period first, each quote under what was read from it.
    assert [words(each) for each in kept.css(".says")] == ["操作日志: 90 days", "Server logs: 30 days"]
    assert [text(each) for each in kept.css("blockquote")] == ["操作日志保存九十天", "Server logs are kept for 30 days"]


def test_a_comparison_of_vendors_none_of_which_is_indexed_is_not_found(client: TestClient) -> None:
    tree = page(client, "/compare?vendors=acmee", status=404)
    assert "Did you mean acme?" in words(one(tree, ".notice"))


def test_a_malformed_order_is_refused(client: TestClient) -> None:
    assert client.get("/compare?vendors=acme&sort=size").status_code == 422
    assert client.get("/compare?vendors=acme&kind=gossip").status_code == 422


def test_what_was_altered_is_told_before_what_is_new(client: TestClient) -> None:
    tree = page(client, "/vendors/acme/changes")
    assert [words(heading) for heading in tree.css("h3")] == ["New (8)", "Reworded (1)", "New (6)"]
    assert words(one(tree, "main > p:not(.meta)")).startswith("From 1 January 2024 to 1 April 2026: 8 statements and 7 clauses changed.")
    altered = one(tree, "li.altered")
    assert [text(each) for each in altered.css("blockquote")] == [
        "We collect your fax number.",
        "We collect your email address and phone number when you register.",
    ]


def test_a_formula_or_a_tag_in_a_clause_is_text(client: TestClient) -> None:
    tree = page(client, "/vendors/acme/changes")
    assert '=HYPERLINK("https://evil.example") is how the log of IP addresses begins.' in [text(each) for each in tree.css("blockquote")]
    assert "https://evil.example" not in links(tree)


def test_a_version_that_is_not_indexed_is_named(client: TestClient) -> None:
    assert client.get("/vendors/acme/changes?from=acme-1999").status_code == 404


def test_marks_do_not_come_and_go_with_every_word() -> None:
    before = "We delete it at once when the account is closed by you."
    after = "Thirty days later your files vanish when all members have left the team."
    marked = [each for each in readable(before, after) if not each.same]
    assert len(marked) == 1
    assert [(each.before, each.after) for each in readable("for 30 days", "for 90 days") if not each.same] == [("30 ", "90 ")]


def test_an_answer_leads_to_the_words_it_rests_on(client: TestClient) -> None:
    tree = page(client, "/ask?q=How+long+are+server+logs+kept+by+Acme%3F")
    assert words(one(tree, "h2#answer")) == "Answer: answered"
    assert "Server logs are kept for 30 days" in words(one(tree, ".answer"))
    first = tree.css(".citations figure")[0]
    assert text(first.css_first("blockquote")) == "Server logs are kept for 30 days"
    assert str(first.css_first("a").attributes["href"]).startswith("/documents/acme-2026?at=")  # type: ignore[union-attr]


def test_a_question_without_a_vendor_can_be_asked_of_each(client: TestClient) -> None:
    tree = page(client, "/ask?q=How+long+are+server+logs+kept%3F")
    assert words(one(tree, "h2#answer")) == "Answer: unclear"
    assert sorted(link for link in links(tree, "main .chips")) == [
        f"/ask?q=How%20long%20are%20server%20logs%20kept%3F&vendor={vendor}" for vendor in ("acme", "hush", "nilsoft")
    ]


def test_a_vendor_asked_for_that_is_not_indexed_is_refused(client: TestClient) -> None:
    assert client.get("/ask?q=Does+it+sell+data%3F&vendor=nobody").status_code == 404


def test_a_question_without_a_word_is_told_so_where_it_was_asked(client: TestClient) -> None:
    answer = client.get("/ask?q=%3F%3F%3F")
    assert answer.status_code == 422
    assert "to look for: ask in words" in answer.text
    assert client.get("/ask?q=%20").status_code == 200


def test_a_question_may_be_called_as_the_api_calls_it(client: TestClient) -> None:
    asked = "/ask?{}=How+long+are+server+logs+kept+by+Acme%3F"
    assert client.get(asked.format("question")).text == client.get(asked.format("q")).text != client.get("/ask").text


def test_what_is_kept_of_all_data_is_called_so() -> None:
    kept = Retention(vendor="acme", document="d1", quote="kept", start=0, end=4, scope="data", categories=["any"])
    assert [says(kept, "categories"), says(kept.model_copy(update={"categories": ["name"]}), "categories")] == ["any data", "Name"]


def test_a_day_and_a_language_that_changed_are_said_in_words() -> None:
    dated = DocumentFact(vendor="acme", document="d1", quote="1 April", start=0, end=7, field="last_updated", value="2026-04-01")
    assert (says(dated, "value"), in_short(dated)) == ("1 April 2026", "Last updated: 1 April 2026")
    assert says(dated.model_copy(update={"field": "prevailing_language", "value": "zh"}), "value") == "Chinese"
