"""Vendors side by side."""

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.accept import TABLES, preferred
from app.comparing import Cell, Row, Topic, by_period, topics
from app.forms import markdown
from app.routes.compare import _in_words
from index import facts


def compared(client: TestClient, vendors: str = "acme,nilsoft,hush", **more: str) -> dict[str, dict[str, Any]]:
    """The cells of each topic by vendor."""
    found = client.get("/v1/compare", params={"vendors": vendors, **more}).json()
    assert found["total"] == len(found["items"])
    return {row["topic"]: {cell["vendor"]: cell for cell in row["cells"]} for row in found["items"]}


def test_each_cell_is_stated_denied_or_silent_with_its_facts(client: TestClient) -> None:
    cells = compared(client)
    statuses = {topic: [cell["status"] for cell in row.values()] for topic, row in cells.items()}
    # Who collects nothing at all denies each kind of data.
    assert statuses["collection.contact"] == ["stated", "denied", "silent"]
    assert [fact["category"] for fact in cells["collection.contact"]["nilsoft"]["facts"]] == ["personal_data_unspecified"]
    assert statuses["collection.general"] == ["silent", "denied", "silent"]
    erasure = cells["right.erasure"]["acme"]
    assert (erasure["summary"], [fact["deadline"] for fact in erasure["facts"]]) == ("within 15 days", ["P15D"])


def test_where_a_part_of_a_group_is_denied_the_group_is_not(client: TestClient) -> None:
    group = compared(client)["collection.location"]["acme"]
    assert (group["status"], group["summary"]) == ("silent", "not precise location")
    assert [fact["polarity"] for fact in group["facts"]] == ["no"]
    assert compared(client, by="category")["collection.location_precise"]["acme"]["status"] == "denied"
    table = client.get("/v1/compare?vendors=acme&format=csv").text
    assert "silent, denied in part: not precise location — “We do not record your precise location”" in table


def test_columns_stand_in_the_order_asked_for_each_once(client: TestClient) -> None:
    found = client.get("/v1/compare?vendors=hush, acme,hush").json()
    assert [vendor["id"] for vendor in found["vendors"]] == ["hush", "acme"]
    assert {tuple(cell["vendor"] for cell in row["cells"]) for row in found["items"]} == {("hush", "acme")}


def test_topics_nobody_speaks_of_come_only_when_asked_for(client: TestClient) -> None:
    assert "practice.sale" not in compared(client)
    everything = compared(client, silent="true")
    assert [cell["status"] for cell in everything["practice.sale"].values()] == ["silent"] * 3
    assert compared(client).items() <= everything.items()


def test_rows_of_data_come_by_group_or_by_category(client: TestClient) -> None:
    cells = compared(client, by="category", kind="collection")
    assert set(cells) == {
        "collection.email_address", "collection.phone_number", "collection.ip_address", "collection.location_precise",
        "collection.personal_data_unspecified",
    }  # fmt: skip


def test_retention_is_sorted_by_the_longest_period_a_vendor_states(client: TestClient) -> None:
    assert list(compared(client, kind="retention", sort="-period")) == ["retention.financial", "retention.any"]
    assert list(compared(client, kind="retention", sort="period")) == ["retention.any", "retention.financial"]
    cell = compared(client)["retention.any"]["acme"]
    assert (cell["longest"], cell["longest_days"]) == ("P90D", 90.0)


def test_retention_is_sorted_by_the_column_of_one_vendor(client: TestClient) -> None:
    # Acme keeps what concerns money for ten years and the rest for 90 days at most; Hush says nothing of either.
    both = {"vendors": "hush,acme", "kind": "retention"}
    assert list(compared(client, **both, sort="period", column="acme")) == ["retention.any", "retention.financial"]
    assert list(compared(client, **both, sort="-period", column="acme")) == ["retention.financial", "retention.any"]
    as_they_come = list(compared(client, **both))
    assert list(compared(client, **both, sort="-period", column="hush")) == as_they_come
    assert as_they_come != ["retention.financial", "retention.any"]
    for wrong, why in (({"column": "nilsoft", "sort": "period"}, "hush, acme"), ({"column": "acme"}, "give `sort` too")):
        refused = client.get("/v1/compare", params={**both, **wrong})
        assert (refused.status_code, why in refused.json()["detail"]) == (422, True)


def test_a_vendors_column_decides_where_another_keeps_longer() -> None:
    def row(topic: str, **days: float | None) -> Row:
        return Row(Topic("retention", topic, topic), [Cell(vendor, "stated", "", None, each, []) for vendor, each in days.items()])

    rows = [row("a", acme=10, hush=900), row("b", acme=None, hush=1), row("c", acme=20, hush=None)]
    assert [each.topic.value for each in by_period(rows, descending=True)] == ["a", "c", "b"]
    assert [each.topic.value for each in by_period(rows, descending=True, vendor="acme")] == ["c", "a", "b"]
    assert [each.topic.value for each in by_period(rows, descending=False, vendor="hush")] == ["b", "a", "c"]


def test_a_comparison_comes_as_csv_one_column_a_vendor(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/compare?vendors=acme,hush&format=csv").text)))
    erasure = next(row for row in rows if row["topic"] == "right.erasure")
    assert erasure == {
        "topic": "right.erasure",
        "label": "Right: Delete",
        "acme": "stated: within 15 days — “We answer a request for deletion within 15 days”",
        "hush": "silent",
    }


def test_one_to_twenty_vendors_are_compared(client: TestClient) -> None:
    for vendors in ("", ",", ",".join(f"v{number}" for number in range(21))):
        assert client.get("/v1/compare", params={"vendors": vendors}).status_code == 422
    answer = client.get("/v1/compare?vendors=acme,acmee")
    assert (answer.status_code, "Did you mean acme?" in answer.json()["detail"]) == (404, True)


def test_nothing_in_a_markdown_cell_is_markup() -> None:
    table = markdown(["a"], [{"a": "x | y\n<script>*b* [l](u)"}, {"a": ["p", "q"]}, {"a": None}])
    assert table.splitlines()[2:] == [r"| x \| y \<script\>\*b\* \[l\](u) |", "| p; q |", "|  |"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("text/markdown, */*", "markdown"),
        ("application/json;q=0.5, text/csv;q=0.6", "csv"),
        ("text/csv;q=0", "json"),
        ("application/json, text/csv", "json"),
        ("text/csv;q=x", "csv"),
    ],
)
def test_the_form_follows_the_accept_header(accept: str, form: str) -> None:
    assert preferred(accept, TABLES) == form


def test_places_are_named_as_a_reader_knows_them() -> None:
    found = topics([("storage_location", "storage.DE"), ("storage_location", "cross_border_transfer.US")], ["storage_location"], False)
    assert [topic.label for topic in found][:2] == ["Transferred to United States of America", "Stored in Germany"]


def test_a_cell_cites_the_words_that_show_it_most_plainly() -> None:
    said = ["You may delete cookies in your browser.", "You have the right to have your personal data erased.", "Most browsers delete."]
    held = [facts.Right(vendor="acme", document="d1", quote=quote, start=0, end=1, right="erasure") for quote in said]
    assert _in_words(Cell("acme", "stated", "", None, None, held)) == f"stated — “{said[1]}”"
