"""What an answer cites: the facts and clauses nearest to the question, each by the whole sentence that says it, the best first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.asking.companies import names_one
from app.asking.conditions import CONDITIONS, PLACES, of_other_data
from app.asking.cues import refers, says
from app.asking.question import COLLECTING, SURE, Question, same_certificate
from index.countries import places
from index.facts import QUOTE_LIMIT
from index.periods import periods
from index.queries import IndexedClause
from index.search import Hit

# How many citations an answer about one vendor has at most: the nearest of its facts, and the best clauses. Of 896 questions on written
# policies kept apart the right words were cited for 0.818, among the first three for 0.763; with three facts and a lead of 0.15 for 0.816
# and 0.756.
CITED, FACTS, CLAUSES = 5, 2, 5
# What is so far behind the nearest adds nothing: of 2,344 questions on real policies, kept apart, the right words are cited for 0.848 by
# 4.42 places an answer, with 0.5 for 0.846 by 4.05, with 0.4 for 0.839 by 3.65.
TOO_FAR = 0.65
# Where the topic is sure, a fact on it comes before a clause that is nearer by less than this.
FACTS_LEAD = 0.16
# At most so many citations are read out, the second only when it is close behind the first.
READ_OUT, CLOSE_BEHIND = 2, 0.24
# What a condition that a fact meets ("must I …": required) adds to its nearness.
MEETS = 0.16
# What a sentence that sends the reader elsewhere ("Read our guide on how to opt out") is farther than it sounds.
REFERS = 0.24
# Where a sentence ends within a clause: not in "e.g. a name".
ENDS = re.compile(r"(?<!\be\.g)(?<!\bi\.e)[.!?][*_”’\"')\]]*(?=\s+[^a-z\s])|[。！？][”’」』）]*|\n")
# What stands around the words of an item: its bullet, and the line breaks of a table's cell.
_BEFORE, _AFTER = re.compile(r"(?:[*•·-]+\s+|<br>|\s)+"), re.compile(r"(?:\s|<br>)+$")


@dataclass(frozen=True, slots=True)
class Citation:
    """The words an answer rests on."""

    vendor: str
    document: str
    clause: str | None
    section: list[str]
    quote: str
    start: int
    end: int
    within: IndexedClause | None = None
    lead: Citation | None = None  # the words that lead into the list or table it stands in

    @classmethod
    def of_fact(cls, fact: Any, clause: IndexedClause | None = None) -> Citation:
        """The sentence of its clause that makes the statement: the quote of a kind of data that is collected ends where the data does."""
        quote, start, end = sentence(clause, fact) if clause else (fact.quote, fact.start, fact.end)
        return cls(fact.vendor, fact.document, fact.clause, list(fact.section), quote, start, end, clause)

    @classmethod
    def of_clause(cls, clause: IndexedClause) -> Citation:
        begin = found.end() if (found := _BEFORE.match(clause.text)) else 0
        text = _AFTER.sub("", clause.text[begin:]) or clause.text
        start = clause.start + (begin if text != clause.text else 0)
        return cls(clause.vendor, clause.document, clause.id, list(clause.section), text, start, start + len(text), clause)


@dataclass(frozen=True, slots=True)
class Cited:
    """The facts and citations of an answer, the best first, of which the first `read_out` say it."""

    facts: list[Any]
    citations: list[Citation]
    read_out: int


def sentence(clause: IndexedClause, fact: Any) -> tuple[str, int, int]:
    """The sentence of the clause around a fact's quote, with its offsets; the quote where no word is missing, or too many would come."""
    first, last = fact.start - clause.start, fact.end - clause.start
    if first < 0 or last > len(clause.text):
        return fact.quote, fact.start, fact.end
    ends = [match.end() for match in ENDS.finditer(clause.text)]
    begin = max((end for end in ends if end <= first), default=0)
    until = min((end for end in ends if end >= last), default=len(clause.text))
    begin += len(clause.text[begin:first]) - len(clause.text[begin:first].lstrip(" \t\n*-•>#"))
    if not re.search(r"\w", clause.text[begin:first]):
        begin = first
    if not re.search(r"\w", clause.text[last:until]):
        until = last
    until -= len(clause.text[:until]) - len(clause.text[:until].rstrip())
    if until - begin > QUOTE_LIMIT:
        return fact.quote, fact.start, fact.end
    return clause.text[begin:until], clause.start + begin, clause.start + until


