"""Search: a question → the vendors named in it → meaning and words → one ranking of clauses.

`Searcher` is made once per process. An endpoint asks it for the `Index` (one snapshot, opened and verified) and does all its reads
there, so that one answer never mixes two snapshots; when an ingest has published a newer one, `refresh` swaps the whole object.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy.exc import DBAPIError

from index import heap, late_interaction, queries, words
from index.archive import Archive, Opened, archive
from index.domain import Vendor
from index.embedder import Encoder
from index.errors import IndexError_, ModelMismatch, SnapshotDamaged, VendorUnknown
from index.gloss import legible
from index.highlight import Highlight, Stems, highlight
from index.names import Names
from index.positions import Positions, positions_of
from index.postings import Postings
from index.queries import IndexedClause
from index.read_cache import ReadCache
from index.settings import Settings
from index.store import Session
from index.topic_bonus import TopicBonus, TopicModel
from index.variants import HAN

Mode = Literal["hybrid", "semantic", "keyword"]
Mask = npt.NDArray[np.bool_]
# Clauses by position, and a score of each.
Scored = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
NOTHING: Scored = np.zeros(0, np.int64), np.zeros(0, np.float32)
# How many clauses meaning and words propose each. Of 82 questions to one vendor, 60, 100 and 400 found the same answers first and among
# the first five; 30 lost one.
PROPOSED = 100
# Of the word score: how much it may add to a cosine at most, and the -bm25 at which it adds half of that.
# Tried on 203 questions by document, and left out since nothing was gained: the best sentence's vector, a clause's length, its neighbours,
# whether it states any fact, and weights learned for all of these. Since questions are read by layers of their own (`index/asked.py`), of
# 990 questions on 107 real policies the answer came first for 0.64 with 0.1, 0.2 and 0.3, for 0.62 with 0.45.
WORDS_WEIGHT, WORDS_HALF = 0.3, 10.0
# Of so many clauses, the first of that ranking, the wordpieces are compared with the question's, and how much that adds at most. Of 2,355
# questions on 204 real policies, none about a policy learned from, the answer came first for 0.634 without it, for 0.672 with 0.6, 0.679
# with 1.0, 0.690 with 1.6, and among five for 0.897, 0.910, 0.911 and 0.913; of the 82 of them that others put, first for 0.66, 0.71, 0.73
# and 0.73, among five for 0.96, 0.96, 0.95 and 0.94.
COMPARED = 60
TOKENS_WEIGHT = 1.0
# What a clause in the language of the question is worth more: of a policy that stands in two, the reader's own.
SAME_LANGUAGE = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found. `score` orders the hits and compares across questions: `meaning + 0.3 · words / (words + 10) + topic + tokens`, and
    a little for its language.

    `topic`: for a fact on what is asked. `tokens`: how well it holds what the question's wordpieces say (`late_interaction`).
    """

    score: float
    meaning: float | None
    words: float | None
    topic: float
    tokens: float
    clause: IndexedClause
    highlight: Highlight


