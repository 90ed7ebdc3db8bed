"""Search: a question → the vendor named in it → meaning and words → one ranking of clauses.

`Searcher` is made once per process. An endpoint asks it for the `Index` (one snapshot, opened and verified) and does all its reads
there, so that one answer never mixes two snapshots; when an ingest has published a newer one, `refresh` swaps the whole object.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from index.domain import Vendor
from index.queries import IndexedClause
from index.settings import Settings
from index.snapshot import Manifest

Mode = Literal["hybrid", "semantic", "keyword"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """The part of a clause that answers best, with offsets in the document's canonical text."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found. `score` orders the hits and compares across questions: `meaning + 0.3 · words / (words + 10)`."""

    score: float
    meaning: float | None
    words: float | None
    clause: IndexedClause
    highlight: Highlight


@dataclass(frozen=True, slots=True)
class Results:
    """Hits, the best first. `vendors`: to which vendors the search was restricted (by the request or by names in the question; empty: none).

    `near`: vendors whose name is spelt nearly like a word of the question, when none was recognised.
    """

    items: list[Hit]
    vendors: list[Vendor]
    near: list[Vendor]


class Index:
    """One snapshot, open and verified; safe to share between threads."""

    manifest: Manifest

    def session(self) -> Session:
        """A read-only session on the snapshot's database; use it in a `with`."""
        raise NotImplementedError

    def find(
        self, q: str, vendor: str | None = None, limit: int = 10, mode: Mode = "hybrid", language: str | None = None,
        since: str | None = None, every_version: bool = False,
    ) -> Results:  # fmt: skip
        """The clauses nearest to a question. `vendor` wins over names in the question; raises VendorUnknown for it.

        Only current documents are searched unless `every_version`. `language`: clauses in it (`en`, `zh`). `since`: documents in force
        or updated on or after this day (ISO). `keyword` needs no model.
        """
        raise NotImplementedError


class Searcher:
    """The current `Index` of a data folder; thread-safe."""

    def __init__(self, settings: Settings, embedder: object) -> None:
        """Opens the current snapshot. Raises SnapshotMissing, SnapshotDamaged, ModelMismatch."""
        self._lock = threading.Lock()

    @property
    def index(self) -> Index:
        """The snapshot served now. Take it once per request."""
        raise NotImplementedError

    @property
    def problem(self) -> str | None:
        """Why a newer snapshot is not served (damaged, other weights), None when all is well: for /readyz."""
        raise NotImplementedError

    def refresh(self) -> bool:
        """Opens a newer snapshot when the pointer has moved, and swaps; True when it did. A damaged one leaves the old one served."""
        raise NotImplementedError

    def watch(self) -> None:
        """Refreshes every `reload_seconds` in a daemon thread until `close`."""
        raise NotImplementedError

    def close(self) -> None:
        """Stops watching."""
        raise NotImplementedError
