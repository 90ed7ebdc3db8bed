"""The journey of a policy, one call a line: fetch → read → split → extract → embed → save → publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from index import snapshot
from index.domain import Policy, Vendor
from index.embedder import Embedder, Encoder
from index.settings import Settings
from index.store import Store
from ingest import readers, split, versions
from ingest.job import Find, Job, Receipt, Watch, unwatched
from ingest.sources import Source


@dataclass
class Report:
    """What became of all of them, and the snapshot served now (None while nothing was ever published)."""

    receipts: list[Receipt] = field(default_factory=list)
    snapshot: str | None = None
    published: bool = False

    @property
    def refused(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.outcome == "refused"]


def ingest(sources: Sequence[Source], settings: Settings, embedder: Encoder, find: Find | None = None, watch: Watch = unwatched) -> Report:
    """Brings the index up to date with these sources, and everything held up to date with the code, rules and model at hand.

    What cannot be read is reported and loses nothing else. Nothing changed: nothing is written. Raises IngestRunning.
    `find` gives a policy's facts; left out, the extractors that ship. `watch` is told how many clauses of how many are done.
    """
    with snapshot.lock(settings.data_dir), snapshot.draft(settings.data_dir) as draft:
        store = Store(draft.database)
        try:
            made = versions.of(embedder)
            same_model = draft.base is not None and draft.base.manifest.made.model == made.model
            job = Job(settings, embedder, store, made, same_model, find)
            job.take(sources)
            changed = job.finish(watch)
            report = Report(job.receipts, draft.base.manifest.number if draft.base else None)
            if changed:
                report.snapshot = publish(draft, store, made, settings).manifest.number
                report.published = True
            return report
        finally:
            store.close()


def publish(draft: snapshot.Draft, store: Store, made: snapshot.Made, settings: Settings) -> snapshot.Snapshot:
    """Derives the vector index from the rows and makes the draft the current snapshot."""
    from index.vectors import Vectors  # faiss costs 0.3 s, which a run that changes nothing need not pay

    base = draft.base
    # What a clause is found by follows from the model and the code; with the same, the clauses that stayed keep their vectors.
    if base and (base.manifest.made.model, base.manifest.made.code) == (made.model, made.code):
        Vectors.open(base.vectors, mapped=False).changed(store.gone(), store.matrix(new=True)).save(draft.vectors)
    else:
        Vectors.of(store.matrix()).save(draft.vectors)
    counts = store.counts()
    store.close()
    return snapshot.publish(settings.data_dir, draft, made, counts, settings.keep_snapshots)


def remove(vendor: str, settings: Settings) -> snapshot.Snapshot:
    """A new snapshot without this vendor; raises VendorUnknown, SnapshotMissing, IngestRunning."""
    with snapshot.lock(settings.data_dir), snapshot.draft(settings.data_dir) as draft:
        base = draft.base or snapshot.current(settings.data_dir)
        store = Store(draft.database)
        try:
            store.remove(vendor)
            return publish(draft, store, base.manifest.made, settings)
        finally:
            store.close()


def read_policy(path: Path, vendor: str | Vendor) -> Policy:
    """One file read and split without storing it."""
    if isinstance(vendor, str):
        vendor = Vendor(vendor, vendor)
    reading = readers.read(path.read_bytes(), media_type=None, name=path.name, settings=Settings())
    return split.policy(reading, vendor.id, vendor, _embedder().count)


@cache
def _embedder() -> Embedder:
    return Embedder()
