"""Answers that are read out to a person: items with their lead-in, no markup, nothing twice; and nothing on what is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.asking.answer import Found
from app.asking.citations import Citation, cited
from app.asking.conditions import contrary
from app.asking.cues import whole
from app.asking.lists import flat, in_context
from app.asking.question import understand
from app.asking.reply import one
from app.asking.spoken import spoken
from app.asking.topics import Topics
from app.main import create_app
from index import facts, queries
from index.domain import Policy, Vendor
from index.embedder import WordHashes
from index.highlight import Highlight
from index.names import Names
from index.queries import IndexedClause
from index.search import Hit, Index, Searcher
from index.settings import Settings
from ingest import pipeline
from ingest.evidence import evidence
from ingest.sources import Source

POLICY = """# Tidewater

We hand your phone number to partners for:

* (a) **sending codes** to [your handset](https://tidewater.example/codes);
* (b) stopping fraud.

You may close your account in these cases:

1. you have left the company;
2. you have found a better service.

Read our guide on how passwords are encrypted.

Passwords are encrypted on our disks.
"""
QUOTES: tuple[tuple[str, Callable[..., facts.Evidence]], ...] = (
    ("stopping fraud", lambda **at: facts.Sharing(**at, recipient="partners", recipient_category="other", data=["phone_number"])),
    ("Passwords are encrypted on our disks", lambda **at: facts.Security(**at, measure="encryption_rest")),
)


def by_hand(policy: Policy, _: Any) -> Sequence[Any]:
    starts = [(policy.text.index(quote), len(quote), made) for quote, made in QUOTES]
    return [made(**evidence(policy, start, start + length, "by-hand")) for start, length, made in starts]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("aloud")
    (folder / "tidewater.md").write_text(POLICY, encoding="utf-8")
    settings = Settings(data_dir=folder / "data", log_level="ERROR")
    source = Source(Vendor("tidewater", "Tidewater"), str(folder / "tidewater.md"))
    assert not pipeline.ingest([source], settings, WordHashes(), find=by_hand).refused
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, WordHashes())) as opened:
        yield opened


def ask(client: TestClient, question: str) -> Any:
    found = client.post("/v1/ask", json={"question": question}).json()
    for citation in found["citations"]:
        text = client.get(f"/v1/documents/{citation['document']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    return found


def test_an_item_of_a_list_is_said_and_cited_with_what_leads_into_it(client: TestClient) -> None:
    found = ask(client, "Which vendors share the phone number with partners?")
    assert found["answer"] == ("The policies that say so: Tidewater (“We hand your phone number to partners for:” “(b) stopping fraud”).")
    assert [citation["quote"] for citation in found["citations"]] == [
        "(b) stopping fraud",
        "We hand your phone number to partners for:",
    ]


def citation(index: Index, begins: str) -> Citation:
    with index.session() as session:
        return next(Citation.of_clause(each) for each in queries.current_clauses(session, "tidewater") if begins in each.text)


def test_words_that_lead_into_a_list_are_cited_with_its_items_and_those_not_again(settings: Settings) -> None:
    index = Searcher(settings, WordHashes()).index
    found = in_context([citation(index, "You may close"), citation(index, "better service"), citation(index, "better service")], index)
    assert [each.quote for each in found] == [
        "You may close your account in these cases:\n\n1. you have left the company;\n2. you have found a better service."
    ]


def test_an_item_cited_alone_brings_its_lead_in_once(settings: Settings) -> None:
    index = Searcher(settings, WordHashes()).index
    found = flat(in_context([citation(index, "sending codes"), citation(index, "stopping fraud")], index))
    assert [spoken(each.quote) for each in found] == [
        "(a) sending codes to your handset;",
        "We hand your phone number to partners for:",
        "(b) stopping fraud.",
    ]


def test_a_sentence_that_sends_the_reader_elsewhere_comes_after_one_that_tells(settings: Settings) -> None:
    index = Searcher(settings, WordHashes()).index
    with index.session() as session:
        guide, disks = [each for each in queries.current_clauses(session, "tidewater") if "asswords" in each.text]
    hits = [
        Hit(score, score, None, 0.0, 0.0, each, Highlight(each.text, each.start, each.end)) for score, each in ((0.9, guide), (0.8, disks))
    ]
    asked = understand("Are passwords encrypted?", Names([]), Topics(WordHashes()), Vendor("tidewater", "Tidewater"))
    assert [each.quote for each in cited(asked, [], hits, [], lambda _: {}).citations] == [disks.text, guide.text]


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Is it encrypted at rest?", True),
        ("Is it encrypted in transit?", False),
        ("Is it encrypted?", True),
        ("传输加密吗?", False),
        ("Is it end-to-end encrypted?", False),
    ],
)
def test_what_is_encrypted_where_it_lies_is_not_said_to_be_encrypted_on_the_way(settings: Settings, question: str, answered: bool) -> None:
    held = [fact for fact in Searcher(settings, WordHashes()).index.facts_of("tidewater") if fact.kind == "security"]
    asked = understand(question, Names([]), Topics(WordHashes()), Vendor("tidewater", "Tidewater"))
    assert [contrary(fact, asked) for fact in held] == [not answered]


def test_asked_whether_data_is_encrypted_on_the_way_a_clause_on_sending_it_and_on_encryption_elsewhere_is_no_answer() -> None:
    words = ["No transmission of data is without risk.", "We use cryptography.", "Data in transit is encrypted."]
    clauses = [
        IndexedClause(f"inlet-1.{at}", "inlet", "inlet-1", at, (), None, text, 0, len(text), "en", None) for at, text in enumerate(words)
    ]
    hits = [Hit(0.9, 0.9, None, 0.0, 0.0, each, Highlight(each.text, each.start, each.end)) for each in clauses]
    asked = understand("Is data encrypted in transit?", Names([]), Topics(WordHashes()), Vendor("inlet", "Inlet"))
    place = {"vendor": "inlet", "document": "inlet-1", "start": 0, "end": 9}
    held = [facts.Security(**place, clause=each.id, quote=each.text, measure="encryption_unspecified") for each in clauses[1:]]
    assert [contrary(fact, asked) for fact in held] == [True, False]
    assert [each.quote for each in cited(asked, [], hits[:1], held, lambda _: {}).citations] == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**Codes.** We send [a code](https://acme.example/a_(b)) to you.", "Codes. We send a code to you."),
        ("* First\n* second_item <br> and _third_", "First second_item and third"),
        ("“Sale” means\u2060 a sale", "‘Sale’ means a sale"),
        ("See ![a map](https://acme.example/map.png), or call.", "See, or call."),
        ("fewer than < 3 days > 2", "fewer than < 3 days > 2"),
        ("1) 点击![图标](https://acme.example/a.png)图标;", "1) 点击图标;"),
    ],
)
def test_a_quote_is_said_without_its_markup(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Does it share my number with Facebook?", ["Facebook"]),
        ("Is data hosted by AWS or Hetzner?", ["AWS", "Hetzner"]),
        ("会和微信共享吗?", ["微信"]),
        ("Can I zoom in, and does a pineapple count?", []),
    ],
)
def test_companies_other_than_the_vendor_are_told_from_words(question: str, named: list[str]) -> None:
    asked = understand(question, Names([]), Topics(WordHashes()), Vendor("acme", "Acme"))
    assert [next(name for name in names if name in named) for names in asked.companies] == sorted(named, key=named.index)


@pytest.mark.parametrize(
    ("item", "alone"),
    [
        ("3.2 Calls: We may note whom you call.", True),
        ("Logs are wiped each night.", True),
        ("(b) stopping fraud that may occur.", False),
        ("Your phone number, if you give it.", False),
        ("Improve the service", False),
        ("我们会记录您的通话。", True),
        ("您的姓名;", False),
    ],
)
def test_an_item_that_is_a_sentence_needs_no_lead_in(item: str, alone: bool) -> None:
    assert whole(item) is alone


def test_a_vendor_that_is_part_of_a_company_is_not_another() -> None:
    vendor = Vendor("tidewater", "ADOBE Tidewater")
    assert understand("Does Adobe sell data?", Names([]), Topics(WordHashes()), vendor).companies == ()


def test_who_encrypts_something_is_asked_of_every_vendor_and_who_may_see_it_is_not() -> None:
    topics = Topics(WordHashes())
    assert understand("Who encrypts accounts?", Names([]), topics).every_vendor
    assert not understand("Who can see my account?", Names([]), topics).every_vendor


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("We keep logs for a year.", "The policy of Tide says: “We keep logs for a year.”"),
        ("logs for a year", "The policy of Tide says: “logs for a year”."),
    ],
)
def test_a_quote_that_ends_its_sentence_is_followed_by_no_second_full_stop(words: str, answer: str) -> None:
    said = Citation("tide", "tide-1", None, [], words, 0, len(words))
    question = understand("How long are logs kept?", Names([]), Topics(WordHashes()))
    assert one(question, "Tide", Found("answered", citations=[said])) == answer
