"""What changed between two versions of a document: clauses, and the facts that rest on them. Pure.

A fact is a change only when the vendor's words changed: a fact whose quote stands in the other version too, and was merely not found
there (or found there alone), is a matter of our rules and never shown as the vendor's.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from index.alignment import Alignment, Said, align, words
from index.periods import periods
from index.restated import OtherVersion
from index.statements import ANY, STATEMENTS, Statement, implies, plain, statement

What = Literal["added", "removed", "altered"]
# Kinds whose subject is told in the policy's own words, so that a changed clause may tell it otherwise.
WORDED = {"retention", "storage_location", "contact", "breach_notification"}
# Links and menus stand wherever one can act: one that came is not another one that went.
ONE_OF_MANY = {("contact", ("url",)), ("contact", ("in app",))}
# What is compared of two wordings: Han text by character, all else by what white space parts.
WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
Fits = Callable[[Statement, Statement], bool]
Meeting = Callable[[Sequence[Any], Sequence[Any], Alignment], tuple[Any, Any] | None]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that came (`before` is None), went (`after` is None) or became another; `similarity` is the share of words in common."""

    before: Any
    after: Any
    similarity: float | None

    @property
    def change(self) -> What:
        return _what(self.before, self.after)


@dataclass(frozen=True, slots=True)
class FactChange:
    """A statement that came (`before` is None), went (`after` is None) or says something else; `fields` names what it says otherwise."""

    before: Any
    after: Any
    fields: tuple[str, ...] = ()

    @property
    def change(self) -> What:
        return _what(self.before, self.after)

    @property
    def place(self) -> tuple[bool, int]:
        """In the order of the newer version, then in that of the older."""
        fact: Any = self.before if self.after is None else self.after
        return self.after is None, fact.start


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that were replaced: `before` is empty where words came, `after` where they went."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a clause as each wording has it; `same` when no word of it differs."""

    before: str
    after: str
    same: bool


def clauses(alignment: Alignment) -> list[ClauseChange]:
    """The changes of clauses: altered and added ones in the order of the newer version, then removed ones in the order of the older."""
    before, after = alignment.before.clauses, alignment.after.clauses
    new = [(right, ClauseChange(before[left], after[right], share)) for left, right, share in alignment.similar]
    new += [(right, ClauseChange(None, after[right], None)) for right in alignment.added]
    gone = [ClauseChange(before[left], None, None) for left in alignment.removed]
    return [change for _, change in sorted(new, key=lambda each: each[0])] + gone


def facts(before: Collection[Any], after: Collection[Any], alignment: Alignment) -> list[FactChange]:
    """The changes of facts. A statement that is made elsewhere in the other version, in whatever words, has not changed."""
    old, new = _by_statement(before), _by_statement(after)
    in_new, in_old = OtherVersion(alignment, alignment.after, after), OtherVersion(alignment, alignment.before, before)
    gone = {each: held for each, held in old.items() if each not in new and not any(map(in_new.has_sentence, held))}
    come = {each: held for each, held in new.items() if each not in old and not any(map(in_old.has_sentence, held))}
    changes = list(_paired(gone, come, alignment))
    changes += [FactChange(fact, None) for fact in _each_once(gone, in_new)]
    changes += [FactChange(None, fact) for fact in _each_once(come, in_old)]
    return sorted(changes, key=lambda change: change.place)


def between(
    clauses_before: Collection[Said], clauses_after: Collection[Said], facts_before: Collection[Any], facts_after: Collection[Any]
) -> tuple[list[FactChange], list[ClauseChange]]:
    """Everything that changed from one version to the other."""
    alignment = align(clauses_before, clauses_after)
    return facts(facts_before, facts_after, alignment), clauses(alignment)


def edits(before: str, after: str) -> list[Edit]:
    """The words that tell two wordings of a clause apart, in order, as each writes them."""
    return [Edit(" ".join(each.before.split()), " ".join(each.after.split())) for each in passages(before, after) if not each.same]


def passages(before: str, after: str) -> list[Passage]:
    """Two wordings of a clause, stretch by stretch: put together, each side gives its whole text."""
    old, new = list(WORD.finditer(before)), list(WORD.finditer(after))
    left, right = ([" ".join(words(word[0])) or word[0] for word in each] for each in (old, new))
    found: list[Passage] = []
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        was, now = _stretch(before, old, i, j), _stretch(after, new, k, m)
        same = tag == "equal" or words(was) == words(now)
        if found and found[-1].same and same:
            was, now = found[-1].before + was, found[-1].after + now
            found.pop()
        found.append(Passage(was, now, same))
    return found


def _stretch(text: str, found: Sequence[re.Match[str]], first: int, last: int) -> str:
    """The text of these words, up to the word that follows them."""
    if first == last:
        return ""
    return text[found[first].start() if first else 0 : found[last].start() if last < len(found) else len(text)]


