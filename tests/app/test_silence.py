"""What facts come to: of one thing, of a group of data, and of a vendor that collects nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import silence
from app.mcp.tools import Tools
from index import taxonomy
from index.domain import Vendor
from index.facts import Collection, PracticeFact, Retention, Sharing
from ingest.evidence import evidence
from tests.app.policies import ACME, collected, policy, serving

TEXT = "We do not collect any of this.\n"
POLICY = policy(ACME, "acme-x", TEXT)


def said(category: str, polarity: str = "no") -> Collection:
    return collected(POLICY, TEXT.strip(), "this", category, polarity=polarity)


@pytest.mark.parametrize(
    ("group", "categories", "status"),
    [
        ("location", ["location_precise"], "silent"),
        ("location", ["location_precise", "location_coarse"], "denied"),
        ("location", ["location_unspecified"], "denied"),
        ("contact", ["email_address", "phone_number"], "silent"),
        ("contact", ["email_address", "phone_number", "postal_address", "address_book"], "denied"),
        ("contact", ["personal_data_unspecified"], "denied"),
        ("biometric", ["biometric_other"], "denied"),
        ("biometric", ["fingerprint"], "silent"),
        ("general", ["sensitive_data_unspecified"], "silent"),
        ("general", ["personal_data_unspecified"], "denied"),
        ("contact", [], "silent"),
    ],
)
def test_a_group_is_denied_where_all_of_it_is(group: str, categories: list[str], status: str) -> None:
    assert silence.status_of_group(group, [said(category) for category in categories]) == status


def test_one_statement_on_a_part_states_the_group() -> None:
    assert silence.status_of_group("location", [said("location_precise"), said("location_coarse", "yes")]) == "stated"


def test_what_is_not_kept_is_denied_of_a_group_by_the_same_measure() -> None:
    def kept(*categories: str) -> Retention:
        where = evidence(POLICY, 0, len(TEXT.strip()), "test")
        return Retention(**where, scope="this", categories=list(categories), rule="not_retained", polarity="no")

    assert silence.status_of_group("location", [kept("location_precise")]) == "silent"
    assert silence.status_of_group("location", [kept("location_precise"), kept("location_coarse")]) == "denied"
    assert silence.status_of_group("any", [kept("any")]) == "denied"


@pytest.mark.parametrize("group", taxonomy.groups())
def test_who_collects_nothing_denies_every_group_and_category_with_its_words(client: TestClient, group: str) -> None:
    category = next(term.id for term in taxonomy.categories().values() if term.group == group)
    for asked in ({"group": group}, {"category": category}, {"category": category, "source": "automatic"}):
        found = client.get("/v1/vendors/nilsoft/collects", params=asked).json()
        assert (found["status"], found["silent"], found["nearest"]) == ("denied", [], [])
        assert [fact["quote"] for fact in found["denial"]] == ["We do not collect any personal data"]


def test_a_part_of_a_group_denied_is_shown_so_under_a_group_that_is_silent(client: TestClient) -> None:
    found = client.get("/v1/vendors/acme/collects?group=location").json()
    assert (found["status"], found["denial"], len(found["nearest"])) == ("silent", [], 3)
    assert [(each["status"], [inner["status"] for inner in each["categories"]]) for each in found["groups"]] == [("silent", ["denied"])]
    card = client.get("/v1/vendors/acme").json()
    assert {each["group"]: each["status"] for each in card["collects"]}["location"] == "silent"
    assert client.get("/v1/vendors/acme/collects?category=location_precise").json()["status"] == "denied"


def test_questions_and_rules_say_the_same_of_who_collects_nothing(client: TestClient) -> None:
    asked = client.post("/v1/ask", json={"question": "Does Nilsoft collect email addresses?"}).json()
    assert (asked["status"], asked["citations"][0]["quote"]) == ("answered", "We do not collect any personal data")
    rules = [{"kind": "collection", "values": ["email_address"], "stated": stated} for stated in (True, False)]
    checked = client.post("/v1/check", json={"rules": rules, "vendors": ["nilsoft"]}).json()["results"]
    assert [each["outcome"] for each in checked] == ["fail", "pass"]
    assert {fact["quote"] for each in checked for fact in each["evidence"]} == {"We do not collect any personal data"}


def test_who_denies_one_kind_of_data_and_says_no_more_is_silent_with_the_denial_shown(tmp_path: Path) -> None:
    said = "We do not record your precise location."
    quill = policy(Vendor("quill", "Quill"), "quill-1", f"{said}\n")
    with serving(tmp_path, (quill, [collected(quill, said, "precise location", "location_precise", polarity="no")])) as service:
        found = service.get("/v1/vendors/quill/collects").json()
        asked = service.post("/v1/ask", json={"question": "Which vendors do not collect any personal data?"}).json()
        card = service.get("/v1/vendors/quill").json()
        tools = Tools(service.app.state.service, "http://vpi.example")  # type: ignore[attr-defined]
        told = tools.vendor_facts(vendor="quill", kind="collection")
        whole = tools.vendor_facts(vendor="quill")
        report = service.get("/v1/vendors/quill/report?format=markdown").text
    assert (found["status"], found["denial"], found["total"], len(found["nearest"])) == ("silent", [], 1, 1)
    shown = found["groups"][0]["categories"][0]
    assert (shown["status"], [fact["quote"] for fact in shown["facts"]]) == ("denied", [said])
    assert (asked["status"], asked["vendors"]) == ("silent", [])
    assert [each for each in card["counts"] if each["kind"] == "collection"] == [
        {"kind": "collection", "status": "silent", "stated": 0, "denied": 1}
    ]
    assert "collection" in card["silent"]["kinds"]
    assert (told.status, [each.quote for each in told.statements], len(told.nearest)) == ("silent", [said], 1)
    assert told.in_words.startswith("The policy of Quill denies some of it, in 1 statement, and says nothing of the rest.")
    assert whole.status == "silent"
    assert {each.kind: each.status for each in whole.kinds}["collection"] == "silent"
    assert report.count(said) > 1


def test_who_collects_nothing_denies_the_kind_on_its_card_and_to_bots(client: TestClient) -> None:
    counts = client.get("/v1/vendors/nilsoft").json()["counts"]
    assert {each["kind"]: each["status"] for each in counts}["collection"] == "denied"
    tools = Tools(client.app.state.service, "http://vpi.example")  # type: ignore[attr-defined]
    for asked in ({}, {"kind": "collection"}):
        assert tools.vendor_facts(vendor="nilsoft", **asked).status == "denied"  # type: ignore[arg-type]


def test_a_denial_of_a_practice_or_recipient_counts_where_none_states_it() -> None:
    where = evidence(POLICY, 0, len(TEXT.strip()), "test")
    sale, no_sale, no_training = (
        PracticeFact(**where, practice=practice, polarity=polarity)
        for practice, polarity in (("sale", "yes"), ("sale", "no"), ("ai_training", "no"))
    )
    affiliates, no_affiliates, no_advertisers = (
        Sharing(**where, recipient=None, recipient_category=recipient, polarity=polarity)
        for recipient, polarity in (("affiliate", "yes"), ("affiliate", "no"), ("advertiser", "no"))
    )
    assert silence.denials([no_sale, no_training]) == [no_sale, no_training]
    assert silence.denials([no_sale, sale, no_training]) == [no_training]
    assert silence.denials([no_affiliates, no_advertisers, affiliates, no_sale]) == [no_advertisers, no_sale]


def test_what_a_filter_leaves_of_denials_does_not_say_that_nothing_is_collected(client: TestClient) -> None:
    found = client.get("/v1/vendors/acme/collects?polarity=no").json()
    assert (found["status"], found["denial"], found["total"]) == ("silent", [], 1)


@pytest.mark.parametrize("asked", ["category=email_address", "group=contact", "source=automatic&limit=1"])
def test_a_table_shows_the_denial_of_who_collects_nothing(client: TestClient, asked: str) -> None:
    answer = client.get(f"/v1/vendors/nilsoft/collects?{asked}&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["polarity"], row["quote"]) for row in rows] == [("no", "We do not collect any personal data")]
    assert answer.headers["x-total-count"] == "1"
    assert "We do not collect any personal data" in client.get(f"/v1/vendors/nilsoft/collects?{asked}&format=markdown").text


def test_a_table_of_what_is_stated_holds_no_denial(client: TestClient) -> None:
    assert client.get("/v1/vendors/nilsoft/collects?polarity=yes&format=csv").text.count("\n") == 1
    assert client.get("/v1/vendors/acme/collects?category=face_features&format=csv").text.count("\n") == 1
