"""FTS5's bm25 of one word in every clause that carries it, worked out from where FTS5 says the word stands.

FTS5's own function looks up how long each clause is, one by one: 1.1 µs a clause among ten thousand, 1.5 to 3 among a million. With all
lengths in one array it takes a third of that, and the scores are the same to the last bit.
"""

from __future__ import annotations

import sqlite3
import threading
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from index.tables import TOKENIZER
from index.words import REMEMBERED, WEIGHTS

Positions = npt.NDArray[np.int64]
# FTS5's own.
K1, B = 1.2, 0.75
# Every place of every word, as a table of the connection's own.
PLACES = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.place USING fts5vocab(main, clause_words, instance)"
# All in one text: numbers row by row took twice as long. What stands in the context counts another weight, and is marked.
FIND = "SELECT group_concat(iif(col = 'context', -doc, doc), ' ') FROM temp.place WHERE term = ?"
LENGTHS = "SELECT id, sz FROM clause_words_docsize ORDER BY id"


class Bm25:
    """Safe to share between threads. `rows`: the row of each clause, in order, its place being its position."""

    def __init__(self, rows: Positions, asking: sqlite3.Cursor) -> None:
        """Reads how many words each clause has."""
        found = asking.execute(LENGTHS).fetchall()
        self._rows, self._lengths = rows, np.zeros(len(rows))
        self._lengths[rows.searchsorted([row for row, _ in found])] = lengths([length for _, length in found])
        self._mean = float(self._lengths.sum()) / max(1, len(rows))

    def of(self, asking: sqlite3.Cursor, word: str) -> tuple[Positions, npt.NDArray[np.float64]]:
        """The clauses that carry a word, by position, ascending, and their scores. `word`: as FTS5 keeps it, see `kept_as`."""
        asking.execute(PLACES)
        (found,) = asking.execute(FIND, (word,)).fetchone()
        places = np.fromstring(found or "", np.int64, sep=" ")
        rows = np.abs(places)
        first = np.flatnonzero(np.diff(rows, prepend=0))
        if not len(first):
            return rows, np.zeros(0)
        own, context, _ = WEIGHTS
        often, at = np.add.reduceat(np.where(places < 0, context, own), first), self._rows.searchsorted(rows[first])
        rarity = np.log((len(self._rows) - len(at) + 0.5) / (len(at) + 0.5))
        # As FTS5 writes it, so that both round alike.
        score = (often * (K1 + 1.0)) / (often + K1 * (1 - B + B * self._lengths[at] / self._mean))
        return at, (rarity if rarity > 0 else 1e-6) * score


def lengths(sizes: list[bytes]) -> npt.NDArray[np.float64]:
    """How many words each clause has. FTS5 keeps a number a column: seven bits a byte, the high ones first, all but the last marked."""
    said = np.frombuffer(b"".join(sizes), np.uint8)
    if not len(said):
        return np.zeros(0)
    last = np.flatnonzero(said < 128)
    above = last[last.searchsorted(np.arange(len(said)))] - np.arange(len(said))
    ends = np.cumsum(np.fromiter(map(len, sizes), np.int64, len(sizes)))
    total: npt.NDArray[np.float64] = np.add.reduceat((said & 127) * 128.0**above, np.concatenate([[0], ends[:-1]]))
    return total


@lru_cache(REMEMBERED)
def kept_as(phrase: str) -> str | None:
    """The one word that FTS5 looks for when asked for a phrase; None where it looks for several, or for all that begin alike."""
    if phrase.endswith("*") or " " in phrase:
        return None
    with _lock:
        reading = _reader()
        reading.execute("DELETE FROM said")
        reading.execute("INSERT INTO said VALUES (?)", (phrase.strip('"'),))
        found = reading.execute("SELECT term FROM kept").fetchall()
    return found[0][0] if len(found) == 1 else None


_lock = threading.Lock()


@cache
def _reader() -> sqlite3.Connection:
    """Reads a text as FTS5 does, 40 µs each."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.execute(f"CREATE VIRTUAL TABLE said USING fts5(word, tokenize='{TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE kept USING fts5vocab(said, instance)")
    return connection
