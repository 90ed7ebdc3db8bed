"""What is collected, from Chinese clauses: words of the lexicon that the judge takes for stated or denied, as facts.

The shipped encoder reads English, so here words, cues and characters decide: `mentions_zh.py` finds the words and their verbs,
`features_zh.py` says what surrounds them, `ingest/tagger/chinese.py` weighs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from index import taxonomy
from index.domain import Policy
from index.facts import Collection
from ingest.evidence import evidence
from ingest.extract import fields_zh
from ingest.extract.features_zh import Features, judged
from ingest.extract.fields_zh import holds
from ingest.extract.mentions_zh import Word
from ingest.extract.tools import Tools
from ingest.tagger.chinese import Judge

QUOTE = 400
# Verbs that a statement is quoted from; of the others the sentence is.
STATING = ("take", "give", "send", "use", "local")


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Collection]:
    """Each kind of data a Chinese clause says is collected, or says is not; the same words once in a clause."""
    yield from stated(policy, judged(policy), Judge.load())


def stated(policy: Policy, words: Iterable[tuple[Word, Features]], judge: Judge) -> Iterator[Collection]:
    """What a judge makes of the words for data of a policy."""
    controller = any(holds("role", "controller", clause.plain) for clause in policy.clauses)
    best: dict[tuple[Any, ...], tuple[float, Collection]] = {}
    for word, features in words:
        polarity = judge.polarity(word.verdict, features)
        if polarity is None:
            continue
        fact = _fact(policy, word, polarity, features, controller, judge)
        key = (fact.category, fact.span, fact.polarity, word.clause.id)
        chance = judge.chance("stated", features)
        # Of two statements of the same thing in one clause the surer is kept.
        if key not in best or chance > best[key][0]:
            best[key] = (chance, fact)
    yield from (fact for _, fact in best.values())


def _fact(policy: Policy, word: Word, polarity: str, features: Features, controller: bool, judge: Judge) -> Collection:
    clause, mention = word.clause, word.mention
    span = (clause.start + mention.start, clause.start + word.end)
    purpose = fields_zh.purpose(clause, word)
    verb = word.verb
    origin = verb.rule if verb and word.verdict == polarity else "chinese"
    return Collection(
        **{**evidence(policy, *_quote(word), origin, clause), "polarity": polarity},
        span=policy.text[span[0] : span[1]],
        span_start=span[0],
        span_end=span[1],
        category=mention.category,
        group=taxonomy.group_of(mention.category),
        source=judge.source(fields_zh.source(clause, word), features),
        role=fields_zh.role(policy, clause, word, controller),
        necessity=fields_zh.necessity(policy, clause, word),
        purpose=purpose,
        purpose_category=fields_zh.purpose_category(purpose),
        generic=mention.generic,
    )


def _quote(word: Word) -> tuple[int, int]:
    """From the verb, or its denial, to the word; from the word to the verb where that comes after; at most 400 characters."""
    start, end, cue = word.mention.start, word.end, word.cue
    if cue and (cue.kind in STATING or cue.denied is not None):
        first = cue.start if cue.denied is None else min(cue.start, cue.denied)
        start, end = min(start, first), max(end, cue.end)
    else:
        start = word.sentence.start
    if end - start > QUOTE:
        start = max(start, word.mention.end - QUOTE)
        end = min(end, start + QUOTE)
    return word.clause.start + start, word.clause.start + end
