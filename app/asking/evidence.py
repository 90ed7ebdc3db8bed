"""Whether a policy answers a question: what speaks for it and what against, and how much each weighs.

Thresholds set by hand were right on the questions they were set by and wrong on others: of 101 questions about policies that nobody
had read 0.65 were answered with the right words, and of 33 that a policy does not answer 0.70 with silence; weighed 0.77 and 0.82, and with
what was learned of topics (`chances.py`) 0.82 and 0.88. The weights are learned from questions on written policies by
`python -m app.asking.weigh`, and stand with its figures in `evidence.toml`.
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
# The chance from which on a question is answered. Lower, more is answered and more that is not said is answered too: of 896 questions on
# written policies kept apart 0.818 answered with the right words and 98 of 159 others with silence from 0.65 on, 0.825 and 85 from 0.6,
# 0.797 and 106 from 0.7. That any fact on what is plainly asked answers in English too was tried, and answered more that is not said.
ENOUGH = 0.65


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells whether a policy answers, each from 0 to 1 or so.

    How a learned ranking orders the clauses is not part of it, since it has seen the questions that the weights are learned from.
    """

    nearness: float  # of the nearest clause, by meaning and words
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
        stated = any(topic.holds(fact) for fact in by_kind.get(topic.kind, ()))
        chances[OFF_TOPIC if topic.id == OFF_TOPIC else "stated" if stated else "unstated"].append(chance)
    return Evidence(
        nearness=max((hit.nearness for hit in hits), default=0.0),
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
