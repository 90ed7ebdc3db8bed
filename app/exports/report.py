"""What a due-diligence file says of one vendor: the model that Markdown, HTML and PDF are written from. Every statement has its quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app import saying
from app.card import card
from app.display import label, language
from app.escaping import shortened
from app.saying import SILENT
from app.schemas.answers import CardOut, KindCount, Status
from app.silence import denial_of_all, nearest, status_of_kind
from index import facts as models
from index import queries, taxonomy
from index.periods import period_days
from index.queries import FactFilter, VendorEntry
from index.search import Index
from index.store import Session

# A name is given with so many characters at most.
NAME = 500
# The order of the parts on what the policy states. What it says of itself comes first, as front matter.
KINDS = (
    "collection", "retention", "sharing", "storage_location", "security", "right", "practice", "children", "breach_notification",
    "contact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the policy: `text[start:end] == quote` in the document."""

    quote: str
    document: str
    section: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, and the words it rests on; none for what is known of the files themselves, and for silence."""

    said: str
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; the heading is empty where there is nothing to tell apart."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One subject of the report; `status` is None where it is no kind of fact."""

    id: str
    title: str
    status: Status | None
    note: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it, in the order it is read. `dated`: when the snapshot that it is drawn from was made."""

    vendor: str
    name: str
    dated: str
    front: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return f"{shortened(self.name, NAME)}: what its privacy policy says"


def report(vendor: VendorEntry, index: Index, session: Session) -> Report:
    """The report on a vendor's current documents. The same snapshot gives the same report."""
    name = vendor.vendor.id
    found = queries.every_fact(session, FactFilter(vendor=name))
    glance = card(vendor, session, found)
    stated, denied = ([fact for fact in found if fact.polarity == polarity] for polarity in ("yes", "no"))
    parts = [
        _glance(glance, stated, denial_of_all([fact for fact in found if fact.kind == "collection"])),
        _itself([fact for fact in stated if fact.kind == "document"]),
        *(_part(kind, [fact for fact in found if fact.kind == kind]) for kind in KINDS),
        _denied(denied),
        _silent(glance, index),
        _contradictions(glance),
        _annexes(glance, session),
        _versions(glance),
    ]
    return Report(name, vendor.vendor.name, index.manifest.created_at, _front(glance, index), tuple(parts))


def cite(fact: Any) -> Citation:
    return Citation(fact.quote, fact.document, tuple(fact.section), fact.start, fact.end)


def _front(glance: CardOut, index: Index) -> tuple[tuple[str, str], ...]:
    current = [document for document in glance.documents if document.current]
    rows = [
        ("Vendor", f"{glance.name} ({glance.id})"),
        ("Also known as", ", ".join([*glance.aliases, *glance.products])),
        ("Published at", glance.url or ""),
        *(("Document", f"{document.title or document.source} ({document.id})") for document in current),
        ("Language", " and ".join(dict.fromkeys(language(tag) for document in current for tag in document.languages))),
        ("In effect from", glance.effective_date or ""),
        ("Last updated", glance.last_updated or ""),
        ("Drawn from", f"snapshot {index.manifest.number}, made {index.manifest.created_at[:10]}"),
    ]
    return tuple((term, shortened(value, NAME)) for term, value in rows if value)


def _glance(glance: CardOut, stated: list[Any], nothing: list[Any]) -> Part:
    """What stands out; the words for each line stand in the parts below. `nothing`: denials of collecting personal data at all."""
    collected = [
        f"{label(group.group, 'group')}: {', '.join(each.label for each in group.categories if each.status == 'stated')}"
        for group in glance.collects
        if group.status == "stated"
    ]
    statuses = [f"{label(count.kind, 'kind')}: {_count(count)}" for count in glance.counts if count.kind not in ("collection", "document")]
    blocks = [
        Block("Collected", tuple(Line(line, None) for line in collected) or (_no_data(nothing),)),
        Block("Longest period stated", (_longest(stated),)),
        Block("The other subjects", tuple(Line(line, None) for line in statuses)),
    ]
    return Part("glance", "At a glance", None, "The words that each line rests on stand below.", tuple(blocks))


def _longest(stated: list[Any]) -> Line:
    """The longest time that anything is kept."""
    timed = [(days, -at) for at, fact in enumerate(stated) if fact.kind == "retention" and (days := period_days(fact.period))]
    if not timed:
        return Line("The policy states no period.", None)
    fact = stated[-max(timed)[1]]
    return Line(saying.whole(fact), cite(fact))


