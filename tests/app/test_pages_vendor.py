"""A vendor's report: what is stated, denied and left unsaid, each line with its words and the way to their place."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.pages.timeline import Axis, Timeline, timeline
from index import facts, queries
from tests.app import hostile
from tests.app.pages import INLINE, broken, links, one, page, text, words


def test_the_head_names_the_entity_its_document_and_its_dates(client: TestClient) -> None:
    tree = page(client, "/vendors/acme")
    said = dict(zip(map(words, tree.css("dl.pairs dt")), map(words, tree.css("dl.pairs dd")), strict=True))
    assert said == {
        "Entity": "Acme Labs Ltd.",
        "Also known as": "Acme, 艾克米",
        "Products": "Acme Notes Pro",
        "Document": "Acme Notes Privacy Policy, English",
        "In force since": "1 April 2026",
        "Last updated": "18 March 2026",
        "Published at": "https://acme.example/privacy",
    }


@pytest.mark.parametrize("vendor", ["acme", "nilsoft", "hush"])
def test_every_fact_is_quoted_and_each_quote_leads_to_its_words(client: TestClient, vendor: str) -> None:
    tree = page(client, f"/vendors/{vendor}")
    stated = client.get(f"/v1/facts?vendor={vendor}&limit=500").json()["items"]
    quoted = {
        str(one_link.attributes["href"]): text(figure.css_first("blockquote"))
        for figure in tree.css("figure.quote")
        if (one_link := figure.css_first("figcaption a"))
    }
    assert {fact["quote"] for fact in stated} <= set(quoted.values())
    for address, quote in quoted.items():
        there = page(client, address)
        assert "".join(text(mark) for mark in there.css("article mark.at")) == quote
        assert one(there, address[address.index("#") :]) is not None


@pytest.mark.parametrize("address", ["/", "/vendors/acme", "/vendors/nilsoft", "/vendors/hush", "/documents/acme-2026", "/search?q=logs"])
def test_no_link_of_a_page_is_broken(client: TestClient, address: str) -> None:
    assert list(broken(client, address)) == []


def test_data_stand_by_group_and_category_with_what_is_said_of_them(client: TestClient) -> None:
    tree = page(client, "/vendors/acme")
    assert [words(heading) for heading in tree.css("section[aria-labelledby=collected] h3")] == ["Contact", "Device and network"]
    email = one(tree, "#collected-email_address summary")
    assert words(email) == "Email address From: the user Processed: not said Needed: required Purpose: not said 1 quote"
    assert words(one(tree, "#collected-email_address mark")) == "email address"


def test_what_is_denied_stands_apart_and_not_among_what_is_collected(client: TestClient) -> None:
    tree = page(client, "/vendors/acme")
    assert tree.css("#collected-location_precise") == []
    denied = one(tree, "section[aria-labelledby=denied] .denials li")
    assert words(denied).startswith("denied Precise location We do not record your precise location")
    assert words(one(page(client, "/vendors/nilsoft"), "#collected")) == "What is collected denied"


def test_denials_are_counted_as_the_card_and_the_report_count_them(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two on one subject, and one on keeping data, which stands on the timeline: three denials.
    found = [
        facts.PracticeFact(vendor="acme", document="d", quote="never sell", start=0, end=10, practice="sale", polarity="no"),
        facts.PracticeFact(vendor="acme", document="d", quote="no sale", start=20, end=27, practice="sale", polarity="no"),
        kept("your messages", at=40, rule="not_retained", polarity="no"),
    ]
    monkeypatch.setattr(queries, "every_fact", lambda *_: found)
    tree = page(client, "/vendors/acme")
    assert words(one(tree, "a[href='#denied'] strong").parent) == "3 denials"
    assert len(tree.css("section[aria-labelledby=denied] .denials li")) == 1
    assert "3 statements" in words(one(tree, "section[aria-labelledby=denied]"))


def test_a_silent_policy_says_so_and_shows_where_to_check(client: TestClient) -> None:
    tree = page(client, "/vendors/hush")
    silent = one(tree, "section[aria-labelledby=silent]")
    kinds = [words(heading) for heading in silent.css("h3")]
    assert kinds[:3] == ["What is collected silent", "How long it is kept silent", "Who receives it silent"]
    assert len(kinds) == 10
    assert "We like quiet software." in {text(quote) for quote in silent.css("blockquote")}
    assert words(one(tree, "#retention")) == "How long it is kept silent"


def test_an_annex_that_is_not_at_hand_is_named_and_leads_to_where_it_is_named(client: TestClient) -> None:
    link = one(page(client, "/vendors/hush"), "section[aria-labelledby=annexes] li a")
    assert text(link) == "Cookie Notice"
    there = page(client, str(link.attributes["href"]))
    assert [text(mark) for mark in there.css("article mark.at")] == ["Cookie Notice"]


def test_versions_lead_to_their_documents_and_to_what_changed(client: TestClient) -> None:
    section = one(page(client, "/vendors/acme"), "section[aria-labelledby=versions]")
    found = [str(link.attributes["href"]) for link in section.css("a")]
    assert found == ["/documents/acme-2026", "/documents/acme-2024", "/vendors/acme/changes"]
    assert "/vendors/nilsoft/changes" not in links(page(client, "/vendors/nilsoft"))


def test_the_same_snapshot_gives_the_same_page(client: TestClient) -> None:
    assert client.get("/vendors/acme").text == client.get("/vendors/acme").text


@pytest.mark.parametrize("address", ["/", "/vendors/evil", "/search?q=logs", "/vendors/evil-", "/documents/evil-2"])
def test_a_hostile_policy_is_shown_as_words_and_never_as_markup(evil: TestClient, address: str) -> None:
    answer = evil.get(address, headers={"Accept": "text/html"})
    tree = page(evil, address, answer.status_code)
    for quote in tree.css("blockquote"):
        quote.decompose()
    assert not INLINE.search(str(tree.html).replace("[your logs](javascript:alert(1))", "")), address
    assert [str(link) for link in links(tree, "body") if not link.startswith(("/", "#"))] == []
    assert tree.css("main script, main font, main b, main i, main para") == []
    assert not set("\x1b\x07\u202e") & set(answer.text)


def test_the_words_of_a_hostile_policy_are_whole_and_isolated(evil: TestClient) -> None:
    tree = page(evil, "/vendors/evil")
    quotes = {text(quote): quote for quote in tree.css("blockquote")}
    assert {hostile.SCRIPT, hostile.ESCAPE, hostile.TURNED, hostile.CHINESE, hostile.LONG, hostile.LINK} <= set(quotes)
    assert {quote.attributes["dir"] for quote in quotes.values()} == {"auto"}
    assert quotes[hostile.CHINESE].attributes["lang"] == "zh"
    assert text(one(tree, "h1 bdi")) == hostile.EVIL.name


# --- the timeline ------------------------------------------------------------------------------------------------------------------


def kept(scope: str, at: int = 0, **fields: Any) -> facts.Retention:
    return facts.Retention(vendor="v", document="d", quote=scope, start=at, end=at + len(scope), scope=scope, **fields)


def shown(found: Timeline) -> list[tuple[str, str, str]]:
    return [(row.data, row.said, row.shape) for row in found.rows]


def test_the_timeline_goes_from_the_longest_period_to_what_is_not_said() -> None:
    stated = [
        kept("backups", rule="until_event", event="you close the account"),
        kept("face", categories=["face_features"], rule="not_retained", polarity="no"),
        kept("logs", categories=["log_data"], period="P6M", bound="at_least", rule="legal_requirement"),
        kept("chats", categories=["messages"], period="P90D", bound="default"),
        kept("mail", categories=["email_content"], period="P14D", rule="period_after_event", event="closing"),
        kept("the last ones", rule="last_n_items", items=20),
        kept("orders", categories=["transactions"], period="P3Y", bound="at_most"),
    ]
    found = timeline(stated, ["usage", "content", "location"])
    assert shown(found) == [
        ("Transactions and orders", "at most 3 years", "at_most"),
        ("Log data", "at least 6 months, where the law demands", "at_least"),
        ("Messages", "90 days by default", "default"),
        ("Email content", "14 days after", "exact"),
        ("Any personal data", "until", "event"),
        ("Any personal data", "the latest 20", "open"),
        ("Facial features", "not kept", "none"),
        ("Location", "not stated", "unsaid"),
    ]
    assert [row.event for row in found.rows][3:5] == ["closing", "you close the account"]
    widths = [row.width for row in found.rows if row.width is not None]
    assert widths == sorted(widths, reverse=True)
    assert found.longest == found.rows[0]


def test_the_same_statement_in_two_places_is_one_row_with_both_quotes() -> None:
    found = timeline([kept("Logs", period="P30D"), kept("logs", at=50, period="P30D"), kept("logs", at=90, period="P31D")], [])
    assert [(row.said, [quote.start for quote in row.words]) for row in found.rows] == [("31 days", [90]), ("30 days", [0, 50])]


def test_what_has_no_period_is_one_row_for_each_kind_of_data() -> None:
    stated = [kept(scope, at, rule="as_long_as_needed") for at, scope in ((0, "your data"), (50, "Your data"), (90, "all of it"))]
    (row,) = timeline(stated, []).rows
    assert (row.said, list(row.scopes), len(row.words)) == ("as long as needed", ["your data", "all of it"], 3)


def test_ten_times_as_long_is_as_much_further_wherever_it_starts() -> None:
    axis = Axis.of([1, 3650])
    assert axis.at(100) - axis.at(10) == pytest.approx(axis.at(1000) - axis.at(100), abs=0.02)
    assert [name for _, name in Axis.of([]).ticks()] == ["day", "week", "month", "year", "3 years"]
    assert [name for _, name in Axis.of([1 / 24, 3650]).ticks()][0::6] == ["hour", "10 years"]
    assert all(0 < at <= 100 for at, _ in Axis.of([1 / 24, 36500]).ticks())


def test_a_bar_is_as_long_as_its_period_and_the_rest_says_why_there_is_none(client: TestClient) -> None:
    rows = page(client, "/vendors/acme").css(".timeline li")
    bars = [bar.attributes["width"] if (bar := row.css_first("rect.length")) else None for row in rows]
    long = [words(row.css_first(".long")) for row in rows]
    assert long == ["10 years", "90 days", "30 days", "not stated", "not stated"]
    lengths = [float(str(bar).rstrip("%")) for bar in bars if bar]
    assert lengths == sorted(lengths, reverse=True)
    assert len(lengths) == 3
    assert [words(row.css_first(".what")) for row in rows[3:]] == ["Contact", "Device and network"]
