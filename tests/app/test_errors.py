"""Every refusal is a problem document, and nothing a caller sends is a defect of ours."""

import json

import pytest
from fastapi.testclient import TestClient

from app.errors import STATUS, problem, status_of
from index import errors

NASTY = [
    "\x00", "a\x00b", "\ud800", "ÿþ", "'; DROP TABLE vendor; --", '"', "*", "NEAR(a b)", "AND OR NOT", "(((", "^", "-", "a:b", "{col}: x",
    "%", "%%", "\\", "9" * 500, "-1", "1e400", "NaN", "null", "P" + "9" * 15 + "Y", "PT", "P", "../../etc/passwd", "\u202e", "💥" * 50,
    "，。", "\n", " ", "𠀀", "İ", "ß" * 300,
]  # fmt: skip
QUERIES = [
    "/v1/search?q=", "/v1/search?q=x&vendor=acme&language=", "/v1/search?q=x&since=", "/v1/vendors?q=", "/v1/facts?vendor=",
    "/v1/facts?document=", "/v1/facts?category=", "/v1/facts?cursor=", "/v1/facts?limit=", "/v1/facts?country=", "/v1/retention?min=",
    "/v1/retention?max=", "/v1/retention?sort=", "/v1/vendors/acme/collects?group=",
]  # fmt: skip
PATHS = [
    "/v1/vendors/{}", "/v1/vendors/{}/collects", "/v1/vendors/acme/{}", "/v1/documents/{}/text", "/v1/clauses/{}", "/v1/facts/{}", "/{}",
]  # fmt: skip

NO_OBJECT = "body: a JSON object is needed, sent with `Content-Type: application/json`."


def refused(client: TestClient, path: str, status: int, **parameters: str) -> dict[str, object]:
    answer = client.get(path, params=parameters or None)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert (body["status"], body["instance"]) == (status, path)
    return dict(body)


def test_an_unknown_vendor_is_404_and_suggests_near_names(client: TestClient) -> None:
    for path in ("/v1/vendors/acmee", "/v1/vendors/acmee/collects", "/v1/vendors/acmee/retention"):
        body = refused(client, path, 404)
        assert body["detail"] == "No policy of 'acmee' is indexed. Did you mean acme?"
        assert body["type"] == "urn:vendor-privacy-index:vendor-unknown"
    for path in ("/v1/facts", "/v1/retention", "/v1/documents"):
        assert "Did you mean acme?" in str(refused(client, path, 404, vendor="acmee")["detail"])
    assert "Did you mean acme?" in str(refused(client, "/v1/search", 404, vendor="acmee", q="x")["detail"])


@pytest.mark.parametrize(
    "path", ["/v1/documents/none", "/v1/documents/none/text", "/v1/clauses/none", "/v1/facts/none", "/nothing/here", "/v1"]
)
def test_what_is_not_there_is_404_with_the_next_step(client: TestClient, path: str) -> None:
    assert "GET /" in str(refused(client, path, 404)["detail"])


def test_a_method_that_is_not_offered_is_405_and_says_which_are(client: TestClient) -> None:
    answer = client.delete("/v1/vendors")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["detail"] == "DELETE is not offered here. Ask with GET."
    assert client.get("/v1/ask").json()["detail"] == "GET is not offered here. Ask with POST."


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/facts", "limit", "0"),
        ("/v1/facts", "limit", "501"),
        ("/v1/facts", "limit", "9" * 5000),
        ("/v1/facts", "format", "xml"),
        ("/v1/facts", "polarity", "maybe"),
        ("/v1/facts", "country", "Germany"),
        ("/v1/facts", "kind", "collections"),
        ("/v1/retention", "max", "90 days"),
        ("/v1/retention", "sort", "vendor"),
        ("/v1/search", "mode", "magic"),
        ("/v1/search", "q", ""),
        ("/v1/search", "q", "x" * 1001),
        ("/v1/search", "since", "2026-13-01"),
        ("/v1/vendors/acme/collects", "source", "nowhere"),
    ],
)
def test_a_malformed_parameter_is_422_and_named(client: TestClient, path: str, name: str, value: str) -> None:
    body = refused(client, path, 422, **({"q": "x"} if path == "/v1/search" and name != "q" else {}), **{name: value})
    assert any(fault["name"].startswith(name) for fault in body["errors"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/facts?country=Germany", "country: not an ISO 3166 code of two letters such as DE."),
        ("/v1/search?q=logs&language=english", "language: not a language tag such as en or zh."),
        ("/v1/retention?min=1year", "min: not an ISO 8601 duration such as P90D, P6M or P1Y."),
        ("/v1/vendors/acme/coverage", "against: give one of gdpr, pipl, ccpa."),
        ("/v1/vendors/acme/questionnaire", "set: give one of gdpr-art30, hecvat-privacy, caiq-dsp."),
        ("/v1/search", "q: Field required."),
        ("/v1/facts?kind=retention&kind=foo", "kind: 'foo' is no kind of fact; GET /v1/taxonomy lists them."),
    ],
)
def test_a_malformed_parameter_is_told_in_words_that_help(client: TestClient, path: str, said: str) -> None:
    assert client.get(path).json()["detail"] == f"{said} GET /docs describes each parameter."


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b'{"question": }', "application/json", "body: not JSON at character 13: Expecting value."),
        (b'{"question": "Who gets data?"}', "text/plain", "body: a JSON object is needed, sent with `Content-Type: application/json`."),
        (
            b"question=who",
            "application/x-www-form-urlencoded",
            "body: a JSON object is needed, sent with `Content-Type: application/json`.",
        ),
        (b"", "application/json", "body: a JSON object is needed, sent with `Content-Type: application/json`."),
        (b'{"vendor": "acme"}', "application/json", "question: Field required."),
    ],
)
def test_a_body_that_is_no_question_is_told_what_is_needed(client: TestClient, body: bytes, media_type: str, said: str) -> None:
    answer = client.post("/v1/ask", content=body, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["detail"]) == (422, f"{said} GET /docs describes each parameter.")


