"""What of a web page is not the policy: navigation, banners, footers, forms, lists of its own headings.

A region flagged by mistake is a clause lost and a false "not said", so each sign is checked against what the region holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

NAVIGATION = re.compile(
    r"(?:^|\s)(?:breadcrumbs?|(?:site|page|global)-header|skip-?(?:link|nav|to-(?:content|main))|nav(?:bar|igation)?|(?:site|main|top|sub|side|footer|global|mobile)-?(?:nav|menu|navigation)"
    r"|pagination|pager|(?:language|locale|country)-?(?:switcher|selector|picker|menu)|social-?(?:share|links|icons)|share-?buttons?|search-?(?:form|box))(?=\s|$)",
    re.I,
)
BANNER = re.compile(
    r"cookie-?(?:bar|banner|consent|notice|popup|modal|dialog|law)|consent-?(?:banner|bar|popup|modal)|onetrust|cybot|cc-window|gdpr-?(?:bar|banner)",
    re.I,
)
FOOTER = re.compile(r"(?:^|\s)(?:site|page|global|main)?-?footer(?=\s|$)", re.I)
ROLES = {"navigation": "navigation", "menu": "navigation", "menubar": "navigation", "search": "navigation", "contentinfo": "footer"}
DIALOGS = ("dialog", "alertdialog")

UNSEEN_NAMES = "script style template noscript svg head object embed video audio canvas iframe datalist map"
UNSEEN = {*UNSEEN_NAMES.split()}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
CONTROLS = {"input", "button", "select", "textarea"}


@dataclass(slots=True)
class Region:
    """What an element holds, counted in characters of visible text."""

    chars: int = 0
    linked: int = 0
    links: int = 0
    inner_links: int = 0
    controls: int = 0
    main_headings: int = 0
    headings: int = 0
    tables: int = 0

    def add(self, other: Region) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def survey(root: Any) -> dict[int, Region]:
    """What each element holds, by its id, counted from the leaves up in one pass."""
    regions: dict[int, Region] = {}
    open_: list[tuple[Region, Any]] = []
    links = 0
    node: Any = root
    while node is not None:
        tag = node.tag or ""
        if node.is_text_node and open_:
            chars = len((node.text_content or "").strip())
            open_[-1][0].chars += chars
            open_[-1][0].linked += chars if links else 0
        child = node.child if node.is_element_node and tag not in UNSEEN else None
        if node.is_element_node:
            href = str(node.attributes.get("href") or "") if tag == "a" else ""
            region = Region(
                links=int(bool(href)),
                inner_links=int(href.startswith("#")),
                controls=int(tag in CONTROLS),
                main_headings=int(tag == "h1"),
                headings=int(tag in HEADINGS),
                tables=int(tag == "table"),
            )
            regions[node.mem_id] = region
            open_.append((region, node))
            links += tag == "a"
        if child is not None:
            node = child
            continue
        while node is not None:
            if node.is_element_node:
                region, _ = open_.pop()
                links -= node.tag == "a"
                if open_:
                    open_[-1][0].add(region)
            if not open_:
                return regions
            if node.next is not None:
                node = node.next
                break
            node = node.parent
    return regions


def flag(tag: str, attributes: dict[str, Any], region: Region, page: Region, inside_content: bool) -> str:
    """The flag of an element that is page furniture, or nothing. `inside_content`: it stands within `<main>` or `<article>`."""
    mostly_links = region.linked >= 0.6 * region.chars
    if (region.main_headings and tag != "nav") or (region.chars > 600 and 2 * region.chars > page.chars and not mostly_links):
        return ""  # whatever its name, it holds the policy
    role = str(attributes.get("role") or "")
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".replace("_", "-")
    if (
        tag in ("nav", "ul", "ol", "div")
        and region.links >= 3
        and region.inner_links == region.links
        and region.linked >= 0.85 * region.chars
    ):
        return "contents"
    if tag == "nav" or ROLES.get(role) == "navigation":
        return "navigation"
    if (
        tag in ("a", "div", "ul", "ol", "p", "span", "section", "aside")
        and NAVIGATION.search(names)
        and (mostly_links or region.chars < 200)
    ):
        return "navigation"
    if region.chars < 3000 and is_banner(tag, role, names, region):
        return "banner"
    if not inside_content:
        if (tag == "header" or role == "banner") and (mostly_links or not region.headings):
            return "banner"
        if tag == "footer" or role == "contentinfo" or (FOOTER.search(names) and (mostly_links or region.chars < 1500)):
            return "footer"
    if tag == "select" or (tag == "form" and region.controls and region.chars < 1000 and 3 * region.chars < max(page.chars, 900)):
        return "navigation"
    return ""


def is_banner(tag: str, role: str, names: str, region: Region) -> bool:
    """A consent banner has something to press; a section of the policy called "cookie-notice" has a heading and sentences."""
    if BANNER.search(names):
        return region.controls > 0 or role in DIALOGS or tag == "dialog" or (region.chars < 400 and not region.headings)
    return (role in DIALOGS or tag == "dialog") and region.controls > 0 and region.headings < 3
