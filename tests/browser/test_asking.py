"""Questions in words, as a person asks them."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, follow


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_question_is_answered_with_quotes_that_lead_to_their_place(opens: Open, small: str, script: bool) -> None:
    page = opens(small, java_script_enabled=script).go("/ask")
    page.get_by_label("Your question").fill("How long are server logs kept by Acme?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".badge")).to_have_text("answered")
    expect(page.locator(".answer")).to_contain_text("Server logs are kept for 30 days")
    follow(page.locator(".citations figcaption a").first)
    expect(page.locator("mark.at")).to_have_text("Server logs are kept for 30 days")
    expect(page.locator("mark.at")).to_be_in_viewport()


def test_the_address_of_an_answer_can_be_shared(opens: Open, small: str) -> None:
    asked = opens(small).go("/ask")
    asked.get_by_label("Your question").fill("Does it collect my phone number?")
    asked.get_by_label("Vendor").select_option("acme")
    asked.get_by_role("button", name="Ask").click()
    asked.wait_for_url("**/ask?q=*&vendor=acme")
    shared = opens(small).go(asked.url.removeprefix(small))
    assert shared.locator("main").inner_text() == asked.locator("main").inner_text()
    assert shared.get_by_label("Your question").input_value() == "Does it collect my phone number?"


def test_where_the_policy_does_not_say_the_nearest_passages_are_there_to_check(opens: Open, small: str) -> None:
    page = opens(small).go("/ask?q=Does+Hush+sell+personal+data%3F")
    expect(page.locator(".badge")).to_have_text("silent")
    expect(page.locator(".answer")).to_have_text("The policy of Hush does not say.")
    expect(page.locator(".citations blockquote").first).to_be_visible()


def test_a_question_over_all_vendors_names_each_that_says_so(opens: Open, small: str) -> None:
    page = opens(small).go("/ask?q=" + quote_plus("Which vendors collect an email address?"))
    expect(page.locator(".badge")).to_have_text("answered")
    expect(page.locator(".answer")).to_contain_text("Acme Notes")


def test_a_question_that_names_no_vendor_can_be_asked_of_one_with_a_click(opens: Open, small: str) -> None:
    page = opens(small).go("/ask?q=" + quote_plus("How long are server logs kept?"))
    expect(page.locator(".badge")).to_have_text("unclear")
    page.locator("section .chips").get_by_role("link", name="Acme Notes").click()
    expect(page.locator(".badge")).to_have_text("answered")
    expect(page.locator(".answer")).to_contain_text("30 days")


def test_a_vendor_that_is_nearly_named_is_offered(opens: Open, small: str) -> None:
    page = opens(small).go("/ask?q=" + quote_plus("How long does Nilsofd keep logs?"))
    expect(page.locator(".badge")).to_have_text("not indexed")
    assert page.locator("section .chips a").all_inner_texts() == ["Nilsoft"]


def test_each_example_can_be_asked_and_is_understood(opens: Open, small: str) -> None:
    page = opens(small).go("/ask")
    addresses = [link.get_attribute("href") or "" for link in page.locator(".examples a").all()]
    assert len(addresses) >= 5
    for address in addresses:
        answer = page.request.get(small + address).text()
        assert ">answered</span>" in answer or ">silent</span>" in answer


def test_what_is_typed_is_shown_and_never_run(opens: Open, small: str) -> None:
    page = opens(small).go("/ask")
    page.get_by_label("Your question").fill("<script>document.title = 'run'</script><img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/ask?q=*")
    assert page.get_by_label("Your question").input_value().startswith("<script>")
    assert page.locator("main img, main script").count() == 0
    assert page.title() != "run"
