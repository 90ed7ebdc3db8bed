"""Two versions side by side."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open, follow


def test_old_and_new_wording_stand_side_by_side_with_the_words_marked_that_differ(opens: Open, small: str) -> None:
    page = opens(small).go("/vendors/acme/changes")
    clauses = page.get_by_role("region", name="Clauses")
    reworded = clauses.locator("li.altered").first
    before, after = reworded.locator("blockquote").all()
    expect(before).to_have_text("We collect your fax number.")
    expect(after).to_have_text("We collect your email address and phone number when you register.")
    assert before.locator("del").all_inner_texts() == ["fax"]
    assert after.locator("ins").all_inner_texts() == ["email address and phone", "when you register."]
    left, right = before.bounding_box(), after.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    expect(clauses.locator("li.added").filter(has_text="Server logs are kept for 30 days.")).to_have_count(1)


def test_each_wording_leads_to_its_own_version(opens: Open, small: str) -> None:
    page = opens(small).go("/vendors/acme/changes")
    reworded = page.get_by_role("region", name="Clauses").locator("li.altered").first
    addresses = [link.get_attribute("href") or "" for link in reworded.locator("figcaption a").all()]
    assert [address.partition("?")[0] for address in addresses] == ["/documents/acme-2024", "/documents/acme-2026"]
    follow(reworded.locator("figcaption a").first)
    expect(page.locator("mark.at")).to_have_text("We collect your fax number.")


def test_versions_are_chosen_without_javascript(opens: Open, small: str) -> None:
    page = opens(small, java_script_enabled=False).go("/vendors/acme/changes")
    page.get_by_label("Older version").select_option("acme-2026")
    page.get_by_label("Newer version").select_option("acme-2024")
    page.locator("main").get_by_role("button", name="Compare").click()
    assert page.get_by_role("region", name="Clauses").locator("li.altered ins").all_inner_texts() == ["fax"]
    page.get_by_label("Newer version").select_option("acme-2026")
    page.locator("main").get_by_role("button", name="Compare").click()
    expect(page.locator(".notice")).to_contain_text("the same version")


def test_where_there_is_one_version_only_the_page_says_so(opens: Open, small: str) -> None:
    page = opens(small).go("/vendors/hush/changes")
    expect(page.locator(".notice")).to_contain_text("Only one version of this policy is indexed")
    expect(page.get_by_label("Older version")).to_have_count(0)
