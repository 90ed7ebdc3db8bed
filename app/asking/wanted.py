"""What an answer must hold for a question that asks for just that (`wanted.toml`): a company by name, a country, an exact time, an officer.

"Which company takes the card payments?" is answered by a name, and not by "our payment processors": there the policy does not say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.asking.companies import named, without_capital
from app.asking.cues import compiled, parts
from app.asking.evidence import LOOKED_THROUGH
from app.asking.question import Question
from index.countries import places
from index.periods import periods
from index.search import Hit

# A clause whose score is further behind the first one's speaks of something else, whatever it names.
BEHIND = 0.33
# What a policy says of its vendor itself is answered by the vendor's own name.
OF_ITSELF = ("document", "contact")


@dataclass(frozen=True)
class Wanted:
    """A kind of thing that is asked for. `shown`: how a clause holds it; none for those that code tells. `itself`: the vendor's own."""

    name: str
    asked: tuple[re.Pattern[str], ...]
    shown: tuple[re.Pattern[str], ...]
    itself: bool

    def held(self, text: str, question: Question, ordinary: frozenset[str]) -> bool:
        """Whether a clause holds one, other than what the question names. `ordinary`: words that the policy writes without a capital."""
        if self.name == "company":
            return named(text, question.text, question.vendors, ordinary)
        if self.name == "country":
            asked = {place.country for place in places(question.text)}
            return any(place.country and place.country not in asked for place in places(text))
        if self.name == "length":
            return any(True for _ in periods(text))
        return any(pattern.search(text) for pattern in self.shown)


def asked(question: Question) -> list[Wanted]:
    """What the answer must hold; nothing for a question that asks for more than one thing. Who the vendor itself is tells its own name."""
    if len(parts(question.text)) > 1:
        return []
    itself = bool(question.topics) and question.topics[0].kind in OF_ITSELF
    wanted = (each for each in kinds() if each.itself or not itself)
    return [each for each in wanted if any(pattern.search(question.text) for pattern in each.asked)]


def holding(question: Question, hits: Sequence[Hit], held: Sequence[Any]) -> list[Hit] | None:
    """The first hits that hold what is asked for, or deny it; None for a question that asks for nothing in particular. `held`: the vendor's
    facts.

    Of 70 such questions that real policies do not answer, and that seemed answered, 49 are met with silence by this, and 5 of 66 that they
    do answer; the right clause is among the first three for 50 of these 66 and not 53.
    """
    if not (wanted := asked(question)):
        return None
    told = {fact.clause for fact in held if fact.polarity == "no" and any(topic.holds(fact) for topic in question.topics)}
    if any(each.name == "country" for each in wanted):
        # By a city or a cloud's region, too.
        known = {None, *(place.country for place in places(question.text))}
        told |= {fact.clause for fact in held if fact.kind == "storage_location" and fact.country not in known}
    # The best come first, so that these are the first of `texts` too.
    first = [hit for hit in hits[:LOOKED_THROUGH] if hit.score >= hits[0].score - BEHIND]
    texts = [" ".join((*hit.clause.section[-1:], hit.clause.lead or "", hit.clause.text)) for hit in hits]
    ordinary = without_capital(texts)
    return [
        hit
        for hit, text in zip(first, texts[: len(first)], strict=True)
        if hit.clause.id in told or all(each.held(text, question, ordinary) for each in wanted)
    ]


def naming(question: Question, facts: Sequence[Any]) -> list[Any]:
    """Of these facts the recipients by name, where all of a vendor's companies are asked for ("Which sub-processors does it use?")."""
    if not question.plain or all(each.name != "company" for each in asked(question)):
        return []
    ordinary = without_capital([fact.quote for fact in facts])
    received = [fact for fact in facts if fact.kind == "sharing" and fact.polarity == "yes" and fact.recipient]
    return [fact for fact in received if named(fact.recipient, question.text, question.vendors, ordinary)]


def stating(question: Question, facts: Sequence[Any]) -> list[Any]:
    """Of facts that state and deny those that state, where it is asked who or which: "we share it with nobody else" names nobody."""
    stated = [fact for fact in facts if fact.polarity == "yes"]
    mixed = question.plain and "asks_which" in question.flags and len(stated) < len(facts)
    return stated if mixed and not asked(question) else []


@cache
def kinds() -> tuple[Wanted, ...]:
    """What `wanted.toml` holds."""
    table = tomllib.loads((files("app") / "asking" / "wanted.toml").read_text(encoding="utf-8"))
    return tuple(
        Wanted(name, compiled(row["asked"]), compiled(row.get("shown", ())), row.get("itself", False)) for name, row in table.items()
    )
