"""Whether a policy answers a question: what speaks for it and what against, and how much each weighs.

Thresholds set by hand were right on the questions they were set by and wrong on others: of 101 questions about policies that nobody had
read 0.65 were answered with the right words, and of 33 that a policy does not answer 0.70 with silence; weighed, 0.77 and 0.82. The weights
are learned from questions on written policies by `python -m app.asking.weigh`, and stand with its figures in `evidence.toml`.
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
from index.search import Hit

# In so many of the first clauses a certificate that is named is looked for.
LOOKED_THROUGH = 10
# From this certainty on it counts against an answer that no fact is on the topic.
PLAIN = 0.4
# The chance from which on a question is answered. Lower, more is answered and more that is not said is answered too: on written policies
# kept apart, 0.85 answered with the right words and 0.55 silent from 0.72 on, 0.83 and 0.62 from 0.77, 0.86 and 0.53 from 0.70. That any
# fact on what is plainly asked answers in English too was tried: from 0.72 on it found no more there, and answered more that is not said.
ENOUGH = 0.72


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells whether a policy answers, each from 0 to 1 or so.

    How a learned ranking orders the clauses is not part of it, since it has seen the questions that the weights are learned from.
    """

    nearness: float  # of the nearest clause, by meaning and words
    meaning: float  # cosine of the clause nearest in meaning
    stated: float  # how likely the question is about something on which the vendor states any fact
    unstated: float  # how plain the topic is, where no fact is on it
    no_topic: bool  # nothing is recognised, so that no fact could be found: what clauses say counts for more
    no_certificate: bool  # a certificate is named, and no clause near names it


NAMES = tuple(field.name for field in fields(Evidence))


def evidence(question: Question, hits: Sequence[Hit], held: Sequence[Any], decisive: bool) -> Evidence:
    """The evidence that a vendor which states the facts `held`, and of whose clauses `hits` are the nearest, answers.

    `decisive`: whether one of the facts is on what is asked.
    """
    by_kind: dict[str, list[Any]] = {}
    for fact in held:
        by_kind.setdefault(fact.kind, []).append(fact)
    return Evidence(
        nearness=max((hit.nearness for hit in hits), default=0.0),
        meaning=max((hit.meaning or 0.0 for hit in hits), default=0.0),
        stated=sum(likely for likely, topic in question.likely if any(topic.holds(fact) for fact in by_kind.get(topic.kind, ()))),
        unstated=0.0 if decisive else max(question.certainty - PLAIN, 0.0),
        no_topic=not question.topics,
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