@dataclass(frozen=True, slots=True)
class Results:
    """Hits, the best first. `vendors`: to which the search was restricted, by the request or by names in the question (none: empty).

    `near`: vendors whose name is spelt nearly like a word of the question, when none was recognised.
    """

    items: list[Hit]
    vendors: list[Vendor]
    near: list[Vendor]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A clause by its position in the vector index, and what its score is made of."""

    score: float
    position: int
    meaning: float | None
    words: float | None
    topic: float
    tokens: float


class Index:
    """One snapshot, open and verified; safe to share between threads."""

    def __init__(self, opened: Opened, embedder: Encoder, topics: TopicModel | None = None, before: Index | None = None) -> None:
        """What the snapshot shares with the one served `before` is not read again."""
        self.manifest = opened.manifest
        self._embedder = embedder
        self._opened, self._vectors = opened, opened.vectors
        with self.session() as session:
            self._vendors = {vendor.id: vendor for vendor in queries.all_vendors(session)}
            self._positions: Positions = positions_of(session, opened.first_rows(), before._positions if before else None)
            if len(self._positions.row) != len(self._vectors):
                raise SnapshotDamaged(
                    f"Snapshot {self.manifest.number}: {len(self._vectors)} vectors for {len(self._positions.row)} clauses. Ingest again."
                )
            bonus = before._topic_bonus if before else None
            self._topic_bonus: TopicBonus | None = TopicBonus(topics, session, self._positions, bonus) if topics else None
        self.read_cache = ReadCache(opened.session)
        self._postings = Postings(self._positions.row, opened.words)

    def session(self) -> Session:
        """A read-only session on the snapshot's rows; use it in a `with`."""
        return self._opened.session()

    def vendor(self, id: str) -> Vendor:
        """A vendor by id; raises VendorUnknown, which names near ones."""
        if id not in self._vendors:
            raise VendorUnknown(id, [each.id for each in self.names.near(id)])
        return self._vendors[id]

    def facts_of(self, vendor: str) -> Sequence[Any]:
        """Every fact of a vendor's current documents, in their order. Those of the vendors last asked about are kept."""
        return self.read_cache.facts(vendor)

    @cached_property
    def names(self) -> Names:
        """The names vendors go by, for recognising them in a question."""
        return Names(self._vendors.values())

    def find(
        self,
        q: str,
        vendor: str | None = None,
        limit: int = 10,
        mode: Mode = "hybrid",
        language: str | None = None,
        since: str | None = None,
        every_version: bool = False,
        highlights: bool = True,
    ) -> Results:
        """The clauses nearest to a question. `vendor` wins over names in the question; raises VendorUnknown for it.

        Only current documents are searched unless `every_version`. `language`: clauses in it (`en`, `zh`). `since`: documents in force
        or updated on or after this day (ISO). `keyword` needs no model. Without `highlights` each is its whole clause, which is quicker.
        """
        question = q.encode("utf-8", "replace").decode()
        named = self.names.find(question)
        if vendor is not None:
            asked, near = [self.vendor(vendor)], []
        else:
            asked, near = named.vendors, named.near
        allowed = self._positions.mask([each.id for each in asked], language, since, every_version)
        wanted = words.terms(named.question)
        ranking = self._rank(named.question, wanted, allowed, mode, limit)
        clauses = self.read_cache.clauses([int(self._positions.row[each.position]) for each in ranking])
        stems = Stems.of(wanted if highlights else ())
        hits = [
            Hit(round(each.score, 4), each.meaning, each.words, each.topic, each.tokens, clause, highlight(clause, stems))
            for each, clause in zip(ranking, clauses, strict=True)
        ]
        return Results(hits, asked, near)

    def _rank(self, question: str, wanted: list[str], allowed: Mask, mode: Mode, limit: int) -> list[_Ranked]:
        """The best of the clauses that meaning or words propose; ties go by place."""
        by_words = NOTHING if mode == "semantic" else self._by_words(wanted, allowed)
        text = "" if mode == "keyword" else legible(question, self._embedder)
        by_meaning = self._by_meaning(text, by_words[0], allowed)
        positions = np.union1d(by_meaning[0], by_words[0])
        (b, worded), (cosine, meant) = (_spread(found, positions) for found in (by_words, by_meaning))
        topic = np.zeros(len(positions))
        if self._topic_bonus and mode == "hybrid" and len(positions):
            topic = self._topic_bonus.of(question, positions)
        score = (
            SAME_LANGUAGE * (self._positions.language[positions] == ("zh" if HAN.search(question) else "en"))
            + cosine
            + (1.0 if mode == "keyword" else WORDS_WEIGHT) * b / (b + WORDS_HALF)
            + topic
        )
        first = np.lexsort((positions, -score))[: max(COMPARED, limit)]
        tokens = np.zeros(len(positions))
        if text == question:  # what is left of one in Chinese, told in English word by word, was not learned from
            tokens[first] = self._by_tokens(text, positions[first])
        score = score + TOKENS_WEIGHT * tokens
        first = first[np.lexsort((positions[first], -score[first]))]
        return [
            _Ranked(
                float(score[at]), int(positions[at]), float(cosine[at]) if meant[at] else None, float(b[at]) if worded[at] else None,
                float(topic[at]), float(tokens[at]),
            )
            for at in first[:limit]
        ]  # fmt: skip

    def _by_meaning(self, text: str, also: npt.NDArray[np.int64], allowed: Mask) -> Scored:
        """The clauses nearest to what the model reads of a question, and those proposed by their words: their cosines with it."""
        if not text or not allowed.any():
            return NOTHING
        vector = self._embedder.encode_query(text)
        nearest, _ = self._vectors.nearest(vector, PROPOSED, allowed)
        found = np.union1d(nearest, also)
        return found, self._vectors.cosines(vector, found)

    def _by_tokens(self, text: str, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """How well these clauses hold what the wordpieces of that say."""
        asked = self._embedder.question_tokens(text) if text and len(positions) else late_interaction.NONE
        rows = self._positions.row[positions].tolist()
        return late_interaction.matched(asked, self.read_cache.tokens(rows)) if len(asked) else np.zeros(len(positions))

    def _by_words(self, wanted: list[str], allowed: Mask) -> Scored:
        """The clauses that carry words of the question, or words related to them, and their word scores."""
        return self._postings.best(words.phrases(wanted), allowed, PROPOSED)


def _spread(found: Scored, positions: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], Mask]:
    """The scores at these positions, which ascend and hold all that was found, 0 where there is none; and where there is one."""
    scores, there = np.zeros(len(positions)), np.zeros(len(positions), np.bool_)
    at = positions.searchsorted(found[0])
    scores[at], there[at] = found[1], True
    return scores, there


