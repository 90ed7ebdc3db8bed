"""Whether a fact that was found in one version of a document alone is said in the other too, in the same words or nearly.

If so, it was our reading that changed and not the vendor's words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from index import lexicon
from index.alignment import LONG, Alignment, Side, common_share, padded, piece_of, words

# Kinds that hold no value (a period, an address): their words say it all.
REWORDED = {"security", "right", "practice", "sharing"}
# In what a clause became, a sentence is known again by less: this share of its words, none that denies and no number among the others.
NEARLY = 0.7
# Words that deny; "t" is what is left of "doesn't".
DENYING = frozenset({"no", "not", "never", "nor", "neither", "without", "t", "cannot", "不", "未", "无", "没", "勿", "非"})


@dataclass(frozen=True)
class OtherVersion:
    """The version in which a fact was not found, and what was found there."""

    alignment: Alignment
    side: Side
    facts: Collection[Any]

    def has_sentence(self, fact: Any) -> bool:
        """Whether this version has the fact's words as they are, and enough of them to say the same below any heading."""
        if fact.kind == "contact" and fact.channel == "email":
            return fact.value.casefold() in self._written  # an address behind a link is no word of the sentence
        return fact.clause in self.alignment.unchanged or (len(words(fact.quote)) >= LONG and self.side.holds(fact.quote))

    def says(self, fact: Any) -> bool:
        """Whether this version has the words of the fact too, or nearly."""
        if self.has_sentence(fact):
            return True
        if fact.kind == "contact":
            return self.side.holds(fact.value)
        if self.side.holds(fact.quote):
            return True
        if fact.kind == "collection":
            return self._denies(fact) if fact.polarity == "no" else self._names(fact)
        return _by_its_words(fact) and self._has_nearly(fact)

    def _has_nearly(self, fact: Any) -> bool:
        """Whether nearly all words of a sentence stand between others in a clause that is new or reworded."""
        quote = words(fact.quote)
        became = self._became(fact)
        return any(
            piece_of(quote, self.side.words[at]) or (at in became and _nearly(quote, self.side.words[at]))
            for at in self.alignment.fresh(self.side)
        )

    def _names(self, fact: Any) -> bool:
        """Whether a type of data is named where data is collected, or in what the clause became, found or not."""
        named = padded(words(fact.span))
        places = [*self._became(fact), *(at for at in self.alignment.fresh(self.side) if self.side.clauses[at].id in self._collecting)]
        return any(named in padded(self.side.words[at]) for at in places)

    def _denies(self, fact: Any) -> bool:
        """Whether what the clause became names the type of data and denies something."""
        return any(
            DENYING & set(self.side.words[at])
            and any(mention.category == fact.category for mention in lexicon.load().find(self.side.clauses[at].text))
            for at in self._became(fact)
        )

    def _became(self, fact: Any) -> list[int]:
        return self.alignment.counterparts.get(fact.clause, [])

    @cached_property
    def _written(self) -> str:
        return "\n".join(clause.text for clause in self.side.clauses).casefold()

    @cached_property
    def _collecting(self) -> frozenset[str]:
        return frozenset(fact.clause for fact in self.facts if fact.kind == "collection" and fact.polarity == "yes")


def _by_its_words(fact: Any) -> bool:
    """Whether a fact holds no value that another wording of the same length could change."""
    if fact.kind == "storage_location":
        return fact.country is None and fact.provider is None
    return fact.kind in REWORDED or (fact.kind == "retention" and fact.period is None and fact.items is None)


def _nearly(quote: Sequence[str], whole: Sequence[str]) -> bool:
    gone = set(quote) - set(whole)
    return common_share(quote, whole) >= NEARLY and not gone & DENYING and not any(word.isdigit() for word in gone)
