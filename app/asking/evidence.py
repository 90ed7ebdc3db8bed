"""Whether a policy answers a question: what speaks for it and what against, and how much each weighs.

Thresholds set by hand were right on the questions they were set by and wrong on others. The weights are learned from questions on real
policies by `python -m app.learning.weigh`, and stand with its figures in `evidence.toml`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from app.asking.question import Question, same_certificate
from app.asking.topics import OFF_TOPIC, Topic
from index import words
from index.highlight import Stems
from index.periods import periods
from index.search import WORDS_HALF, Hit
from index.variants import HAN

# `python -m app.learning.weigh` writes it.
KEPT = Path(__file__).with_name("evidence.toml")
# In so many of the first clauses a certificate that is named is looked for; in so many a length of time, and a fact on what is asked.
LOOKED_THROUGH, FIRST = 10, 3
# A word of the question that stands in a clause's headings or lead-in alone tells so much of what it tells in the clause.
ABOVE = 0.7
# Taken for how well a clause holds a question's wordpieces where none are compared, for another model or a question in Chinese: a little
# more than the 0.53 of clauses that answer, since all else tells less of such a question.
USUAL = 0.6
# The chance from which on a question is answered: where, policies kept apart, most of 2,344 questions that real policies answer are taken
# to be answered (0.91), most of 894 others, near misses for the most part, are met with silence (0.69), and most of 480 that no policy
# speaks of (0.86); from 0.6 on 0.89, 0.71 and 0.90, from 0.5 on 0.93, 0.67 and 0.85. Left out, since nothing was gained: the nearest
# cosine, how near an example is, whether a fact on what is asked is stated; how much of the question the clauses hold by weight, the lead
# of the first clause, the size of the policy; boosted trees instead of weights. Question and clause read together by three more layers,
# tuned on the same questions, would meet 0.02 to 0.03 more of the others with silence, and double the time of an answer in doubt.
# The question's vector, alone or times its clause's, told more of the near misses of those who wrote what it learned from, and no more on
# questions of others.
ENOUGH = 0.55


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells whether a policy answers, each from 0 to 1 or so."""

    score: float  # the highest of a clause found, wordpieces left aside
    words: float  # what its word score adds to that, from 0 to 1: less than meaning and facts do
    matched: float  # how well the clause that holds most of the question's wordpieces holds them; the usual where none are compared
    favoured: float  # what a fact on what is asked adds to the score of one of the first clauses
    likeliest: float  # how likely the likeliest topic is: what is plainly asked is plainly answered, or not at all
    unstated: float  # how likely it asks for something on which the vendor states no fact
    off_topic: float  # how likely it asks for nothing that a policy speaks of
    no_certificate: bool  # a certificate is named, and no clause near names it
    time: float  # how likely it asks for a period or a deadline
    no_time: bool  # a length of time is asked for in so many words, and none of the first clauses states one
    unsaid: float  # how many of its words no clause found holds: a clause as near as that answers in words of its own
    by_example: bool  # topics are told by examples alone, as of a question in Chinese, and seem likelier than they are
    unmeasured: float  # how likely it asks for a measure of security, times what the most telling word tells that the first clauses lack


NAMES = tuple(field.name for field in fields(Evidence))


def evidence(question: Question, hits: Sequence[Hit], held: Sequence[Any]) -> Evidence:
    """The evidence that a vendor which states the facts `held`, and of whose clauses `hits` are the nearest, answers."""
    by_kind: dict[str, list[Any]] = {}
    for fact in held:
        by_kind.setdefault(fact.kind, []).append(fact)
    chances: dict[str, list[float]] = {"unstated": [0.0], OFF_TOPIC: [0.0], "time": [0.0], "security": [0.0]}
    for chance, topic in question.likely:
        if topic.id == OFF_TOPIC:
            chances[OFF_TOPIC].append(chance)
        elif not _states(topic, question, by_kind.get(topic.kind, ())):
            chances["unstated"].append(chance)
        if topic.kind == "retention" or topic.needs == "deadline":
            chances["time"].append(chance)
        elif topic.kind == "security":
            chances["security"].append(chance)
    first = hits[:FIRST]
    unsaid, lacking = _lacking(question.text, hits)
    return Evidence(
        score=max((hit.score - hit.tokens for hit in hits), default=0.0),
        words=_share(first[0].words or 0.0) if first else 0.0,
        matched=max((hit.tokens for hit in hits), default=0.0) or USUAL,
        favoured=max((hit.topic for hit in first), default=0.0),
        likeliest=max((chance for chance, _ in question.likely), default=0.0),
        unstated=max(chances["unstated"]),
        off_topic=max(chances[OFF_TOPIC]),
        no_certificate=question.certificate is not None
        and not any(same_certificate(question.certificate, hit.clause.text) for hit in hits[:LOOKED_THROUGH]),
        time=max(chances["time"]),
        no_time="asks_time" in question.flags and not any(any(periods(hit.clause.text)) for hit in first),
        unsaid=unsaid,
        by_example=not question.chance,
        unmeasured=max(chances["security"]) * lacking,
    )


def _share(score: float) -> float:
    return score / (score + WORDS_HALF)


def _states(topic: Topic, question: Question, held: Sequence[Any]) -> bool:
    """Whether a vendor states a fact on a topic. Every policy says something of what is collected: there only data that is named tells."""
    if topic.kind == "collection":
        return not question.categories or any(fact.category in question.categories for fact in held)
    return any(topic.holds(fact) for fact in held)


def _lacking(question: str, hits: Sequence[Hit]) -> tuple[float, float]:
    """How many words of a question no clause found holds, nor anything related to them; and of those that some hold how rare among the
    clauses found the rarest is that the first lack."""
    asked = [Stems.of([term]) for term in words.terms(question) if not HAN.search(term)]
    texts = [hit.clause.text.lower() for hit in hits]
    above = [" ".join([*hit.clause.section, hit.clause.lead or ""]).lower() for hit in hits[:FIRST]]
    lacking, unsaid = [0.0] * len(above), 0
    for term in asked if hits else ():
        held = [term.weight(text) for text in texts]
        unsaid += not any(held)
        if holding := held.count(1.0):
            rare = math.log((len(texts) + 1) / (holding + 0.5))
            lacking = [max(least, rare * (1 - max(held[at], ABOVE * term.weight(above[at])))) for at, least in enumerate(lacking)]
    return float(unsaid), min(lacking, default=0.0)


def answers(found: Evidence) -> bool:
    """Whether it is likely enough that the policy answers."""
    return chance(found) >= ENOUGH


def chance(found: Evidence) -> float:
    """How likely it is that the policy answers, 0 to 1, as far as the questions learned from tell: that policies speak of it at all, times
    that this one does."""
    return math.prod(likely(weights, found) for weights in _weights().values())


def likely(weights: Mapping[str, float], found: Evidence) -> float:
    """What these weights, of each piece of evidence and the bias, make of it, 0 to 1."""
    odds = weights["bias"] + sum(weights[name] * value for name, value in zip(NAMES, astuple(found), strict=True))
    return 1 / (1 + math.exp(-odds))


@cache
def _weights() -> dict[str, dict[str, float]]:
    return tomllib.loads(KEPT.read_text(encoding="utf-8"))