def _count(count: KindCount) -> str:
    if count.status == "silent":
        return f"silent. {SILENT}"
    amounts = [
        f"{number} {what}{'' if number == 1 else 's'}" for number, what in ((count.stated, "statement"), (count.denied, "denial")) if number
    ]
    return f"{count.status}, {', '.join(amounts)}"


def _no_data(nothing: list[Any]) -> Line:
    return Line("Nothing: the policy denies it", cite(nothing[0])) if nothing else Line(SILENT, None)


def _itself(stated: list[Any]) -> Part:
    return Part("document", "What the document says of itself", None, "" if stated else SILENT, _blocks(stated))


def _part(kind: str, found: list[Any]) -> Part:
    stated = [fact for fact in found if fact.polarity == "yes"]
    denials = len(found) - len(stated)
    note = "" if not denials else "1 denial stands under “Denied”." if denials == 1 else f"{denials} denials stand under “Denied”."
    if not found:
        note = SILENT
    return Part(kind, label(kind, "kind"), status_of_kind(kind, found), note, _blocks(_in_order(stated)))


def _denied(found: list[Any]) -> Part:
    """Every denial, by kind: it is not among the statements."""
    blocks = [
        Block(label(kind, "kind"), tuple(Line(saying.line(fact), cite(fact)) for fact in _in_order(found) if fact.kind == kind))
        for kind in models.KINDS
    ]  # fmt: skip
    note = "What the policy says is not done, or not done in general." if found else "No denial was found."
    return Part("denied", "Denied", None, note, tuple(block for block in blocks if block.lines))


def _silent(glance: CardOut, index: Index) -> Part:
    """Kinds of fact and groups of data that nothing was found on; of a kind the clauses to check."""
    blocks = []
    for kind in (kind for kind in glance.silent.kinds if kind != "document"):
        clauses = nearest(index, glance.id, kind)
        near = [
            Line("Nearest clause, to check", Citation(each.text, each.document, tuple(each.section), each.start, each.end))
            for each in clauses
        ]
        blocks.append(Block(label(kind, "kind"), (Line(SILENT, None), *near)))
    groups = tuple(Line(f"{label(group, 'group')}: {SILENT[0].lower()}{SILENT[1:]}", None) for group in glance.silent.groups)
    if groups:
        blocks.append(Block("Groups of data", groups))
    return Part("silent", "Silent", None, "" if blocks else "Every kind of fact was found.", tuple(blocks))


def _contradictions(glance: CardOut) -> Part:
    blocks = tuple(Block(each.about, tuple(Line(saying.line(fact), cite(fact)) for fact in each.facts)) for each in glance.contradictions)
    return Part("contradictions", "Contradictions", None, "Statements that cannot all hold." if blocks else "None was found.", blocks)


def _annexes(glance: CardOut, session: Session) -> Part:
    clauses = {clause.id: clause for clause in queries.clauses_by_id(session, [annex.clause for annex in glance.annexes])}
    lines = tuple(
        Line(annex.title, Citation(annex.title, clauses[annex.clause].document, clauses[annex.clause].section, annex.start, annex.end))
        for annex in glance.annexes
    )
    note = "The policy refers to these, and they are not indexed: what they say is not in this report." if lines else "None was found."
    return Part("annexes", "Missing annexes", None, note, (Block("", lines),) if lines else ())


def _versions(glance: CardOut) -> Part:
    lines = []
    for document in glance.documents:
        told = {
            "version": document.version, "in effect from": document.effective_date, "last updated": document.last_updated,
            "retrieved": document.retrieved_at[:10], "source": document.source, "SHA-256": document.sha256,
        }  # fmt: skip
        kept = "; ".join(f"{term} {value}" for term, value in told.items() if value)
        served = "current" if document.current else "older"
        lines.append(Line(f"{document.title or document.source} ({document.id}, {served}): {kept}", None))
    return Part("versions", "Versions", None, "", (Block("", tuple(lines)),))


def _in_order(found: Iterable[Any]) -> Sequence[Any]:
    """Collection by the vocabulary and then by place; the others by place."""
    place = {term: at for at, term in enumerate(taxonomy.categories())}
    return sorted(found, key=lambda fact: place[fact.category] if fact.kind == "collection" else -1)


def _blocks(found: Iterable[Any]) -> tuple[Block, ...]:
    """Facts under their headings, what is said twice of the same words once."""
    by_heading: dict[str, dict[tuple[str, int, int, str], Line]] = {}
    for fact in found:
        line = Line(saying.whole(fact), cite(fact))
        by_heading.setdefault(saying.heading(fact), {})[fact.document, fact.start, fact.end, line.said] = line
    return tuple(Block(title, tuple(lines.values())) for title, lines in by_heading.items())
