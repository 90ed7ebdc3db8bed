"""One ingest under way: which documents must be read, read again, or left as they are."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.domain import Policy, Reading, Vendor
from index.embedder import Encoder
from index.errors import PolicyError
from index.gloss import legible
from index.saving import Saving, Whole, check
from index.settings import Settings
from index.snapshot import Made
from ingest import description, fetch, readers, split, versions
from ingest.encoder_cache import Remembering
from ingest.findings import Find, Findings, Parts, Workers, findings, shipped
from ingest.sources import Source, document_id

Outcome = Literal["new", "read again", "unchanged", "refused"]
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one source."""

    source: str
    vendor: str
    outcome: Outcome
    document: str | None = None
    clauses: int = 0
    facts: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that was split into clauses, and is now to be embedded and searched for facts."""

    source: Source
    sha256: str
    fetched: fetch.Fetched
    reading: Reading
    policy: Policy
    outcome: Outcome


class Job:
    """Takes sources, then does what they ask of a draft's database."""

    def __init__(
        self,
        settings: Settings,
        embedder: Encoder,
        store: Saving,
        made: Made,
        same_model: bool,
        find: Find | None,
        workers: Workers | None = None,
        parts: Path | None = None,
    ) -> None:
        self.receipts: list[Receipt] = []
        self._settings, self._embedder, self._store = settings, embedder, store
        self._made_by, self._same_model = versions.digest(made), same_model
        self._find, self._workers = find, workers
        self._parts = Parts(parts, self._made_by) if parts else None
        self._memory = Remembering(embedder)
        self._held = store.held()
        self._read: list[_Read] = []
        self._given: dict[tuple[str, str], list[str | None]] = defaultdict(list)
        self._listed: set[str] = set()
        self._changed = False

    def take(self, sources: Iterable[Source]) -> None:
        """Fetches every source, and reads those that are new or were read by other code, rules or model."""
        vendors: dict[str, Vendor] = {}
        for source in self._of_known(list(sources)):
            vendors[source.vendor.id] = source.vendor
            if source.listed:
                self._listed.add(source.vendor.id)
            id = self._tried(source, lambda source=source: fetch.fetch(source.location, self._settings))  # type: ignore[misc]
            self._given[source.vendor.id, source.series].append(id)
        held = {held.vendor for held in self._held.values()}
        for id, vendor in vendors.items():
            if id in held:
                self._changed |= self._store.save_vendor(vendor)
        self._refresh()

    def _of_known(self, sources: Sequence[Source]) -> list[Source]:
        """The sources, each of the vendor as it is known: what a file's name suggests does not replace what somebody said."""
        known = self._store.vendors() | {source.vendor.id: source.vendor for source in sources if not source.guessed}
        return [replace(each, vendor=known.get(each.vendor.id, each.vendor)) if each.guessed else each for each in sources]

    def finish(self, watch: Watch) -> bool:
        """Embeds, finds facts and saves, policy by policy; True when the draft differs from the snapshot it began with."""
        total, done = sum(len(read.policy.clauses) for read in self._read), 0
        elsewhere = deque(self._elsewhere(read.policy) for read in self._read)
        for read in self._read:
            watch(done, total)
            found = elsewhere.popleft()  # and let go of: all vectors at once would fill the memory
            try:
                self._save(read, found() or self._found(read.policy))
            except PolicyError as error:
                self._refuse(read.source, error)
            done += len(read.policy.clauses)
        watch(done, total)
        return self._arrange()

    def _tried(self, source: Source, get: Callable[[], fetch.Fetched]) -> str | None:
        """The id of the source's document, None when it was refused."""
        try:
            return self._consider(source, get())
        except PolicyError as error:  # one bad source must not lose the others
            self._refuse(source, error)
            return None

    def _consider(self, source: Source, fetched: fetch.Fetched) -> str:
        sha256 = hashlib.sha256(fetched.data).hexdigest()
        id = document_id(source, fetched.data)
        held = self._held.get(id)
        if held and held.made_by == self._made_by:
            self.receipts.append(Receipt(source.location, source.vendor.id, "unchanged", id))
            return id
        if held:  # the same bytes: the day they were first seen is the day that counts
            fetched = fetch.Fetched(fetched.data, fetched.media_type, fetch.shown(held.source), held.retrieved_at, fetched.name)
        reading = readers.read(fetched.data, media_type=fetched.media_type, name=fetched.name, settings=self._settings)
        policy = split.policy(reading, id, source.vendor, self._embedder.count)
        self._read.append(_Read(source, sha256, fetched, reading, policy, "read again" if held else "new"))
        return id

    def _refresh(self) -> None:
        """Reads again, from their own stored bytes, documents that were not among the sources and were read by other code or rules.

        So all of a snapshot speaks with one voice: two versions of a policy never differ because of us.
        """
        given = {id for ids in self._given.values() for id in ids}
        for held in self._held.values():
            if held.id not in given and held.made_by != self._made_by:
                vendor, data, media_type = self._store.source_of(held.id)
                source = Source(vendor, held.source, held.series)
                name = fetch.shown(held.source)
                self._tried(source, lambda h=held, n=name, d=data, m=media_type: fetch.Fetched(d, m, n, h.retrieved_at, n))  # type: ignore[misc]

    def _elsewhere(self, policy: Policy) -> Callable[[], Findings | None]:
        """Where what is in a policy is found by others: left by a shard, or by now on its way."""
        left = self._parts.load(policy) if self._parts else None
        if left is None and self._workers:
            return self._workers.begin(policy)
        return lambda: left

    def _found(self, policy: Policy) -> Findings:
        memory = self._memory
        if self._same_model:
            memory.learn(self._store.vectors_of(policy.vendor.id, lambda title: legible(title, memory)))
        self._find = self._find or shipped()
        return findings(policy, memory, self._find)

    def _save(self, read: _Read, found: Findings) -> None:
        policy, vendor, facts = read.policy, read.policy.vendor, found.facts
        whole = Whole(
            document=description.document(read.fetched, read.sha256, read.reading, policy, facts, read.source.language),
            series=read.source.series,
            encoding=read.reading.encoding,
            raw=read.fetched.data,
            made_by=self._made_by,
            policy=policy,
            facts=facts,
            vectors=found.vectors,
            embedded=found.embedded,
            titles=found.titles,
            tokens=found.tokens,
        )
        check(whole)  # before anything is kept: a vendor whose one policy is refused is not in the index
        self._store.save_vendor(description.vendor(vendor, facts))
        self._store.save(whole)
        self._changed = True
        self.receipts.append(Receipt(read.source.location, vendor.id, read.outcome, policy.document, len(policy.clauses), len(facts)))

    def _arrange(self) -> bool:
        """Of each series the last version given becomes the current one; documents that are no longer listed are not current any more."""
        held = self._store.held()
        refused = {receipt.vendor for receipt in self.receipts if receipt.outcome == "refused"}
        kept: dict[str, list[str]] = defaultdict(list)
        placed: set[str | None] = set()
        for (vendor, series), ids in self._given.items():
            if ids[-1] in placed:  # two documents of a vendor that say the same are one, the first
                continue
            if vendor in self._listed - refused:
                kept[vendor].append(series)
            versions_ = [id for id in dict.fromkeys(ids) if id in held and id not in placed]
            if ids[-1] not in held:  # the newest could not be read: what was current stays so
                versions_ += [
                    each.id
                    for each in held.values()
                    if each.current and (each.vendor, each.series) == (vendor, series) and each.id not in placed
                ]
            if versions_:
                placed.update(versions_)
                self._changed |= self._store.arrange(vendor, series, list(dict.fromkeys(reversed(versions_)))[::-1])
        for vendor, listed in kept.items():
            self._changed |= self._store.retire(vendor, listed)
        return self._changed

    def _refuse(self, source: Source, error: PolicyError) -> None:
        self.receipts.append(Receipt(source.location, source.vendor.id, "refused", reason=str(error)))


def unwatched(done: int, total: int) -> None:
    """Nobody looks."""
