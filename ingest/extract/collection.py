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
from ingest.evidence import after_word, evidence
from ingest.extract import denial
from ingest.extract.tools import Tools

if TYPE_CHECKING:
    from ingest.tagger.model import Finding

RULES = Path(__file__).resolve().parent.parent / "rules" / "collection.toml"
QUOTE = 400


def find(policy: Policy, tools: Tools) -> Iterator[Collection]:
    """Each kind of data the policy says it collects, or says it does not; nothing without the tagger and its encoder."""
    yield from stated(policy, tools.findings(policy))


def stated(policy: Policy, findings: Iterable[Finding]) -> Iterator[Collection]:
    """The findings that are sure enough, as facts."""
    settings = rules()
    sections = controlled(policy)
    for finding in findings:
        polarity = denial.polarity(policy, finding)
        vague = finding.category in settings["vague"]
        enough = settings["sure"]["denied" if polarity == "no" else "vague" if vague else "named"]
        if polarity is None or (finding.sure if polarity == "no" else finding.stated) < enough:
            continue
        clause = finding.clause
        start, end = (denial_quote if polarity == "no" else quote)(clause, finding.start, finding.end)
        if polarity == "no" and (refusal := denial.refused(policy, clause)) and refusal.end - start <= QUOTE:
            end = refusal.end
        purpose = best(finding, "purpose")
        yield Collection(
            **{**evidence(policy, start, end, "tagger", clause), "polarity": polarity},
            span=policy.text[finding.start : finding.end],
            span_start=finding.start,
            span_end=finding.end,
            category=finding.category,
            group=taxonomy.group_of(finding.category),
            source=source(finding),
            role=role(finding, sections),
            necessity=necessity(finding),
            purpose=purpose_words(policy, clause),
            purpose_category=purpose,
            generic=bool(best(finding, "generic")),
        )


def best(finding: Finding, head: str) -> Any:
    """The likeliest answer of a head."""
    from ingest.tagger.network import NECESSITIES, PURPOSES, ROLES, SOURCES

    answers: dict[str, tuple[Any, ...]] = {
        "source": SOURCES, "role": ROLES, "necessity": NECESSITIES, "purpose": PURPOSES, "denied": (False, True), "generic": (False, True),
    }  # fmt: skip
    return answers[head][int(finding.answers[head].argmax())]


def controlled(policy: Policy) -> list[tuple[str, ...]]:
    """The sections for which the vendor says that it is the controller; one without headings, which every section is within, for all."""
    names = "|".join(re.escape(name) for name in {policy.vendor.name, policy.vendor.id, policy.vendor.id.replace("-", " ")})
    words = rules()["words"]["controller"].replace("$company", rules()["words"]["company"])
    vendor = f"(?:{names})".replace(" ", r"\ ")
    says = re.compile(words.replace("$vendor", vendor), re.IGNORECASE | re.VERBOSE)
    named = re.compile(rf"\b{vendor}\b | {rules()['words']['company']}", re.IGNORECASE | re.VERBOSE)
    sections = []
    for clause in policy.clauses:
        above = " / ".join(clause.section)
        titled = clause.section and pattern("controller_title").search(clause.section[-1]) and named.search(clause.plain)
        if pattern("defining").search(above) or not (titled or says.search(clause.plain)) or pattern("not_controller").search(clause.plain):
            continue
        regional = pattern("region").search(above) and not pattern("whole").search(clause.plain)
        sections.append(clause.section if regional else ())
    return sections


def role(finding: Finding, sections: Iterable[tuple[str, ...]]) -> str:
    if entrusted(finding):
        return "processor"
    return "controller" if any(finding.clause.section[: len(section)] == section for section in sections) else "unspecified"


def entrusted(finding: Finding) -> bool:
    """Whether the data is handled for a customer, by the tagger's word or by the heading or lead-in above it."""
    clause = finding.clause
    return best(finding, "role") == "processor" or bool(pattern("entrusted").search(" / ".join((*clause.section[-2:], clause.lead or ""))))


def necessity(finding: Finding) -> str:
    """The tagger's word, and where it says nothing or is not sure of a duty that of the clause or its lead-in up to the span."""
    told = str(best(finding, "necessity"))
    if told == "required" and finding.answers["necessity"].max() < rules()["sure"]["required"]:
        told = "unspecified"
    if told != "unspecified":
        return told
    before = f"{finding.clause.lead or ''} {finding.clause.plain[: finding.end - finding.clause.start]}"
    return "required" if pattern("required").search(before) else "optional" if pattern("optional").search(before) else told


def source(finding: Finding) -> str:
    """The tagger's word, except where a table only names categories, or the sentence or heading names another source."""
    told = str(best(finding, "source"))
    clause = finding.clause
    if clause.lead and pattern("unasked").search(clause.lead):
        return "unspecified"
    if told in ("provided", "unspecified") and pattern("from_others").search(" ".join((*clause.section[-1:], clause.plain))):
        return "third_party"
    return told


def quote(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """From the verb that governs the span to the span; the clause when it is short or no verb stands before."""
    inside = start - clause.start
    verbs = [match.start() for match in pattern("verb").finditer(clause.plain[:inside])]
    begin = clause.start + (verbs[-1] if verbs else 0)
    if end - begin > QUOTE:
        begin = clause.start + after_word(clause.text, max(0, end - QUOTE - clause.start))
        rest = clause.text[begin - clause.start :]
        begin += len(rest) - len(rest.lstrip(" \n\t,;:，；、"))
    return begin, end


def denial_quote(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """The whole sentence, so that whatever denies stands in it; of one that is long, from the last denying word before the span."""
    if len(clause.text) <= QUOTE:
        return clause.start, clause.end
    denials = [match.start() for match in Context.of(clause.language).forward.finditer(clause.plain[: start - clause.start])]
    near = [clause.start + at for at in denials if end - clause.start - at <= QUOTE]
    return (near[-1], end) if near else quote(clause, start, end)


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
