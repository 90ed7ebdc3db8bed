"""Topics × vendors: one row a thing that a policy may state, one cell a vendor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from app.checks.limits import partial
from app.coverage import plainness
from app.display import label, labels
from app.saying import details
from app.silence import denial_of_all, status_of, status_of_group
from index import countries, taxonomy
from index import facts as models
from index.periods import period_days

KINDS = tuple(kind for kind in models.KINDS if kind != "document")
# What a topic's value is, where it is one field of the fact.
FIELDS = {
    "sharing": "recipient_category",
    "security": "measure",
    "right": "right",
    "practice": "practice",
    "children": "rule",
    "contact": "channel",
}
# The values of that field in their order, and the vocabulary of their labels where it is not called like the kind.
VALUES: dict[str, Callable[[], Iterable[str]]] = {
    "sharing": lambda: taxonomy.facet("recipient"),
    "security": lambda: taxonomy.facet("security"),
    "right": lambda: taxonomy.facet("right"),
    "practice": lambda: get_args(models.Practice),
    "children": lambda: get_args(models.ChildrenRule),
    "contact": lambda: get_args(models.Channel),
}
VOCABULARY = {"sharing": "recipient", "contact": "channel"}
# A summary names so many different details.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of fact and, where it has one, its value: a right, a practice, a group of data, a country. `title` is for below its kind."""

    kind: str
    value: str | None
    title: str

    @property
    def id(self) -> str:
        return f"{self.kind}.{self.value}" if self.value else self.kind

    @property
    def label(self) -> str:
        """What it is called where nothing else tells its kind: `Right: Delete`."""
        return labels()["topic"].get(self.kind, "{}").format(self.title)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one vendor says on a topic; for retention `longest` is the longest period it states, in days as `longest_days`."""

    vendor: str
    status: str
    summary: str
    longest: str | None
    longest_days: float | None
    facts: list[Any]


@dataclass(frozen=True, slots=True)
class Row:
    topic: Topic
    cells: list[Cell]

    @property
    def longest_days(self) -> float | None:
        """The longest period any vendor states."""
        return max((cell.longest_days for cell in self.cells if cell.longest_days is not None), default=None)

    @property
    def differs(self) -> bool:
        """Whether the vendors say different things; each has words of its own for the data it collects, which tell nothing apart."""
        return len({(cell.status, cell.summary if self.topic.kind != "collection" else "") for cell in self.cells}) > 1


def rows(
    facts: Iterable[Any], vendors: Sequence[str], kinds: Sequence[str] = KINDS, by_category: bool = False, silent: bool = False
) -> list[Row]:
    """The rows of a comparison in the order of the vocabulary; topics that no vendor speaks of only with `silent`."""
    found: dict[tuple[str, str | None], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    collecting: dict[str, list[Any]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "collection":
            collecting[fact.vendor].append(fact)
        for value in values(fact, by_category):
            found[fact.kind, value][fact.vendor].append(fact)
    # Who collects nothing at all denies every kind of data.
    nothing = {vendor: denial for vendor, of in collecting.items() if (denial := denial_of_all(of))}
    made = []
    for topic in topics(found, kinds, by_category):
        by_vendor = found.get((topic.kind, topic.value), {})
        if by_vendor or silent:
            also = nothing if topic.kind == "collection" else {}
            made.append(Row(topic, [cell(topic, vendor, [*by_vendor.get(vendor, []), *also.get(vendor, [])]) for vendor in vendors]))
    return made


def by_period(rows: Sequence[Row], descending: bool, vendor: str | None = None) -> list[Row]:
    """Rows by the longest period a vendor states, this one where one is given; those without one last. The others keep their order."""

    def longest(row: Row) -> float | None:
        return next((cell.longest_days for cell in row.cells if cell.vendor == vendor), None) if vendor else row.longest_days

    return sorted(rows, key=lambda row: (longest(row) is None, (longest(row) or 0) * (-1 if descending else 1)))


def cell(topic: Topic, vendor: str, facts: list[Any]) -> Cell:
    facts = list({fact.id: fact for fact in facts}.values())
    group = topic.value if topic.kind in ("collection", "retention") and topic.value in taxonomy.groups() else None
    status = status_of_group(group, facts) if group else status_of(facts)
    told = details(facts)
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    periods = [(days, fact.period) for fact in facts if fact.kind == "retention" and (days := period_days(fact.period)) is not None]
    longest_days, longest = max(periods, default=(None, None))
    return Cell(vendor, status, "; ".join(told[:NAMED]) + more, longest, longest_days, facts)


def plainest(status: str, facts: Iterable[Any]) -> Any | None:
    """Of facts that this status rests on the one that shows it most plainly, then in the fewest words; a denial shows nothing stated."""
    showing = [fact for fact in facts if status != "stated" or fact.polarity == "yes"]
    return min(showing, key=_how_plainly, default=None)


def _how_plainly(fact: Any) -> tuple[bool, int, int]:
    place = plainness(fact)
    less = place is None or (fact.polarity == "no" and partial(fact, getattr(fact, "practice", None)) is not None)
    return less, place or 0, len(fact.quote)


def values(fact: Any, by_category: bool) -> set[str | None]:
    """The topics of its kind that a fact speaks on."""
    if fact.kind in FIELDS:
        return {getattr(fact, FIELDS[fact.kind])}
    if fact.kind == "storage_location":
        return {f"{fact.mode}.{fact.country}" if fact.country else fact.mode}
    if fact.kind == "collection":
        return {fact.category if by_category else fact.group}
    if fact.kind == "retention":
        return {each if by_category or each not in taxonomy.categories() else taxonomy.group_of(each) for each in fact.categories}
    return {None}


def topics(found: Iterable[tuple[str, str | None]], kinds: Sequence[str], by_category: bool) -> Iterator[Topic]:
    """Every topic of these kinds: the vocabulary's, and for places those that occur."""
    data = list(taxonomy.categories() if by_category else taxonomy.groups())
    titles = {id: label(id, "category" if by_category else "group") for id in data}
    places = sorted(value for kind, value in found if kind == "storage_location" and value)
    vocabularies: dict[str, dict[str, str]] = {
        "collection": titles,
        "retention": {"any": "Any data", **titles},
        "storage_location": {value: _place(value) for value in dict.fromkeys([*places, *get_args(models.StorageMode)])},
    }
    for kind, values in VALUES.items():
        vocabularies[kind] = {value: label(value, VOCABULARY.get(kind, kind)) for value in values()}
    for kind in kinds:
        if kind in vocabularies:
            yield from (Topic(kind, value, title) for value, title in vocabularies[kind].items())
        else:
            yield Topic(kind, None, label(kind, "kind"))


def _place(value: str) -> str:
    mode, _, country = value.partition(".")
    if mode == "storage":
        return f"Stored in {countries.name(country)}" if country else "Stored, no country said"
    return f"Transferred to {countries.name(country)}" if country else "Transferred, no country said"
