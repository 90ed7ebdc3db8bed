"""Documents that a policy sends its reader to and that are not indexed: what they say is not in any answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from index.contradictions import lists
from index.queries import IndexedClause
from index.variants import HAN

# A word of a title: capitals first, "Third-Party", "SDK", "Children's"; small words may join them.
WORD = r"[A-Z][\w’'/&-]*"
TITLE = rf"{WORD}(?:\s+(?:(?:and|of|for|on|to|the|with|in|&)\s+){{0,2}}{WORD}){{1,12}}"
QUOTED = re.compile(r"《(?P<title>[^《》]{2,40})》")


@dataclass(frozen=True, slots=True)
class Annex:
    """A document referred to by title, and where."""

    title: str
    clause: IndexedClause
    start: int
    end: int


def annexes(clauses: Iterable[IndexedClause], names: Sequence[str], indexed: Sequence[str]) -> list[Annex]:
    """Each document referred to once, where it is named first. `names`: the vendor's; `indexed`: titles of what is indexed of it."""
    clauses = list(clauses)
    known = {key(title, names) for title in [*indexed, *(heading for clause in clauses for heading in clause.section)]}
    found: dict[str, Annex] = {}
    for clause in clauses:
        for match in [*english().finditer(clause.text), *QUOTED.finditer(clause.text)]:
            title = match["title"]
            # "the Privacy Policy" inside "Privacy Policy of DingTalk" is the document itself.
            if is_document(title, names) and not any(key(title, names) in one for one in known):
                found.setdefault(
                    key(title, names), Annex(title, clause, clause.start + match.start("title"), clause.start + match.end("title"))
                )
    return sorted(found.values(), key=lambda annex: annex.start)


def is_document(title: str, names: Sequence[str]) -> bool:
    """Whether a title names a document of the vendor's: by its last word, or by the vendor's name and what follows; a law is none."""
    words = lists()["annexes"]
    if HAN.match(title[-1]):
        return not title.endswith(tuple(words["laws"]))
    owner = next((name for name in sorted(names, key=len, reverse=True) if title.startswith(name)), None)
    if owner is not None:
        return len(title[len(owner) :].split()) >= 2
    return title.split()[-1] in words["nouns"]


def key(title: str, names: Sequence[str]) -> str:
    """A title without numbering and the vendor's name, in lower case: what it is known by."""
    for name in sorted(names, key=len, reverse=True):
        title = title.replace(name, " ")
    return " ".join(re.sub(r"^(?:[\W\d]|\([IVX]+\))+|\W+$", "", title).lower().split())


@cache
def english() -> re.Pattern[str]:
    cues = "|".join(re.escape(cue) for cue in lists()["annexes"]["cues"])
    return re.compile(rf"\b(?i:{cues})\s+(?i:(?:the|our|its|carefully)\s+){{0,2}}[\[\"“*_]{{0,3}}(?P<title>{TITLE})")
