"""The same answer as JSON, CSV and Markdown: every list and card, and none of them does anything in what shows it."""

import csv
import io
import re

import pytest
from fastapi.testclient import TestClient

from app.escaping import plain_markdown, visible
from tests.app import hostile

# path → the columns that a row must fill
CARDS = {
    "/v1/vendors/acme": ("part", "about"),
    "/v1/documents/acme-2026": ("id", "vendor"),
    "/v1/clauses/acme-2026.0003": ("place", "id"),
    "/v1/taxonomy": ("vocabulary", "id"),
}
LISTS = {
    "/v1/vendors": ("id",), "/v1/facts": ("id", "kind", "quote"), "/v1/retention": ("id", "quote"), "/v1/documents": ("id",),
    "/v1/documents/acme-2026/clauses": ("id", "text"), "/v1/vendors/acme/collects": ("id", "quote"), "/v1/search?q=kept": ("clause.id",),
    "/v1/compare?vendors=acme,hush": ("topic", "acme"), "/v1/vendors/acme/changes": ("change", "what"),
    "/v1/vendors/acme/coverage?against=gdpr": ("id", "status"),
    **{f"/v1/vendors/acme/{kind}": ("id", "quote") for kind in ("retention", "rights")},
}  # fmt: skip
# Text that is not a table, files of their own forms, and what is for machines alone.
OTHERWISE = ("/text", "/report", "/dpv", "/tilt")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(("path", "filled"), [*CARDS.items(), *LISTS.items()], ids=lambda value: value if isinstance(value, str) else "")
def test_every_list_and_card_comes_as_json_csv_and_markdown(client: TestClient, path: str, filled: tuple[str, ...]) -> None:
    assert client.get(path).headers["content-type"] == "application/json"
    answer = client.get(path, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Accept" in answer.headers["vary"].split(", ")
    found = rows(answer.text)
    assert found
    assert [row for row in found if not all(row[name] for name in filled)] == []
    shown = client.get(path, headers={"Accept": "text/markdown;q=0.9, application/json;q=0.1"})
    assert shown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert len(shown.text.splitlines()) == len(found) + 2
    joined = "&" if "?" in path else "?"
    assert client.get(f"{path}{joined}format=markdown").text == shown.text
    assert client.get(f"{path}{joined}format=csv").text == answer.text


def test_no_list_or_card_lacks_a_form(client: TestClient) -> None:
    """Read from the schema, so that an endpoint that comes later is held to it too."""
    lacking = []
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for operation in methods.values():
            offered = operation["responses"]["200"].get("content", {})
            if (
                path.startswith("/v1/")
                and not path.endswith(OTHERWISE)
                and path != "/v1/ask"
                and not {"text/csv", "text/markdown"} <= set(offered)
            ):
                lacking.append(path)
    assert lacking == []


def test_one_fact_as_a_row_has_its_clause_beside_it(client: TestClient) -> None:
    fact = client.get("/v1/facts?kind=right").json()["items"][0]
    row = rows(client.get(f"/v1/facts/{fact['id']}?format=csv").text)[0]
    assert (row["right"], row["deadline"], row["clause.text"]) == ("erasure", "P15D", "We answer a request for deletion within 15 days.")


def test_a_card_as_a_table_says_where_the_policy_is_silent(client: TestClient) -> None:
    found = rows(client.get("/v1/vendors/acme?format=csv").text)
    assert {"part": "silent", "about": "breach_notification", "says": "the policy does not say"}.items() <= next(
        row for row in found if row["about"] == "breach_notification" and row["part"] == "silent"
    ).items()
    collects = {row["about"]: row["status"] for row in found if row["part"] == "collects"}
    assert collects["location.location_precise"] == "denied"


def test_a_clause_as_a_table_stands_between_its_neighbours(client: TestClient) -> None:
    found = rows(client.get("/v1/clauses/acme-2026.0002?format=csv").text)
    assert [(row["place"], row["id"]) for row in found] == [
        ("before", "acme-2026.0001"), ("here", "acme-2026.0002"), ("after", "acme-2026.0003")
    ]  # fmt: skip
    assert found[1]["facts"] == "Denied: Precise location"


def test_a_form_that_is_not_offered_is_refused_by_name(client: TestClient) -> None:
    answer = client.get("/v1/vendors", headers={"Accept": "application/xml, image/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert answer.json()["detail"] == ("application/xml, image/* is not offered here. Ask for application/json, text/csv, text/markdown.")
    assert client.get("/v1/vendors", headers={"Accept": "application/xml, */*;q=0.1"}).headers["content-type"] == "application/json"
    assert client.get("/v1/vendors", headers={"Accept": "text/*"}).headers["content-type"] == "text/csv; charset=utf-8"
    refused = client.get("/v1/vendors?format=xlsx")
    assert refused.status_code == 422
    assert "'json', 'csv' or 'markdown'" in refused.json()["detail"]


@pytest.mark.parametrize("accept", ["\x00", "a" * 9000, "*", "/", "text/", ";q=", "text/csv;q=1e9", ",", "ÿ/ÿ", "*/csv"])
def test_no_accept_header_is_a_defect_of_ours(client: TestClient, accept: str) -> None:
    assert client.get("/v1/vendors", headers={"Accept": accept.encode("latin-1")}).status_code in (200, 406)


ALL = ["/v1/vendors", "/v1/vendors/evil", "/v1/facts", "/v1/documents/evil-1/clauses", "/v1/search?q=collect", "/v1/compare?vendors=evil"]


@pytest.mark.parametrize("path", ALL)
def test_hostile_words_do_nothing_in_a_spreadsheet_or_a_terminal(evil: TestClient, path: str) -> None:
    text = evil.get(path, headers={"Accept": "text/csv"}).text
    cells = [cell for row in rows(text) for cell in row.values() if cell]
    assert [cell for cell in cells if cell.lstrip()[:1] in "=+-@"] == []
    assert re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) == []


@pytest.mark.parametrize("path", ALL)
def test_hostile_words_are_no_markup_in_markdown(evil: TestClient, path: str) -> None:
    text = evil.get(path, headers={"Accept": "text/markdown"}).text
    header, _, *body = text.splitlines()
    columns = header.replace(r"\|", "").count("|")
    assert [line for line in body if line.replace(r"\\", "").replace(r"\|", "").count("|") != columns] == []
    assert re.findall(r"(?<!\\)[<>`]", text) == []
    assert re.findall(r"(?<!\\)\]\(", text) == []
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) == []


def test_json_keeps_every_character_as_the_policy_has_it(evil: TestClient) -> None:
    quotes = {fact["quote"] for fact in evil.get("/v1/facts?vendor=evil").json()["items"]}
    assert quotes == set(hostile.QUOTES)
    assert "\x1b" not in evil.get("/v1/facts").text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x9b", "a⟨1B⟩[31mb⟨9B⟩"),
        ("ab\u202edc\u2066", "ab⟨202E⟩dc⟨2066⟩"),
        ("两\n行\tя", "两\n行\tя"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("1. a list", r"1\. a list"), ("- b", r"\- b"), ("# c", r"\# c"), ("> d", r"\> d"), ("===", r"\==="), ("v1.2", "v1.2"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"), ("![x](y)", r"\!\[x\](y)"),
    ],
)  # fmt: skip
def test_a_text_is_no_list_heading_or_picture_in_markdown(text: str, markdown: str) -> None:
    assert plain_markdown(text) == markdown
