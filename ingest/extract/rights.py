"""What a person may ask for, and how soon the vendor answers."""

from __future__ import annotations

from collections.abc import Iterator

from index.domain import Clause, Policy
from index.facts import Right
from index.periods import Period, periods
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.statements import Statement, believed, quoted
from ingest.extract.tools import Tools

# A deadline said once for all requests stands this many clauses at most from the rights it covers.
REACH = 12
# Where it says "the above rights", it covers those of its chapter up to here.
FAR = 60


def find(policy: Policy, tools: Tools) -> Iterator[Right]:
    """One fact a right and clause; a deadline that covers several rights is repeated on each."""
    found = list(believed(policy, tools, "right"))
    deadlines = {clause.ordinal: period for clause in policy.clauses if (period := _deadline(clause))}
    covered = _covered(found, deadlines)
    for statement in found:
        period = deadlines.get(statement.clause.ordinal) or covered.get(statement.clause.ordinal)
        yield Right(
            **{**quoted(policy, statement), "polarity": statement.polarity},
            right=statement.label,
            deadline=period.iso if period else None,
            working_days=period.working_days if period else False,
        )
    for ordinal, period in deadlines.items():
        yield from _repeated(policy, policy.clauses[ordinal], period, found)


def _repeated(policy: Policy, clause: Clause, period: Period, found: list[Statement]) -> Iterator[Right]:
    """The rights a deadline covers, each with that deadline and its words; where it covers none by name, that questions are answered."""
    stated = {s.label for s in found if s.clause.ordinal == clause.ordinal}
    before = [s for s in found if s.clause.ordinal < clause.ordinal]
    said = " ".join(each.plain for each in policy.clauses[max(0, clause.ordinal - 1) : clause.ordinal + 1])
    if Context.of(clause.language).deadline["refers"].search(said):
        near = {s.label for s in before if s.clause.section[:1] == clause.section[:1] and clause.ordinal - s.clause.ordinal <= FAR}
    elif stated:
        near = stated
    else:
        near = {s.label for s in before if s.clause.section == clause.section and clause.ordinal - s.clause.ordinal <= REACH}
    for right in sorted((near or {"explanation_information"}) - stated):
        yield Right(
            **evidence(policy, clause.start, clause.end, "right.deadline", clause),
            right=right,
            deadline=period.iso,
            working_days=period.working_days,
        )


def _covered(found: list[Statement], deadlines: dict[int, Period]) -> dict[int, Period]:
    """The deadline of the very next clause, which often says how soon what was just granted is done."""
    return {s.clause.ordinal: deadlines[s.clause.ordinal + 1] for s in found if s.clause.ordinal + 1 in deadlines}


def _deadline(clause: Clause) -> Period | None:
    """The first period in which the vendor answers a request, if the clause states one; that it was received is said sooner."""
    text, words = clause.plain, Context.of(clause.language).deadline
    asked = any(words["request"].search(place) for place in (text, *clause.section[-1:]))
    if not asked or not words["answers"].search(text) or words["kept"].search(text):
        return None
    found = [period for period in periods(text) if not period.iso.startswith("PT")]
    answered = [period for period in found if not words["received"].search(text[: period.start])]
    return next(iter(answered or found), None)
