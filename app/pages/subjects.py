"""Facts of one kind by topic, which is here the subject of a line: what it is called, what is said of it, and the words.

One table says what a kind's subjects are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.citing import Cited, cited
from app.comparing import FIELDS, VALUES
from app.display import UNSAID, distinct, label
from app.saying import ANYTHING, about, detail, short
from app.schemas.answers import Status
from app.silence import status_of
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


def each(name: str, vocabulary: str) -> Column:
    """The labels in a field that holds several."""
    return lambda facts: distinct(label(one, vocabulary) for fact in facts for one in getattr(fact, name) if one != ANYTHING)


def often(name: str, vocabulary: str) -> Column:
    """The labels of a field's values, in the order of how often they are given."""

    def column(facts: list[Any]) -> list[str]:
        values = [held for fact in facts if (held := getattr(fact, name)) not in UNSAID]
        return [label(held, vocabulary) for held in sorted(set(values), key=lambda held: (-values.count(held), held))]

    return column


def of_field(kind: str, *columns: Column) -> Subject:
    """The subjects of a kind that has a field for them."""
    return Subject(lambda fact: str(getattr(fact, FIELDS[kind])), about, VALUES[kind], columns)


def told(facts: list[Any]) -> list[str]:
    """What tells the facts of a line apart, said as everywhere; whether they state or deny it is told by where the line stands."""
    return distinct(detail(fact) for fact in facts if detail(fact))


SUBJECTS: dict[str, Subject] = {
    "collection": Subject(lambda fact: str(fact.category), about, taxonomy.categories, (told,)),
    "sharing": of_field("sharing", told, each("data", "category"), often("condition", "condition")),
    "storage_location": Subject(short, short, tuple, (each("safeguards", "transfer"),)),
    "security": of_field("security", told),
    "right": of_field("right", told),
    "practice": of_field("practice"),
    "children": of_field("children", told),
    "breach_notification": Subject(
        lambda fact: fact.to or "notice",
        about,
        tuple,
        (told, lambda facts: distinct(channel for fact in facts for channel in fact.channel)),
    ),
    "contact": of_field("contact", told),
}
