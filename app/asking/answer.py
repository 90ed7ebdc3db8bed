"""Question → facts and clauses that answer it → sentences and citations; or silence, where the evidence is too little that any do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from app.asking.evidence import answers, evidence
from app.asking.question import OF_DATA, Question, same_certificate
from app.silence import all_denied, collects_nothing, denial_of_all, denials, status_of, status_of_group
from index import queries, taxonomy
from index.countries import places
from index.domain import Vendor
from index.periods import periods
from index.queries import IndexedClause
from index.search import Hit, Index
from index.store import Session

Status = Literal["answered", "silent", "unknown_vendor", "unclear"]
# How deep the ranking of clauses is read when facts are ranked by it; a fact further down is not what was asked.
DEEP = 60
# How many citations an answer about one vendor has at most: the nearest of its facts, and the best clauses. Of 896 questions on written
# policies kept apart the right words were cited for 0.818, among the first three for 0.763; with three facts and a lead of 0.15 for 0.816
# and 0.756. Without what is 0.3 behind the best an answer cites 3.4 places and not 4.9, and the right words for 0.03 fewer.
CITED, FACTS, CLAUSES = 5, 2, 5
NEAREST = 3
# Where the topic is sure, a fact on it comes before a clause that is nearer by less than this.
FACTS_LEAD = 0.1
# At most so many citations are read out, the second only when it is close behind the first.
READ_OUT, CLOSE_BEHIND = 2, 0.15
# What a condition that a fact meets ("must I …": required) adds to its nearness.
MEETS = 0.1


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

    @classmethod
    def of_fact(cls, fact: Any) -> Citation:
        return cls(fact.vendor, fact.document, fact.clause, list(fact.section), fact.quote, fact.start, fact.end)

    @classmethod
    def of_clause(cls, clause: IndexedClause) -> Citation:
        return cls(clause.vendor, clause.document, clause.id, list(clause.section), clause.text, clause.start, clause.end)


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
    collection = [fact for fact in held if fact.kind == "collection"]
    if collection and "asks_everything" in question.flags:
        return _everything(collection, nearest)
    denial = [] if decisive or not (question.sure or question.categories) else _denies_all(question, held)
    # A fact on the very kind of data that is asked about answers, however little its clause sounds like the question.
    plain = decisive and _names_data(question)
    if denial or plain or (not question.off_topic and answers(evidence(question, hits, held))):
        found = _with_facts(question, denial or (decisive if question.sure else facts), hits, nearest)
        if found.citations:
            return found
    return Found("silent", nearest=nearest)


def _names_data(question: Question) -> bool:
    """Whether it is asked if data of a kind that is named is collected."""
    return bool(question.categories) and "says_collect" in question.flags


def nearest_of(hits: Sequence[Hit]) -> list[IndexedClause]:
    """The first clauses to check; what a policy says in the same words twice, once."""
    by_words: dict[str, IndexedClause] = {}
    for hit in hits:
        by_words.setdefault(hit.clause.text, hit.clause)
    return list(by_words.values())[:NEAREST]


def _everything(collection: Sequence[Any], nearest: list[IndexedClause]) -> Found:
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
    facts = [fact for fact in stated if any(each.start <= fact.start and fact.end <= each.end for each in longest)]
    return Found("answered", facts, [Citation.of_fact(fact) for fact in longest], nearest, READ_OUT)


def asked_for(question: Question, held: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Of a vendor's facts those that answer, and of these the ones on what is meant before all else."""
    facts = [fact for fact in held if _answers(fact, question)]
    return facts, [fact for fact in facts if any(topic.id in question.decisive and topic.holds(fact) for topic in question.topics)]


def _denies_all(question: Question, held: Sequence[Any]) -> list[Any]:
    """The denials of a vendor that collects nothing at all: they answer for every kind of data."""
    collection = [fact for fact in held if fact.kind == "collection"]
    return collection if "collection" in question.decisive and collects_nothing(collection) else []


def about_all(question: Question, session: Session) -> list[Found]:
    """For every vendor that says something to the question: its facts and the citation that shows it."""
    if question.off_topic:
        return []
    by_vendor: dict[str, list[Any]] = {}
    for fact in _of_all_vendors(question, session):
        if _answers(fact, question):
            by_vendor.setdefault(fact.vendor, []).append(fact)
    if "denied" in question.flags:
        answering = {vendor: _denied(question, facts) for vendor, facts in by_vendor.items()}
        for vendor, denial in all_denied(session).items() if "collection" in question.decisive else ():
            answering[vendor] = answering.get(vendor) or denial
    else:
        answering = {vendor: [fact for fact in facts if fact.polarity == "yes"] for vendor, facts in by_vendor.items()}
    return [
        Found("answered", facts, [Citation.of_fact(min(facts, key=lambda fact: len(fact.quote)))])
        for _, facts in sorted(answering.items())
        if facts
    ]


def _denied(question: Question, facts: Sequence[Any]) -> list[Any]:
    """Of facts that answer, those by which a vendor says no: of data, only where it collects none of what is named."""
    collection = [fact for fact in facts if fact.kind == "collection"]
    wholes = [group for group in taxonomy.groups() if _group(group) <= question.categories]
    if not question.categories:
        denied = denial_of_all(collection)
    elif any(status_of_group(group, [fact for fact in collection if fact.group == group]) == "denied" for group in wholes):
        denied = collection
    else:
        # A part of a group that is meant as a whole is not all of it.
        denied = [fact for fact in collection if fact.group not in wholes]
    stated = status_of(collection) == "stated"
    return denials([fact for fact in facts if fact.kind != "collection"]) + ([] if stated else denied)


