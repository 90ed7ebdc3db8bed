"""What changed between two versions of a policy, over HTTP."""

import csv
import io

from fastapi.testclient import TestClient


def test_the_two_newest_versions_are_compared_unless_others_are_named(client: TestClient) -> None:
    found = client.get("/v1/vendors/acme/changes").json()
    assert (found["from"]["id"], found["to"]["id"]) == ("acme-2024", "acme-2026")
    altered = found["clauses"]["altered"][0]
    assert altered["before"]["text"] == "We collect your fax number."
    assert altered["edits"] == [{"before": "fax", "after": "email address and phone"}, {"before": "", "after": "when you register."}]
    assert "Server logs are kept for 30 days." in [clause["text"] for clause in found["clauses"]["added"]]
    assert "P10Y" in [fact.get("period") for fact in found["facts"]["added"]]
    assert found["facts"]["removed"] == []


def test_versions_are_named_by_id_or_by_a_day_they_were_in_force(client: TestClient) -> None:
    whole = client.get("/v1/vendors/acme/changes").json()
    for older, newer in (("acme-2024", "acme-2026"), ("2024-01-01", "2026-04-01"), ("2025-12-31", "2027-01-01")):
        assert client.get("/v1/vendors/acme/changes", params={"from": older, "to": newer}).json() == whole
    same = client.get("/v1/vendors/acme/changes", params={"from": "acme-2026", "to": "acme-2026"}).json()
    assert {name: changes for side in ("facts", "clauses") for name, changes in same[side].items()} == {
        "added": [],
        "removed": [],
        "altered": [],
    }


def test_to_an_older_version_everything_is_the_other_way_round(client: TestClient) -> None:
    there = client.get("/v1/vendors/acme/changes").json()
    back = client.get("/v1/vendors/acme/changes", params={"from": "acme-2026", "to": "acme-2024"}).json()
    assert back["clauses"]["removed"] == there["clauses"]["added"]
    assert back["facts"]["removed"] == there["facts"]["added"]


def test_a_vendor_with_one_version_has_no_changes(client: TestClient) -> None:
    found = client.get("/v1/vendors/hush/changes").json()
    assert (found["from"], found["to"]["id"]) == (None, "hush-1")
    assert (found["facts"], found["clauses"]) == ({"added": [], "removed": [], "altered": []},) * 2


def test_a_version_that_is_not_indexed_is_404_and_names_those_that_are(client: TestClient) -> None:
    for wanted in ("acme-1999", "1999-01-01", "2024-13-01"):
        answer = client.get("/v1/vendors/acme/changes", params={"from": wanted})
        assert answer.status_code == 404
        assert "acme-2024 (since 2024-01-01), acme-2026 (since 2026-04-01)" in answer.json()["detail"]


def test_changes_come_as_csv_and_markdown_with_both_quotes_and_safe_cells(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/vendors/acme/changes?format=csv").text)))
    clause = next(row for row in rows if row["what"] == "clause")
    assert (clause["change"], clause["before"]) == ("altered", "We collect your fax number.")
    assert clause["after"] == "We collect your email address and phone number when you register."
    assert any(row["after"].startswith("'=HYPERLINK") for row in rows)
    table = client.get("/v1/vendors/acme/changes", headers={"Accept": "text/markdown"})
    assert table.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "| added | fact | retention | Server logs: 30 days |" in table.text
