"""What is printed: the quotes, and nothing one can only click."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open


def printed(page: Page) -> str:
    """The text of the page as a PDF, on one line."""
    pdf = pypdfium2.PdfDocument(page.pdf(format="A4"))
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("path", "quote"),
    [
        ("/vendors/acme", "Server logs are kept for 30 days"),
        ("/documents/acme-2026", "We do not record your precise location"),
        ("/compare?vendors=acme,hush&open=true", "We answer a request for deletion within 15 days"),
        ("/vendors/acme/changes", "We collect your fax number."),
        ("/ask?q=How+long+are+server+logs+kept+by+Acme%3F", "Server logs are kept for 30 days"),
    ],
    ids=["report", "document", "comparison", "changes", "answer"],
)
def test_a_printed_page_has_the_quotes_and_no_navigation(opens: Open, small: str, path: str, quote: str) -> None:
    text = printed(opens(small).go(path))
    assert quote in text
    assert [words for words in ("Skip to the content", "API", "Choose vendors", "CSV", "Search", "Your question") if words in text] == []


def test_what_was_found_is_printed_with_what_was_searched_for(opens: Open, small: str) -> None:
    assert "Search all policies server logs 10 clauses, the nearest first." in printed(opens(small).go("/search?q=server+logs"))
