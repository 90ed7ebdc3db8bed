"""Paging and CSV, the same for every list."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from app.accept import TABLES, preferred
from app.forms import cell

LISTS = ["/v1/vendors", "/v1/facts", "/v1/retention", "/v1/documents", "/v1/documents/acme-2026/clauses", "/v1/vendors/acme/retention"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_one_put_together_are_the_whole_list(client: TestClient, path: str) -> None:
    whole = client.get(path).json()
    found, cursor = [], None
    for _ in range(whole["total"]):
        page = client.get(path, params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        assert page["total"] == whole["total"]
        found += page["items"]
        cursor = page["next"]
    assert found == whole["items"]
    assert cursor is None


@pytest.mark.parametrize("path", [*LISTS, "/v1/vendors/acme/collects", "/v1/search?q=kept"])
def test_any_list_comes_as_csv_by_header_or_parameter(client: TestClient, path: str) -> None:
    by_header = client.get(path, headers={"Accept": "text/csv"})
    by_parameter = client.get(path, params={**dict(httpx_params(path)), "format": "csv"})
    assert by_header.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_header.text == by_parameter.text
    items = client.get(path).json()
    assert len(rows(by_header.text)) == items["total"]


def httpx_params(path: str) -> list[tuple[str, str]]:
    """The query of a path: the client drops it when other parameters are given."""
    return [tuple(pair.split("=")) for pair in path.partition("?")[2].split("&") if pair]  # type: ignore[misc]


def test_csv_without_a_limit_is_the_whole_list_and_with_one_a_page(client: TestClient) -> None:
    whole = client.get("/v1/facts?format=csv")
    assert len(rows(whole.text)) == 9
    assert "x-next-cursor" not in whole.headers
    page = client.get("/v1/facts?format=csv&limit=2")
    rest = client.get("/v1/facts", params={"format": "csv", "cursor": page.headers["x-next-cursor"]})
    assert rows(page.text) + rows(rest.text) == rows(whole.text)


@pytest.mark.parametrize("page", ["limit=1", "cursor=x"])
def test_what_is_collected_is_whole_as_json_so_only_its_table_is_paged(client: TestClient, page: str) -> None:
    refused = client.get(f"/v1/vendors/acme/collects?{page}")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("As JSON this answer is whole: leave out `limit` and `cursor`")


def test_the_table_of_what_is_collected_is_paged(client: TestClient) -> None:
    first = client.get("/v1/vendors/acme/collects?format=csv&limit=1")
    assert (len(rows(first.text)), first.headers["x-total-count"]) == (1, "4")
    rest = client.get("/v1/vendors/acme/collects", params={"format": "csv", "cursor": first.headers["x-next-cursor"]})
    assert rows(first.text) + rows(rest.text) == rows(client.get("/v1/vendors/acme/collects?format=csv").text)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v1/vendors/acme/retention", "stated", ""),
        ("/v1/vendors/hush/retention", "silent", "Silent: the policy does not say. As JSON the answer brings the clauses to check."),
        ("/v1/vendors/nilsoft/collects?category=face_features", "denied", "Denied: the policy says no."),
        ("/v1/vendors/nilsoft/collects?polarity=yes", "denied", "Denied: the policy says no."),
        (
            "/v1/vendors/acme/collects?group=location",
            "silent",
            "Silent: a part is denied, and of the rest the policy does not say. As JSON the answer brings the clauses to check.",
        ),
    ],
)
def test_a_table_says_like_json_whether_the_policy_states_denies_or_is_silent(
    client: TestClient, path: str, status: str, words: str
) -> None:
    asked = dict(httpx_params(path))
    table, markdown = (client.get(path, params={**asked, "format": form}) for form in ("csv", "markdown"))
    assert (client.get(path).json()["status"], table.headers["x-status"], markdown.headers["x-status"]) == (status, status, status)
    assert "".join(line for line in markdown.text.splitlines() if not line.startswith("|")) == words


def test_a_table_in_which_nothing_is_found_says_so_in_words_and_has_no_status(client: TestClient) -> None:
    none = client.get("/v1/facts?right=copy_portability&format=markdown")
    assert none.text.endswith(" |\n\nNothing found.\n")
    assert (none.headers["x-total-count"], "x-status" in none.headers) == ("0", False)
    assert "Nothing found." not in client.get("/v1/facts?right=erasure&format=markdown").text


def test_csv_of_many_pages_is_whole(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.table.MOST", 2)
    assert len(rows(client.get("/v1/facts?format=csv").text)) == 9


def test_a_quote_that_a_spreadsheet_would_run_is_made_plain_text(client: TestClient) -> None:
    found = rows(client.get("/v1/facts?category=ip_address&format=csv").text)
    assert found[0]["quote"].startswith("'=HYPERLINK(")


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＠x"])
def test_what_a_spreadsheet_may_run_is_preceded_by_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_lists_and_truths_stay_readable() -> None:
    assert [cell(value) for value in (-3, None, True, False, ["a", "b"], "plain", 0.5)] == ["-3", "", "yes", "no", "a; b", "plain", "0.5"]


@pytest.mark.parametrize(
    ("accept", "csv_wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/csv", True),
        ("text/csv, */*", True),
        ("text/csv;q=0.9, application/json", False),
        ("application/json;q=0.5, TEXT/CSV", True),
        ("application/json, text/csv", False),
        ("text/csv;q=0", False),
        ("text/csv;q=nonsense", True),
        (";;;,,q=1", False),
    ],
)
def test_accept_is_read_with_its_weights(accept: str, csv_wanted: bool) -> None:
    assert (preferred(accept, TABLES) == "csv") is csv_wanted
