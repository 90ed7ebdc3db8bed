"""Where one policy says two things: deadlines, dates, periods, a plain yes and a plain no. Few kinds, and pure functions over facts.

What counts as a condition, as the law of one place, or as a broad name is data: `contradictions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from index.periods import period_days

Kind = Literal["deadline", "date", "retention", "collection", "practice"]
# Practices where yes and no cannot both hold of the same data; the others (cookies, marketing) have many kinds.
SHARP = ("sale", "advertising", "ai_training", "automated_decision")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements of one document that cannot all hold. `about` names the thing, `says` what each of `facts` says of it."""

    kind: Kind
    about: str
    says: list[str]
    facts: list[Any]


def contradictions(facts: Iterable[Any]) -> list[Contradiction]:
    """The contradictions among facts, document by document, in the order of the policy."""
    by_document = defaultdict(list)
    for fact in facts:
        by_document[fact.document].append(fact)
    found = []
    for of_one in by_document.values():
        general = [fact for fact in of_one if not mentions("places", fact.quote, *fact.section)]
        found += [*deadlines(general), *dates(of_one), *periods(general), *yes_and_no(general)]
    return sorted(found, key=lambda each: (each.facts[0].document, each.facts[0].start))


def deadlines(facts: list[Any]) -> list[Contradiction]:
    """Two times for the same right, or two times in which a request is answered."""
    stated = [fact for fact in facts if fact.kind in ("right", "breach_notification") and fact.polarity == "yes" and fact.deadline]
    timed = [fact for fact in stated if not mentions("other_times", fact.quote)]

    def about(fact: Any) -> str:
        if fact.kind == "breach_notification":
            return f"breach notification to {fact.to}" if fact.to else "breach notification"
        return "answer to requests" if mentions("answers", fact.quote) else str(fact.right)

    return differing("deadline", timed, about, lambda fact: (fact.deadline, getattr(fact, "working_days", False)), time_of)


def dates(facts: list[Any]) -> list[Contradiction]:
    """Two days on which the same document takes effect or was last updated."""
    dated = [fact for fact in facts if fact.kind == "document" and fact.field in ("effective_date", "last_updated")]
    return differing("date", dated, lambda fact: fact.field, lambda fact: fact.value, lambda fact: fact.value)


def periods(facts: list[Any]) -> list[Contradiction]:
    """Two fixed periods for what is named with the same words, from the same event."""
    fixed = [
        fact for fact in facts
        if fact.kind == "retention" and period_days(fact.period) and fact.polarity == "yes" and fact.bound in (None, "exact")
        and plain(fact.quote) and not mentions("other_times", fact.quote) and words_of(fact.scope) not in broad()
    ]  # fmt: skip
    return differing(
        "retention", fixed, lambda fact: words_of(fact.scope), lambda fact: round(period_days(fact.period) or 0), time_of,
        apart=lambda fact: (fact.rule, fact.event),
    )  # fmt: skip


def yes_and_no(facts: list[Any]) -> list[Contradiction]:
    """A plain yes and a plain no on the same data under the same condition, or on the same practice."""
    found = []
    data = [
        fact for fact in facts
        if fact.kind == "collection" and not fact.generic and fact.group != "general" and fact.necessity != "optional" and plain(fact.quote)
    ]  # fmt: skip
    found += differing(
        "collection", data, lambda fact: words_of(fact.span), lambda fact: fact.polarity, lambda fact: fact.polarity,
        apart=lambda fact: (fact.category, fact.role, fact.purpose_category),
    )  # fmt: skip
    practices = [fact for fact in facts if fact.kind == "practice" and fact.practice in SHARP and plain(fact.quote)]
    found += differing("practice", practices, lambda fact: fact.practice, lambda fact: fact.polarity, lambda fact: fact.polarity)
    return found


def differing(
    kind: Kind,
    facts: list[Any],
    about: Callable[[Any], str],
    value: Callable[[Any], Hashable],
    says: Callable[[Any], str],
    apart: Callable[[Any], Hashable] = lambda fact: None,
) -> list[Contradiction]:
    """One contradiction for each thing with more than one value: the first fact of each value. `apart` tells things of one name apart."""
    things: dict[tuple[str, Hashable], dict[Hashable, Any]] = defaultdict(dict)
    for fact in sorted(facts, key=lambda fact: fact.start):
        things[about(fact), apart(fact)].setdefault(value(fact), fact)
    return [
        Contradiction(kind, name, [says(fact) for fact in values.values()], list(values.values()))
        for (name, _), values in things.items()
        if len(values) > 1
    ]


def time_of(fact: Any) -> str:
    period = fact.period if fact.kind == "retention" else fact.deadline
    return f"{period} (working days)" if getattr(fact, "working_days", False) else str(period)


def plain(quote: str) -> bool:
    """Whether a statement holds without a condition."""
    return not mentions("conditions", quote)


def words_of(phrase: str) -> str:
    """A noun phrase without its article or owner, in lower case."""
    return re.sub(r"^(?:the|your|their|our|any|all|a|an|您的|用户的)\s*", "", " ".join(phrase.lower().split()))


@cache
def broad() -> set[str]:
    return {words_of(phrase) for phrase in [*lists()["broad"]["words"], *lists()["broad"]["han"]]}


def mentions(of: str, *texts: str) -> bool:
    """Whether one of the texts has a word of this list of `contradictions.toml`."""
    return any(pattern(of).search(text) for text in texts)


@cache
def pattern(name: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in lists()[name]["words"])
    han = "|".join(re.escape(word) for word in lists()[name]["han"])
    return re.compile(rf"\b(?:{words})\b|{han}", re.IGNORECASE)


@cache
def lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("index") / "contradictions.toml").read_text(encoding="utf-8"))
