"""What stands in the index: vendors, documents, clauses; and the shape of every list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from index.facts import Fact, Retention

# The clients of the service import these models too, and need neither database nor index: what only builds them is named for types alone.
if TYPE_CHECKING:
    from index.domain import Document
    from index.queries import ClauseInContext, IndexedClause, Page, VendorEntry

Item = TypeVar("Item")

CLAUSE: dict[str, Any] = {
    "id": "fernly-1a2b3c4d.0012",
    "vendor": "fernly",
    "document": "fernly-1a2b3c4d",
    "section": ["Fernly Notes Privacy Notice", "2. What we record when you use Fernly"],
    "number": None,
    "text": "We do not record your location, your contacts or the text you type into search.",
    "start": 2013,
    "end": 2093,
    "language": "en",
    "lead": None,
}


class Out(BaseModel):
    """The root of all answers: built from domain objects, no defaults."""

    model_config = ConfigDict(from_attributes=True)


class ListOf(Out, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="Hand it back as `cursor` for the next page; null on the last.", examples=[None])
    total: int = Field(description="Items in the whole list.", examples=[1])


class VendorOut(Out):
    """A vendor, and the dates of the policy that answers come from."""

    id: str = Field(examples=["fernly"])
    name: str = Field(examples=["Fernly Notes"])
    aliases: list[str] = Field(examples=[["Fernly"]])
    products: list[str] = Field(examples=[[]])
    legal_entity: str | None = Field(examples=["Fernly Labs Ltd."])
    url: str | None = Field(description="Where the vendor publishes the policy.", examples=[None])
    documents: int = Field(description="Indexed documents, older versions included.", examples=[1])
    effective_date: str | None = Field(description="ISO date.", examples=["2026-04-01"])
    last_updated: str | None = Field(description="ISO date.", examples=["2026-03-18"])

    @classmethod
    def of(cls, entry: VendorEntry) -> Self:
        return cls(**of_vendor(entry), documents=entry.documents)


def of_vendor(entry: VendorEntry) -> dict[str, Any]:
    """What the list of vendors and a vendor's card have in common."""
    vendor = entry.vendor
    return {
        "id": vendor.id,
        "name": vendor.name,
        "aliases": list(vendor.aliases),
        "products": list(vendor.products),
        "legal_entity": vendor.legal_entity,
        "url": vendor.url,
        "effective_date": entry.effective_date,
        "last_updated": entry.last_updated,
    }


class VendorList(ListOf[VendorOut]):
    """A page of vendors."""


class DocumentOut(Out):
    """One version of one document, and where it came from."""

    id: str = Field(examples=["fernly-1a2b3c4d"])
    vendor: str = Field(examples=["fernly"])
    title: str | None = Field(examples=["Fernly Notes Privacy Notice"])
    language: str = Field(description="The main language, BCP 47.", examples=["en"])
    languages: list[str] = Field(description="All languages of its clauses.", examples=[["en"]])
    effective_date: str | None = Field(description="ISO date, as the document says.", examples=["2026-04-01"])
    last_updated: str | None = Field(description="ISO date, as the document says.", examples=["2026-03-18"])
    version: str | None = Field(examples=["4.2"])
    sha256: str = Field(description="Of the source's bytes as they were retrieved.", examples=["9f86d081884c7d65"])
    source: str = Field(description="Address it was read from, or the name of the file.", examples=["fernly.md"])
    media_type: str = Field(examples=["text/markdown"])
    retrieved_at: str = Field(description="ISO time.", examples=["2026-11-22T09:00:00Z"])
    current: bool = Field(description="Whether facts are served from it by default.")

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls.model_validate(document)


class DocumentList(ListOf[DocumentOut]):
    """A page of documents."""


class ClauseOut(Out):
    """A sentence or list item, verbatim: `text` is the document's text from `start` to `end`."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [CLAUSE]})

    id: str = Field(description="Stable while the document is.")
    vendor: str
    document: str
    section: list[str] = Field(description="The headings above it, from the outermost in, numbers as written.")
    number: str | None = Field(description="Its number as written.")
    text: str
    start: int = Field(description="Offset in the document's text, in Unicode characters.")
    end: int = Field(description="Exclusive.")
    language: str
    lead: str | None = Field(description="For a list item: the sentence that introduces the list; not part of `text`.")

    @classmethod
    def of(cls, clause: IndexedClause) -> Self:
        return cls.model_validate(clause)


class ClauseList(ListOf[ClauseOut]):
    """A page of clauses."""


class ClauseContextOut(ClauseOut):
    """A clause with its neighbours and the facts that rest on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**CLAUSE, "before": [], "after": [], "facts": []}]})

    before: list[ClauseOut] = Field(description="The clauses before it, the nearest last.")
    after: list[ClauseOut] = Field(description="The clauses after it, the nearest first.")
    facts: list[Fact]

    @classmethod
    def in_context(cls, found: ClauseInContext) -> Self:
        return cls(
            **ClauseOut.of(found.clause).model_dump(),
            before=[ClauseOut.of(clause) for clause in found.before],
            after=[ClauseOut.of(clause) for clause in found.after],
            facts=found.facts,
        )


class FactList(ListOf[Fact]):
    """A page of facts, of any kind."""


class RetentionList(ListOf[Retention]):
    """A page of statements on retention."""


def page_of(page: Page[Any], item: Any) -> dict[str, Any]:
    """The three fields of every list, each item made by `item`."""
    return {"items": [item(entry) for entry in page.items], "next": page.next, "total": page.total}


class CitationOut(Out):
    """The words an answer or a finding rests on: `text[start:end] == quote` in the document."""

    vendor: str = Field(examples=["fernly"])
    document: str = Field(examples=["fernly-1a2b3c4d"])
    clause: str | None = Field(description="Null when the quote starts in a heading or front matter.", examples=["fernly-1a2b3c4d.0031"])
    section: list[str] = Field(examples=[["Fernly Notes Privacy Notice", "6. How long we keep it"]])
    quote: str = Field(examples=["Notes you delete stay in the bin for 30 days and are then erased."])
    start: int = Field(examples=[3120])
    end: int = Field(examples=[3185])
