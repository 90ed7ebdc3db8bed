"""What a Chinese statement of collection says beside the kind of data: source, role, necessity and purpose.

The words are the rules of `rules/zh/collection.toml`; here is only where each is looked for: the phrase, the sentence up to it, the remark
that follows ("上述信息…", "如您拒绝提供…"), the lead-in, the headings.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from index import lexicon
from index.domain import Clause, Policy
from index.facts import Necessity, Polarity, Role, Source
from index.lexicon import Mention
from ingest.governors import Cue, Sentence
from ingest.rulebook import FOLDER, Rule, Rulebook

_SENTENCE = re.compile(r"[^。；]+[。；]?")


@dataclass(frozen=True)
class Found:
    """A word for data in a clause and the verb it is read with; offsets count from the clause's start.

    `cue` is a verb of the clause, `borrowed` one of its lead-in or heading; `polarity` is what that verb says of the word by itself.
    """

    mention: Mention
    sentence: Sentence
    cue: Cue | None
    borrowed: Cue | None
    polarity: Polarity | None

    @property
    def verb(self) -> Cue | None:
        return self.cue or self.borrowed

    def phrase(self, text: str) -> str:
        """The phrase the word stands in."""
        return next((text[one.start : one.end] for one in self.sentence.phrases if one.start <= self.mention.start < one.end), "")


def source(clause: Clause, found: Found) -> Source:
    """Who brings the data about: the sentence up to the word says it, or the verb, or the kind of data does."""
    category, text = found.mention.category, clause.plain
    before = text[found.sentence.start : found.mention.end]
    usual = table("usual")
    own = found.phrase(text)
    if holds("source", "third_party", before):
        return "third_party"
    if category not in usual["automatic"] and any(holds("source", "third_party", title + "收集") for title in clause.section[-1:]):
        return "third_party"
    if found.cue and found.cue.kind == "give":
        return "provided"
    if holds("source", "provided", text[found.cue.end if found.cue else found.sentence.start : found.mention.end]):
        return "provided"
    if category in usual["automatic"] or (category not in usual["mostly_provided"] and holds("source", "automatic", own)):
        return "automatic"
    if category in usual["provided"] or category in usual["mostly_provided"]:
        return "provided"
    return "provided" if holds("source", "provided", before) else "unspecified"


def role(policy: Policy, clause: Clause, found: Found, controller: bool) -> Role:
    """`processor` where the clause, its lead-in, a heading or the next sentence on the same data says that the customer decides."""
    around = [clause.plain, clause.lead or "", *clause.section]
    following = policy.clauses[clause.ordinal + 1 : clause.ordinal + 2]
    around += [later.plain for later in following if later.section == clause.section and _speaks_of(later.plain, found.mention.category)]
    if any(holds("role", "processor", text) for text in around):
        return "processor"
    return "controller" if controller else "unspecified"


def _speaks_of(text: str, category: str) -> bool:
    return any(mention.category == category for mention in lexicon.load().find(text))


def necessity(policy: Policy, clause: Clause, found: Found) -> Necessity:
    """Whether one may say no: in the phrase, in the sentence up to it, in the remark that follows, or above."""
    text = clause.plain
    end = next(one.end for one in found.sentence.phrases if one.start <= found.mention.start < one.end)
    for said in (found.phrase(text), _remarks(policy, clause, end), text[found.sentence.start : end]):
        if holds("necessity", "optional", said):
            return "optional"
        if holds("necessity", "required", said):
            return "required"
    for title in (clause.lead or "", *reversed(clause.section)):
        if holds("title_necessity", "optional", title):
            return "optional"
        if holds("title_necessity", "required", title):
            return "required"
    return "unspecified"


def purpose(clause: Clause, found: Found) -> str | None:
    """The stated purpose, verbatim: in the sentence, else in the lead-in; a function that is used is one too."""
    said = clause.plain[found.sentence.start : found.sentence.end]
    for name in ("purpose", "function"):
        for text in (said, clause.lead or ""):
            for rule in named("word", name):
                if match := next(rule.find(text), None):
                    return " ".join(next(words for words in match.groups() if words).split())
    return None


def purpose_category(words: str | None) -> str | None:
    """The purpose's category: the first that its first phrase names, else the rest."""
    if words is None:
        return None
    first, *rest = re.split(r"[,，、]", words, maxsplit=1)
    for text in (first, *rest):
        if found := next((name for name, pattern in table("purposes").items() if re.search(pattern, text)), None):
            return found
    return "any_other"


def _remarks(policy: Policy, clause: Clause, end: int) -> str:
    """What follows the phrase and speaks of it: of the rest of its paragraph, the sentences on "the above" or on refusing it."""
    rest = clause.plain[end:]
    for later in policy.clauses[clause.ordinal + 1 : clause.ordinal + 4]:
        if later.number or later.section != clause.section:
            break
        rest += later.plain
    return "".join(sentence for sentence in _SENTENCE.findall(rest) if holds("word", "remark", sentence))


def holds(field: str, value: str, text: str) -> bool:
    """Whether a rule that gives the field this value finds something in the text."""
    return any(next(rule.find(text), None) for rule in named(field, value))


@cache
def named(field: str, value: str) -> tuple[Rule, ...]:
    """The rules on Chinese collection that give a field a value."""
    return tuple(rule for rule in Rulebook.load().of("collection", "zh") if rule.fields.get(field) == value)


@cache
def table(name: str) -> dict[str, Any]:
    """A table of `rules/zh/collection.toml` beside its rules."""
    content: dict[str, Any] = tomllib.loads((FOLDER / "zh" / "collection.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = content[name]
    return found
