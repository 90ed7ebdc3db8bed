"""Reading a page as a browser would: its text, its links and where they lead, what may not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def page(client: TestClient, address: str, status: int = 200) -> LexborHTMLParser:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == status, (address, answer.text[:300])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(answer.text)


def one(tree: LexborHTMLParser, selector: str) -> LexborNode:
    found = tree.css(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def text(node: LexborNode | None) -> str:
    """All text nodes of an element, joined: what a browser calls `textContent`."""
    assert node is not None
    return node.text(deep=True, separator="")


def words(node: LexborNode | None) -> str:
    """The same as a reader sees it: white space collapsed."""
    return " ".join(text(node).split())


def links(tree: LexborHTMLParser, within: str = "main") -> list[str]:
    return [str(link.attributes["href"]) for link in tree.css(f"{within} a[href]")]


def broken(client: TestClient, address: str) -> Iterator[str]:
    """Links of a page that lead nowhere: to no page of ours, or to a place that is not on it."""
    for link in dict.fromkeys(links(page(client, address), "body")):
        where, fragment = urldefrag(urljoin(address, link))
        answer = client.get(where, headers=BROWSER)
        if answer.status_code != 200 or (fragment and f'id="{fragment}"' not in answer.text):
            yield link
