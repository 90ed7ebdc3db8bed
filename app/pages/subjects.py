"""Facts of one kind by subject: what each is called, what is said of it, and the words. One table says what a kind's subjects are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from app.citing import Cited, cited
from app.schemas.answers import Status
from app.silence import status_of
from app.words import UNSAID, country, distinct, label, period
from index import facts as models
from index import taxonomy

Column = Callable[[list[Any]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One subject: what it is called, whether it is stated, what is said of it (a list a column), and the words."""

    id: str
    title: str
    status: Status
    columns: tuple[Sequence[str], ...]
    words: list[Cited]
    denied: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """How facts of a kind are told apart: id and title of a fact's subject, the order of ids, and what is said of one, by column."""

    id: Callable[[Any], str]
    title: Callable[[Any], str]
    order: Callable[[], Iterable[str]]
    columns: tuple[Column, ...]


def lines(facts: list[Any], kind: str) -> list[Line]:
    """What is stated of one kind, by subject, in the order of the vocabulary."""
    subject = SUBJECTS[kind]
    places = {id: at for at, id in enumerate(subject.order())}
    stated = by((fact for fact in facts if fact.polarity == "yes"), subject.id)
    return [
        line(id, subject.title(stated[id][0]), [fact for fact in facts if subject.id(fact) == id], subject.columns)
        for id in sorted(stated, key=lambda id: places.get(id, len(places)))
    ]


def denied(facts: list[Any], kind: str) -> list[Line]:
    """What is denied of one kind, by subject, in the order of the text."""
    subject = SUBJECTS[kind]
    found = by((fact for fact in facts if fact.polarity == "no"), subject.id)
    return [line(id, subject.title(of[0]), of, subject.columns[:1]) for id, of in found.items()]


def line(id: str, title: str, facts: list[Any], columns: Sequence[Column]) -> Line:
    """A subject as it is stated; where it is only denied, as it is denied."""
    stated = [fact for fact in facts if fact.polarity == "yes"]
    shown = stated or facts
    return Line(
        id, title, status_of(facts), tuple(column(shown) for column in columns), cited(shown), 0 < len(stated) < len(facts)
    )  # fmt: skip


def by(facts: Iterable[Any], key: Callable[[Any], str]) -> dict[str, list[Any]]:
    """Facts by a key, in the order the keys come."""
    found: dict[str, list[Any]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return found


def labelled(name: str, vocabulary: str) -> Column:
    """The labels of a field's values, in the order of how often they are given."""

    def column(facts: list[Any]) -> list[str]:
        values = [value for fact in facts if (value := getattr(fact, name)) not in UNSAID]
        return [label(value, vocabulary) for value in sorted(set(values), key=lambda value: (-values.count(value), value))]

    return column


def field(name: str) -> Column:
    return lambda facts: distinct(getattr(fact, name) for fact in facts)


def deadlines(facts: list[Any]) -> list[str]:
    return distinct(f"within {period(fact.deadline, getattr(fact, 'working_days', False))}" for fact in facts if fact.deadline)


def shared(facts: list[Any]) -> list[str]:
    return distinct(label(each, "category") for fact in facts for each in fact.data if each != "any")


def placed(fact: Any) -> str:
    where = ", ".join(filter(None, (country(fact.country) if fact.country else None, fact.provider))) or "place not named"
    return f"{label(fact.mode, 'mode')}: {where}"


def of(name: str, vocabulary: str, order: Callable[[], Iterable[str]], *columns: Column) -> Subject:
    """The subjects of a kind that has a field for them."""
    return Subject(lambda fact: str(getattr(fact, name)), lambda fact: label(getattr(fact, name), vocabulary), order, columns)


def terms(name: str) -> Callable[[], Iterable[str]]:
    return lambda: taxonomy.facet(name)


SUBJECTS: dict[str, Subject] = {
    "collection": of("category", "category", taxonomy.categories, field("span")),
    "sharing": of(
        "recipient_category", "recipient", terms("recipient"), field("recipient"), shared, labelled("condition", "condition")
    ),
    "storage_location": Subject(
        placed, placed, tuple, (lambda facts: distinct(label(each, "transfer") for fact in facts for each in fact.safeguards),)
    ),
    "security": of("measure", "security", terms("security"), field("name")),
    "right": of("right", "right", terms("right"), deadlines),
    "practice": of("practice", "practice", lambda: get_args(models.Practice)),
    "children": of("rule", "children", tuple, lambda facts: distinct(f"age {fact.age}" for fact in facts if fact.age is not None)),
    "breach_notification": Subject(
        lambda fact: fact.to or "notice",
        lambda fact: f"Notice to {label(fact.to, 'to')}" if fact.to else "Notice of a breach",
        tuple,
        (deadlines, lambda facts: distinct(each for fact in facts for each in fact.channel)),
    ),
    "contact": of("channel", "channel", tuple, field("value")),
}  # fmt: skip