class Searcher:
    """The current `Index` of an archive; thread-safe."""

    def __init__(self, settings: Settings, embedder: Encoder, topics: TopicModel | None = None, home: Archive | None = None) -> None:
        """Opens the current snapshot. Raises SnapshotMissing, SnapshotDamaged, ModelMismatch, StoreUnreachable.

        With `topics`, clauses that hold a fact on what is asked are ranked higher.
        """
        self._settings = settings
        self._archive = home or archive(settings)
        self._embedder = embedder
        self._topics = topics
        self._refreshing = threading.Lock()
        self._stopped = threading.Event()
        self._problem: str | None = None
        self._index = self._open()
        heap.give_back()

    @property
    def index(self) -> Index:
        """The snapshot served now. Take it once per request."""
        return self._index

    @property
    def problem(self) -> str | None:
        """Why a newer snapshot is not served (damaged, other weights), None when all is well: for /readyz."""
        return self._problem

    def refresh(self) -> bool:
        """Opens a newer snapshot when the pointer has moved, and swaps; True when it did. A damaged one leaves the old one served."""
        with self._refreshing:
            try:
                if self._archive.pointer() == self._index.manifest.number:
                    self._problem = None
                    return False
                # Requests under way keep the object they took; it is closed when the last of them lets go of it.
                self._index = self._open(self._index)
                heap.give_back()
                self._problem = None
                return True
            # What is open stays served, and the next look may find it mended.
            except IndexError_ as error:
                self._problem = str(error)
            except (OSError, RuntimeError) as error:  # RuntimeError: FAISS. Their words name paths, and /readyz is for everybody
                self._problem = f"A newer snapshot could not be opened: {type(error).__name__}. `python -m ingest verify` tells more."
            except DBAPIError as error:  # rights taken away, tables gone
                self._problem = f"The database refused to say which snapshot is published: {type(error.orig).__name__}."
            return False

    def watch(self) -> None:
        """Refreshes every `reload_seconds` in a daemon thread until `close`."""

        def look() -> None:
            while not self._stopped.wait(self._settings.reload_seconds):
                self.refresh()

        threading.Thread(target=look, name="snapshot-watch", daemon=True).start()

    def close(self) -> None:
        """Stops watching."""
        self._stopped.set()

    def _open(self, before: Index | None = None) -> Index:
        opened = self._archive.open()
        made = opened.manifest.made
        if made.model != self._embedder.fingerprint:
            raise ModelMismatch(
                f"Snapshot {opened.manifest.number} was built with {made.model_name} ({made.model[:12]}), this service runs "
                f"{self._embedder.name} ({self._embedder.fingerprint[:12]}). Ingest the policies again: `python -m ingest run FOLDER`."
            )
        return Index(opened, self._embedder, self._topics, before)
