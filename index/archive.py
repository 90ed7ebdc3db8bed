"""Where snapshots are kept: a folder, or PostgreSQL. The service and the ingest ask here, and do not learn which it is.

Whichever it is, a snapshot never changes once published; a reader answers from one of them; publishing is one step that happens whole or
not at all; and an ingest that fails leaves what was served.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from sqlite3 import Cursor
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import text
from sqlmodel import Session

from index import snapshot
from index.saving import Saving
from index.settings import Settings
from index.snapshot import Made, Manifest
from index.store import Store, asking, let_go, reader

if TYPE_CHECKING:  # faiss costs 0.3 s, which a command that searches for nothing need not pay
    from index.vectors import Vectors


class Opened(Protocol):
    """One published snapshot, verified; safe to share between threads."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def vectors(self) -> Vectors:
        """What each clause is found by, in the order of the rows."""
        ...

    def session(self) -> Session:
        """Reads the rows of this snapshot and of no other."""
        ...

    def words(self) -> AbstractContextManager[Cursor]:
        """Asks FTS5 which clauses carry which words."""
        ...

    def first_rows(self) -> dict[str, int]:
        """Where the rows of the clauses of each document begin; they have no gap."""
        ...


class Draft(Protocol):
    """A snapshot in the making, which begins as the published one (`base`)."""

    @property
    def base(self) -> Manifest | None: ...

    @property
    def rows(self) -> Saving: ...

    def publish(self, made: Made) -> Manifest:
        """Makes the draft the snapshot that is served."""
        ...


class Archive(Protocol):
    """Snapshots, one of which is published."""

    def pointer(self) -> str | None:
        """The number of the published snapshot, None when nothing was ever ingested; cheap enough for every second."""
        ...

    def manifest(self) -> Manifest:
        """What the published snapshot holds, once all of it was verified. Raises SnapshotMissing, SnapshotDamaged."""
        ...

    def open(self) -> Opened:
        """The published snapshot, verified. Raises SnapshotMissing, SnapshotDamaged."""
        ...

    def draft(self) -> AbstractContextManager[Draft]:
        """A draft, which is gone afterwards unless it was published. Raises IngestRunning, StorageFailed."""
        ...

    def rollback(self) -> Manifest:
        """Publishes the snapshot before the published one again; raises SnapshotMissing when there is none."""
        ...


def archive(settings: Settings) -> Archive:
    """The archive that the settings name."""
    if url := settings.database_url.get_secret_value():
        from index.postgres.archive import PostgresArchive

        return PostgresArchive(url, settings.keep_snapshots)
    return FolderArchive(settings)


class FolderArchive:
    """Snapshots as folders under the data folder."""

    def __init__(self, settings: Settings) -> None:
        self._folder, self._keep = settings.data_dir, settings.keep_snapshots

    def pointer(self) -> str | None:
        return snapshot.pointer(self._folder)

    def manifest(self) -> Manifest:
        return snapshot.current(self._folder).manifest

    def open(self) -> Opened:
        return OpenedFolder(snapshot.current(self._folder))

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        with snapshot.lock(self._folder), snapshot.draft(self._folder) as draft:
            store = Store(draft.database)
            try:
                yield FolderDraft(self, draft, store)
            finally:
                store.close()

    def rollback(self) -> Manifest:
        return snapshot.rollback(self._folder).manifest


class OpenedFolder:
    """A snapshot's folder, opened: words are asked of the same file as everything else."""

    def __init__(self, opened: snapshot.Snapshot) -> None:
        self.manifest, self._snapshot = opened.manifest, opened
        self._engine = reader(opened.database)
        weakref.finalize(self, let_go, self._engine)

    @cached_property
    def vectors(self) -> Vectors:
        from index.vectors import Vectors

        return Vectors.open(self._snapshot.vectors)

    def session(self) -> Session:
        return Session(self._engine)

    def words(self) -> AbstractContextManager[Cursor]:
        return asking(self._engine)

    def first_rows(self) -> dict[str, int]:
        with self._engine.connect() as connection:
            found = connection.execute(text("SELECT document, min(row) FROM clause GROUP BY document"))
            return {document: int(row) for document, row in found}


class FolderDraft:
    """A folder in the making."""

    def __init__(self, home: FolderArchive, draft: snapshot.Draft, rows: Store) -> None:
        self._home, self._draft, self.rows = home, draft, rows
        self.base = draft.base.manifest if draft.base else None

    def publish(self, made: Made) -> Manifest:
        """Derives the vector index from the rows, then publishes the folder."""
        from index.vectors import Vectors, derive

        draft, base, rows = self._draft, self._draft.base, self.rows
        # What a clause is found by follows from the model and the code; with the same, the clauses that stayed keep their vectors.
        if base and (base.manifest.made.model, base.manifest.made.code) == (made.model, made.code):
            derive(base.vectors, rows.gone(), rows.matrix(new=True), draft.vectors)
        else:
            Vectors.of(rows.matrix()).save(draft.vectors)
        counts = rows.counts()
        rows.close()
        return snapshot.publish(self._home._folder, draft, made, counts, self._home._keep).manifest
