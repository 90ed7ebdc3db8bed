"""What a clause may be stating under a closed vocabulary (recipients, rights, measures, practices), and which of it is believed.

Rules propose: each names a label and the words it rests on. What surrounds the words and what the topic network thinks of the clause are
features; the judge, a small logistic model with readable weights, decides. Where the network alone is sure, it proposes too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.domain import Clause, Policy
from index.facts import QUOTE_LIMIT, Polarity
from ingest.context import BULLETS, Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import sentence
from ingest.rulebook import Rule, Rulebook
from ingest.tagger.topics import Scores

FIELD = {"sharing": "recipient_category", "right": "right", "security": "measure", "practice": "practice"}
# Measures whose denial says that the measure is not taken.
DENIABLE = ("encryption_transit", "encryption_rest", "encryption_unspecified", "end_to_end_encryption", "backup_recovery", "certification")
# Kinds of whose labels one clause seldom states many: which others are proposed tells. On recipients it raised the cross-validated F1 from
# 0.548 to 0.558 and on rights from 0.658 to 0.665; measures and practices stand together, and fell by 0.012 and 0.006.
EXCLUSIVE = ("sharing", "right")
# Kinds whose words say what is done: a denial among them denies it, where "you may ask us not to sell" denies no right.
ACTS = ("sharing", "practice")
# Tiers of rules that find recipients by their names.
NAMES = ("named", "company")
# A title in the line of what stands below it: a few words without a verb, ended as a sentence is.
TITLE = re.compile(r"[^.:!?。：]{2,70}[.:。：](?=\s+\S)")
VERB = re.compile(
    r"\b(?:we|you|they|it|i|is|are|was|were|be|will|may|can|could|do|does|did|not|never|no|has|have|shall|must)\b|不|我们|您", re.IGNORECASE
)
# Below this the network's own proposals were right once in thirty, and only cost time.
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
    """A label a clause may carry, with the hits that propose it (none when only the network does)."""

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
        if any(hit.rule.fields.get("polarity") == "no" for hit in self.hits):
            return "no"
        if self.kind == "security" and self.label not in DENIABLE:
            return "yes"
        if self.kind == "right" and not Context.of(self.clause.language).deadline["limits"].search(self.clause.plain):
            return "yes"
        return "no" if self.denied else "yes"

    def names(self) -> dict[str | None, Polarity]:
        """What the rules captured, as written, each stated or denied for itself: "we hold SOC 2, and are not ISO 27001 certified"."""
        context = Context.of(self.clause.language)
        found: dict[str | None, Polarity] = {}
        for hit in self.hits:
            if hit.words:
                denied = _denied(context, self.clause, self.kind, hit.start, hit.end, True)
                found.setdefault(self.clause.text[slice(*hit.words)], "no" if denied else "yes")
        return found


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
        # Under a label (第三方主体：某公司) a recipient is named outright: nothing is left to judge.
        if any(hit.rule.fields.get("plain") for hit in statement.hits) or tools.topics.believes(statement.kind, statement.features):
            yield statement


@dataclass
class Proposals:
    """What the rules say of a policy's clauses, kept: training asks for it with one network's scores after another's."""

    hits: dict[tuple[str, int], dict[str, list[Hit]]] = field(default_factory=dict)
    around: dict[tuple[str, int, int, int], tuple[dict[str, bool], bool]] = field(default_factory=dict)

    def of(self, clause: Clause, kind: str) -> dict[str, list[Hit]]:
        """The rules' matches in a clause, by label."""
        key = (kind, clause.ordinal)
        if key not in self.hits:
            found = self.hits[key] = defaultdict(list)
            for rule in Rulebook.load().of(kind, clause.language):
                if "cue" in rule.fields or not _beneath(clause, rule.fields.get("beneath")):
                    continue
                for match in rule.find(clause.plain):
                    found[rule.fields[FIELD[kind]]].append(Hit(rule, match.start(), match.end(), _words(match)))
        return self.hits[key]

    def surroundings(self, clause: Clause, kind: str, hits: Sequence[Hit]) -> tuple[dict[str, bool], bool]:
        """The frames that hold around the first hit below a title (or the clause), and whether a denial reaches it (or the clause end)."""
        told = next((hit for hit in hits if hit.start >= title_ends(clause)), hits[0] if hits else None)
        start, end = (told.start, told.end) if told else (0, len(clause.plain))
        key = (kind, clause.ordinal, start, end)
        if key not in self.around:
            context = Context.of(clause.language)
            self.around[key] = context.frame(kind, clause, start, end), _denied(context, clause, kind, start, end, bool(hits))
        return self.around[key]


