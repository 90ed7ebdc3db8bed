"""A report as one HTML file that can be filed: its style inside, no script, nothing loaded."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from html import escape

from app.display import tongue
from app.escaping import visible
from app.exports.in_markdown import where
from app.exports.report import Line, Report

STYLE = """
:root { color-scheme: light dark; }
html { background: #fff; color: #1b1b1b; }
a { color: #0a4fa3; }
@media (prefers-color-scheme: dark) { html { background: #16181c; color: #e6e6e6; } a { color: #9cc4ff; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h2 { border-bottom: 1px solid; margin-top: 2.5rem; break-after: avoid; }
h3 { margin-bottom: .25rem; break-after: avoid; }
table { border-collapse: collapse; }
th { text-align: left; vertical-align: top; padding-right: 1rem; white-space: nowrap; }
li { margin: .5rem 0; break-inside: avoid; }
blockquote { margin: .25rem 0 .25rem 1rem; padding-left: .75rem; border-left: 3px solid; white-space: pre-line; }
cite, .status { font-size: .85rem; font-style: normal; display: block; }
nav ol { columns: 2; }
@media print {
  html { background: #fff; color: #000; }
  a { color: inherit; text-decoration: none; }
  body { margin: 0; max-width: none; font-size: 10pt; }
  nav { break-after: page; }
}
"""
# The file loads nothing, runs nothing, and has the one style.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def written(report: Report) -> str:
    """The report; words of the policy are shown as they are, never as markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{_text(report.title)}</h1>\n<table>"
    for term, value in report.front:
        yield f'<tr><th scope="row">{_text(term)}</th><td dir="auto">{_text(value)}</td></tr>'
    yield '</table>\n<nav aria-label="Contents">\n<ol>'
    for part in report.parts:
        yield f'<li><a href="#{part.id}">{_text(part.title)}</a>{f" ({part.status})" if part.status else ""}</li>'
    yield "</ol>\n</nav>"
    for number, part in enumerate(report.parts, 1):
        yield f'<section id="{part.id}">\n<h2>{number}. {_text(part.title)}</h2>'
        if part.status:
            yield f'<p class="status">{part.status}</p>'
        if part.note:
            yield f"<p>{_text(part.note)}</p>"
        for block in part.blocks:
            if block.heading:
                yield f"<h3>{_text(block.heading)}</h3>"
            yield "<ul>"
            yield from (_item(line) for line in block.lines)
            yield "</ul>"
        yield "</section>"
    yield "</main>\n</body>\n</html>"


def _item(line: Line) -> str:
    said = f'<li><span dir="auto">{_text(line.said)}</span>'
    if line.citation is None:
        return f"{said}</li>"
    tag = tongue(line.citation.quote)
    language = f' lang="{tag}"' if tag else ""
    quote = f'<blockquote dir="auto"{language}>“{_text(line.citation.quote)}”</blockquote>'
    return f"{said}\n{quote}\n<cite>{_text(where(line.citation))}</cite></li>"


def _text(text: str) -> str:
    return escape(visible(text))
