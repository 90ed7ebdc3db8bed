from fastapi.testclient import TestClient


def spans(client: TestClient, **filters: str) -> list[str]:
    return [fact.get("span") or fact.get("scope") for fact in client.get("/v1/facts", params=filters).json()["items"]]


def test_facts_are_found_across_vendors_by_what_they_say(client: TestClient) -> None:
    assert spans(client, category="location_precise") == ["precise location"]
    assert spans(client, kind="collection", polarity="no") == ["precise location", "personal data"]
    assert spans(client, group="contact", vendor="acme") == ["phone number", "email address"]
    assert [fact["deadline"] for fact in client.get("/v1/facts?right=erasure").json()["items"]] == ["P15D"]


def test_kinds_may_be_repeated(client: TestClient) -> None:
    items = client.get("/v1/facts?kind=retention&kind=right").json()["items"]
    assert [fact["kind"] for fact in items] == ["retention", "retention", "right", "retention"]


def test_every_quote_served_is_the_text_at_its_offsets(client: TestClient) -> None:
    facts = client.get("/v1/facts?limit=500").json()["items"]
    assert len(facts) == 9
    for fact in facts:
        text = client.get(f"/v1/documents/{fact['document']}/text").text
        assert text[fact["start"] : fact["end"]] == fact["quote"]
        if fact["kind"] == "collection":
            assert text[fact["span_start"] : fact["span_end"]] == fact["span"]


def test_one_fact_comes_with_its_clause_and_what_gave_it(client: TestClient) -> None:
    fact = client.get("/v1/facts?right=erasure").json()["items"][0]
    answer = client.get(f"/v1/facts/{fact['id']}").json()
    assert answer["fact"] == fact
    assert answer["fact"]["origin"] == "written-by-hand"
    assert answer["clause"]["text"] == "We answer a request for deletion within 15 days."


def test_retention_is_sorted_by_length_and_bounded_across_vendors(client: TestClient) -> None:
    def periods(**parameters: str) -> list[str]:
        return [fact["period"] for fact in client.get("/v1/retention", params=parameters).json()["items"]]

    assert periods(sort="period") == ["P30D", "P90D", "P10Y"]
    assert periods(sort="-period") == ["P10Y", "P90D", "P30D"]
    assert periods(min="P2M") == ["P10Y", "P90D"]
    assert periods(max="P1Y", sort="period") == ["P30D", "P90D"]
    assert periods(category="transactions", min="P1Y") == ["P10Y"]
    assert periods(vendor="hush") == []
