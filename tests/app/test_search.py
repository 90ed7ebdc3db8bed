import pytest
from fastapi.testclient import TestClient


def texts(client: TestClient, **parameters: str) -> list[str]:
    return [hit["clause"]["text"] for hit in client.get("/v1/search", params=parameters).json()["items"]]


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_each_mode_finds_the_clause_that_answers(client: TestClient, mode: str) -> None:
    assert texts(client, q="how long are server logs kept", mode=mode)[0] == "Server logs are kept for 30 days."


def test_a_vendor_named_in_the_question_restricts_the_search_and_the_reply_says_so(client: TestClient) -> None:
    for question in ("how long does Acme Notes keep logs", "艾克米 保存多久"):
        found = client.get("/v1/search", params={"q": question}).json()
        assert found["restricted_to"] == [{"id": "acme", "name": "Acme Notes"}]
        assert {hit["clause"]["vendor"] for hit in found["items"]} == {"acme"}


def test_the_vendor_parameter_wins_over_the_question(client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "what does acme collect", "vendor": "nilsoft"}).json()
    assert [vendor["id"] for vendor in found["restricted_to"]] == ["nilsoft"]
    assert {hit["clause"]["vendor"] for hit in found["items"]} == {"nilsoft"}


def test_a_misspelt_vendor_gets_near_names(client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "does Nilsoftt collect data"}).json()
    assert [vendor["id"] for vendor in found["near"]] == ["nilsoft"]
    assert found["restricted_to"] == []


def test_chinese_questions_find_chinese_clauses(client: TestClient) -> None:
    assert texts(client, q="日志 保存", mode="keyword", language="zh") == ["操作日志保存九十天。"]
    assert texts(client, q="日志保存多久", language="zh") == ["操作日志保存九十天。"]


def test_since_leaves_out_documents_that_are_older_or_undated(client: TestClient) -> None:
    assert {hit["clause"]["document"] for hit in client.get("/v1/search?q=data&since=2026-01-01").json()["items"]} == {"acme-2026"}
    assert client.get("/v1/search?q=data&since=2027-01-01").json()["items"] == []


def test_a_highlight_is_a_piece_of_its_clause(client: TestClient) -> None:
    for hit in client.get("/v1/search?q=invoices+law&limit=500").json()["items"]:
        clause, highlight = hit["clause"], hit["highlight"]
        assert clause["text"][highlight["start"] - clause["start"] : highlight["end"] - clause["start"]] == highlight["quote"]


@pytest.mark.parametrize("q", ["\0", "?", "…_-", "  ", "。！", "\u202e"])
def test_a_question_without_any_word_is_refused_and_not_answered_with_the_nearest_of_everything(client: TestClient, q: str) -> None:
    answer = client.get("/v1/search", params={"q": q})
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (422, "q")
    assert "there is no word in it" in answer.json()["detail"]


@pytest.mark.parametrize("q", ["7", "é", "保存", "\0kept", "данные"])
def test_a_word_is_one_in_any_script(client: TestClient, q: str) -> None:
    assert client.get("/v1/search", params={"q": q}).status_code == 200
