"""Whether a policy answers a question: what speaks for it and what against, and how much each weighs.

Thresholds set by hand were right on the questions they were set by and wrong on others. The weights are learned from questions on real
policies by `python -m app.asking.weigh`, and stand with its figures in `evidence.toml`. Learned from those on 21 policies, of 84 that 21
others do not answer they met 0.81 with silence and answered 0.76 of 211 with the right words, where weights learned from written policies
did 0.65 and 0.81; from all, of 33 on 11 further ones 0.88 and of 101 0.84, instead of 0.88 and 0.82.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from app.asking.question import Question, same_certificate
from app.asking.topics import OFF_TOPIC
from index.search import Hit

# In so many of the first clauses a certificate that is named is looked for.
LOOKED_THROUGH = 10
# The chance from which on a question is answered. Lower, more is answered and more that is not said is answered too: of 211 questions on
# 21 real policies kept apart 161 with the right words and 68 of 84 others with silence, 171 and 62 from 0.6 on. Left out, since on them
# nothing was gained: how many words of the question the clauses or the policy hold, the lead of the first clause, whether a fact on what is
# asked stands in one of the first, a length of time where one is asked for, the size of the policy, the language; and boosted trees instead
# of weights, which answered 167 and 62, and on other policies less. That any fact on what is plainly asked answers was right for 2 that the
# weights had not answered, and wrong for 6.
ENOUGH = 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells whether a policy answers, each from 0 to 1 or so."""

    score: float  # of the first clause found
    meaning: float  # cosine of the clause nearest in meaning
    plain: float  # how near the question is to an example: clauses that answer a plain question sound like it, and need not otherwise
    stated: float  # how likely it asks for something on which the vendor states a fact
    unstated: float  # how likely it asks for something on which the vendor states none
    off_topic: float  # how likely it asks for nothing that a policy speaks of
    no_certificate: bool  # a certificate is named, and no clause near names it


NAMES = tuple(field.name for field in fields(Evidence))


def evidence(question: Question, hits: Sequence[Hit], held: Sequence[Any]) -> Evidence:
    """The evidence that a vendor which states the facts `held`, and of whose clauses `hits` are the nearest, answers."""
    by_kind: dict[str, list[Any]] = {}
    for fact in held:
        by_kind.setdefault(fact.kind, []).append(fact)
    chances: dict[str, list[float]] = {"stated": [0.0], "unstated": [0.0], OFF_TOPIC: [0.0]}
    for chance, topic in question.likely:
        if topic.id == OFF_TOPIC:
            chances[OFF_TOPIC].append(chance)
        elif topic.kind != "collection":
            chances["stated" if any(topic.holds(fact) for fact in by_kind.get(topic.kind, ())) else "unstated"].append(chance)
        elif question.categories:
            # Every policy says something of what is collected: only a kind of data that is named tells.
            named = any(fact.category in question.categories for fact in by_kind.get("collection", ()))
            chances["stated" if named else "unstated"].append(chance)
    return Evidence(
        score=max((hit.score for hit in hits), default=0.0),
        meaning=max((hit.meaning or 0.0 for hit in hits), default=0.0),
        plain=question.certainty,
        **{name: max(each) for name, each in chances.items()},
        no_certificate=question.certificate is not None
        and not any(same_certificate(question.certificate, hit.clause.text) for hit in hits[:LOOKED_THROUGH]),
    )


def answers(found: Evidence) -> bool:
    """Whether it is likely enough that the policy answers."""
    return chance(found) >= ENOUGH


def chance(found: Evidence) -> float:
    """How likely it is that the policy answers, 0 to 1, as far as the questions learned from tell."""
    weights = _weights()
    odds = weights["bias"] + sum(weights[name] * value for name, value in zip(NAMES, astuple(found), strict=True))
    return 1 / (1 + math.exp(-odds))


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = tomllib.loads((files("app") / "asking" / "evidence.toml").read_text(encoding="utf-8"))["weights"]
    return weights
