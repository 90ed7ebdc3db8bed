"""Every page: loads without a complaint, says the same without JavaScript, keeps nobody out, and fits a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Open, Visit, watch

PAGES = [
    "/",
    "/vendors/acme",
    "/vendors/nilsoft",
    "/vendors/hush",
    "/documents/acme-2026?at=18-75#c-0001",
    "/search?q=server+logs",
    "/compare",
    "/compare?vendors=acme,nilsoft,hush&open=true",
    "/compare?vendors=acme&vendors=hush&kind=practice&sort=-period&silent=true&by=category",
    "/vendors/acme/changes",
    "/vendors/hush/changes",
    "/ask",
    "/ask?q=How+long+are+server+logs+kept+by+Acme%3F",
    "/ask?q=Does+Hush+sell+personal+data%3F",
    "/ask?q=Which+vendors+collect+an+email+address%3F",
    "/ask?q=How+long+is+data+kept%3F",
]
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module", params=PAGES)
def visited(request: pytest.FixtureRequest, context: Callable[..., BrowserContext], small: str) -> Iterator[Visit]:
    """A page, loaded once for all that is asked of it."""
    visit = Visit(context().new_page(), small)
    watch(visit)
    visit.go(request.param)
    yield visit
    visit.page.close()


@pytest.fixture(scope="module")
def unscripted(context: Callable[..., BrowserContext]) -> Iterator[Page]:
    page = context(java_script_enabled=False).new_page()
    yield page
    page.close()


def faults(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds that keeps people out, each with the elements it is about."""
    options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:3]
    ]


def test_a_page_loads_without_a_complaint(visited: Visit) -> None:
    assert visited.complaints == []
    assert visited.page.locator("h1").count() == 1
    assert visited.page.locator("main").count() == 1
    assert visited.page.title().endswith(" · Vendor privacy index")


def test_a_page_says_the_same_without_javascript(visited: Visit, unscripted: Page) -> None:
    unscripted.goto(visited.page.url)
    assert unscripted.locator("main").inner_text() == visited.page.locator("main").inner_text()


def test_a_page_keeps_nobody_out_in_light_and_in_dark(visited: Visit) -> None:
    assert faults(visited.page) == []
    visited.page.emulate_media(color_scheme="dark")
    assert faults(visited.page, only=["color-contrast"]) == []


def test_a_page_fits_a_phone(visited: Visit) -> None:
    visited.page.set_viewport_size(PHONE)
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_description_of_the_api_leads_back_to_the_pages(opens: Open, small: str) -> None:
    page = opens(small).go("/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert page.locator("main").count() == 1
    # Buttons within buttons are Swagger UI's.
    assert [fault for fault in faults(page) if not fault.startswith("nested-interactive")] == []
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Compare vendors")


def test_the_description_of_the_api_says_where_it_is_without_javascript(opens: Open, small: str) -> None:
    page = opens(small, java_script_enabled=False).go("/docs")
    assert page.locator("h1").inner_text() == "API"
    assert page.locator("main a").get_attribute("href") == "openapi.json"
