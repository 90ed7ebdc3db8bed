"""A fact in words: whole in a line, in short, and by what tells it from others on the same thing."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app import saying
from app.comparing import FIELDS, VALUES
from app.saying import detail, details, in_short, line, value
from index import facts
from index.facts import BreachNotification, Children, Collection, PracticeFact, Retention, Right, Security, Sharing, StorageLocation

SAID: dict[str, Any] = {"vendor": "acme", "document": "acme-1", "quote": "words", "start": 0, "end": 5}
EMAIL: dict[str, Any] = {
    **SAID,
    "span": "your work e-mail",
    "span_start": 0,
    "span_end": 5,
    "category": "email_address",
    "group": "contact",
}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Collection(**EMAIL), "Email address: your work e-mail"),
        (Collection(**EMAIL, source="automatic", necessity="required"), "Email address: your work e-mail (observed; required)"),
        (Collection(**EMAIL, purpose_category="advertising"), "Email address: your work e-mail (kind of purpose: Show advertising)"),
        (Collection(**EMAIL, purpose="to call", purpose_category="sale"), "Email address: your work e-mail (purpose: to call)"),
        (Collection(**{**EMAIL, "span": "Email Address"}), "Email address"),
        (Retention(**SAID, scope="logs", period="P90D", bound="at_most"), "logs: at most 90 days"),
        (Retention(**SAID, scope="logs", period="P1Y6M", bound="default"), "logs: 1 year 6 months by default"),
        (Retention(**SAID, scope="logs", period="P30D", bound="configurable"), "logs: 30 days, can be set"),
        (Retention(**SAID, scope="data", rule="until_event", event="you close it"), "data: until you close it"),
        (Retention(**SAID, scope="data", rule="until_event"), "data: until an event that is not named"),
        (Retention(**SAID, scope="data", period="P6M", rule="period_after_event", event="it ends"), "data: 6 months after it ends"),
        (Retention(**SAID, scope="data", period="P3Y", rule="legal_requirement"), "data: 3 years, where the law demands"),
        (
            Retention(**SAID, scope="data", period="P3Y", rule="legal_requirement", event="the sale", categories=["messages", "any"]),
            "data: 3 years, where the law demands (data: Messages; event: the sale)",
        ),
        (Retention(**SAID, scope="data", rule="fixed_period"), "data: for a period not named"),
        (Retention(**SAID, scope="data", rule="as_long_as_needed"), "data: as long as needed"),
        (Retention(**SAID, scope="codes", rule="last_n_items", items=20), "codes: the latest 20"),
        (Retention(**SAID, scope="codes", rule="last_n_items"), "codes: the latest only"),
        (Sharing(**SAID, recipient=None, recipient_category="authority"), "Authorities and courts"),
        (
            Sharing(**SAID, recipient="police", recipient_category="authority", condition="law"),
            "Authorities and courts: police (where the law demands)",
        ),
        (StorageLocation(**SAID, country="DE", provider="Host"), "Stored: Germany, Host"),
        (StorageLocation(**SAID), "Stored: place not named"),
        (
            StorageLocation(**SAID, mode="cross_border_transfer", country="SG", safeguards=["scc"]),
            "Transferred: Singapore (Standard contract)",
        ),
        (BreachNotification(**SAID, deadline="PT72H", to="user", channel=["fax"]), "Notice to persons: within 72 hours (by fax)"),
        (BreachNotification(**SAID), "Notice of a breach"),
        (Right(**SAID, right="erasure", deadline="P15D", working_days=True), "Delete: within 15 working days"),
        (Right(**SAID, right="erasure"), "Delete"),
        (Security(**SAID, measure="unspecified"), "Security measures (unspecified)"),
        (Children(**SAID, age=14, rule="guardian_consent"), "Consent of a guardian: age 14"),
        (PracticeFact(**SAID, practice="ai_training"), "Training of AI"),
        (facts.Contact(**SAID, channel="email", value="privacy@acme.example"), "E-mail: privacy@acme.example"),
        (facts.DocumentFact(**SAID, field="prevailing_language", value="zh"), "Language that prevails: Chinese"),
        (facts.DocumentFact(**SAID, field="legal_entity", value="Acme Ltd."), "Legal entity: Acme Ltd."),
    ],
)  # fmt: skip
def test_a_fact_is_said_in_a_line(told: Any, said: str) -> None:
    assert line(told) == said


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        (PracticeFact(**SAID, practice="sale", polarity="no"), "Denied: Sale of personal data"),
        (Retention(**SAID, scope="calls", rule="not_retained", polarity="no"), "calls: not kept"),
        (
            Sharing(**SAID, recipient=None, recipient_category="authority", condition="consent", polarity="no"),
            "Denied: Authorities and courts (except with consent)",
        ),
    ],
)
def test_a_denial_is_said_to_be_one_once(denied: Any, said: str) -> None:
    assert line(denied) == said


def test_in_short_a_fact_is_said_without_what_narrows_it() -> None:
    assert in_short(Collection(**EMAIL, source="automatic", polarity="no")) == "Denied: Email address: your work e-mail"
    assert in_short(Retention(**SAID, scope="chats", period="P1Y6M", categories=["messages"])) == "chats: 1 year 6 months"


def test_details_tell_facts_on_one_thing_apart_each_once() -> None:
    days = [Right(**SAID, right="erasure", deadline="P15D"), Right(**SAID, right="access", deadline="P15D"), Right(**SAID, right="access")]
    assert details(days) == ["within 15 days"]
    assert details([Collection(**EMAIL), Collection(**EMAIL, polarity="no")]) == ["your work e-mail", "not your work e-mail"]
    assert detail(PracticeFact(**SAID, practice="sale")) == ""


def test_a_field_is_said_in_words_and_empty_where_it_holds_nothing() -> None:
    told = Retention(**SAID, scope="data", period="P2W", categories=["any"])
    assert [value(told, name) for name in ("period", "rule", "categories", "event")] == ["2 weeks", "for a period", "", ""]
    assert value(Collection(**EMAIL, role="controller"), "role") == "for itself"


@pytest.mark.parametrize("kind", VALUES)
def test_every_value_that_facts_are_told_apart_by_is_said(kind: str) -> None:
    other: dict[str, Any] = {"sharing": {"recipient": None}, "contact": {"value": "x"}}.get(kind, {})
    told = [facts.FACT.validate_python({**SAID, "kind": kind, FIELDS[kind]: each, **other}) for each in VALUES[kind]()]
    assert [fact for fact in told if not saying.about(fact) or not line(fact).startswith(saying.about(fact))] == []
    assert len({saying.about(fact) for fact in told}) == len(told)


def test_every_kind_of_fact_can_be_said() -> None:
    table = tomllib.loads((Path(saying.__file__).parent / "saying.toml").read_text(encoding="utf-8"))
    assert set(table) - {"denied", "kept", "period"} == set(facts.KINDS)


def test_a_safeguard_that_is_not_said_is_not_listed() -> None:
    transfer = StorageLocation(**SAID, mode="cross_border_transfer", safeguards=["scc", "unspecified"])
    assert line(transfer) == "Transferred: place not named (Standard contract)"
