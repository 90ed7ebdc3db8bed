"""What an answer cites: whole sentences, denials before what they deny, nothing far behind, and over all vendors what shows each best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.asking.citations import CITED, TOO_FAR, cited, sentence
from app.asking.question import Question, understand
from app.asking.topics import Topics
from index import facts
from index.domain import Vendor
from index.embedder import WordHashes
from index.highlight import Highlight
from index.names import Names
from index.queries import IndexedClause
from index.search import Hit
from tests.app.policies import collected, policy, serving


def clause(text: str, at: int = 0, start: int = 0) -> IndexedClause:
    return IndexedClause(f"acme-1.{at:04}", "acme", "acme-1", at, (), None, text, start, start + len(text), "en", None)


def stated(within: IndexedClause, quote: str, polarity: facts.Polarity = "yes") -> facts.Security:
    start = within.start + within.text.index(quote)
    place = {"vendor": "acme", "document": "acme-1", "clause": within.id, "quote": quote, "start": start, "end": start + len(quote)}
    return facts.Security(**place, measure="encryption_transit", polarity=polarity)


def hit(score: float, found: IndexedClause) -> Hit:
    return Hit(score, score, None, 0.0, 0.0, found, Highlight(found.text, found.start, found.end))


def asked(question: str) -> Question:
    return understand(question, Names([]), Topics(WordHashes()), Vendor("acme", "Acme"))


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        ("However, IP logs are wiped each night.", "However, IP logs", "However, IP logs are wiped each night."),
        ("* We note the time (e.g. Monday) of each call.", "the time", "We note the time (e.g. Monday) of each call."),
        ("8. **Logs.** We keep logs for a week. They are then gone.", "keep logs", "We keep logs for a week."),
        ("我们收集您的姓名。您可以不填。", "您的姓名", "我们收集您的姓名"),
        ("We keep logs for a week.", "We keep logs for a week", "We keep logs for a week"),
        ("We keep logs " + "and logs of logs " * 60, "We keep logs", "We keep logs"),
    ],
)
def test_what_a_fact_rests_on_is_cited_by_its_sentence_where_the_quote_is_a_part_of_it(text: str, quote: str, whole: str) -> None:
    within = clause(text, start=70)
    said, start, end = sentence(within, stated(within, quote))
    assert said == whole
    assert text[start - 70 : end - 70] == said


def test_a_fact_that_does_not_stand_in_its_clause_is_cited_by_its_quote() -> None:
    fact = stated(clause("We note your name.", start=10), "your name")
    assert sentence(clause("We note.", start=10), fact) == ("your name", 18, 27)


def test_in_one_clause_what_is_denied_comes_before_what_is_stated() -> None:
    within = clause("We encrypt no copy, we encrypt the line.")
    held = [stated(within, "encrypt the line"), stated(within, "We encrypt no copy", "no")]
    found = cited(asked("Is it encrypted?"), held, [hit(0.9, within)], held, lambda _: {within.id: within})
    assert [fact.polarity for fact in found.facts] == ["no"]
    assert [citation.quote for citation in found.citations] == ["We encrypt no copy, we encrypt the line."]


def test_what_is_far_behind_the_nearest_clause_is_not_cited() -> None:
    scores = [0.9, 0.8, 0.9 - TOO_FAR + 0.01, 0.9 - TOO_FAR - 0.01, 0.01]
    hits = [hit(score, clause(f"Sentence {at}.", at)) for at, score in enumerate(scores)]
    found = cited(asked("Is it encrypted?"), [], hits, [], lambda _: {})
    assert [citation.quote for citation in found.citations] == ["Sentence 0.", "Sentence 1.", "Sentence 2."]
    assert len(found.citations) < CITED


def test_how_long_a_law_asks_for_orders_is_not_cited_for_how_long_messages_are_kept() -> None:
    law = clause("A trade law asks us to keep orders for three years.")
    plain = clause("We keep things while your account is open.", 1, 80)
    kept = facts.Retention(
        vendor="acme", document="acme-1", clause=law.id, quote=law.text, start=0, end=len(law.text),
        scope="orders", categories=["transactions"], period="P3Y", rule="legal_requirement",
    )  # fmt: skip
    hits = [hit(0.9, law), hit(0.8, plain)]

    def said(question: str) -> list[str]:
        return [citation.quote for citation in cited(asked(question), [], hits, [kept], lambda _: {}).citations]

    assert said("How are messages kept?") == [plain.text]
    assert said("How are orders kept?") == [law.text, plain.text]
    assert said("How is it kept?") == [law.text, plain.text]


def test_over_all_vendors_each_is_cited_with_what_is_nearest_to_the_question_and_not_with_what_is_shortest(tmp_path: Path) -> None:
    aside, plain = "Your phone number.", "We collect the phone number you enter when you sign up."
    read = policy(Vendor("dialtone", "Dialtone"), "dialtone-1", f"{aside}\n{plain}\n")
    held: list[Any] = [
        collected(read, "Your phone number", "phone number", "phone_number"),
        collected(read, "We collect the phone number", "phone number", "phone_number"),
    ]
    with serving(tmp_path, (read, held)) as client:
        found = client.post("/v1/ask", json={"question": "Which vendors collect the phone number you enter?"}).json()
    assert [citation["quote"] for citation in found["citations"]] == [plain]
    assert found["answer"] == f"The policies that say so: Dialtone (“{plain}”)."
