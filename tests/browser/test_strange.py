"""Vendors a designer does not think of: one with a very long name, one Chinese throughout, one whose words turn, one that says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index import facts
from index.archive import archive
from index.domain import Policy, Vendor
from index.embedder import WordHashes
from index.settings import Settings
from tests.app.policies import MADE, collected, policy, said, save
from tests.browser.conftest import PHONE, Open, served

LONG_NAME = "The " + "Exceedingly Long-Winded " * 6 + "Consortium " + "Ofinterwovenwords" * 8
LONG = Vendor("long", LONG_NAME, ("Winded" * 20,), (), "Ungebrochenergesellschaftsname" * 5 + " GmbH")
BAMBOO = Vendor("bamboo", "青竹协作", ("青竹",), (), "青竹信息技术有限公司")
TURNED = Vendor("turned", "Turned \u202eemaN\u202c Inc.")
BARE = Vendor("bare", "Bare")
ADDRESSES = "We collect your email address, and " + "averylongwordindeed" * 30 + " too"
SCREENS = "1 一、我们收集的信息\n我们收集您的手机号码，用于登录。\n2 二、信息的保存\n聊天记录保存九十天，到期后删除。\n"
DENIAL = "We never sell them"
NAMES = f"We collect your full name and \u202esserdda liame\u202c for the newsletter. {DENIAL}"
ALL = "vendors=long,bamboo,turned,bare&silent=true&open=true"
PAGES = [
    "/", "/vendors/long", "/vendors/bamboo", "/vendors/turned", "/vendors/bare", "/documents/long-1", "/documents/bamboo-2",
    "/documents/turned-1", "/documents/bare-1", f"/compare?{ALL}", "/compare", "/vendors/bamboo/changes", "/search?q=聊天记录", "/ask",
    "/ask?q=青竹的聊天记录保存多久%3F", "/ask?q=How+long+is+data+kept%3F",
]  # fmt: skip
# Chinese characters that a voice would read out in English.
UNTOLD = """() => {
  const found = [], all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = all.nextNode(); )
    if (/[\\u4e00-\\u9fff]/.test(node.data) && !node.parentElement.closest("[lang]").lang.startsWith("zh"))
      found.push(node.parentElement.tagName + ": " + node.data.trim());
  return found;
}"""
# Whether any of the element that has the focus can be seen: something else may lie over it.
SEEN = """() => {
  const on = document.activeElement;
  return [...on.getClientRects()].some(box => [.03, .25, .5, .75, .97].some(part => {
    const top = document.elementFromPoint(box.left + part * box.width, box.top + box.height / 2);
    return top && (on.contains(top) || top.contains(on) && getComputedStyle(top).position !== "sticky");
  }));
}"""


def bamboo(document: str, text: str, days: str, period: str) -> tuple[Policy, list[facts.Evidence]]:
    found = policy(BAMBOO, document, text.replace("九十天", days))
    number = collected(
        found, "我们收集您的手机号码，用于登录", "手机号码", "phone_number", purpose="登录", purpose_category="account_management"
    )
    return found, [number, facts.Retention(**said(found, f"聊天记录保存{days}"), scope="聊天记录", categories=["messages"], period=period)]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over these four; of the Chinese policy there are two versions."""
    folder: Path = tmp_path_factory.mktemp("strange")
    with archive(Settings(data_dir=folder)).draft() as draft:
        for document, days, period in (("bamboo-1", "三十天", "P30D"), ("bamboo-2", "九十天", "P90D")):
            found, stated = bamboo(document, SCREENS, days, period)
            save(draft.rows, found, document == "bamboo-2", stated, "zh", effective_date=f"2026-0{document[-1]}-01")
        draft.rows.arrange("bamboo", "policy", ["bamboo-1", "bamboo-2"])
        for vendor, text, span, category in ((LONG, ADDRESSES, "email address", "email_address"), (TURNED, NAMES, "full name", "name")):
            found = policy(vendor, f"{vendor.id}-1", f"{text}.\n")
            stated = [collected(found, text.split(".")[0], span, category)]
            if DENIAL in text:
                stated.append(facts.PracticeFact(**{**said(found, DENIAL), "polarity": "no"}, practice="sale"))
            save(draft.rows, found, True, stated)
            draft.rows.arrange(vendor.id, "policy", [found.document])
        save(draft.rows, policy(BARE, "bare-1", "Roses like the sun.\n"), True, [])
        draft.rows.arrange("bare", "policy", ["bare-1"])
        draft.publish(MADE)
    with served(folder, WordHashes()) as address:
        yield address


