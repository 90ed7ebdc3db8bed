"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from app.escaping import plain_markdown, shortened
from app.exports.report import Citation, Report

# A heading is named with so many characters at most.
HEADING = 200


def written(report: Report) -> str:
    """The report; words of the policy are shown as they are, never as markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {plain_markdown(report.title)}"
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for term, value in report.front:
        yield f"| {plain_markdown(term)} | {plain_markdown(value)} |"
    for number, part in enumerate(report.parts, 1):
        yield f"\n## {number}. {plain_markdown(part.title)}\n"
        said = [f"**{part.status}**"] if part.status else []
        if part.note:
            said.append(plain_markdown(part.note))
        if said:
            yield f"{' · '.join(said)}\n"
        for block in part.blocks:
            if block.heading:
                yield f"### {plain_markdown(block.heading)}\n"
            for line in block.lines:
                yield f"- {plain_markdown(line.said)}"
                if line.citation:
                    yield f"  > “{plain_markdown(line.citation.quote)}”  "
                    yield f"  > {plain_markdown(where(line.citation))}"
            yield ""


def where(citation: Citation) -> str:
    """`1. What we collect › 1.1 Account; acme-2026, characters 12 to 58`."""
    section = " › ".join(shortened(heading, HEADING) for heading in citation.section)
    place = f"{citation.document}, characters {citation.start} to {citation.end}"
    return f"{section}; {place}" if section else place
