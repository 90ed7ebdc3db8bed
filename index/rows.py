"""How rows become domain objects, and what is refused when a row is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from index.domain import Document, Vendor
from index.errors import DocumentUnknown, VendorUnknown
from index.names import near_names
from index.tables import ClauseRow, DocumentRow, VendorRow


@dataclass(frozen=True, slots=True)
class IndexedClause:
    """A clause as it stands in the index: the clause of the domain, and whose it is."""

    id: str
    vendor: str
    document: str
    ordinal: int
    section: tuple[str, ...]
    number: str | None
    text: str
    start: int
    end: int
    language: str
    lead: str | None


def all_vendors(session: Session) -> list[Vendor]:
    """Every vendor, by id: for recognising names in a question."""
    return [vendor_of(row) for row in session.exec(select(VendorRow).order_by(col(VendorRow.id)))]


def known(session: Session, vendor: str) -> None:
    """Raises VendorUnknown, naming near ones."""
    if session.get(VendorRow, vendor) is None:
        raise VendorUnknown(vendor, near_names(vendor, all_vendors(session)))


def document_row(session: Session, document: str) -> DocumentRow:
    """A document's row; raises DocumentUnknown."""
    row = session.get(DocumentRow, document)
    if row is None:
        raise DocumentUnknown(document)
    return row


def clause_rows() -> Select[Any]:
    """A query for clauses that leaves what they are found by where it is."""
    return select(ClauseRow).options(defer(ClauseRow.vector), defer(ClauseRow.tokens))  # type: ignore[arg-type]  # SQLModel types columns as their values


def vendor_of(row: VendorRow) -> Vendor:
    return Vendor(row.id, row.name, tuple(row.aliases), tuple(row.products), row.legal_entity, row.url)


def document_of(row: DocumentRow) -> Document:
    values = {name: getattr(row, name) for name in Document.__slots__}
    return Document(**values | {"languages": tuple(row.languages)})


def clause_of(row: ClauseRow) -> IndexedClause:
    values = {name: getattr(row, name) for name in IndexedClause.__slots__}
    return IndexedClause(**values | {"section": tuple(row.section)})