def _group(group: str) -> set[str]:
    return {term.id for term in taxonomy.categories().values() if term.group == group}


def _answers(fact: Any, question: Question) -> bool:
    """Whether a fact is one that a topic of the question asks for, and meets its conditions."""
    return any(topic.holds(fact) for topic in question.topics) and _meets(fact, question)


def _of_all_vendors(question: Question, session: Session) -> Iterable[Any]:
    """Facts that may answer, each once; of a kind of data that is named, no others are read, since policies state thousands."""
    found: dict[str, Any] = {}
    for topic in question.topics:
        named = sorted(question.categories) if topic.kind == "collection" else []
        for wanted in topic.filters() if topic.kind else ():
            for each in [replace(wanted, category=category) for category in named] or [wanted]:
                found |= {fact.id: fact for fact in queries.every_fact(session, each)}
    return found.values()


def _meets(fact: Any, question: Question) -> bool:
    """Whether a fact meets what else the question says: the data it names, a time it asks for, a comparison, source, role, necessity."""
    if question.categories and fact.kind in OF_DATA and not _speaks_of(fact, question):
        return False
    if "asks_time" in question.flags and (fact.kind in TIMES or not question.categories) and not _states_time(fact):
        return False
    if question.certificate and fact.kind == "security" and fact.measure == "certification":
        return same_certificate(question.certificate, fact.name or fact.quote)
    if not question.every_vendor:
        return True
    # Over all vendors a condition tells them apart; asked of one, what does not meet it is an answer too.
    if fact.kind == "collection":
        return all(getattr(fact, name) == value for flag, name, value in CONDITIONS if flag in question.flags)
    if fact.kind in TIMES and question.days is not None:
        return _lasts(queries.period_days(fact.period if fact.kind == "retention" else fact.deadline), question.days, question.flags)
    if fact.kind == "storage_location" and question.country is not None:
        return fact.country is not None and (fact.country == question.country) != ("outside" in question.flags)
    return True


def _lasts(days: float | None, asked: float, flags: frozenset[str]) -> bool:
    """Whether a time that is stated is the one asked for, or longer or shorter than that; one that is not stated is neither."""
    if days is None:
        return False
    if days == asked:
        return "or_equal" in flags or not flags & {"longer_than", "shorter_than"}
    return ("longer_than" if days > asked else "shorter_than") in flags


# Where a fact of a kind holds the time it states; those of other kinds state none.
TIMES = {"retention": ("period", "items"), "breach_notification": ("deadline",), "right": ("deadline",)}
CONDITIONS = (
    ("asks_automatic", "source", "automatic"),
    ("asks_third_party", "source", "third_party"),
    ("asks_optional", "necessity", "optional"),
    ("asks_required", "necessity", "required"),
    ("asks_processor", "role", "processor"),
    ("asks_controller", "role", "controller"),
)


def _states_time(fact: Any) -> bool:
    return any(getattr(fact, name) is not None for name in TIMES.get(fact.kind, ()))


def _speaks_of(fact: Any, question: Question) -> bool:
    if fact.kind == "collection":
        return fact.category in question.categories
    named = set(fact.categories if fact.kind == "retention" else fact.data)
    if named & question.categories:
        return True
    # What holds for all data holds for this; for retention only when it says how long.
    return "any" in named and (fact.kind == "sharing" or fact.period is not None)


def _could_answer(question: Question, clause: IndexedClause) -> bool:
    """Whether a clause holds what the question wants at least: a length of time, a certificate, a place."""
    if "asks_time" in question.flags and not any(periods(clause.text)):
        return False
    if question.certificate and not same_certificate(question.certificate, clause.text):
        return False
    return not (question.topics and question.topics[0].needs == "country" and not any(places(clause.text)))


def _with_facts(question: Question, facts: Sequence[Any], hits: Sequence[Hit], nearest: list[IndexedClause]) -> Found:
    """The facts nearest to the question, one a clause, and of the best clauses those that could answer; none where none could."""
    near = {hit.clause.id: hit.score for hit in hits}

    def score(fact: Any) -> float:
        met = sum(fact.kind == "collection" and flag in question.flags and getattr(fact, name) == value for flag, name, value in CONDITIONS)
        return float(near.get(fact.clause, 0.0) + MEETS * met)

    chosen: dict[str | None, Any] = {}
    for fact in sorted(facts, key=lambda fact: (-score(fact), len(fact.quote))):
        if len(chosen) < FACTS:
            chosen.setdefault(fact.clause, fact)
    # Where a vendor denies all, or the very kind of data is asked about, the fact is the answer, however little it sounds like that.
    certain = (facts and all(fact.polarity == "no" for fact in facts)) or _names_data(question)
    lead = 1.0 if certain else FACTS_LEAD if question.sure else 0.0
    citations = [(score(fact) + lead, Citation.of_fact(fact)) for fact in chosen.values()]
    citations += [
        (hit.score, Citation.of_clause(hit.clause))
        for hit in hits[:CLAUSES]
        if hit.clause.id not in chosen and _could_answer(question, hit.clause)
    ]
    citations = sorted(citations, key=lambda each: -each[0])[:CITED]
    read_out = sum(each >= citations[0][0] - CLOSE_BEHIND for each, _ in citations[:READ_OUT])
    said = [citation for _, citation in citations]
    return Found("answered", [fact for fact in chosen.values() if Citation.of_fact(fact) in said], said, nearest, read_out)
