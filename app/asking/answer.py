"""Question → facts and clauses that answer it → sentences and citations; or silence, where the evidence is too little that any do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from app.asking import kept, things, wanted
from app.asking.citations import CITED, READ_OUT, Citation, cited, names_data
from app.asking.companies import names_one
from app.asking.conditions import answering, asked_for, contrary
from app.asking.evidence import FIRST, answers, evidence
from app.asking.lists import in_context
from app.asking.question import SURE, Question
from app.silence import all_denied, collects_nothing, denial_of_all, denials, status_of, status_of_group
from index import queries, taxonomy
from index.domain import Vendor
from index.queries import IndexedClause
from index.search import Hit, Index
from index.store import Session

Status = Literal["answered", "silent", "unknown_vendor", "unclear"]
# How deep the ranking of clauses is read when facts are ranked by it; a fact further down is not what was asked.
DEEP = 60
NEAREST = 3
# Over all vendors, how many of the clauses nearest to the question tell which of a vendor's facts is its best answer.
DEEP_OVER_ALL = 200
# A longer quote says no more to a reader.
ENOUGH_SAID = 200


@dataclass(frozen=True)
class Found:
    """What answers: facts and citations, the best first, of which the first `read_out` say it; `nearest` where nothing does."""

    status: Status
    facts: list[Any] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    nearest: list[IndexedClause] = field(default_factory=list)
    read_out: int = 1


def about_one(question: Question, vendor: Vendor, index: Index) -> Found:
    """What one vendor's policy says to the question."""
    hits = index.find(question.text, vendor=vendor.id, limit=DEEP, highlights=False).items
    held = index.facts_of(vendor.id)
    nearest = nearest_of(hits)
    facts, decisive = asked_for(question, held)
    elsewhere = {fact.clause for fact in held if contrary(fact, question)} - {fact.clause for fact in facts}
    hits = [hit for hit in hits if hit.clause.id not in elsewhere]
    collection = [fact for fact in held if fact.kind == "collection"]
    if collection and "asks_everything" in question.flags:
        return _everything(collection, index, nearest)
    asked, told = hits, False
    if thing := things.asked(question):
        telling = kept.telling(thing, question, facts, hits, held, index)
        facts, hits, told = telling.facts, telling.hits, telling.sure
        decisive = facts if told else [fact for fact in decisive if fact in facts]
    denial = [] if decisive or not (question.sure or question.categories) else _denies_all(question, held)
    # What is said of all that is asked for answers outright: of personal data at large, of companies by name, of some beside "nobody else".
    if outright := things.at_large(question, decisive) or wanted.naming(question, decisive) or wanted.stating(question, decisive):
        facts = decisive = outright
        hits = [hit for hit in hits if hit.clause.id in {fact.clause for fact in outright}]
    holding = None if outright else wanted.holding(question, asked, held)
    if _of_others(question, asked) or holding == []:
        return Found("silent", nearest=nearest)
    if holding:
        shown = {hit.clause.id for hit in holding}
        hits = [hit for hit in hits if hit.clause.id in shown]
        facts, decisive = ([fact for fact in some if fact.clause in shown] for some in (facts, decisive))
    # A fact on the very kind of data that is asked about answers, however little its clause sounds like the question.
    plain = told or outright or (decisive and (question.plain or names_data(question) or _timed(question, decisive, asked)))
    if denial or plain or (not question.off_topic and answers(evidence(question, asked, held))):
        chosen = denial or (decisive if question.sure else facts)
        found = cited(question, chosen, hits, held, lambda facts: _clauses(index, facts, hits))
        if found.citations:
            return Found("answered", found.facts, in_context(found.citations, index), nearest, found.read_out)
    return Found("silent", nearest=nearest)


