"""The tools: each asks the index once, with the functions the HTTP endpoints use, and answers in the shapes of `results.py`.

A docstring is what a bot reads before it calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from app import comparing
from app.display import label, plain
from app.mcp import results, wording
from app.mcp.arguments import VENDOR, AtMost, Cursor, Limit, VendorId
from app.mcp.portions import fitting, portion
from app.mcp.quoting import Quoting
from app.mcp.topics import of_topic
from app.params import Category, Group, Kind, Question
from app.routes import ask as asking
from app.routes.changes import between
from app.routes.compare import compared
from app.schemas.asking import AskIn
from app.service import Service
from app.silence import all_denied, denial_of_all, nearest, status_in, status_of, status_of_group, status_of_kind
from index import facts, queries
from index.diff import ClauseChange, FactChange
from index.errors import RequestRefused
from index.facts import Necessity, Role, Source
from index.queries import FactFilter, VendorEntry
from index.search import Index, Mode
from index.store import Session
from index.versions import chosen, since

# How many clauses are read on either side of one.
NEIGHBOURS = 2
MOST_COMPARED = 8
# So many ids of vendors that say nothing; the others are counted.
SILENT = 100


class Tools:
    """What bots may call. `address` is where the pages of the service are reached, for links."""

    def __init__(self, service: Service, address: str) -> None:
        self._service = service
        self._quoting = Quoting(address)

    @property
    def all(self) -> list[Callable[..., Any]]:
        return [
            self.list_vendors, self.search_clauses, self.get_clause, self.vendor_facts, self.compare_vendors, self.changes,
            self.who_collects, self.ask,
        ]  # fmt: skip

    @contextmanager
    def _open(self) -> Iterator[tuple[Index, Session]]:
        index = self._service.index
        with index.session() as session:
            yield index, session

    def list_vendors(
        self,
        query: Annotated[str | None, Field(max_length=200, description="Part of a name, alias, product or legal entity.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> results.Vendors:
        """Which vendors' privacy policies are indexed, with their ids and the dates of the policies. Start here."""
        with self._open() as (_, session):
            found = queries.vendors(session, query, cursor, limit)
        if found.total:
            said = f"Vendors that {'match' if query else 'are indexed'}: {found.total}."
        else:
            said = "No vendor matches: its policy is not indexed, and nothing can be said of it." if query else "No vendor is indexed yet."
        return results.Vendors(
            vendors=[self._quoting.vendor(each) for each in found.items], total=found.total, next=found.next, in_words=said
        )

    def search_clauses(
        self,
        question: Annotated[Question, Field(min_length=1, max_length=1000, description="A question or words, English or Chinese.")],
        vendor: Annotated[VendorId | None, Field(description=f"{VENDOR} Left out: those the question names, or all.")] = None,
        limit: Limit = 5,
        mode: Annotated[Mode, Field(description="`semantic` by meaning, `keyword` by words, `hybrid` by both.")] = "hybrid",
    ) -> results.Hits:
        """The clauses of policies nearest to a question, verbatim. For what no other tool answers; a near clause need not be an answer."""
        with self._open() as (index, session):
            name = _vendor(index, session, vendor).vendor.id if vendor else None
        found = index.find(question, vendor=name, limit=limit, mode=mode)
        hits = [
            results.Hit(**self._quoting.clause(hit.clause).model_dump(), score=hit.score, best_part=hit.highlight.quote)
            for hit in found.items
        ]
        searched, near = [each.id for each in found.vendors], [each.id for each in found.near]
        return results.Hits(
            hits=hits, searched=searched, near=near, in_words=wording.hits_in_words(len(hits), [each.name for each in found.vendors], near)
        )

    def get_clause(
        self, clause: Annotated[str, Field(max_length=160, description="Clause id, as quotes carry it in `clause`.")]
    ) -> results.Context:
        """One clause with its neighbours and what was read from it: to see a quote in context before relying on it."""
        with self._open() as (_, session):
            found = queries.clause(session, clause)
        read = len(found.facts)
        return results.Context(
            clause=self._quoting.clause(found.clause),
            number=found.clause.number,
            lead=found.clause.lead,
            before=[self._quoting.clause(each) for each in found.before[-NEIGHBOURS:]],
            after=[self._quoting.clause(each) for each in found.after[:NEIGHBOURS]],
            statements=[self._quoting.statement(fact) for fact in found.facts],
            in_words=f"{wording.number_of(read, 'statement')} read from this clause."
            if read
            else "Nothing was read from this clause as a statement.",
        )

    def vendor_facts(
        self,
        vendor: VendorId,
        kind: Annotated[Kind | None, Field(description="Kind of fact; all when left out.")] = None,
        topic: Annotated[
            str | None, Field(max_length=60, description="With `kind`: only this right, practice, security measure or kind of recipient.")
        ] = None,
        category: Annotated[Category | None, Field(description="Only what concerns this category of personal data.")] = None,
        limit: Limit = 15,
        cursor: Cursor = None,
    ) -> results.VendorFacts:
        """What one vendor's policy states and denies, each with its quote: data collected, retention, sharing, storage, security, rights,
        practices (sale, advertising, AI training …), children, breaches, contacts. Without `kind` also which kinds it is silent on."""
        with self._open() as (index, session):
            found = _vendor(index, session, vendor).vendor
            wanted = replace(of_topic(kind, topic), vendor=found.id, kinds=(kind,) if kind else (), category=category)
            listed = queries.facts(session, wanted, cursor, limit)
            polarities = queries.counts(session, wanted, by="polarity")
            denial: list[Any] = []
            if category and kind in (None, "collection") and not listed.total:
                denial = denial_of_all(queries.every_fact(session, FactFilter(vendor=found.id, kinds=("collection",))))
            kinds = [] if kind else [self._kind(session, found.id, each) for each in facts.KINDS]
            status = "denied" if denial else status_in(polarities)
            if status == "denied" and not category and kind in (None, "collection"):
                status = self._kind(session, found.id, "collection").status if kind else _of_several(kinds)
        about = " ".join(each for each in (plain(topic or ""), category and label(category, "category")) if each)
        near = nearest(index, found.id, kind or "collection", about) if status == "silent" else []
        return results.VendorFacts(
            vendor=found.id,
            name=found.name,
            status=status,
            in_words=wording.facts_in_words(
                found.name, status, listed.total or len(denial), kind, wording.narrowed_in_words(kind, topic, category), kinds
            ),
            # Who collects nothing at all denies this too.
            statements=[self._quoting.statement(fact) for fact in listed.items or denial[:limit]],
            total=listed.total or len(denial),
            next=listed.next,
            kinds=kinds,
            nearest=[self._quoting.clause(each) for each in near],
        )

    def _kind(self, session: Session, vendor: str, kind: str) -> results.KindStatus:
        wanted = FactFilter(vendor=vendor, kinds=(kind,))
        polarities = queries.counts(session, wanted, by="polarity")
        # Whether what is denied is all of it only the facts tell; they are few where none states anything.
        status = status_in(polarities) if polarities.get("yes") else status_of_kind(kind, queries.every_fact(session, wanted))
        return results.KindStatus(kind=kind, status=status, statements=sum(polarities.values()))

    def compare_vendors(
        self,
        vendors: Annotated[list[VendorId], Field(min_length=2, max_length=MOST_COMPARED, description="Two vendors or more.")],
        kind: Annotated[Kind | None, Field(description="Only this kind of fact: keeps the answer short.")] = None,
        differing: Annotated[bool, Field(description="Only topics on which the vendors differ.")] = False,
        limit: AtMost = 25,
        cursor: Cursor = None,
    ) -> results.Comparison:
        """Vendors side by side: for each topic whether each states it, denies it or is silent, with one quote. Comes by the page: two
        vendors and one `kind` make it short, `cursor` gives more topics, vendor_facts all a vendor says on one."""
        with self._open() as (index, session):
            named = list({each.vendor.id: each.vendor for each in (_vendor(index, session, vendor) for vendor in vendors)}.values())
            kinds = tuple(each for each in comparing.KINDS if kind in (None, each))
            ids = [vendor.id for vendor in named]
            rows = [row for row in compared(session, ids, kinds) if row.differs or not differing]
        topics, following = portion(rows, self._quoting.compared, ("compare", ids, kind, differing), cursor, limit)
        said = wording.comparison_in_words(named, rows, differing, len(topics), following)
        return results.Comparison(vendors=ids, topics=topics, total=len(rows), next=following, in_words=said)

    def changes(
        self,
        vendor: VendorId,
        older: Annotated[
            str | None, Field(max_length=150, description="Document id, version or day (ISO). Left out: the one before.")
        ] = None,
        newer: Annotated[str | None, Field(max_length=150, description="Likewise. Left out: the newest.")] = None,
        limit: AtMost = 25,
        cursor: Cursor = None,
    ) -> results.Changes:
        """What a vendor changed between two versions of its policy: statements and clauses added, removed and altered, both quotes. Comes
        by the page, statements first; `cursor` gives more."""
        with self._open() as (index, session):
            found = _vendor(index, session, vendor).vendor
            before, after = chosen(found.id, queries.versions(session, found.id), older, newer)
            stated, reworded = between(session, before, after) if before else ([], [])
        asked = ("changes", before and before.id, after.id)
        every: list[FactChange | ClauseChange] = [*stated, *reworded]
        given, following = portion(every, self._quoting.changed, asked, cursor, limit)
        return results.Changes(
            vendor=found.id,
            older=self._quoting.version(before, since(before)) if before else None,
            newer=self._quoting.version(after, since(after)),
            statements=[each for each in given if isinstance(each, results.ChangedStatement)],
            statements_total=len(stated),
            clauses=[each for each in given if isinstance(each, results.ChangedClause)],
            clauses_total=len(reworded),
            next=following,
            in_words=wording.changes_in_words(found.name, before is not None, len(stated), len(reworded), len(given), following),
        )

    def who_collects(
        self,
        category: Annotated[Category | None, Field(description="Category of personal data; or give `group`.")] = None,
        group: Annotated[Group | None, Field(description="Group of categories; or give `category`.")] = None,
        source: Annotated[Source | None, Field(description="Only where the data comes from there.")] = None,
        role: Annotated[Role | None, Field(description="Only for itself (`controller`) or a customer (`processor`).")] = None,
        necessity: Annotated[Necessity | None, Field(description="Only where it must, or need not, be given.")] = None,
        limit: AtMost = 50,
        cursor: Cursor = None,
    ) -> results.Collectors:
        """Of all vendors: who says it collects a kind of personal data, who denies it, and who does not say. `in_words` names them all;
        one quote of each comes by the page, and `cursor` gives more."""
        if (category is None) == (group is None):
            raise RequestRefused("Give either `category` or `group`, not both and not neither.")
        wanted = FactFilter(kinds=("collection",), category=category, group=group, source=source, role=role, necessity=necessity)
        with self._open() as (_, session):
            known = queries.all_vendors(session)
            by_vendor: dict[str, list[Any]] = {}
            for fact in queries.every_fact(session, wanted):
                by_vendor.setdefault(fact.vendor, []).append(fact)
            # Who denies collecting personal data at all denies this too.
            for denying, denials in all_denied(session).items():
                of = by_vendor.setdefault(denying, [])
                of += [denial for denial in denials if denial not in of]
        names = {vendor.id: vendor.name for vendor in known}
        status = {vendor: status_of_group(group, said) if group else status_of(said) for vendor, said in by_vendor.items()}
        silent = [vendor.id for vendor in known if vendor.id not in by_vendor]
        about = label(category, "category") if category else f"{plain(group or '')} data"
        narrowed = {"source": source, "role": role, "necessity": necessity}
        collectors, following = portion(
            list(by_vendor),
            lambda vendor: self._quoting.collector(vendor, names[vendor], status[vendor], by_vendor[vendor]),
            ("collects", category, group, narrowed),
            cursor,
            limit,
        )
        return results.Collectors(
            vendors=collectors,
            total=len(by_vendor),
            next=following,
            silent=silent[:SILENT],
            silent_total=len(silent),
            in_words=wording.collectors_in_words(about, narrowed, status, silent, names, len(collectors), following),
        )

    def ask(
        self,
        question: Annotated[
            Question, Field(min_length=1, max_length=1000, description="In words, English or Chinese; name the vendor in it.")
        ],
        vendor: Annotated[VendorId | None, Field(description="Wins over names in the question.")] = None,
    ) -> results.Answer:
        """A due-diligence question answered from facts and quotes alone, with citations; or that the policy does not say. Knows no
        conversation: each question names what it is about. “Which vendors …” asks all of them; who_collects cites each by the page."""
        with self._open() as (index, session):
            name = _vendor(index, session, vendor).vendor.id if vendor else None
            found = asking.ask(AskIn(question=question, vendor=name), self._service, index, session)
        return results.Answer(
            status=found["status"],
            answer=wording.with_tools(found["answer"]),
            vendors=found["vendors"],
            citations=fitting(found["citations"], self._quoting.quoted),
            citations_total=len(found["citations"]),
            nearest=[self._quoting.clause(each) for each in found["nearest"]],
            near=found["near"],
        )


def _vendor(index: Index, session: Session, vendor: str) -> VendorEntry:
    """By id, or by a name or alias that means one vendor; raises VendorUnknown."""
    if vendor not in {each.id for each in queries.all_vendors(session)}:
        named = index.names.find(vendor).vendors
        if len(named) == 1:
            return queries.vendor(session, named[0].id)
    return queries.vendor(session, vendor)


def _of_several(kinds: Sequence[results.KindStatus]) -> Any:
    statuses = {each.status for each in kinds}
    return next((status for status in ("stated", "denied") if status in statuses), "silent")