def candidates(policy: Policy, kind: str, scores: Scores | None, proposals: Proposals | None = None) -> Iterator[Statement]:
    """Every statement of a kind that a rule or the network proposes, with the features it is judged by."""
    proposals = proposals or Proposals()
    named = {policy.vendor.id, policy.vendor.name, *policy.vendor.aliases, *policy.vendor.products}
    own_names = frozenset(name.lower() for name in named if len(name) > 2)
    for clause in policy.clauses:
        # The encoder reads English: on other languages the rules speak alone.
        seen = scores if scores and scores.reads(clause) else None
        hits = _of_others(clause, proposals.of(clause, kind), own_names)
        labels = dict.fromkeys([*hits, *(seen.above(clause, kind, PROPOSES) if seen else ())])
        for label in labels:
            own = tuple(hits.get(label, ()))
            yield _statement(clause, kind, label, own, tuple(hits), seen, *proposals.surroundings(clause, kind, own))


def _of_others(clause: Clause, hits: dict[str, list[Hit]], own_names: frozenset[str]) -> dict[str, list[Hit]]:
    """The hits without the vendor's own name: a list of well-known recipients may hold the vendor itself."""
    if not any(hit.rule.fields.get("tier") in NAMES for found in hits.values() for hit in found):
        return hits
    others = {label: [hit for hit in found if not _names_own(clause, hit, own_names)] for label, found in hits.items()}
    return {label: found for label, found in others.items() if found}


def _denied(context: Context, clause: Clause, kind: str, start: int, end: int, hit: bool) -> bool:
    """Whether a denial reaches the words a rule found, or an act among them ("your data is not sold"); without a hit, the clause's end."""
    if context.denies_list(clause) or (hit and context.denied_after(clause.plain, end)):
        return True
    if not hit:
        return context.denied(clause.plain, len(clause.plain) - 1)
    return context.denied(clause.plain, start) or (kind in ACTS and context.denied(clause.plain, end - 1))


def _names_own(clause: Clause, hit: Hit, own_names: frozenset[str]) -> bool:
    if hit.rule.fields.get("tier") not in NAMES or not hit.words:
        return False
    words = f" {' '.join(re.findall(r'[^ ,.]+', clause.text[slice(*hit.words)].lower()))} "
    return any(f" {name} " in words for name in own_names)


def _statement(
    clause: Clause, kind: str, label: str, hits: tuple[Hit, ...], proposed: tuple[str, ...], scores: Scores | None,
    frames: dict[str, bool], denied: bool,
) -> Statement:  # fmt: skip
    rivals = len(proposed)
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
        "listed": float(clause.text[:1] in BULLETS),
        "introduces": float(clause.plain.rstrip().endswith((":", "："))),
        "question": float(bool(clause.section) and clause.section[-1].rstrip().endswith(("?", "？"))),
    }
    if kind in EXCLUSIVE:
        features[f"label:{label}:rivals"] = min(rivals, 5) / 5
        features |= {f"{label} beside {other}": 1.0 for other in proposed if other != label}
    for hit in hits:
        features[f"tier:{hit.rule.fields.get('tier', 'cue')}"] = 1.0
        features[f"rule:{hit.rule.id}"] = 1.0
    if scores:
        own, whole = scores.label(clause, kind, label), scores.kind(clause, kind)
        features |= {
            "network": own / 3,
            "network:kind": whole / 3,
            "network:hit": own / 3 * bool(hits),
            "network:kind:hit": whole / 3 * bool(hits),
            "network:rank": scores.rank(clause, kind, label),
            "network:beside": scores.near(clause, kind, 1) / 3,
            "network:around": scores.near(clause, kind, 4) / 3,
            "network:likely": max(0.0, own + 1) / 3,
            "network:ahead": scores.ahead(clause, kind, label) / 3,
            "network:first": float(scores.ahead(clause, kind, label) >= 0),
            "network:before": max(-2.0, scores.beside(clause, kind, label, -1) / 3),
            "network:after": max(-2.0, scores.beside(clause, kind, label, 1) / 3),
            "place": clause.ordinal / len(scores.logits),
            f"network:{label}": own / 3,
            **{f"network:other:{other}": max(-2.0, scores.kind(clause, other) / 3) for other in FIELD if other != kind},
        }
    return Statement(clause, kind, label, hits, denied, features)


def title_ends(clause: Clause) -> int:
    """Where the title ends that a clause begins with ("**Sales.** We never sell …"), 0 where there is none: a title denies nothing."""
    title = TITLE.match(clause.plain)
    return title.end() if title and not VERB.search(title.group()) else 0


def _beneath(clause: Clause, words: str | None) -> bool:
    """Whether the clause stands beneath these words: its headings and lead-in, or the column of a table, end with them."""
    return words is None or bool(re.search(words, " / ".join([*clause.section[-2:], (clause.lead or "").rstrip()]), re.IGNORECASE))


def _words(match: re.Match[str]) -> tuple[int, int] | None:
    """Where the words that a rule captured stand."""
    return next((match.span(name) for name, words in match.groupdict().items() if words), None)
