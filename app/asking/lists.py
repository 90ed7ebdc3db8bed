"""Items of lists as they are cited: with the words that lead into them; and words that lead into a list with its items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.asking.citations import Citation
from app.asking.cues import says, whole
from app.asking.spoken import spoken
from index import queries
from index.facts import QUOTE_LIMIT
from index.queries import IndexedClause
from index.search import Index
from index.store import Session

# So far above an item its lead-in is looked for, and so far below a lead-in its items.
FAR = 40
_LEADS = re.compile(r"[:：]\W*$")
# Between the heads of the row and of the column that lead into a cell of a table.
_HEADS = " – "


def in_context(citations: Sequence[Citation], index: Index) -> list[Citation]:
    """The same, each item that is no sentence with its lead-in, each lead-in with the items a quote may hold, nothing twice."""
    found: list[Citation] = []
    with index.session() as session:
        for citation in citations:
            within, alone = citation.within, replace(citation, lead=None)
            if within and _LEADS.search(citation.quote):
                below = queries.clauses_between(session, citation.document, within.ordinal + 1, within.ordinal + FAR)
                if end := _items_end(citation, below):
                    text = queries.text(session, citation.document)
                    alone = replace(alone, quote=text[citation.start : end], end=end)
            elif within and within.lead and not whole(spoken(citation.quote)):
                above = queries.clauses_between(session, citation.document, within.ordinal - FAR, within.ordinal - 1)
                alone = replace(alone, lead=_lead(within.lead, above))
            found.append(alone)
    return list(_each_once(found))


def above(session: Session, clauses: Sequence[IndexedClause]) -> dict[str, str]:
    """By id of these clauses the words before each that tell what it speaks of: its heading, of a cell what leads into its table, of a
    sentence on "this data" the one before."""
    found: dict[str, str] = {}
    for clause in clauses:
        # The outermost heading is that of the whole policy.
        words = clause.section[1:][-1:]
        before = queries.clauses_between(session, clause.document, clause.ordinal - FAR, clause.ordinal - 1)
        if _HEADS in (clause.lead or ""):
            # Above its cells, which have a lead, stands the row of its heads, and above that what leads into it.
            plain = [each.text for each in reversed(before) if each.lead is None][:2]
            words += tuple(text for text in plain if _LEADS.search(text))
        elif says("points_back", clause.text):
            words += tuple(each.text for each in before[-1:])
        found[clause.id] = " ".join(words)
    return found


def flat(citations: Sequence[Citation]) -> list[Citation]:
    """Citations each followed by its lead-in, which several items may share."""
    found: dict[tuple[str, int, int], Citation] = {}
    for citation in citations:
        for each in (citation, citation.lead):
            if each:
                found.setdefault((each.document, each.start, each.end), each)
    return list(found.values())


def _items_end(citation: Citation, below: Sequence[IndexedClause]) -> int | None:
    """Where the last of its items ends that a quote from the lead-in on may hold; None where none does."""
    end, lead = None, _words(citation.quote)
    for clause in below:
        if clause.end - citation.start > QUOTE_LIMIT or not _words(clause.lead or "").endswith(lead):
            break
        end = clause.end
    return end


def _lead(introduced: str, above: Sequence[IndexedClause]) -> Citation | None:
    """The nearest clause above that holds the words which lead into an item, or of a cell the head of its row."""
    lead, row = _words(introduced), _words(introduced.partition(_HEADS)[0])
    for clause in reversed(above):
        words = _words(clause.text)
        if words and (lead.endswith(words) or words == row):
            return Citation.of_clause(clause)
    return None


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", spoken(text)).lower()


def _each_once(citations: Sequence[Citation]) -> Iterator[Citation]:
    """Those of which no other says the same, or holds the whole."""
    said: list[Citation] = []
    for citation in citations:
        again = any(
            (each.vendor, spoken(each.quote), each.lead and each.lead.quote)
            == (citation.vendor, spoken(citation.quote), citation.lead and citation.lead.quote)
            or (each.document == citation.document and each.start <= citation.start and citation.end <= each.end)
            for each in said
        )
        if not again:
            said.append(citation)
            yield citation
