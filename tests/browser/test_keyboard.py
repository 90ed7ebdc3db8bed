"""Everything with the keyboard alone, and one can see where one is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

FOCUSED = "document.activeElement"


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Presses Tab until the element that is so called has the focus; on the way each can be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            f"""(() => {{ const on = {FOCUSED}, box = on.getBoundingClientRect(), style = getComputedStyle(on);
            return [on.labels?.[0]?.innerText ?? on.innerText, style.outlineStyle, parseFloat(style.outlineWidth), box.bottom > 0] }})()"""
        )
        said, outline, width, visible = seen
        assert outline != "none", f"the focus on {said!r} cannot be seen"
        assert width >= 2, f"the focus on {said!r} can hardly be seen"
        assert visible, f"{said!r} has the focus above the page"
        said = (said or "").strip()
        if said.startswith(name) or said.endswith(name):
            return
    raise AssertionError(f"{name!r} is not reached in {most} steps")


def test_from_the_first_page_to_a_marked_clause_with_the_keyboard_alone(opens: Open, small: str) -> None:
    page = opens(small).go("/")
    tab_to(page, "Skip to the content", most=1)
    tab_to(page, "Ask")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask")
    tab_to(page, "Your question")
    page.keyboard.type("How long are server logs kept by Acme?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?q=*")
    expect(page.locator(".answer")).to_contain_text("30 days")
    tab_to(page, "2. How long")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/acme-2026?at=*")
    expect(page.locator("mark.at")).to_be_in_viewport()


def test_a_comparison_is_made_and_a_cell_opened_with_the_keyboard_alone(opens: Open, small: str) -> None:
    page = opens(small).go("/compare")
    tab_to(page, "Acme Notes")
    page.keyboard.press("Space")
    tab_to(page, "Nilsoft")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?vendors=acme&vendors=nilsoft*")
    assert page.locator("thead th").all_inner_texts() == ["Topic", "Acme Notes", "Nilsoft"]
    tab_to(page, "stated")
    page.keyboard.press("Enter")
    expect(page.locator("td details[open] blockquote").first).to_be_visible()


def test_the_skip_link_leads_past_the_navigation(opens: Open, small: str) -> None:
    page = opens(small).go("/vendors/acme/changes")
    tab_to(page, "Skip to the content", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"
