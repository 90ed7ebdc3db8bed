"""What is collected: the tagger's findings, read with the rules of their surroundings, as facts.

The tagger finds the words and weighs category, source, necessity and purpose; rules say who is responsible, where a denial reaches,
and where the statement begins. A finding whose denial is in doubt is served as neither.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import taxonomy
from index.domain import Clause, Policy
from index.facts import Collection
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.tools import Tools

if TYPE_CHECKING:
    from ingest.tagger.model import Finding

RULES = Path(__file__).resolve().parent.parent / "rules" / "collection.toml"
QUOTE = 400


def find(policy: Policy, tools: Tools) -> Iterator[Collection]:
    """Each kind of data the policy says it collects, or says it does not; nothing without the tagger and its encoder."""
    if tools.tagger is not None and tools.encoder is not None:
        yield from stated(policy, tools.tagger.find(policy, tools.encoder))


def stated(policy: Policy, findings: Iterable[Finding]) -> Iterator[Collection]:
    """The findings that are sure enough, as facts."""
    settings = rules()
    responsible = controller(policy)
    for finding in findings:
        umbrella = finding.category in settings["vague"]
        if finding.sure < settings["sure"]["vague" if umbrella else "named" if finding.named else "other"]:
            continue
        polarity = denial(finding)
        if polarity is None:
            continue
        clause = finding.clause
        start, end = quote(clause, finding.start, finding.end)
        source, role, necessity, generic = (best(finding, head) for head in ("source", "role", "necessity", "generic"))
        purpose = best(finding, "purpose")
        yield Collection(
            **{**evidence(policy, start, end, "tagger", clause), "polarity": polarity},
            span=policy.text[finding.start : finding.end],
            span_start=finding.start,
            span_end=finding.end,
            category=finding.category,
            group=taxonomy.group_of(finding.category),
            source=source,
            role=role if role == "processor" else responsible or "unspecified",
            necessity=necessity,
            purpose=purpose_words(policy, clause),
            purpose_category=purpose,
            generic=bool(generic),
        )


def best(finding: Finding, head: str) -> Any:
    """The likeliest answer of a head."""
    from ingest.tagger.network import NECESSITIES, PURPOSES, ROLES, SOURCES

    answers: dict[str, tuple[Any, ...]] = {
        "source": SOURCES, "role": ROLES, "necessity": NECESSITIES, "purpose": PURPOSES, "denied": (False, True), "generic": (False, True),
    }  # fmt: skip
    return answers[head][int(finding.answers[head].argmax())]


def denial(finding: Finding) -> str | None:
    """`yes`, `no`, or None where rule and tagger disagree too far: a denial served as a collection is the worst error there is."""
    clause = finding.clause
    at = finding.start - clause.start
    told = float(finding.answers["denied"][1])
    context = Context.of(clause.language)
    denied = (
        context.denied(clause.plain, at)
        or bool(clause.lead and clause.lead.rstrip().endswith(":") and context.denied(clause.lead, len(clause.lead) - 1))
        or bool(pattern("kept_away").search(clause.plain))
    )
    if denied:
        return "no" if told > 0.2 else None
    return "yes" if told < 0.5 else "no" if told > 0.8 else None


def controller(policy: Policy) -> str | None:
    """`controller` when the policy says, outside a notice for one region, that the vendor is; else None."""
    for clause in policy.clauses:
        if pattern("controller").search(clause.plain) and not any(pattern("region").search(heading) for heading in clause.section):
            return "controller"
    return None


def quote(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """From the verb that governs the span to the span; the clause when it is short or no verb stands before."""
    inside = start - clause.start
    verbs = [match.start() for match in pattern("verb").finditer(clause.plain[:inside])]
    begin = clause.start + (verbs[-1] if verbs else 0)
    if end - begin > QUOTE:
        begin = max(clause.start, end - QUOTE)
        begin += len(clause.text[begin - clause.start :]) - len(clause.text[begin - clause.start :].lstrip())
    return begin, end


def purpose_words(policy: Policy, clause: Clause) -> str | None:
    """The purpose the clause states, verbatim."""
    found = pattern("purpose").search(clause.plain)
    return policy.text[clause.start + found.start("purpose") : clause.start + found.end("purpose")].strip() if found else None


@cache
def rules() -> dict[str, Any]:
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


@cache
def pattern(name: str) -> re.Pattern[str]:
    return re.compile(rules()["words"][name], re.IGNORECASE | re.VERBOSE)
