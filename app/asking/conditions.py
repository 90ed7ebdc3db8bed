"""Which of a vendor's facts answer a question: those that its topics ask for and that meet what else it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.asking.cues import says
from app.asking.question import OF_DATA, Question, data_named, same_certificate
from app.asking.things import of_all
from index.countries import countries
from index.periods import period_days

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
# What is encrypted there is not said to be encrypted elsewhere, and what is encrypted somewhere not there.
PLACES = {"asks_transit": "encryption_transit", "asks_rest": "encryption_rest", "asks_end_to_end": "end_to_end_encryption"}
ENCRYPTED = (*PLACES.values(), "encryption_unspecified")


def asked_for(question: Question, held: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Of a vendor's facts those that answer, and of these the ones on what is meant before all else."""
    facts = [fact for fact in held if answering(fact, question)]
    return facts, [fact for fact in facts if any(topic.id in question.decisive and topic.holds(fact) for topic in question.topics)]


def of_other_data(question: Question, clause: str, said: str, held: Sequence[Any]) -> bool:
    """Whether a clause tells how long a law asks for other data than the question names: by that orders are kept, and messages are not.

    Of other facts on other data the clause may still answer: with each left out, 5 of 364 right answers to 410 questions were lost.
    """
    if not question.categories or data_named(said) & question.categories:
        return False
    demanded = [fact for fact in held if fact.clause == clause and fact.kind == "retention" and fact.rule == "legal_requirement"]
    asked = [fact for fact in demanded if any(topic.holds(fact) for topic in question.topics)]
    return bool(asked) and not any("any" in fact.categories or _speaks_of(fact, question) for fact in asked)


def answering(fact: Any, question: Question) -> bool:
    """Whether a fact is one that a topic of the question asks for, and meets its conditions."""
    return any(topic.holds(fact) for topic in question.topics) and _meets(fact, question)


def contrary(fact: Any, question: Question) -> bool:
    """Whether a fact speaks of encryption elsewhere than is asked."""
    asked = {measure: flag for flag, measure in PLACES.items() if flag in question.flags}
    if not asked or fact.kind != "security" or fact.measure not in ENCRYPTED or fact.measure in asked:
        return False
    return not any(says(flag, fact.quote) for flag in asked.values())


def _meets(fact: Any, question: Question) -> bool:
    """Whether a fact meets what else the question says: the data it names, a time it asks for, a comparison, source, role, necessity."""
    if question.categories and fact.kind in OF_DATA and not _speaks_of(fact, question):
        return False
    if "asks_time" in question.flags and (fact.kind in TIMES or not question.categories) and not _states_time(fact):
        return False
    if question.certificate and fact.kind == "security" and fact.measure == "certification":
        return same_certificate(question.certificate, fact.name or fact.quote)
    if contrary(fact, question):
        return False
    if not question.every_vendor:
        return True
    # Over all vendors a condition tells them apart; asked of one, what does not meet it is an answer too.
    if fact.kind == "collection":
        return all(getattr(fact, name) == value for flag, name, value in CONDITIONS if flag in question.flags)
    if fact.kind in TIMES and question.days is not None:
        return _lasts(period_days(fact.period if fact.kind == "retention" else fact.deadline), question.days, question.flags)
    if fact.kind == "storage_location" and question.countries:
        return _lies(fact, question.countries, "outside" in question.flags)
    return True


def _lies(fact: Any, asked: frozenset[str], outside: bool) -> bool:
    """Whether a place that is stated is surely among the countries asked for, or, if `outside`, surely none of them."""
    if fact.country:
        return (fact.country in asked) != outside
    named = countries(fact.quote)
    if fact.mode == "cross_border_transfer" and says("outside", fact.quote):
        return outside and bool(named & asked)
    return bool(named) and (not named & asked if outside else named <= asked)


def _lasts(days: float | None, asked: float, flags: frozenset[str]) -> bool:
    """Whether a time that is stated is the one asked for, or longer or shorter than that; one that is not stated is neither."""
    if days is None:
        return False
    if days == asked:
        return "or_equal" in flags or not flags & {"longer_than", "shorter_than"}
    return ("longer_than" if days > asked else "shorter_than") in flags


def _states_time(fact: Any) -> bool:
    return any(getattr(fact, name) is not None for name in TIMES.get(fact.kind, ()))


def _speaks_of(fact: Any, question: Question) -> bool:
    if fact.kind == "collection":
        return fact.category in question.categories
    named = set(fact.categories if fact.kind == "retention" else fact.data)
    if named & question.categories:
        return True
    # What holds for all data holds for this; for retention only when it says so, and how long.
    return "any" in named and (fact.kind == "sharing" or (fact.period is not None and of_all(fact)))