def width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_large_letters_and_says_which_words_are_chinese(opens: Open, strange: str, path: str) -> None:
    page = opens(strange).go(path)
    assert page.locator("h1").count() == 1
    assert page.evaluate(UNTOLD) == []
    page.set_viewport_size({"width": 640, "height": 450})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert width(page) <= 640
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": PHONE["height"]})
    assert width(page) <= 320


def test_a_long_name_does_not_take_the_table_from_the_others(opens: Open, strange: str) -> None:
    page = opens(strange).go(f"/compare?{ALL}")
    heads = page.locator("thead th")
    assert heads.nth(1).inner_text().startswith("The Exceedingly Long-Winded")
    assert [heads.nth(column).bounding_box()["height"] <= 90 for column in range(5)] == [True] * 5  # type: ignore[index]
    assert heads.nth(1).bounding_box()["width"] <= 560  # type: ignore[index]


def test_no_cell_that_has_the_focus_lies_under_the_names_of_topics_or_vendors(opens: Open, small: str) -> None:
    page = opens(small, viewport={"width": 500, "height": 450}).go("/compare?vendors=acme,nilsoft,hush&silent=true&open=true")
    page.locator(".matrix").focus()
    reached = 0
    for key in ["Tab"] * 25 + ["Shift+Tab"] * 25:
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.closest('.matrix tbody') !== null"):
            reached += 1
            assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
    assert reached > 15


def test_turned_words_turn_nothing_beside_them(opens: Open, strange: str) -> None:
    page = opens(strange).go("/vendors/turned")
    # Where the name stands in a line of ours, it stands apart.
    assert page.locator("h1 bdi").inner_text() == TURNED.name
    assert page.title() == "Turned emaN Inc. · Vendor privacy index"
    assert page.locator("blockquote").first.evaluate("quote => getComputedStyle(quote).unicodeBidi") == "isolate"


def test_the_only_denial_of_a_vendor_is_not_one_among_several(opens: Open, strange: str) -> None:
    card = opens(strange).go("/").locator(".card").filter(has_text="Turned")
    expect(card.locator("dd").nth(1)).to_have_text("1 statement: sale of personal data")


def test_a_text_in_which_nothing_was_found_says_so_instead_of_an_empty_legend(opens: Open, strange: str) -> None:
    page = opens(strange).go("/documents/bare-1")
    assert page.locator("fieldset").count() == 0
    assert "No statement was found in this text" in page.locator("main").inner_text()


def test_an_empty_index_says_how_it_is_filled(opens: Open, tmp_path: Path) -> None:
    with archive(Settings(data_dir=tmp_path)).draft() as draft:
        draft.publish(MADE)
    with served(tmp_path, WordHashes()) as address:
        page = opens(address).go("/")
        assert "The index is empty" in page.locator("main").inner_text()
        for path in ("/compare", "/ask", "/search?q=logs", "/ask?q=How+long+are+logs+kept%3F"):
            assert page.goto(address + path).status == 200  # type: ignore[union-attr]


def test_a_service_without_a_snapshot_says_so_on_every_page(opens: Open, tmp_path: Path) -> None:
    with served(tmp_path, WordHashes()) as address:
        visit = opens(address)
        for path in ("/", "/compare", "/ask", "/vendors/acme", "/documents/acme-1"):
            assert visit.page.goto(address + path).status == 503  # type: ignore[union-attr]
            assert visit.page.locator("h1").inner_text() == "No index yet"
        visit.complaints.clear()  # the browser itself complains of each 503
