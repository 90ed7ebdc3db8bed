"""Ages and rules for minors; a sentence that goes on about "such a child" takes the age of the sentence before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.domain import Clause, Policy
from index.facts import Children
from index.periods import number
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

# How many sentences an age is remembered within its section.
MEMORY = 4


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Children]:
    """The facts on minors, one a clause and rule value; ages that no person in question can have are left."""
    known: tuple[Clause, int] | None = None
    for clause in policy.clauses:
        if known and (known[0].section != clause.section or clause.ordinal - known[0].ordinal > MEMORY):
            known = None
        rules = Rulebook.load().of("children", clause.language)
        stated = list(_stated(policy, clause, rules))
        if stated:
            # "Under 13 … Nor do we collect data of children" speaks of the same children.
            yield from (
                fact.model_copy(update={"age": known[1]}) if known and not fact.age and fact.rule == "not_intended" else fact
                for fact in stated
            )
            ages = [fact.age for fact in stated if fact.age]
            known = (clause, ages[-1]) if ages else known
        elif known:
            for rule in (rule for rule in rules if rule.fields.get("follows")):
                if match := next(rule.find(clause.plain), None):
                    yield _fact(policy, clause, match, rule, known[1])
                    known = (clause, known[1])


def _stated(policy: Policy, clause: Clause, rules: tuple[Rule, ...]) -> Iterator[Children]:
    seen: set[tuple[int | None, str]] = set()
    ages: set[int] = set()
    for rule in (rule for rule in rules if not rule.fields.get("follows")):
        for match in rule.find(clause.plain):
            groups = match.groupdict()
            written = groups.get("age") or groups.get("age2")
            age = number(re.sub(r"\(.*", "", written)) if written else None
            if written and not (age and 3 <= age <= 25):
                continue
            # A weaker rule adds nothing to an age the clause has told already.
            if (age, rule.fields["rule"]) in seen or (rule.fields["rule"] == "special_rules" and age in ages) or (age is None and seen):
                continue
            seen.add((age, rule.fields["rule"]))
            if age:
                ages.add(age)
            yield _fact(policy, clause, match, rule, age)


def _fact(policy: Policy, clause: Clause, match: re.Match[str], rule: Rule, age: int | None) -> Children:
    start, end = phrase(policy.plain, clause.start + match.start(), clause.start + match.end(), clause.start, clause.end)
    return Children(
        **{**evidence(policy, start, end, rule.id, clause), "polarity": rule.fields.get("polarity", "yes")},
        age=age,
        rule=rule.fields["rule"],
    )
