"""Which clauses of a snapshot carry a phrase, and how much it counts there: asked of FTS5 once a phrase, then kept in memory.

FTS5's bm25 of `a OR b` is the sum of its bm25 of `a` and of `b`, so a question's word scores are a sum of arrays, exactly as FTS5 has
them; asking it for the whole question each time took ten times as long, and grew with every word.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from sqlite3 import Cursor

import numpy as np
import numpy.typing as npt

from index.bm25 import Bm25, kept_as
from index.words import WEIGHTS

Positions = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Posting = tuple[npt.NDArray[np.int32], Scores]
# A phrase that stands in more clauses than this share ("personal information") tells none from another and costs most of the time a
# search takes: without such phrases a search of 10,000 clauses takes a third of the time and finds the same answers; below 0.05, fewer.
COMMON_SHARE, COMMON_AT_LEAST = 0.07, 100
COUNTED = 20_000
# Up to so many clauses all are summed up, also where one vendor's alone are asked for: to cut a posting takes longer.
ALL_AT_ONCE = 10_000
# A phrase that so many times as many clauses carry as are looked for tells how high the best scores are at the least: of a million scores
# only those above are looked at again. With that a question's scores are summed up and ranked in 1 ms instead of 5.
TELLING = 10
# A phrase of a million clauses takes 200 kB or so, and FTS5 50 ms to find; the words of a thousand questions fit.
KEPT_BYTES = 256 * 2**20
# From so many clauses on bm25 is worked out here: of a word in 120 it takes 0.2 ms, not 0.3, in 1,500 1.0, not 2.3, in 6,000 2.5, not 8;
# of one in 30 FTS5's own is quicker.
MANY = 100
# Counted no further than it takes to know that a phrase is too common.
COUNT = "SELECT count(*) FROM (SELECT 1 FROM clause_words WHERE clause_words MATCH ? LIMIT ?)"
FIND = "SELECT rowid, -bm25(clause_words, %s, %s, %s) FROM clause_words WHERE clause_words MATCH ? ORDER BY rowid" % WEIGHTS  # noqa: S608, UP031


class Postings:
    """Safe to share between threads. `rows`: the row of each clause, in order, its place being its position; `words` asks FTS5."""

    def __init__(self, rows: Positions, words: Callable[[], AbstractContextManager[Cursor]]) -> None:
        self._rows, self._words = rows, words
        self._common = max(COMMON_AT_LEAST, COMMON_SHARE * len(rows))
        self._counts: dict[str, int] = {}
        self._kept: OrderedDict[str, Posting] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        with words() as asking:
            self._bm25 = Bm25(rows, asking)

    def best(self, phrases: Sequence[str], allowed: npt.NDArray[np.bool_], limit: int) -> tuple[Positions, Scores]:
        """Positions of the `limit` clauses with the highest word scores among those allowed, and their scores, the best first; ties go by
        place. Phrases that stand in too many clauses count only where no other stands in any.
        """
        counts = self._counts_of(phrases)
        held = [phrase for phrase, count in counts.items() if count]
        asked = [phrase for phrase in held if counts[phrase] <= self._common] or held
        if not asked or not allowed.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        # One vendor's clauses stand near each other: of a long list only the stretch that holds them is looked at.
        first, last = 0, len(allowed)
        if last > ALL_AT_ONCE and not (allowed[0] and allowed[-1]):
            first, last = int(allowed.argmax()), len(allowed) - int(allowed[::-1].argmax())
        allowed = allowed[first:last]
        total, telling = np.zeros(last - first, np.float32), None
        for positions, scores in self._postings_of({phrase: counts[phrase] for phrase in asked}):
            if len(allowed) < len(self._rows):
                stretch = slice(*positions.searchsorted((first, last)))
                positions, scores = positions[stretch] - first, scores[stretch]
            np.add.at(total, positions, scores)
            if len(positions) > TELLING * limit and (telling is None or len(positions) < len(telling)):
                telling = positions
        least = 0.0 if telling is None else _highest(total[telling] * allowed[telling], limit)
        found = np.flatnonzero(total >= least if least else total)
        found = found[allowed[found]]
        if len(found) > limit:
            found = found[total[found] >= _highest(total[found], limit)]
        found = found[np.lexsort((found, -total[found]))][:limit]
        return found + first, total[found]

    def _counts_of(self, phrases: Sequence[str]) -> dict[str, int]:
        """How many clauses carry each phrase, counted no further than it takes to know that it is too common."""
        counts = {phrase: self._counts.get(phrase, -1) for phrase in phrases}
        if unknown := [phrase for phrase, count in counts.items() if count < 0]:
            most = int(self._common) + 1
            with self._words() as asking:
                new = {phrase: int(asking.execute(COUNT, (phrase, most)).fetchone()[0]) for phrase in unknown}
            with self._lock:
                if len(self._counts) >= COUNTED:
                    self._counts = {}
                self._counts |= new
            counts |= new
        return counts

    def _postings_of(self, counts: Mapping[str, int]) -> list[Posting]:
        """The clauses that carry each of these phrases, and their scores."""
        with self._lock:
            found = {phrase: self._kept[phrase] for phrase in counts if phrase in self._kept}
            for phrase in found:
                self._kept.move_to_end(phrase)
        if missing := [phrase for phrase in counts if phrase not in found]:
            with self._words() as asking:
                new = {phrase: self._read(asking, phrase, counts[phrase]) for phrase in missing}
            self._keep(new)
            found |= new
        return [found[phrase] for phrase in counts]

    def _read(self, asking: Cursor, phrase: str, count: int) -> Posting:
        if count >= MANY and (word := kept_as(phrase)):
            positions, scores = self._bm25.of(asking, word)
        else:
            read = asking.execute(FIND, (phrase,)).fetchall()
            positions, scores = self._rows.searchsorted([row for row, _ in read]), np.array([score for _, score in read])
        return positions.astype(np.int32), scores.astype(np.float32)

    def _keep(self, new: Mapping[str, Posting]) -> None:
        with self._lock:
            for phrase, posting in new.items():
                if phrase not in self._kept:
                    self._kept[phrase] = posting
                    self._bytes += posting[0].nbytes + posting[1].nbytes
            while self._bytes > KEPT_BYTES and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone[0].nbytes + gone[1].nbytes


def _highest(scores: Scores, many: int) -> float:
    """The least of so many highest scores."""
    return float(np.partition(scores, len(scores) - many)[len(scores) - many])
