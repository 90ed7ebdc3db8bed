"""What a clause may be stating under a closed vocabulary (recipients, rights, measures, practices), and which of it is believed.

Rules propose: each names a label and the words it rests on. What surrounds the words and what the topic head thinks of the clause are
features; the judge, a small logistic model with readable weights, decides. Where the head alone is sure, it proposes too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from index.domain import Clause, Policy
from index.facts import QUOTE_LIMIT, Polarity
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import sentence
from ingest.rulebook import Rule, Rulebook
from ingest.tagger.topics import Scores

FIELD = {"sharing": "recipient_category", "right": "right", "security": "measure", "practice": "practice"}
# Measures whose denial says that the measure is not taken.
DENIABLE = ("encryption_transit", "encryption_rest", "encryption_unspecified", "backup_recovery", "certification")
# Below this the head's own proposals were right once in thirty, and only cost time.
PROPOSES = -1.5


@dataclass(frozen=True)
class Hit:
    """A rule's match in a clause: offsets count from the clause's start; `words` is what the rule captured, if anything."""

    rule: Rule
    start: int
    end: int
    words: tuple[int, int] | None


@dataclass(frozen=True)
class Statement:
    """A label a clause may carry, with the hits that propose it (none when only the head does)."""

    clause: Clause
    kind: str
    label: str
    hits: tuple[Hit, ...]
    denied: bool
    features: Mapping[str, float]

    @property
    def origin(self) -> str:
        return self.hits[0].rule.id if self.hits else "topics"

    @property
    def polarity(self) -> Polarity:
        """`no` where a denial reaches the words, and denying them withholds: "we never combine" is a measure, "not encrypted" is none."""
        if self.kind == "security" and self.label not in DENIABLE:
            return "yes"
        if self.kind == "right" and not Context.of(self.clause.language).deadline["limits"].search(self.clause.plain):
            return "yes"
        return "no" if self.denied else "yes"

    def names(self) -> list[str]:
        """What the rules captured, as written."""
        return [self.clause.text[slice(*hit.words)] for hit in self.hits if hit.words]


def quoted(policy: Policy, statement: Statement) -> dict[str, Any]:
    """The evidence of a statement: its clause, or where that is too long the part around what the rules found."""
    clause = statement.clause
    start = clause.start
    if clause.end - clause.start > QUOTE_LIMIT and statement.hits:
        hit = statement.hits[0]
        start, end = sentence(policy.plain, clause.start + hit.start, clause.start + hit.end, clause.start, clause.end)
        return evidence(policy, start, end, statement.origin, clause)
    return evidence(policy, start, clause.end, statement.origin, clause)


def believed(policy: Policy, tools: Tools, kind: str) -> Iterator[Statement]:
    """The statements of a kind that the judge believes, in the order of the text."""
    scores = tools.scores(policy)
    for statement in candidates(policy, kind, scores):
        if tools.topics.believes(statement.kind, statement.features):
            yield statement


def candidates(policy: Policy, kind: str, scores: Scores | None) -> Iterator[Statement]:
    """Every statement of a kind that a rule or the head proposes, with the features it is judged by."""
    book = Rulebook.load()
    for clause in policy.clauses:
        # The encoder reads English: on Chinese the rules speak alone.
        seen = scores if scores and not clause.language.startswith("zh") else None
        hits: dict[str, list[Hit]] = defaultdict(list)
        for rule in book.of(kind, clause.language):
            for match in rule.find(clause.plain):
                hits[rule.fields[FIELD[kind]]].append(Hit(rule, match.start(), match.end(), _words(match)))
        labels = dict.fromkeys([*hits, *(seen.above(clause, kind, PROPOSES) if seen else ())])
        for label in labels:
            yield _statement(clause, kind, label, tuple(hits.get(label, ())), len(hits), seen)


def _statement(clause: Clause, kind: str, label: str, hits: tuple[Hit, ...], rivals: int, scores: Scores | None) -> Statement:
    context = Context.of(clause.language)
    start, end = (hits[0].start, hits[0].end) if hits else (0, len(clause.plain))
    frames = context.frame(kind, clause, start, end)
    denied = (
        any(context.denied(clause.plain, hit.start) for hit in hits[:1]) if hits else context.denied(clause.plain, len(clause.plain) - 1)
    )
    features = {name: 1.0 for name, holds in frames.items() if holds}
    if hits:
        features |= {f"hit:{name}": 1.0 for name in frames if frames[name]} | {f"{label}:{name}": 1.0 for name in frames if frames[name]}
    features |= {
        "hit": float(bool(hits)),
        "denied": float(denied),
        "rivals": min(rivals, 5) / 5,
        "short": float(len(clause.plain) < 50),
        "length": math.log1p(len(clause.plain)) / 6,
        "led": float(clause.lead is not None),
        "chinese": float(clause.language.startswith("zh")),
        f"label:{label}": 1.0,
        f"label:{label}:hit": float(bool(hits)),
    }
    for hit in hits:
        features[f"tier:{hit.rule.fields.get('tier', 'cue')}"] = 1.0
        features[f"rule:{hit.rule.id}"] = 1.0
    if scores:
        own, whole = scores.label(clause, kind, label), scores.kind(clause, kind)
        features |= {
            "head": own / 3,
            "head:kind": whole / 3,
            "head:hit": own / 3 * bool(hits),
            "head:kind:hit": whole / 3 * bool(hits),
            "head:rank": scores.rank(clause, kind, label),
            "head:beside": scores.near(clause, kind, 1) / 3,
            "head:around": scores.near(clause, kind, 4) / 3,
            "head:likely": max(0.0, own + 1) / 3,
        }
    return Statement(clause, kind, label, hits, denied, features)


def _words(match: re.Match[str]) -> tuple[int, int] | None:
    """Where the words that a rule captured stand."""
    return next((match.span(name) for name, words in match.groupdict().items() if words), None)