def names_data(question: Question) -> bool:
    """Whether it is asked if data of a kind that is named is collected: not "they collect passwords, are these encrypted"."""
    by_id = {topic.id: chance for chance, topic in question.likely}
    other = question.chance >= SURE and by_id.get("collection", 0.0) < COLLECTING
    return bool(question.categories) and "says_collect" in question.flags and not other


def cited(
    question: Question,
    facts: Sequence[Any],
    hits: Sequence[Hit],
    held: Sequence[Any],
    clauses_of: Callable[[Sequence[Any]], Mapping[str, IndexedClause]],
) -> Cited:
    """The facts nearest to the question, one a clause, and of the best clauses those that could answer; nothing where none could.

    `held`: every fact of the vendor; `clauses_of`: the clauses in which facts stand, by id.
    """
    near = {hit.clause.id: hit.score for hit in hits}

    def score(fact: Any) -> float:
        met = sum(fact.kind == "collection" and flag in question.flags and getattr(fact, name) == value for flag, name, value in CONDITIONS)
        return float(near.get(fact.clause, 0.0) + MEETS * met)

    chosen: dict[str | None, Any] = {}
    # In one clause what is denied comes before what is stated: "we do not keep the IP addresses we see".
    for fact in sorted(facts, key=lambda fact: (-score(fact), fact.polarity == "yes", len(fact.quote))):
        if len(chosen) < FACTS:
            chosen.setdefault(fact.clause, fact)
    # Where a vendor denies all, or the very kind of data is asked about, the fact is the answer, however little it sounds like that.
    certain = (facts and all(fact.polarity == "no" for fact in facts)) or names_data(question)
    lead = 1.0 if certain else FACTS_LEAD if question.sure else 0.0
    clauses = clauses_of(list(chosen.values()))
    others = [hit for hit in hits[:CLAUSES] if hit.clause.id not in chosen and _could_answer(question, hit.clause, held)]
    nearest = max([*(score(fact) for fact in chosen.values()), *(hit.score for hit in others)], default=0.0)
    citations = [(score(fact) + lead, Citation.of_fact(fact, clauses.get(fact.clause))) for fact in chosen.values()]
    citations += [(hit.score, Citation.of_clause(hit.clause)) for hit in others]
    citations = [(near - REFERS * refers(each.quote), each) for near, each in citations if near >= nearest - TOO_FAR]
    citations = sorted(citations, key=lambda each: -each[0])[:CITED]
    read_out = sum(each >= citations[0][0] - CLOSE_BEHIND for each, _ in citations[:READ_OUT])
    places_cited = {(citation.document, citation.clause) for _, citation in citations}
    said = [fact for fact in chosen.values() if (fact.document, fact.clause) in places_cited]
    return Cited(said, [citation for _, citation in citations], read_out)


def _could_answer(question: Question, clause: IndexedClause, held: Sequence[Any]) -> bool:
    """Whether a clause holds what is wanted at least (a length of time, a certificate, a company, a place) and no law on other data."""
    if "asks_time" in question.flags and not any(periods(clause.text)):
        return False
    if question.certificate and not same_certificate(question.certificate, clause.text):
        return False
    if question.flags & PLACES.keys() and not says("encrypts", " ".join((clause.lead or "", clause.text))):
        return False
    if question.companies and not any(names_one(" ".join((clause.lead or "", clause.text)), names) for names in question.companies):
        return False
    if question.topics and question.topics[0].needs == "country" and not any(places(clause.text)):
        return False
    return not of_other_data(question, clause.id, clause.text, held)