def test_bounds_the_wrong_way_round_are_refused_and_named(client: TestClient) -> None:
    answer = client.get("/v1/retention?min=P2Y&max=P1Y")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "min=P2Y is longer than max=P1Y, and nothing is kept so. Give the shorter as `min`."
    assert client.get("/v1/retention?min=P365D&max=P1Y").status_code == 200


def test_a_word_outside_a_vocabulary_is_422_with_the_nearest_words(client: TestClient) -> None:
    assert "did you mean email_address" in str(refused(client, "/v1/facts", 422, category="email")["detail"])


def test_a_misspelt_parameter_is_refused_rather_than_ignored(client: TestClient) -> None:
    body = refused(client, "/v1/facts", 422, polarty="no")
    assert body["title"] == "Parameter not known"
    assert str(body["detail"]).startswith("This endpoint does not take 'polarty'. It takes category, country, cursor,")


@pytest.mark.parametrize(
    "cursor", ["x", "====", "bnVsbA", "WyJhIl0", "W10", "WzFlOTk5XQ", "W1tbW1tbW1tbXQ", "💥", "\x00", "WzEsMiwzLDQsNSw2XQ"]
)
@pytest.mark.parametrize("path", ["/v1/facts", "/v1/vendors", "/v1/documents", "/v1/retention", "/v1/documents/acme-2026/clauses"])
def test_a_cursor_that_was_not_given_is_422(client: TestClient, path: str, cursor: str) -> None:
    assert refused(client, path, 422, cursor=cursor)["type"] == "urn:vendor-privacy-index:cursor-invalid"


def test_a_search_has_no_second_page_and_takes_no_cursor(client: TestClient) -> None:
    cursor = client.get("/v1/facts?limit=1").json()["next"]
    assert refused(client, "/v1/search", 422, q="invoices", cursor=cursor)["type"] == "urn:vendor-privacy-index:cursor-invalid"


def test_a_cursor_of_one_list_is_refused_by_another(client: TestClient) -> None:
    cursor = client.get("/v1/facts?limit=1").json()["next"]
    refused(client, "/v1/facts", 422, cursor=cursor, kind="retention")
    refused(client, "/v1/vendors/acme/retention", 422, cursor=cursor)
    assert client.get("/v1/facts", params={"cursor": cursor, "limit": 500}).status_code == 200


@pytest.mark.parametrize("value", NASTY)
def test_nothing_a_caller_sends_is_a_defect_of_ours(client: TestClient, value: str) -> None:
    """Values go through the query, the path and the headers, raw and percent-encoded."""
    encoded = "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))
    for path in [*(query + encoded for query in QUERIES), *(path.format(encoded) for path in PATHS)]:
        answer = client.get(path)
        assert answer.status_code in (200, 404, 422), (path, answer.text)
        assert answer.headers["content-type"] in ("application/json", "application/problem+json", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "query", ["q=%", "q=%ZZ", "q=%C3%28", "q=%ED%A0%80", "q=x&q=y&q=z", "q=x&=", "q=x&&&", "q=x;limit=2", "q=" + "x&" * 2000]
)
def test_broken_percent_encodings_are_read_or_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/search?{query}").status_code in (200, 422)


def test_a_body_that_is_too_large_is_413(client: TestClient) -> None:
    answer = client.request("GET", "/v1/vendors", content=b"x" * 70_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_lone_surrogate_can_be_echoed() -> None:
    body = problem(422, "not \ud800", "/x").body
    assert json.loads(bytes(body))["detail"] == "not \ud800"


def test_every_refusal_has_a_status() -> None:
    def family(error: type[errors.VpiError]) -> set[type[errors.VpiError]]:
        return {error}.union(*(family(child) for child in error.__subclasses__()))

    assert {status_of(error) for error in family(errors.VpiError) - {errors.VpiError}} == set(STATUS.values())
