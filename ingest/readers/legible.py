"""Whether a text is made of words, as whatever a person should read is: a list of accounts, sums or numbers is not."""

from __future__ import annotations

import re

# A word of letters with what is written around it, a link's target too; in a script other than Latin whatever holds a letter of it, since
# some of them part no words by spaces.
_WORD = re.compile(
    r"[\W_]*[^\W\d_]+(?:['’.\-/][^\W\d_]+)*[\W_]*(?:\]\(.*)?|.*(?=[^\u0000-\u024f])[^\W\d_].*",
    re.DOTALL,
)
_SAYS = re.compile(r"[^\W_]")
# Of 39 policies the one with most numbers and addresses has 0.61, the next 0.86; a file of accounts has 0.11, a list of sums 0.06.
LEAST = 0.25


def words(text: str) -> tuple[int, int]:
    """How many of what stands between spaces are words, and how many there are in all; signs alone count as neither."""
    pieces = [piece for piece in text.split() if _SAYS.search(piece)]
    return sum(_WORD.fullmatch(piece) is not None for piece in pieces), len(pieces)


def legible(text: str) -> bool:
    """Whether enough of it are words."""
    found, of = words(text)
    return found >= max(1, LEAST * of)
