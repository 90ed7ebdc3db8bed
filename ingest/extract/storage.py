"""Where data lies and where it goes: each country of a clause on storage or transfer, hosts by name, transfer safeguards.

A place counts where data goes or lies ("transferred to Canada"), not where people are ("if you live in Canada") or data comes from.
Regions (the EEA) and places left open ("other countries") give a fact without a country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.countries import Place, hosts, places
from index.domain import Clause, Policy
from index.facts import StorageLocation, StorageMode
from ingest.cities import places_and_cities
from ingest.context import Context
from ingest.evidence import evidence
from ingest.extract.document import is_own
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.prose import Prose
from ingest.rulebook import Rule, Rulebook
from ingest.tagger.topics import Scores

_FRAMEWORK = "storage.framework"
_SAFEGUARDS = frozenset({"storage.scc", "storage.adequacy", "storage.bcr", "storage.safeguards"})
_RECEIVED = re.compile(r"\b(?:received|transfers|transferred)\b[^.;]{0,60}?\bfrom\b", re.IGNORECASE)
_MOVES = re.compile(r"receiv|transfer", re.IGNORECASE)
_OUTSIDE = re.compile(r"\b(?:outside|other than|beyond)\b[^.;]{0,6}$|除[^。；，]{0,6}$", re.IGNORECASE)
# Log-odds below which the topic network vetoes "other countries" and safeguards, and a country by name. Of policies that the network which
# read them had not seen, F1 rose over 112 real ones from 0.859 to 0.875, over 36 others from 0.644 to 0.690, over the gold's held-out
# ones from 0.787 to 0.822; over the rest of the gold, on which the rules were written, it fell from 0.909 to 0.881.
ABROAD, NAMED = -2.0, -4.0
# A clause shorter than this, without a verb of its own, is no statement.
FRAGMENT = 30
# An entry of a list of recipients is no longer than this.
ENTRY = 120
_IN = re.compile(r"\b(?:in|to|within|into|at|including|as)\s+(?:the\s+)?(?:[^.;\n]{0,60}?(?:,|/|and|or|\()\s*(?:the\s+)?)?$", re.IGNORECASE)
_LABEL = re.compile(r"\W*[A-Z][\w ]{3,50}:\s")
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z]\b|[\s,)])")
# From here on a sentence may say something else of another place: "stored in Chile and is not sent to Peru".
_TURN = re.compile(r"[;；，。]|,(?! (?:and |or )?(?:the )?[A-Z])|\b(?:and|but)\b(?= (?:is|are|will|do|does|may|we|it|they)\b)")
_SENTENCE_BREAK = re.compile(r"(?<!U\.S)(?<!U\.K)\.\s+(?=[A-Z])|[。；]")


class _Cues:
    """The places in a clause where each cue is found."""

    def __init__(self, rules: tuple[Rule, ...], text: str) -> None:
        self.rules = rules
        self.text = text

    def find(self, cue: str) -> list[tuple[Rule, re.Match[str]]]:
        return [(rule, match) for rule in self.rules if rule.fields["cue"] == cue for match in rule.find(self.text)]

    def has(self, cue: str) -> bool:
        return bool(self.find(cue))

    def ends(self, cue: str, text: str) -> bool:
        return any(rule.pattern.search(text) for rule in self.rules if rule.fields["cue"] == cue)

    def last(self, cue: str, text: str) -> int:
        """Where the last match of a cue ends in another text; -1 without one."""
        return max((match.end() for rule in self.rules if rule.fields["cue"] == cue for match in rule.pattern.finditer(text)), default=-1)


def find(policy: Policy, tools: Tools | None = None) -> Iterator[StorageLocation]:
    """The storage and transfer facts of a policy: one a country, mode and clause.

    A framework is told of once a section, where it is said of what data ("received from the EU in reliance on the DPF"): "we comply with
    the DPF" adds nothing there, and a bare certificate says of no data that it moves. So is a safeguard beside which no place is named.
    """
    facts = _likely(_all(policy), policy, tools.scores(policy) if tools else None)
    best: dict[tuple[str, ...], int] = {}
    for fact in facts:
        if fact.origin == _FRAMEWORK:
            best[tuple(fact.section)] = min(_plainness(fact.quote), best.get(tuple(fact.section), 9))
    said: set[tuple[tuple[str, ...], str]] = set()
    for fact in facts:
        section = tuple(fact.section)
        if fact.origin == _FRAMEWORK and (_plainness(fact.quote) > best[section] or _is_bare_certificate(fact.quote)):
            continue
        if fact.origin in _SAFEGUARDS and (section, fact.origin) in said:
            continue
        said.add((section, fact.origin))
        yield fact


def _likely(facts: Iterable[StorageLocation], policy: Policy, scores: Scores | None) -> list[StorageLocation]:
    """The facts without those that the topic network, where it has read the clause, is sure are none."""
    clauses = {clause.id: clause for clause in policy.clauses}

    def doubted(fact: StorageLocation) -> bool:
        clause = clauses[fact.clause] if fact.clause else None
        return bool(scores and clause and scores.refuses(clause, fact.kind, NAMED if fact.country else ABROAD))

    return [fact for fact in facts if not doubted(fact)]


def _plainness(quote: str) -> int:
    """How plainly a sentence on a framework says that data goes there; the least is plainest."""
    return 0 if _RECEIVED.search(quote) else 1 if "certif" in quote.lower() else 2


def _is_bare_certificate(quote: str) -> bool:
    """Whether a sentence on a framework says that a company is certified, and nothing of data that moves."""
    return "certif" in quote.lower() and not _MOVES.search(quote)


def _all(policy: Policy) -> Iterator[StorageLocation]:
    for clause in policy.clauses:
        prose = Prose.of(clause)
        cues = _Cues(Rulebook.load().of("storage_location", clause.language), prose.text)
        told: list[StorageLocation] = []
        for fact in sorted(_of_clause(policy, clause, prose, cues), key=lambda fact: (fact.start, -fact.end)):
            # Two quotes that do not touch are two statements, though of the same country; abroad is said once.
            same = [other for other in told if other.country == fact.country and other.mode == fact.mode]
            if not any(fact.country is None or fact.start < other.end for other in same):
                told.append(fact)
        yield from told


def _of_clause(policy: Policy, clause: Clause, prose: Prose, cues: _Cues) -> Iterator[StorageLocation]:
    text = prose.text
    if cues.has("other_matter") or text.rstrip()[-1:] == "?":
        return
    above = " / ".join(clause.section[-2:])
    stored, moved = cues.has("storage"), cues.has("transfer")
    # Below a heading on transfers a sentence need not say again that data moves; a fragment ("EU, UK") says nothing.
    listed = clause.lead is not None or clause.plain != clause.text or clause.text[:1] in "*-•–"
    on_topic = cues.ends("section", above) and (listed or len(text) > FRAGMENT)
    labelled = cues.has("label") or cues.ends("column", clause.lead or "")
    recipients = cues.ends("recipients", " / ".join(clause.section[-1:]))
    safeguards = list(
        dict.fromkeys(name for cue in ("safeguard", "framework") for rule, _ in cues.find(cue) for name in rule.fields["safeguards"])
    )
    whole: StorageMode = "cross_border_transfer" if moved or labelled or not stored else "storage"
    host = next((found for found in hosts(text) if _is_host(policy, text, found, cues)), None)
    provider = host[2] if host else None
    context = Context.of(clause.language)
    listed_as_denied = context.denies_list(clause)

    def denies(start: int, end: int) -> bool:
        before = (match.end() for _, match in cues.find("denied") if match.start() < start)
        reached = any(not context.terminator.search(text, last, max(start, last)) for last in before)
        return listed_as_denied or reached or context.denied_after(text, end)

    def mode_of(at: int) -> StorageMode:
        part = _part(text, at)
        here = cues.ends("storage", part), cues.ends("transfer", part)
        return whole if labelled or here[0] == here[1] else "storage" if here[0] else "cross_border_transfer"

    # A city is a place where a sentence says that data lies or goes there; elsewhere it is part of an address.
    named = list(places_and_cities(text) if not cues.has("address") else places(text) if stored or moved else [])
    found: list[StorageLocation] = []
    for rule, match in cues.find("framework"):
        found.append(_fact(policy, clause, prose, match.start(), match.end(), rule.id, "US", "cross_border_transfer", safeguards))
    if stored or moved or on_topic or labelled or recipients:
        for place in named:
            # An entry of a list of companies: a bullet, or a line that is no sentence.
            entry = clause.text.lstrip().startswith(("*", "-", "•")) or (len(text) < ENTRY and text.rstrip()[-1:] not in ".。:")
            beside = recipients and entry and cues.ends("beside_company", text[: place.start])
            if (
                labelled
                or beside
                or ((stored or moved or (on_topic and (listed or _IN.search(text[: place.start])))) and _is_destination(text, place, cues))
            ):
                mode, denied = mode_of(place.start), denies(place.start, place.end)
                found.append(
                    _fact(
                        policy, clause, prose, place.start, place.end, f"storage.{mode}", place.country, mode, safeguards, provider, denied
                    )
                )
            elif moved and (out := _OUTSIDE.search(text[: place.start])) and not _of_people(text[: out.start()], cues):
                mode, denied = mode_of(place.start), denies(place.start, place.end)
                found.append(
                    _fact(policy, clause, prose, place.start, place.end, "storage.abroad", None, mode, safeguards, provider, denied)
                )
        for rule, match in cues.find("abroad") if (stored or moved) and not _LABEL.match(text) else []:
            if not cues.ends("people", text[: match.start()][-120:]):
                mode, denied = mode_of(match.start()), denies(*match.span())
                found.append(_fact(policy, clause, prose, match.start(), match.end(), rule.id, None, mode, safeguards, provider, denied))
    # A safeguard speaks of transfers where the sentence does, or the section; where a country is named, it belongs to that country.
    if not found and not _LABEL.match(text) and (cues.has("border") or cues.ends("border", above)):
        for rule, match in cues.find("safeguard"):
            found.append(_fact(policy, clause, prose, match.start(), match.end(), rule.id, None, "cross_border_transfer", safeguards))
    yield from found
    if not found and not named:
        yield from _without_country(policy, clause, prose, cues, host, listed_as_denied or cues.has("denied"))


def _part(text: str, at: int) -> str:
    """The part of a sentence around a place that says one thing."""
    turns = [match.start() for match in _TURN.finditer(text)]
    return text[max((turn for turn in turns if turn <= at), default=0) : min((turn for turn in turns if turn > at), default=len(text))]


def _without_country(
    policy: Policy, clause: Clause, prose: Prose, cues: _Cues, host: tuple[int, int, str] | None, denied: bool
) -> Iterator[StorageLocation]:
    """Who keeps the data where no place is named: a host, or the vendor's (or the user's) own machines."""
    if host:
        yield _fact(policy, clause, prose, host[0], host[1], "storage.hosted_by", None, "storage", [], host[2], denied)
        return
    for rule, match in [*cues.find("own_servers"), *cues.find("no_servers"), *cues.find("host_name")][:1]:
        provider = next((name for name in match.groupdict().values() if name), None)
        if provider and is_own(policy, provider):
            continue
        withheld = denied or rule.fields["cue"] == "no_servers"
        yield _fact(policy, clause, prose, match.start(), match.end(), rule.id, None, "storage", [], provider, withheld)


def _is_host(policy: Policy, text: str, found: tuple[int, int, str], cues: _Cues) -> bool:
    """Whether a named host is said to host something, and is not the vendor itself."""
    start, end, name = found
    own = name.lower() in f"{policy.vendor.id} {policy.vendor.name}".lower()
    return not own and (cues.ends("host", text[max(0, start - 120) : start]) or cues.ends("hosting", text[end:]))


def _of_people(before: str, cues: _Cues) -> bool:
    """Whether what follows says where people are: "users in a country outside the EEA", "users outside the EEA"."""
    return cues.ends("people", before) or cues.ends("people", before + "in ")


def _is_destination(text: str, place: Place, cues: _Cues) -> bool:
    first = max((cut.end() for cut in _SENTENCE_BREAK.finditer(text, 0, place.start)), default=0)
    # The stops of initials are none: "in Europe, the U.K. or Switzerland" is one list.
    before = _INITIALS.sub(r"\1", text[first : place.start])
    if cues.ends("no_place", text[place.end : place.end + 40]) or cues.ends("people", before[-120:]) or _OUTSIDE.search(before):
        return False
    # "from the EEA, Switzerland or the UK to the United States": the nearest of source and destination before the place decides.
    return cues.last("source", before) <= cues.last("destination", before)


def _fact(
    policy: Policy, clause: Clause, prose: Prose, start: int, end: int, origin: str, country: str | None, mode: StorageMode,
    safeguards: list[str], provider: str | None = None, denied: bool = False,
) -> StorageLocation:  # fmt: skip
    start, end = prose.span(start, end)
    first, last = phrase(policy.plain, clause.start + start, clause.start + end, clause.start, clause.end)
    return StorageLocation(
        **{**evidence(policy, first, last, origin, clause), "polarity": "no" if denied else "yes"},
        country=country, provider=provider, mode=mode, safeguards=safeguards,
    )  # fmt: skip
