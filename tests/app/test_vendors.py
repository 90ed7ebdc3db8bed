from fastapi.testclient import TestClient


def test_vendors_are_listed_with_the_dates_of_their_current_policy(client: TestClient) -> None:
    page = client.get("/v1/vendors").json()
    assert [vendor["id"] for vendor in page["items"]] == ["acme", "hush", "nilsoft"]
    assert page["total"] == 3
    assert page["next"] is None
    assert page["items"][0] == {
        "id": "acme",
        "name": "Acme Notes",
        "aliases": ["Acme", "艾克米"],
        "products": ["Acme Notes Pro"],
        "legal_entity": "Acme Labs Ltd.",
        "url": "https://acme.example/privacy",
        "documents": 2,
        "effective_date": "2026-04-01",
        "last_updated": "2026-03-18",
    }


def test_vendors_are_found_by_alias_in_any_script(client: TestClient) -> None:
    assert [vendor["id"] for vendor in client.get("/v1/vendors", params={"q": "艾克"}).json()["items"]] == ["acme"]
    assert client.get("/v1/vendors", params={"q": "nobody"}).json() == {"items": [], "next": None, "total": 0}


def test_a_card_counts_by_kind_and_names_what_the_policy_is_silent_on(client: TestClient) -> None:
    card = client.get("/v1/vendors/acme").json()
    counts = {count["kind"]: (count["status"], count["stated"], count["denied"]) for count in card["counts"]}
    assert counts["collection"] == ("stated", 3, 1)
    assert counts["sharing"] == ("silent", 0, 0)
    assert {group["group"]: group["status"] for group in card["collects"]} == {
        "contact": "stated",
        "device": "stated",
        "location": "silent",
    }
    assert "breach_notification" in card["silent"]["kinds"]
    assert "biometric" in card["silent"]["groups"]
    assert "contact" not in card["silent"]["groups"]
    # Who denies collecting any data is silent on none.
    assert client.get("/v1/vendors/nilsoft").json()["silent"]["groups"] == []
    assert [document["id"] for document in card["documents"]] == ["acme-2026", "acme-2024"]


def test_a_card_names_documents_referred_to_and_not_indexed(client: TestClient) -> None:
    card = client.get("/v1/vendors/hush").json()
    assert card["annexes"] == [{"title": "Cookie Notice", "clause": "hush-1.0002", "start": 47, "end": 60}]
    assert card["contradictions"] == []


def test_what_a_vendor_collects_comes_by_group_and_category_with_its_facts(client: TestClient) -> None:
    answer = client.get("/v1/vendors/acme/collects").json()
    found = {
        category["category"]: (group["group"], category["status"], [fact["span"] for fact in category["facts"]])
        for group in answer["groups"]
        for category in group["categories"]
    }
    assert found == {
        "email_address": ("contact", "stated", ["email address"]),
        "phone_number": ("contact", "stated", ["phone number"]),
        "ip_address": ("device", "stated", ["IP addresses"]),
        "location_precise": ("location", "denied", ["precise location"]),
    }
    assert (answer["status"], answer["total"], answer["denial"]) == ("stated", 4, [])


def test_collects_is_narrowed_by_each_of_its_filters(client: TestClient) -> None:
    def categories(**filters: str) -> set[str]:
        groups = client.get("/v1/vendors/acme/collects", params=filters).json()["groups"]
        return {category["category"] for group in groups for category in group["categories"]}

    assert categories(group="contact") == {"email_address", "phone_number"}
    assert categories(category="ip_address") == {"ip_address"}
    assert categories(source="automatic") == {"ip_address"}
    assert categories(necessity="required") == {"email_address", "phone_number"}
    assert categories(polarity="no") == {"location_precise"}
    assert categories(role="processor") == set()


def test_a_policy_that_denies_collecting_anything_answers_denied_with_the_words_of_the_denial(client: TestClient) -> None:
    answer = client.get("/v1/vendors/nilsoft/collects").json()
    assert (answer["status"], answer["silent"]) == ("denied", [])
    assert [fact["quote"] for fact in answer["denial"]] == ["We do not collect any personal data"]


def test_silence_on_one_category_brings_the_clauses_to_check(client: TestClient) -> None:
    answer = client.get("/v1/vendors/acme/collects", params={"category": "fingerprint"}).json()
    assert (answer["status"], answer["groups"], answer["silent"]) == ("silent", [], ["fingerprint"])
    assert {clause["document"] for clause in answer["nearest"]} == {"acme-2026"}


def test_a_kind_of_fact_is_stated_denied_or_silent(client: TestClient) -> None:
    stated = client.get("/v1/vendors/acme/retention").json()
    assert (stated["kind"], stated["status"], stated["total"]) == ("retention", "stated", 3)
    assert [fact["period"] for fact in stated["items"]] == ["P30D", "P10Y", "P90D"]
    assert stated["nearest"] == []
    silent = client.get("/v1/vendors/hush/retention").json()
    assert (silent["status"], silent["items"], silent["total"]) == ("silent", [], 0)
    assert {clause["text"] for clause in silent["nearest"]} == {"We like quiet software.", "To learn more, see our Cookie Notice."}


def test_every_kind_path_answers_its_own_kind(client: TestClient) -> None:
    paths = {
        "retention": "retention", "sharing": "sharing", "storage": "storage_location", "security": "security", "rights": "right",
        "practices": "practice", "children": "children", "breach": "breach_notification", "contacts": "contact",
    }  # fmt: skip
    assert {path: client.get(f"/v1/vendors/hush/{path}").json()["kind"] for path in paths} == paths
