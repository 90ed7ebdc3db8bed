"""What is alive while the service runs: the model, the snapshot it answers from, and why there is none."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import DBAPIError

from app.asking.topics import Topics
from app.metrics import Metrics
from index.archive import archive
from index.embedder import Encoder
from index.errors import IndexError_, SnapshotMissing
from index.search import Index, Searcher
from index.settings import Settings

log = logging.getLogger("vpi.service")


class Service:
    """Waits for the first snapshot, then lets `Searcher` watch for newer ones."""

    def __init__(self, settings: Settings, embedder: Encoder, metrics: Metrics) -> None:
        self.settings = settings
        self._archive = archive(settings)
        self._embedder = embedder
        self._metrics = metrics
        self._topics: Topics | None = None
        self._searcher: Searcher | None = None
        self._refusal: IndexError_ = SnapshotMissing("The service has not started yet.")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Loads the model and the snapshot; without a snapshot it goes on looking for one in the background."""
        if not self._open():
            self._thread = threading.Thread(target=self._wait_for_index, name="first-snapshot", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()
        if self._searcher:
            self._searcher.close()

    @property
    def index(self) -> Index:
        """The snapshot served now. Raises why there is none: SnapshotMissing, SnapshotDamaged or ModelMismatch."""
        if self._searcher is None:
            # A new one each time: raising one exception from several threads would grow one traceback.
            raise type(self._refusal)(*self._refusal.args)
        return self._searcher.index

    @property
    def topics(self) -> Topics:
        """What a question can be about. There is an index when it is asked for (`index` refuses otherwise)."""
        assert self._topics is not None
        return self._topics

    @property
    def encoded_by(self) -> str:
        """What encodes the questions here: rounded vectors rank nearly alike, and their cosines differ."""
        return str(getattr(self._embedder, "runs_on", self._embedder.name))

    @property
    def problem(self) -> str | None:
        """Why a newer snapshot is not served, None when all is well."""
        return self._searcher.problem if self._searcher else str(self._refusal)

    def measure(self) -> None:
        """Brings the gauges up to date."""
        ready = self._searcher is not None
        self._metrics.ready.set(ready)
        if ready:
            manifest = self.index.manifest
            self._metrics.snapshot.set(int(manifest.number))
            for what, rows in manifest.counts.items():
                self._metrics.rows.labels(what).set(rows)

    def _open(self) -> bool:
        try:
            # Loads the model now, so that the first question does not wait for it.
            self._embedder.encode_query("ready")
            self._topics = self._topics or Topics(self._embedder)
            searcher = Searcher(self.settings, self._embedder, self._topics, self._archive)
        except IndexError_ as refusal:
            if str(refusal) != str(self._refusal):
                log.warning("no index to serve", extra={"fields": {"reason": str(refusal)}})
            self._refusal = refusal
            return False
        searcher.watch()
        self._searcher = searcher
        log.info("serving", extra={"fields": {"snapshot": searcher.index.manifest.number, "encoded_by": self.encoded_by}})
        return True

    def _wait_for_index(self) -> None:
        while not self._stop.wait(self.settings.reload_seconds):
            try:
                if self._open():
                    return
            except (DBAPIError, OSError, RuntimeError) as error:  # the next look may find it mended
                log.warning("no index to serve", extra={"fields": {"reason": type(error).__name__}})
