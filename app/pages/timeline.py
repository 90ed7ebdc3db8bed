"""How long a vendor keeps what, as bars on a logarithmic axis of time: what is stated, for which event, and what is left unsaid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.citing import Cited, cited
from app.display import distinct, label
from app.saying import kept_until
from index import taxonomy
from index.periods import period_days

DAY, YEAR = 1.0, 365.25
TICKS = {
    1 / 24: "hour", DAY: "day", 7.0: "week", YEAR / 12: "month", YEAR: "year", 3 * YEAR: "3 years", 10 * YEAR: "10 years",
    30 * YEAR: "30 years", 100 * YEAR: "100 years",
}  # fmt: skip
# A bar is drawn as what bounds it; a row without a period as what it says instead of one.
SHAPES = {
    "until_event": "event", "period_after_event": "event", "as_long_as_needed": "open", "legal_requirement": "open",
    "customer_instruction": "open", "not_retained": "none", "on_device_only": "none", "last_n_items": "open", "indefinite": "endless",
    "fixed_period": "open",
}  # fmt: skip
ORDER = ("endless", "event", "open", "none", "unsaid")
# So many kinds of data are named in a row.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept (`scopes`: in the policy's words) and how long. `width`: the share of the axis in percent, None without a period."""

    data: str
    scopes: Sequence[str]
    said: str
    event: str
    shape: str
    width: float | None
    days: float | None
    words: list[Cited]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows from the longest period to what is not stated; `ticks` are places on the axis in percent and what stands there."""

    ticks: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]
    longest: Row | None


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis of days, from a little below the shortest period to the longest."""

    low: float
    high: float

    @classmethod
    def of(cls, days: Sequence[float]) -> Axis:
        # At least from a day to three years, so that two vendors with usual periods can be compared by eye.
        return cls(min([DAY, *days]) / 2, max([3 * YEAR, *days]) * 1.6)

    def at(self, days: float) -> float:
        """A place on the axis, in percent of its length."""
        return round(100 * math.log(days / self.low) / math.log(self.high / self.low), 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        return tuple((self.at(days), name) for days, name in TICKS.items() if self.low < days <= self.high)


def timeline(facts: Iterable[Any], collected: Iterable[str]) -> Timeline:
    """The rows of retention facts; then the groups of data that are collected and that none of them names."""
    facts = list(facts)
    axis = Axis.of([days for fact in facts if (days := period_days(fact.period))])
    statements: dict[tuple[Any, ...], list[Any]] = {}
    for fact in facts:
        # What is kept for no period that is named is said over and over, of this and of that: one row for each kind of data.
        scope = " ".join(fact.scope.lower().split()) if fact.period else None
        statements.setdefault((tuple(fact.categories), scope, fact.period, fact.bound, fact.rule, fact.event, fact.items), []).append(fact)
    rows = sorted((row(of, axis) for of in statements.values()), key=place)
    named = {group for fact in facts for group in groups_of(fact)}
    unsaid = [Row(label(group, "group"), (), "not stated", "", "unsaid", None, None, []) for group in collected if group not in named]
    longest = next((each for each in rows if each.days is not None), None)
    return Timeline(axis.ticks(), (*rows, *unsaid), longest)


def row(facts: list[Any], axis: Axis) -> Row:
    """One row of facts that say the same in several places."""
    first = facts[0]
    days = period_days(first.period)
    said, event = kept_until(first)
    shape = first.bound or "exact" if days else SHAPES[first.rule]
    return Row(
        data=data(first.categories),
        scopes=distinct(fact.scope for fact in facts),
        said=said,
        event=event,
        shape=shape,
        width=axis.at(days) if days else None,
        days=days,
        words=cited(facts),
    )


def place(row: Row) -> tuple[bool, float, int, str]:
    """The longest period first, then what has none."""
    return row.days is None, -(row.days or 0), ORDER.index(row.shape) if row.shape in ORDER else 0, row.data


def data(categories: Sequence[str]) -> str:
    """The kinds of data a statement names, in short."""
    names = [label(each, "category") for each in categories if each != "any"]
    if not names:
        return "Any personal data"
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def groups_of(fact: Any) -> set[str]:
    return {taxonomy.group_of(each) for each in fact.categories if each != "any"}
