"""A question for a name, a country or a cipher is answered by one; where the clauses hold none, the policy does not say."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.asking.companies import without_capital
from app.asking.question import Question, understand
from app.asking.topics import Topics
from app.asking.wanted import asked, holding, kinds, naming, stating
from index import facts
from index.domain import Vendor
from index.embedder import WordHashes
from index.highlight import Highlight
from index.names import Names
from index.queries import IndexedClause
from index.search import Hit
from tests.app.policies import policy, serving

EXAMPLES: dict[str, dict[str, Any]] = tomllib.loads(Path("app/asking/wanted.toml").read_text(encoding="utf-8"))
INLET = Vendor("inlet", "Inlet", legal_entity="Inlet Harbour Ltd")
# What the policy of the clauses in the examples says elsewhere.
ELSEWHERE = "policies, processors and operators process payments under a privacy policy; an agreement on data, data protection and again"


def understood(question: str) -> Question:
    return understand(question, Names([]), Topics(WordHashes()), INLET)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_the_examples_of_what_is_wanted_hold(kind: Any) -> None:
    table = EXAMPLES[kind.name]

    def asks(question: str) -> bool:
        return any(pattern.search(question) for pattern in kind.asked)

    ordinary = without_capital([ELSEWHERE])
    question = understood("Which one is it?")
    assert [text for text in table["asks"] if not asks(text)] == []
    assert [text for text in table["others"] if asks(text)] == []
    assert [text for text in table["shows"] if not kind.held(text, question, ordinary)] == []
    assert [text for text in table["lacks"] if kind.held(text, question, ordinary)] == []


def test_what_the_question_or_the_vendor_is_called_is_no_name_that_answers() -> None:
    company, country = kinds()[:2]
    question = understood("Does Stripe or which other payment processor outside Finland take the card?")
    held = [
        company.held(text, question, frozenset())
        for text in ("Stripe takes the card.", "Inlet Harbour Ltd takes it.", "PayRocket takes it.")
    ]
    assert held == [False, False, True]
    assert [country.held(text, question, frozenset()) for text in ("Cards stay in Finland.", "Cards go to Japan.")] == [False, True]


def test_all_sub_processors_are_told_by_the_facts_that_name_them() -> None:
    place = {"vendor": "inlet", "document": "d", "start": 0, "end": 1}
    named, unnamed = (
        facts.Sharing(**place, quote=quote, recipient=recipient, recipient_category="service_provider", data=["any"])
        for quote, recipient in (("Quillmail, Inc. sends our mail.", "Quillmail, Inc."), ("Our processors help us.", "Our processors"))
    )
    every = replace(understood("Which subprocessors does Inlet use?"), whole=1.0)
    assert naming(every, [unnamed, named]) == [named]
    assert naming(replace(every, whole=0.5), [unnamed, named]) == []


def test_asked_who_receives_data_it_is_told_by_those_named_and_not_by_nobody_else() -> None:
    place = {"vendor": "inlet", "document": "d", "start": 0, "end": 1, "recipient_category": "service_provider", "data": ["any"]}
    host = facts.Sharing(**place, quote="Northgate AB hosts our servers.", recipient="Northgate AB")
    nobody = facts.Sharing(**place, quote="We share it with nobody else.", recipient=None, polarity="no")
    who, whether = (replace(understood(text), whole=1.0) for text in ("Who does it share data with?", "Does it share data with others?"))
    assert (stating(who, [nobody, host]), stating(whether, [nobody, host]), stating(who, [nobody])) == ([host], [], [])


def test_two_questions_in_one_and_who_the_vendor_is_ask_for_nothing_in_particular() -> None:
    assert [kind.name for kind in asked(understood("Which processor takes the card?"))] == ["company"]
    assert asked(understood("Which processor takes the card, and how long is it kept?")) == []


def test_a_company_that_no_clause_names_is_not_said(tmp_path: Path) -> None:
    read = policy(
        INLET,
        "inlet-1",
        "Card payments are taken by our payment processor.\n"
        "Our newsletter is sent by the mail service Quillmail.\n"
        "We store notes in Finland.\n",
    )
    with serving(tmp_path, (read, [])) as client:

        def said(question: str) -> tuple[str, list[str]]:
            answer = client.post("/v1/ask", json={"question": question, "vendor": "inlet"}).json()
            return answer["status"], [citation["quote"] for citation in answer["citations"]]

        assert said("Which payment processor takes card payments?") == ("silent", [])
        status, quotes = said("Which mail service provider sends our newsletter by mail?")
        assert (status, quotes) == ("answered", ["Our newsletter is sent by the mail service Quillmail."])


def test_a_country_that_the_question_names_is_not_the_other_one_it_asks_for() -> None:
    text = "Our servers stand in Helsinki."
    clause = IndexedClause("inlet-1.0", "inlet", "inlet-1", 0, (), None, text, 0, len(text), "en", None)
    hit = Hit(0.9, None, None, 0.0, 0.0, clause, Highlight(text, 0, len(text)))
    place = {"vendor": "inlet", "document": "inlet-1", "clause": clause.id, "quote": text, "start": 0, "end": len(text)}
    stated = [facts.StorageLocation(**place, country="FI")]
    assert holding(understood("In which country do servers stand?"), [hit], stated) == [hit]
    assert holding(understood("In which country other than Finland do servers stand?"), [hit], stated) == []
