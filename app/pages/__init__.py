"""The pages a person reads: HTML from templates, every value escaped. The one door of jinja2.

How a page is added
-------------------
1. `app/pages/<page>.py` with `router = APIRouter(include_in_schema=False)`; its endpoint is a plain `def` that gathers what the page shows
   with the functions the API uses, and answers `render(request, "<page>.html", …)`. `app/pages/site.py` lists it.
2. `templates/<page>.html` extends `base.html` and fills the blocks `title` (without the site's name), `main` (everything between header
   and footer, from one `<h1>` down), and where needed `here` (which entry of the navigation is current: `vendors`, `compare`, `ask`),
   `description`, `scripts` (files of `/static/`, with `defer`). No `style=`, no `<style>`, no inline script, no `on…=`: `PAGE_POLICY`
   refuses them. Without JavaScript the page does the same.
3. Addresses: `{{ url("/vendors/" ~ id) }}`, so that the service may stand under a prefix; of a quote `{{ place(fact) }}` (or a clause, a
   citation, anything with document, clause, start and end; `place(clause, highlight)` for a part of a clause), which shows it marked where
   it stands; of a file of ours `{{ static("style.css") }}`, an address that is another when the file is.
4. Pieces, from `{% from "parts.html" import … with context %}`: `badge("stated" | "denied" | "silent", text)`, `quote(fact)` (the words
   with a link to their place), `where(section)` (headings as a trail), `said(text)` (a policy's own words inline, isolated and in their
   language). Whatever a policy wrote goes through `quote` or `said`, or stands in an element with `dir="auto"`.
5. Components of `static/style.css`: `.card` in `.cards` (a grid), `.badge`, `.quote`, `.table` around a `<table>` (scrolls inside its box
   on a phone; give it `tabindex="0" role="region" aria-label=…`), `.facts` (a list of statements), `.meta` (small, grey), `.chips`,
   `.field` (label above control), `.button`, `.notice`, `.unseen` (for screen readers only), `.columns` (side by side, under each other
   on a phone), `.screen` (left out in print), `dl.pairs` (terms beside their values).
6. Filters: `| words` (`as_long_as_needed` → `as long as needed`), `| period` (`P90D` → `90 days`), `| day` (`2026-04-01` → `1 April
   2026`), `| label("right")` (the vocabulary's label of an id: a facet's name, `category` or `group`), `| language` (a name for `zh`),
   `| inside` (a label within a sentence), `| one_line` (where nothing can be isolated: a title, a tooltip).
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from app import display, escaping
from app.caching import holds
from app.citing import place
from app.routes.docs import STATIC

# A page loads files of this host and nothing else, and runs nothing written into it; /docs sets a policy of its own.
PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
templates.filters |= {
    "words": display.plain,
    "period": display.period,
    "day": display.day,
    "label": display.label,
    "language": display.language,
    "tongue": display.tongue,
    "one_line": escaping.without_controls,
    "country": display.country,
    "in_words": display.in_words,
    "inside": display.inside,
}


# Written as references, which a browser reads as the same characters: what a terminal would act on or a diff would hide, and the carriage
# return, which HTML's reader would make a line feed of. NUL has no reference.
UNSEEN = re.compile("[\x01-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page of a template, or that the caller holds it. `url`, `place` and `static` are there in every one."""
    root = request.scope.get("root_path", "")

    def url(path: str) -> str:
        return f"{root}{quote(path, safe='/?=&#-._~,%')}"

    def at(cited: Any, span: Any = None) -> str:
        return url(place(cited, span))

    def static(name: str) -> str:
        return url(f"/static/{name}?v={version(name)}")

    page = templates.get_template(template).render(url=url, place=at, static=static, **values)
    body = UNSEEN.sub(lambda found: f"&#x{ord(found[0]):x};", page.replace("\0", "\ufffd")).encode()
    if status != 200:
        return HTMLResponse(body, status)
    # Weak, for it is the same page however it is packed. What a 304 says replaces what came with the page, so it says a page's policy.
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'W/"{tag}"', "Content-Security-Policy": PAGE_POLICY.decode()}
    return Response(status_code=304, headers=headers) if holds(request, tag) else HTMLResponse(body, headers=headers)


@cache
def version(name: str) -> str:
    """A digest of a file of ours."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
