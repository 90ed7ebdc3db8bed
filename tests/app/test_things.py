"""Asked how long a thing is kept, what is said of it answers, and what is said of others does not."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.asking.conditions import answering
from app.asking.question import Question, understand
from app.asking.things import Thing, Told, asked, at_large
from app.asking.topics import Topics
from index import facts
from index.domain import Vendor
from index.embedder import WordHashes
from index.names import Names
from index.queries import IndexedClause
from tests.app.policies import policy, said, serving

THINGS: dict[str, dict[str, Any]] = tomllib.loads(Path("app/asking/things.toml").read_text(encoding="utf-8"))
INLET = Vendor("inlet", "Inlet")


def finds(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


@pytest.mark.parametrize("name", THINGS)
def test_the_words_for_a_thing_find_it_in_questions_and_clauses_and_in_no_others(name: str) -> None:
    thing = THINGS[name]
    assert [text for text in thing["asks"] if not finds(thing["asked"], text)] == []
    assert [text for text in thing["tells"] if not finds(thing["said"], text)] == []
    assert [text for text in thing["others"] if finds([*thing["asked"], *thing["said"]], text)] == []


def understood(question: str) -> Question:
    return understand(question, Names([]), Topics(WordHashes()), INLET)


@pytest.mark.parametrize(
    "question",
    [
        "Are server logs encrypted?",
        "How long is it kept?",
        "How soon is a breach reported?",
        "How long can I restore a file and when has it left every backup?",
    ],
)
def test_no_thing_is_asked_about_where_nothing_is_named_or_another_thing_is_asked(question: str) -> None:
    assert asked(understood(question)) is None


def kept(text: str, scope: str, *categories: str) -> tuple[IndexedClause, list[facts.Retention]]:
    clause = IndexedClause("inlet-1.0", "inlet", "inlet-1", 0, (), None, text, 0, len(text), "en", None)
    place = {"vendor": "inlet", "document": "inlet-1", "clause": clause.id, "quote": text, "start": 0, "end": len(text)}
    return clause, [facts.Retention(**place, scope=scope, categories=list(categories) or ["any"], period="P1Y")]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How long are server logs kept?", (Told.IT, Told.OTHERS, Told.OTHERS)),
        ("How long are chat messages kept?", (Told.OTHERS, Told.IT, Told.ALL)),
        ("How long is my passport number kept?", (Told.OTHERS, Told.OTHERS, Told.ALL)),
        ("How long are e-mails kept?", (Told.OTHERS, Told.OTHERS, Told.ALL)),
        ("How long are backups kept?", (Told.OTHERS, Told.OTHERS, Told.OTHERS)),
    ],
)
def test_a_rule_on_personal_data_at_large_tells_of_messages_and_says_nothing_of_backups(question: str, told: tuple[Told, ...]) -> None:
    thing = asked(understood(question))
    assert isinstance(thing, Thing)
    logs = kept("Web logs go after a year.", "Web logs", "log_data")
    chat = kept("Conversations go after a year.", "Conversations", "messages")
    data = kept("We keep your personal data for a year.", "your personal data")
    assert tuple(thing.told(*each) for each in (logs, chat, data)) == told


def test_asked_how_long_personal_data_is_kept_at_large_only_statements_on_it_at_large_tell() -> None:
    (chat,), (data,) = kept("Conversations go after a year.", "Conversations")[1], kept("We keep your data for a year.", "your data")[1]
    asked_of = {
        question: at_large(understood(question), [chat, data])
        for question in ("How long does Inlet keep personal data?", "How long is my data kept?", "How long are chat messages kept?")
    }
    assert asked_of == {
        "How long does Inlet keep personal data?": [data], "How long is my data kept?": [data], "How long are chat messages kept?": []
    }  # fmt: skip


def test_what_leaves_open_what_is_kept_or_names_another_thing_holds_for_no_kind_of_data() -> None:
    question = understood("How long are chat messages kept?")
    (bin_,), (ledger,), (data,) = (
        kept(text, scope)[1]
        for text, scope in (
            ("It sits in the bin for a year.", "personal information"),
            ("We keep the VAT bookkeeping for a year.", "the VAT bookkeeping"),
            ("We keep your personal data for a year.", "your personal data"),
        )
    )
    assert [answering(fact, question) for fact in (bin_, ledger, data)] == [False, False, True]


def test_how_long_logs_are_kept_is_told_by_the_table_they_lead_into_and_not_by_how_long_notes_are(tmp_path: Path) -> None:
    table = "Our servers log the following:\nData | How long\nIP address\ntwo weeks\n"
    read = policy(INLET, "inlet-1", table + "Notes are kept for 30 days.\nInvoices are kept for six years.\n")
    leads = {"IP address": "Data:", "two weeks": "IP address – How long:"}
    read = replace(read, clauses=tuple(replace(clause, lead=leads.get(clause.text)) for clause in read.clauses))
    stated = [
        facts.Retention(**said(read, "two weeks"), scope="IP address", categories=["ip_address"], period="P2W"),
        facts.Retention(**said(read, "Notes are kept for 30 days"), scope="Notes", categories=["work_content"], period="P30D"),
        facts.Retention(**said(read, "Invoices are kept for six years"), scope="Invoices", categories=["transactions"], period="P6Y"),
    ]
    with serving(tmp_path, (read, stated)) as client:

        def answer(question: str) -> Any:
            return client.post("/v1/ask", json={"question": question, "vendor": "inlet"}).json()

        assert answer("How long are server logs kept?")["answer"] == "The policy of Inlet says: “IP address”: “two weeks”."
        assert [fact["scope"] for fact in answer("How long are invoices kept?")["facts"]] == ["Invoices"]
        assert answer("How long is my passport number kept?")["status"] == "silent"
        assert answer("How long are backups kept?")["status"] == "silent"