def _of_others(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether a company is asked about that no clause found names: what is said of others is no answer."""
    texts = " ".join(" ".join((*hit.clause.section, hit.clause.lead or "", hit.clause.text)) for hit in hits) if question.companies else ""
    return any(not names_one(texts, names) for names in question.companies)


def _timed(question: Question, decisive: Sequence[Any], hits: Sequence[Hit]) -> bool:
    """Whether a time is asked for, without doubt of what, and one of the first clauses states it."""
    first = {hit.clause.id for hit in hits[:FIRST]}
    return "asks_time" in question.flags and question.chance >= SURE and any(fact.clause in first for fact in decisive)


def nearest_of(hits: Sequence[Hit]) -> list[IndexedClause]:
    """The first clauses to check; what a policy says in the same words twice, once."""
    by_words: dict[str, IndexedClause] = {}
    for hit in hits:
        by_words.setdefault(hit.clause.text, hit.clause)
    return list(by_words.values())[:NEAREST]


def _everything(collection: Sequence[Any], index: Index, nearest: list[IndexedClause]) -> Found:
    """Asked what is collected at all: the clauses that name the most kinds of data between them, each by the longest of its quotes.

    "What does it collect?" sounds like no clause that answers it.
    """
    stated = [fact for fact in collection if fact.polarity == "yes"] or collection
    by_clause: dict[str | None, list[Any]] = {}
    for fact in stated:
        by_clause.setdefault(fact.clause, []).append(fact)
    named: set[str] = set()
    longest: list[Any] = []
    while by_clause and len(longest) < CITED:
        new = {clause: {fact.category for fact in facts} - named for clause, facts in by_clause.items()}
        best = max(new, key=lambda clause: len(new[clause]))
        if not new[best]:
            break
        named |= new[best]
        longest.append(max(by_clause.pop(best), key=lambda fact: len(fact.quote)))
    clauses = _clauses(index, longest)
    citations = [Citation.of_fact(fact, clauses.get(fact.clause)) for fact in longest]
    facts = [fact for fact in stated if any(_within(fact, citation) for citation in citations)]
    return Found("answered", facts, in_context(citations, index), nearest, READ_OUT)


def _within(fact: Any, citation: Citation) -> bool:
    return bool(fact.document == citation.document and citation.start <= fact.start and fact.end <= citation.end)


def _clauses(index: Index, facts: Sequence[Any], hits: Sequence[Hit] = ()) -> dict[str, IndexedClause]:
    """The clauses of these facts, by id; those that were found are not read again."""
    found = {hit.clause.id: hit.clause for hit in hits}
    if missing := sorted({fact.clause for fact in facts if fact.clause and fact.clause not in found}):
        with index.session() as session:
            found |= {clause.id: clause for clause in queries.clauses_by_id(session, missing)}
    return found


def _denies_all(question: Question, held: Sequence[Any]) -> list[Any]:
    """The denials of a vendor that collects nothing at all: they answer for every kind of data."""
    collection = [fact for fact in held if fact.kind == "collection"]
    return collection if "collection" in question.decisive and collects_nothing(collection) else []


def about_all(question: Question, index: Index) -> list[Found]:
    """For every vendor that says something to the question: its facts and the citation that shows it best."""
    if question.off_topic:
        return []
    with index.session() as session:
        by_vendor: dict[str, list[Any]] = {}
        for fact in _of_all_vendors(question, session):
            if answering(fact, question):
                by_vendor.setdefault(fact.vendor, []).append(fact)
        if "denied" in question.flags:
            said = {vendor: _denied(question, facts) for vendor, facts in by_vendor.items()}
            for vendor, denial in all_denied(session).items() if "collection" in question.decisive else ():
                said[vendor] = said.get(vendor) or denial
        else:
            said = {vendor: [fact for fact in facts if fact.polarity == "yes"] for vendor, facts in by_vendor.items()}
        hits = index.find(question.text, limit=DEEP_OVER_ALL, highlights=False).items if said else []
        near = {hit.clause.id: hit.score for hit in hits}
        best = {vendor: max(facts, key=lambda fact: _shows(fact, near)) for vendor, facts in sorted(said.items()) if facts}
        clauses = {clause.id: clause for clause in queries.clauses_by_id(session, [fact.clause for fact in best.values() if fact.clause])}
    return [
        Found("answered", said[vendor], in_context([Citation.of_fact(fact, clauses.get(fact.clause))], index))
        for vendor, fact in best.items()
    ]


def _shows(fact: Any, near: Mapping[str, float]) -> tuple[float, bool, int]:
    """How well a fact shows a reader that a vendor says something: the nearest does; far from the question, what says more."""
    return near.get(fact.clause, 0.0), not getattr(fact, "generic", False), min(len(fact.quote), ENOUGH_SAID)


def _denied(question: Question, facts: Sequence[Any]) -> list[Any]:
    """Of facts that answer, those by which a vendor says no: of data, only where it collects none of what is named."""
    collection = [fact for fact in facts if fact.kind == "collection"]
    wholes = [group for group in taxonomy.groups() if taxonomy.members(group) <= question.categories]
    if not question.categories:
        denied = denial_of_all(collection)
    elif any(status_of_group(group, [fact for fact in collection if fact.group == group]) == "denied" for group in wholes):
        denied = collection
    else:
        # A part of a group that is meant as a whole is not all of it.
        denied = [fact for fact in collection if fact.group not in wholes]
    stated = status_of(collection) == "stated"
    return denials([fact for fact in facts if fact.kind != "collection"]) + ([] if stated else denied)


def _of_all_vendors(question: Question, session: Session) -> Iterable[Any]:
    """Facts that may answer, each once; of a kind of data that is named, no others are read, since policies state thousands."""
    found: dict[str, Any] = {}
    for topic in question.topics:
        named = sorted(question.categories) if topic.kind == "collection" else []
        for filtered in topic.filters() if topic.kind else ():
            for each in [replace(filtered, category=category) for category in named] or [filtered]:
                found |= {fact.id: fact for fact in queries.every_fact(session, each)}
    return found.values()
