from fastapi.testclient import TestClient

from tests.app.policies import ACME_NOW


def test_the_text_is_served_character_for_character(client: TestClient) -> None:
    answer = client.get("/v1/documents/acme-2026/text")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content.decode("utf-8") == ACME_NOW


def test_documents_say_which_version_answers_come_from(client: TestClient) -> None:
    items = client.get("/v1/documents?vendor=acme").json()["items"]
    assert [(document["id"], document["current"]) for document in items] == [("acme-2026", True), ("acme-2024", False)]
    assert client.get("/v1/documents/acme-2024").json() == items[1]


def test_clauses_come_in_order_and_are_the_text_at_their_offsets(client: TestClient) -> None:
    clauses = client.get("/v1/documents/acme-2026/clauses").json()["items"]
    assert [clause["text"] for clause in clauses] == [ACME_NOW[clause["start"] : clause["end"]] for clause in clauses]
    assert [clause["language"] for clause in clauses] == ["en"] * 6 + ["zh"]
    assert clauses[3]["section"] == ["2. How long"]


def test_a_clause_brings_its_neighbours_and_its_facts(client: TestClient) -> None:
    found = client.get("/v1/clauses/acme-2026.0001").json()
    assert found["text"] == "We collect your email address and phone number when you register."
    assert found["before"] == []
    assert [clause["id"] for clause in found["after"]][:1] == ["acme-2026.0002"]
    assert [fact["span"] for fact in found["facts"]] == ["phone number", "email address"]
