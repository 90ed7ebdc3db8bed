"""How facts, clauses and citations are handed to a bot: as quotes, each with a link to its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.citing import place
from app.comparing import Cell, Row, plainest, values
from app.mcp import results
from app.saying import detail
from index.diff import ClauseChange, FactChange
from index.domain import Document
from index.queries import VendorEntry


class Quoting:
    """`address` is what links begin with."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def example(self, cited: Any) -> results.Example:
        """Where it is plain whose words they are."""
        return results.Example(**self._place(cited), clause=cited.clause, quote=cited.quote)

    def quoted(self, cited: Any) -> results.Quoted:
        """A fact or a citation: anything with a quote and its place."""
        return results.Quoted(**self._placed(cited), clause=cited.clause, quote=cited.quote)

    def clause(self, clause: Any) -> results.Quoted:
        """A whole clause."""
        return results.Quoted(**self._placed(clause), clause=clause.id, quote=clause.text)

    def statement(self, fact: Any) -> results.Statement:
        return results.Statement(
            **self._placed(fact),
            clause=fact.clause,
            quote=fact.quote,
            fact=fact.id,
            kind=fact.kind,
            denied=fact.polarity == "no",
            topic=sorted(value for value in values(fact, by_category=True) if value),
            # A duration as the fact has it: a bot may reckon with it.
            detail=getattr(fact, "period", None) or getattr(fact, "deadline", None) or detail(fact) or None,
        )

    def compared(self, row: Row) -> results.ComparedTopic:
        spoken = [cell for cell in row.cells if cell.facts]
        return results.ComparedTopic(
            topic=row.topic.id,
            label=row.topic.label,
            cells=[self._cell(cell) for cell in spoken],
            silent=[cell.vendor for cell in row.cells if not cell.facts],
        )

    def _cell(self, cell: Cell) -> results.ComparedCell:
        plain = plainest(cell.status, cell.facts)
        return results.ComparedCell(
            vendor=cell.vendor,
            status=cell.status,
            detail=cell.summary,
            statements=len(cell.facts),
            example=self.example(plain) if plain else None,
        )

    def collector(self, vendor: str, name: str, status: str, said: Sequence[Any]) -> results.Collector:
        """Who collects something, or denies it, by the plainest of what it says."""
        plain = plainest(status, said)
        return results.Collector(vendor=vendor, name=name, status=status, total=len(said), example=self._collected(plain))

    def _collected(self, fact: Any) -> results.CollectedExample:
        return results.CollectedExample(
            **self.example(fact).model_dump(), denied=fact.polarity == "no", topic=[fact.category], detail=detail(fact) or None
        )

    def changed(self, change: FactChange | ClauseChange) -> results.ChangedStatement | results.ChangedClause:
        if isinstance(change, FactChange):
            before, after = (self.statement(fact) if fact else None for fact in (change.before, change.after))
            return results.ChangedStatement(change=change.change, fields=list(change.fields), before=before, after=after)
        was, now = (self.clause(clause) if clause else None for clause in (change.before, change.after))
        return results.ChangedClause(change=change.change, before=was, after=now)

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

    def _placed(self, cited: Any) -> dict[str, Any]:
        return {"vendor": cited.vendor, "section": list(cited.section), **self._place(cited)}

    def _place(self, cited: Any) -> dict[str, Any]:
        return {
            "document": cited.document,
            "start": cited.start,
            "end": cited.end,
            "link": f"{self._address}{place(cited)}",
        }
