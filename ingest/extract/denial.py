"""Whether a finding of the tagger is denied, by the words around it (`rules/denial.toml`) and the tagger's own opinion.

A denial served as a collection is the worst error there is, and a denial of something else (of a use, of what a policy covers) is none of
the taking: where either is in doubt, the finding is served as neither.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.domain import Clause, Policy
from ingest.context import Context, led

if TYPE_CHECKING:
    from ingest.tagger.model import Finding

# A label that speaks for the other lines of its list stands no further off.
LABELS = 4
# A row of a table has no more cells; the lead of a cell is its row and its column.
CELLS, _OF_COLUMN = 8, " – "
RULES = Path(__file__).resolve().parent.parent / "rules" / "denial.toml"


@dataclass(frozen=True)
class Rule:
    """A way to deny the words in ⟦ ⟧ from behind, or something else than their taking, with sentences that prove it right and wrong."""

    id: str
    pattern: re.Pattern[str]
    hits: tuple[str, ...]
    misses: tuple[str, ...]


def polarity(policy: Policy, finding: Finding) -> str | None:
    """`yes`, `no`, or None where rule and tagger disagree, or where what is denied is not the taking of the data."""
    clause = finding.clause
    start, end = finding.start - clause.start, finding.end - clause.start
    if refused(policy, clause):
        return "no"
    told = float(finding.answers["denied"][1])
    reached = denied(clause, start, end)
    # At 0.35 mention F1 is 0.001 higher; the doubt is kept for wordings nobody has met.
    if not reached and told <= 0.25 and not doubtful(policy, clause, start):
        return "yes"
    sure = told > 0.05 if reached else told > 0.8 and not across(clause, start, end)
    return "no" if sure and not any(elsewhere(each) for each in marked(clause, start, end)) else None


def refused(policy: Policy, clause: Clause) -> Clause | None:
    """The cell of the clause's row in a table that says that it is not collected, or the answer that denies what a question names."""
    after = [each for each in policy.clauses[clause.ordinal + 1 : clause.ordinal + CELLS + 1] if each.section == clause.section]
    if clause.plain.rstrip().endswith("?") and after and pattern("answers_no").search(after[0].plain):
        return after[0]
    row = (clause.lead or "").partition(_OF_COLUMN)[0] if _OF_COLUMN in (clause.lead or "") else " ".join(clause.plain.split())
    for cell in after:
        name, of_column, column = (cell.lead or "").partition(_OF_COLUMN)
        if of_column and name == row and pattern("collected_column").search(column) and pattern("no_cell").search(cell.plain):
            return cell
    return None


def across(clause: Clause, start: int, end: int) -> bool:
    """Whether all that may deny stands on the other side of a turn: "we use A but do not read B" denies no A."""
    low, high = breath(clause, start, end)
    denies = pattern("weak_denial")
    near = f"{led(clause)} {clause.plain[low:high]}"
    return not denies.search(near) and any(denies.search(side) for side in (clause.plain[:low], clause.plain[high:]))


def doubtful(policy: Policy, clause: Clause, start: int) -> bool:
    """Whether a word that may deny stands before it, no "but" between, or in the lead-in, or the next sentence takes it back."""
    # However far: the last three denials that were served as collected stood late in a list, and this reach costs five true facts.
    turns = [match.start() for match in pattern("contrast").finditer(clause.plain[:start])]
    before = f"{led(clause)} {clause.plain[turns[-1] if turns else 0 : start]}"
    if pattern("weak_denial").search(pattern("unless").sub(" ", before)) or pattern("away_lead").search(led(clause)):
        return True
    if pattern("away_heading").search(clause.section[-1] if clause.section else "") or _stays(policy, clause):
        return True
    after = policy.clauses[clause.ordinal + 1 : clause.ordinal + 2]
    return any(each.section == clause.section and pattern("takes_back").search(each.plain) for each in after)


def _stays(policy: Policy, clause: Clause) -> bool:
    """Whether a line near it, below the same heading, says by a label that what the others name stays with the person."""
    near = policy.clauses[max(0, clause.ordinal - LABELS) : clause.ordinal + LABELS + 1]
    return any(each.section == clause.section and pattern("away_label").search(each.plain) for each in near)


def denied(clause: Clause, start: int, end: int) -> bool:
    """Whether the clause or its lead-in denies what stands at `start:end`, before it or after it in the same breath."""
    context = Context.of(clause.language)
    low, high = breath(clause, start, end)
    said = clause.plain[low:high]
    if pattern("no_limit").search(said[: start - low]):
        return False
    lead = led(clause)
    return (
        context.denied(said, start - low)
        or denied_behind(taken_up(clause, start, end))
        or denied_behind(lead)
        or (context.denies_list(clause) and not pattern("no_limit").search(lead))
    )


def breath(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """From the last turn before `start:end` ("but", the end of a sentence) to the first behind it."""
    turns = [match for match in pattern("turn").finditer(clause.plain) if match.end() <= start or match.start() >= end]
    low = max((match.end() for match in turns if match.end() <= start), default=0)
    return low, min((match.start() for match in turns if match.start() >= end), default=len(clause.plain))


def marked(clause: Clause, start: int, end: int) -> Iterator[str]:
    """The breath of the words, and the lead-in with them, as the rules read them: the words in ⟦ ⟧."""
    low, high = breath(clause, start, end)
    yield _marked(clause.plain[low:high], start - low, end - low)
    if lead := led(clause):
        yield f"{lead} ⟦{clause.plain[start:end]}⟧"


def taken_up(clause: Clause, start: int, end: int) -> str:
    """The breath of the words, in ⟦ ⟧, and the next one where it goes on about them ("they …")."""
    low, high = breath(clause, start, end)
    next_breath = pattern("taken_up").match(clause.plain, high)
    if next_breath:
        _, high = breath(clause, *next_breath.span())
    return _marked(clause.plain[low:high], start - low, end - low)


def _marked(text: str, start: int, end: int) -> str:
    return " ".join(f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}".split())


def denied_behind(said: str) -> bool:
    """Whether what stands behind the words in ⟦ ⟧ denies them, or leaves them with the person."""
    return any(rule.pattern.search(said) for rule in rules("behind"))


def elsewhere(said: str) -> str | None:
    """What kind of thing that is not the taking of the data in ⟦ ⟧ is denied here (the id of its rule); None where it is the taking."""
    return next((rule.id for rule in rules("elsewhere") if rule.pattern.search(said)), None)


@cache
def rules(kind: str) -> tuple[Rule, ...]:
    """The ways to deny of a kind: `behind` the words, or `elsewhere` than their taking."""
    return tuple(Rule(rule["id"], _compiled(rule["pattern"]), tuple(rule["hits"]), tuple(rule["misses"])) for rule in _rules()[kind])


@cache
def pattern(name: str) -> re.Pattern[str]:
    return _compiled(_rules()["words"][name])


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def _compiled(words: str) -> re.Pattern[str]:
    for name in ("onward", "device", "taking"):
        words = words.replace(f"${name}", _rules()["words"][name])
    return re.compile(words, re.IGNORECASE | re.VERBOSE | re.DOTALL)
