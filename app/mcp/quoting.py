"""How facts, clauses and citations are handed to a bot: as quotes, each with a link to its place."""

from __future__ import annotations

from typing import Any

from app.citing import place
from app.comparing import Cell, values
from app.mcp import results
from app.saying import detail
from index.diff import ClauseChange, FactChange
from index.domain import Document
from index.queries import VendorEntry


class Quoting:
    """`address` is what links begin with."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def quoted(self, cited: Any) -> results.Quoted:
        """A fact or a citation: anything with a quote and its place."""
        return results.Quoted(**self._place(cited), clause=cited.clause, quote=cited.quote)

    def clause(self, clause: Any) -> results.Quoted:
        """A whole clause."""
        return results.Quoted(**self._place(clause), clause=clause.id, quote=clause.text)

    def statement(self, fact: Any) -> results.Statement:
        return results.Statement(
            **self._place(fact),
            clause=fact.clause,
            quote=fact.quote,
            fact=fact.id,
            kind=fact.kind,
            denied=fact.polarity == "no",
            topic=sorted(value for value in values(fact, by_category=True) if value),
            # A duration as the fact has it: a bot may reckon with it.
            detail=getattr(fact, "period", None) or getattr(fact, "deadline", None) or detail(fact) or None,
        )

    def cell(self, cell: Cell) -> results.ComparedCell:
        # A denial is no example of what is stated.
        shortest = min(cell.facts, key=lambda fact: (fact.polarity == "no", len(fact.quote)), default=None)
        return results.ComparedCell(
            vendor=cell.vendor,
            status=cell.status,
            detail=cell.summary,
            statements=len(cell.facts),
            example=self.quoted(shortest) if shortest else None,
        )

    def changed_statement(self, change: FactChange) -> results.ChangedStatement:
        return results.ChangedStatement(
            change=change.change,
            fields=list(change.fields),
            before=self.statement(change.before) if change.before else None,
            after=self.statement(change.after) if change.after else None,
        )

    def changed_clause(self, change: ClauseChange) -> results.ChangedClause:
        return results.ChangedClause(
            change=change.change,
            before=self.clause(change.before) if change.before else None,
            after=self.clause(change.after) if change.after else None,
        )

    def version(self, document: Document, since: str) -> results.Version:
        return results.Version(document=document.id, title=document.title, version=document.version, since=since)

    def vendor(self, entry: VendorEntry) -> results.Vendor:
        vendor = entry.vendor
        return results.Vendor(
            id=vendor.id,
            name=vendor.name,
            aliases=list(vendor.aliases),
            legal_entity=vendor.legal_entity,
            effective_date=entry.effective_date,
            last_updated=entry.last_updated,
            documents=entry.documents,
            link=f"{self._address}/vendors/{vendor.id}",
        )

    def _place(self, cited: Any) -> dict[str, Any]:
        return {
            "vendor": cited.vendor,
            "document": cited.document,
            "section": list(cited.section),
            "start": cited.start,
            "end": cited.end,
            "link": f"{self._address}{place(cited)}",
        }
