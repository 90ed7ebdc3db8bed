"""Vendors side by side, as a person uses the page."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, follow

TABLE = "/compare?vendors=acme,nilsoft,hush"


def topics(page: Page, kind: str) -> list[str]:
    """The topics of one kind, from the top."""
    ids = page.locator("table tbody tr[id]").evaluate_all("rows => rows.map(row => row.id)")
    return [id for id in ids if id.startswith(f"{kind}.")]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_comparison_is_sorted_by_how_long_data_is_kept(opens: Open, small: str, script: bool) -> None:
    page = opens(small, java_script_enabled=script).go(TABLE)
    assert topics(page, "retention") == ["retention.any", "retention.financial"]
    page.get_by_role("link", name="Kept longest first").click()
    expect(page.get_by_role("link", name="Kept longest first")).to_have_attribute("aria-current", "true")
    assert topics(page, "retention") == ["retention.financial", "retention.any"]
    assert page.locator("table tbody tr[id]").first.get_attribute("id") == "retention.financial"
    page.get_by_role("link", name="Kept shortest first").click()
    expect(page.get_by_role("link", name="Kept shortest first")).to_have_attribute("aria-current", "true")
    assert topics(page, "retention") == ["retention.any", "retention.financial"]


def test_stated_denied_and_silent_are_told_apart_without_colour(opens: Open, small: str) -> None:
    page = opens(small).go(TABLE)
    told = {}
    for status in ("stated", "denied", "silent"):
        badge = page.locator(f"td.{status} .badge").first
        shape = badge.evaluate("badge => [getComputedStyle(badge, '::before').content, getComputedStyle(badge).borderTopStyle]")
        told[badge.inner_text()] = tuple(shape)
    assert set(told) == {"stated", "denied", "silent"}
    assert len({sign for sign, _ in told.values()}) == len({line for _, line in told.values()}) == 3


def test_a_cell_opens_to_its_quotes_each_linked_to_its_place(opens: Open, small: str) -> None:
    page = opens(small).go(TABLE)
    cell = page.locator('[id="right.erasure"] td').first
    quote = cell.get_by_text("We answer a request for deletion within 15 days")
    expect(quote).to_be_hidden()
    cell.locator("summary").click()
    expect(quote).to_be_visible()
    follow(cell.locator("figcaption a"))
    page.wait_for_url("**/documents/acme-2026?at=*")
    expect(page.locator("mark.at")).to_have_text("We answer a request for deletion within 15 days")
    expect(page.locator("mark.at")).to_be_in_viewport()


def test_vendors_are_picked_with_a_form_that_needs_no_javascript(opens: Open, small: str) -> None:
    page = opens(small, java_script_enabled=False).go("/compare")
    page.get_by_label("Hush").check()
    page.get_by_label("Acme Notes").check()
    page.get_by_label("Also what none of them speaks of").check()
    page.locator("main").get_by_role("button", name="Compare").click()
    assert page.locator("thead th").all_inner_texts() == ["Topic", "Acme Notes", "Hush"]
    assert page.locator('[id="practice.sale"] .badge').all_inner_texts() == ["silent", "silent"]


def test_the_same_table_comes_for_a_spreadsheet(opens: Open, small: str) -> None:
    page = opens(small).go(TABLE)
    shown = [
        [row.get_attribute("id"), *row.locator("td").evaluate_all("cells => cells.map(cell => cell.className)")]
        for row in page.locator("tbody tr[id]").all()
    ]
    address = page.get_by_role("link", name="CSV").get_attribute("href")
    assert address is not None
    rows = list(csv.reader(io.StringIO(page.request.get(small + address).text())))
    assert rows[0] == ["topic", "label", "acme", "nilsoft", "hush"]
    # "silent, denied in part" is silent.
    assert [[row[0], *(re.split("[:, ]", cell)[0] for cell in row[2:])] for row in rows[1:]] == shown


def test_a_vendor_that_is_not_indexed_is_named_and_the_others_are_compared(opens: Open, small: str) -> None:
    page = opens(small).go("/compare?vendors=acme,nilsofd")
    expect(page.locator(".notice")).to_contain_text("nilsofd")
    expect(page.locator(".notice")).to_contain_text("nilsoft")
    assert page.locator("thead th").all_inner_texts() == ["Topic", "Acme Notes"]
