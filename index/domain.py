"""The things everybody speaks of: spans, blocks, clauses, documents, vendors. Frozen, no I/O.

Every offset counts Unicode characters of a document's canonical text, half-open, and is never relative to anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in a document's canonical text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class BlockKind(StrEnum):
    """What a reader knows of a block. `LINE` is a line of plain text whose part only the outline can tell."""

    LINE = "line"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the canonical text as the reader found it.

    `level` is the depth of a heading (1 is the outermost) or of a list item (1 is the outermost list).
    `flag` names why a FLAGGED block is kept but not searched: navigation, banner, footer, front_matter, page_header, contents, markup.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    flag: str = ""


@dataclass(frozen=True)
class Reading:
    """What a reader made of a source's bytes: one canonical text, its blocks in order, and which characters are only markup."""

    text: str
    blocks: tuple[Block, ...]
    media_type: str
    markup: tuple[Span, ...] = ()
    title: str | None = None
    encoding: str | None = None

    @cached_property
    def plain(self) -> str:
        """The text with each markup character (`**`, `](https://…)`, `|`) turned into a space: same length, same offsets."""
        pieces, at = [], 0
        for span in self.markup:
            pieces += [self.text[at : span.start], " " * (span.end - span.start)]
            at = span.end
        return "".join([*pieces, self.text[at:]])


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence or list item, the unit that is searched and cited.

    `text == document.text[start:end]`; `plain` is the same characters with markup blanked (same length).
    `section` holds the headings above it from the outermost in, as written. `lead` is the sentence that introduces
    the list this item stands in ("We collect:"), for reading the clause in context; it is not part of the clause.
    """

    id: str
    ordinal: int
    start: int
    end: int
    text: str
    plain: str
    section: tuple[str, ...]
    number: str | None
    lead: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline: `level` 1 is the outermost, `number` is kept as written (`1.1.2`, `(VI)`, `第一条`)."""

    start: int
    end: int
    text: str
    level: int
    number: str | None


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who publishes the policy. `id` is a slug (`welink`)."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    legal_entity: str | None = None
    url: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.name, *self.aliases, *self.products, *([self.legal_entity] if self.legal_entity else []))


@dataclass(frozen=True)
class Policy:
    """One document, read and split: every non-blank character belongs to exactly one clause, heading or flagged block."""

    document: str
    vendor: Vendor
    text: str
    plain: str
    clauses: tuple[Clause, ...]
    headings: tuple[Heading, ...]
    flagged: tuple[Block, ...]

    def clause_at(self, start: int) -> Clause | None:
        """The clause that holds the character at `start`, or None where a heading or a flagged block stands."""
        return next((clause for clause in self.clauses if clause.start <= start < clause.end), None)


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one vendor's policy: where it came from, and what it says of itself."""

    id: str
    vendor: str
    title: str | None
    language: str
    languages: tuple[str, ...]
    effective_date: str | None
    last_updated: str | None
    version: str | None
    sha256: str
    source: str
    media_type: str
    retrieved_at: str
    current: bool