def _what(before: Any | None, after: Any | None) -> What:
    return "added" if before is None else "removed" if after is None else "altered"


def _by_statement(found: Collection[Any]) -> dict[Statement, list[Any]]:
    statements: dict[Statement, list[Any]] = defaultdict(list)
    for fact in found:
        statements[statement(fact)].append(fact)
    return dict(statements)


def _paired(gone: dict[Statement, list[Any]], come: dict[Statement, list[Any]], alignment: Alignment) -> Iterator[FactChange]:
    """Takes out what was altered, and what is merely named otherwise; counterparts of one clause before what stands elsewhere."""

    def same(old: Statement, new: Statement) -> bool:
        return old[:2] == new[:2]

    def named_otherwise(old: Statement, new: Statement) -> bool:
        # Another country is not another name: data that moves from one to the other is what a reader looks for.
        same_place = old[0] != "storage_location" or old[1][1:] == new[1][1:]
        return old[0] == new[0] and old[0] in WORDED and old[2] == new[2] and same_place

    def named_broadly(old: Statement, new: Statement) -> bool:
        return old[0] == new[0] == "retention" and old[2] == new[2] and ANY in (old[1][0], new[1][0])

    def elsewhere(old: Statement, new: Statement) -> bool:
        return same(old, new) and old[:2] not in ONE_OF_MANY

    def other(old: Statement, new: Statement) -> bool:
        return old[0] == new[0] and old[0] in WORDED

    def of_one_data(old: Statement, new: Statement) -> bool:
        return old[0] == new[0] == "retention" and ANY not in (old[1][0], new[1][0]) and bool(set(old[1][0]) & set(new[1][0]))

    yield from _matched(gone, come, alignment, same, _meeting)
    # Not one by one: what was said in two sentences may be said in one.
    renamed = [
        (old, new)
        for old, new in itertools.product(gone, come)
        if named_broadly(old, new) or (named_otherwise(old, new) and _meeting(gone[old], come[new], alignment))
    ]
    for old, new in renamed:
        gone.pop(old, None)
        come.pop(new, None)
    yield from _matched(gone, come, alignment, elsewhere, lambda old, new, _: (old[0], new[0]))
    yield from _matched(gone, come, alignment, other, _meeting)
    yield from _matched(gone, come, alignment, of_one_data, _below_one_heading)


def _matched(
    gone: dict[Statement, list[Any]], come: dict[Statement, list[Any]], alignment: Alignment, fits: Fits, meeting: Meeting
) -> Iterator[FactChange]:
    """Takes out pairs that fit and meet, and gives them."""
    for old in list(gone):
        for new in list(come):
            if not fits(old, new):
                continue
            found = meeting(gone[old], come[new], alignment)
            if found is None:
                continue
            del gone[old], come[new]
            yield FactChange(*found, _differing(*found))
            break


def _each_once(found: dict[Statement, list[Any]], other: OtherVersion) -> Iterator[Any]:
    """One fact of each statement that the other version does not make, each change once."""
    left = [each for each, held in found.items() if not any(other.says(fact) for fact in held)]
    told: dict[Any, list[Any]] = defaultdict(list)
    for each in left:
        if not any(implies(another, each) for another in left):
            told[_change(each, found[each][0])] += found[each]
    for facts in told.values():
        yield next((fact for fact in facts if _holds_its_deadline(fact)), facts[0])


def _holds_its_deadline(fact: Any) -> bool:
    """Whether the words of a right hold its deadline: often a sentence beside them does."""
    return fact.kind == "right" and any(period.iso == fact.deadline for period in periods(fact.quote))


def _change(statement: Statement, fact: Any) -> Any:
    """What is one change, though it makes several statements: a deadline for all rights, a period for several things in one sentence."""
    kind, _, said = statement
    if kind == "right" and fact.deadline:
        return kind, tuple(fact.section), said
    return (kind, fact.start, fact.end, said) if kind == "retention" else statement


def _meeting(old: Sequence[Any], new: Sequence[Any], alignment: Alignment) -> tuple[Any, Any] | None:
    """A fact of each that stand in counterparts of one clause."""
    for left in old:
        places = {alignment.after.clauses[at].id for at in alignment.counterparts.get(left.clause, ())}
        for right in new:
            if right.clause in places or (left.clause is None and right.clause is None):
                return left, right
    return None


def _below_one_heading(old: Sequence[Any], new: Sequence[Any], _: Alignment) -> tuple[Any, Any] | None:
    """A fact of each that stand below the same heading."""
    return next(((left, right) for left, right in itertools.product(old, new) if left.section and _title(left) == _title(right)), None)


def _title(fact: Any) -> tuple[str, ...]:
    return words(fact.section[-1])


def _differing(before: Any, after: Any) -> tuple[str, ...]:
    subject, said = STATEMENTS[before.kind]
    return tuple(name for name in (*said, *subject) if plain(before, name) != plain(after, name))
