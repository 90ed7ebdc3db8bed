"""From a question to the words in the policy that answer it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open, follow

QUESTION = "how long does WeLink keep chat history"


# A click of the pointer, not one that a key brings about.
COUNT = "addEventListener('click', event => { if (event.detail) sessionStorage.clicks = 1 + Number(sessionStorage.clicks ?? 0) }, true)"


def clicks(page: Page) -> int:
    """How often a stranger has clicked; typing is free."""
    return int(page.evaluate("Number(sessionStorage.clicks)"))


def test_clauses_come_as_one_types(opens: Open, small: str) -> None:
    page = opens(small).go("/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("server logs")
    hit = page.locator("#answers .hit").first
    expect(hit).to_contain_text("Server logs are kept for 30 days.")
    expect(page.get_by_role("status")).to_contain_text("the nearest first")
    assert page.locator("h1").inner_text() == "What do vendors collect?"
    box.press_sequentially(" of IP addresses", delay=5)
    expect(page.locator("#answers .hit").first).to_contain_text("the log of IP addresses")


def test_the_same_clauses_come_without_javascript(opens: Open, small: str) -> None:
    page = opens(small, java_script_enabled=False).go("/")
    page.get_by_role("searchbox").fill("server logs")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit").first).to_contain_text("Server logs are kept for 30 days.")
    follow(page.locator(".hit a[href*='/documents/']").first)
    expect(page.locator("mark.at").first).to_be_in_viewport()


def test_a_stranger_finds_how_long_chat_history_is_kept_in_two_clicks(opens: Open, real: str) -> None:
    visit = opens(real)
    visit.page.add_init_script(COUNT)
    page = visit.go("/")
    page.get_by_role("searchbox").click()
    page.keyboard.type(QUESTION)
    hit = page.locator("#answers .hit").filter(has_text="chat history")
    expect(hit.first).to_contain_text("retained for 90 days")
    follow(hit.first.locator("a[href*='/documents/']"))
    marked = page.locator("mark.at")
    expect(marked.first).to_be_in_viewport()
    assert "retained for 90 days" in " ".join(marked.all_inner_texts())
    assert clicks(page) == 2


def test_a_stranger_who_asks_is_answered_on_the_way_in_three(opens: Open, real: str) -> None:
    visit = opens(real, viewport=PHONE)
    visit.page.add_init_script(COUNT)
    page = visit.go("/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Ask").click()
    page.get_by_label("Your question").click()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("retained for 90 days")
    follow(page.locator(".citations figcaption a").first)
    expect(page.locator("mark.at").first).to_be_in_viewport()
    assert clicks(page) == 3


def test_a_long_policy_opens_at_the_clause_that_is_linked(opens: Open, real: str) -> None:
    page = opens(real, java_script_enabled=False).go("/ask?q=How+long+does+WeLink+keep+chat+history%3F")
    quote = page.locator(".citations blockquote").first.inner_text()
    follow(page.locator(".citations figcaption a").first)
    assert page.locator("main").evaluate("main => main.scrollHeight") > 20 * 900
    assert "".join(page.locator("mark.at").all_inner_texts()) == quote
    expect(page.locator("mark.at").first).to_be_in_viewport()


def test_the_report_on_a_real_policy_opens_to_its_words(opens: Open, real: str) -> None:
    page = opens(real).go("/vendors/welink")
    page.locator("#retention ~ * summary, :has(> #retention) summary").first.click()
    link = page.locator("details[open] figcaption a").first
    expect(link).to_be_visible()
    follow(link)
    expect(page.locator("mark.at").first).to_be_in_viewport()


def test_two_real_policies_are_compared_and_a_period_leads_to_its_clause(opens: Open, real: str) -> None:
    page = opens(real).go("/compare?vendors=welink,mingwork&sort=-period")
    first = page.locator("tbody tr[id]").first
    assert (first.get_attribute("id") or "").startswith("retention.")
    cell = first.locator("td.stated").first
    cell.locator("summary").click()
    quote = cell.locator("blockquote").first.inner_text()
    follow(cell.locator("figcaption a").first)
    assert "".join(page.locator("mark.at").all_inner_texts()) == quote
    expect(page.locator("mark.at").first).to_be_in_viewport()


def test_words_that_get_no_answer_leave_none_of_other_words_standing(opens: Open, small: str) -> None:
    visit = opens(small)
    page = visit.go("/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("server logs")
    expect(page.locator("#answers .hit").first).to_be_visible()
    page.route("**/search?*", lambda route: route.abort())
    box.press_sequentially(" of chats")
    expect(page.get_by_role("status")).to_have_text("The service did not answer. Press Search to try again.")
    assert page.locator("#answers .hit").count() == 0
    page.unroute("**/search?*")
    box.press_sequentially(" kept")
    expect(page.locator("#answers .hit").first).to_be_visible()
    visit.complaints.clear()  # the browser itself complains of the request that failed


def test_escape_empties_the_box_and_what_was_found(opens: Open, small: str) -> None:
    page = opens(small).go("/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("server logs")
    expect(page.locator("#answers .hit").first).to_be_visible()
    box.press("Escape")
    expect(page.locator("#answers .hit")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("")
    assert box.input_value() == ""
    assert page.evaluate("document.activeElement.id") == "q"
