"""The journey of a policy, one call a line: fetch → read → split → extract → embed → save → publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from index.archive import archive
from index.domain import Policy, Vendor
from index.embedder import Embedder, Encoder
from index.errors import PolicyError
from index.settings import Settings
from index.snapshot import Manifest
from ingest import fetch, readers, split, versions
from ingest.encoder_cache import Remembering
from ingest.findings import Find, Parts, Workers, findings, shipped
from ingest.job import Job, Receipt, Watch, unwatched
from ingest.sources import Source, document_id


@dataclass
class Report:
    """What became of all of them, and the snapshot served now (None while nothing was ever published)."""

    receipts: list[Receipt] = field(default_factory=list)
    snapshot: str | None = None
    published: bool = False

    @property
    def refused(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.outcome == "refused"]


def ingest(
    sources: Sequence[Source],
    settings: Settings,
    embedder: Encoder,
    find: Find | None = None,
    watch: Watch = unwatched,
    workers: Workers | None = None,
    parts: Path | None = None,
) -> Report:
    """Brings the index up to date with these sources, and everything held up to date with the code, rules and model at hand.

    What cannot be read is reported and loses nothing else. Nothing changed: nothing is written. Raises IngestRunning, IngestOvertaken.
    `find` gives a policy's facts; left out, the extractors that ship. `watch` is told how many clauses of how many are done.
    `workers` look for what is in policies beside this process; `parts` is where shards left what they found.
    """
    with archive(settings).draft() as draft:
        made = versions.of(embedder)
        same_model = draft.base is not None and draft.base.made.model == made.model
        job = Job(settings, embedder, draft.rows, made, same_model, find, workers, parts)
        job.take(sources)
        changed = job.finish(watch)
        report = Report(job.receipts, draft.base.number if draft.base else None)
        if changed:
            report.snapshot = draft.publish(made).number
            report.published = True
        return report


def shard(
    sources: Sequence[Source], number: int, of: int, parts: Path, settings: Settings, embedder: Encoder, find: Find | None = None
) -> list[Receipt]:
    """Finds what is in every `of`-th document, from the `number`-th on, and leaves it in `parts`; what stands there already is left alone.

    The index is neither asked nor written: `ingest` with the same `parts` puts it together. Raises StorageFailed.
    """
    kept, memory = Parts(parts, versions.digest(versions.of(embedder))), Remembering(embedder)
    kept.make()
    receipts: list[Receipt] = []
    for source in sources[number - 1 :: of]:
        try:
            fetched = fetch.fetch(source.location, settings)
            id = document_id(source, fetched.data)
            reading = readers.read(fetched.data, media_type=fetched.media_type, name=fetched.name, settings=settings)
            policy = split.policy(reading, id, source.vendor, embedder.count)
            if known := kept.load(policy):
                receipts.append(Receipt(source.location, source.vendor.id, "unchanged", id, len(policy.clauses), len(known.facts)))
                continue
            find = find or shipped()
            found = findings(policy, memory, find)
            kept.save(policy, found)
            receipts.append(Receipt(source.location, source.vendor.id, "new", id, len(policy.clauses), len(found.facts)))
        except PolicyError as error:  # the run that puts the parts together meets it too, and says so
            receipts.append(Receipt(source.location, source.vendor.id, "refused", reason=str(error)))
    return receipts


def remove(vendor: str, settings: Settings) -> Manifest:
    """A new snapshot without this vendor; raises VendorUnknown, SnapshotMissing, IngestRunning."""
    home = archive(settings)
    with home.draft() as draft:
        base = draft.base or home.manifest()
        draft.rows.remove(vendor)
        return draft.publish(base.made)


def read_policy(path: Path, vendor: str | Vendor) -> Policy:
    """One file read and split without storing it."""
    if isinstance(vendor, str):
        vendor = Vendor(vendor, vendor)
    reading = readers.read(path.read_bytes(), media_type=None, name=path.name, settings=Settings())
    return split.policy(reading, vendor.id, vendor, _embedder().count)


@cache
def _embedder() -> Embedder:
    return Embedder()
