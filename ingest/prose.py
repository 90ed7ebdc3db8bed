"""A clause as a reader reads it: one space where blanked markup, a wrapped line or a gap stands, and none before a comma.

Rules are written with single spaces; "is [kept](…) for **30 days**" has many where the markup was. Offsets of what they find lead back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.domain import Clause

_GAP = re.compile(r"\s+")


@dataclass(frozen=True)
class Prose:
    """`text` is what rules read; `span` tells where a part of it stands in the clause."""

    text: str
    _at: tuple[int, ...]

    @classmethod
    def of(cls, clause: Clause) -> Prose:
        plain = clause.plain
        pieces: list[str] = []
        at: list[int] = []
        last = 0
        for gap in _GAP.finditer(plain):
            pieces.append(plain[last : gap.start()])
            at.extend(range(last, gap.start()))
            if space := _space(plain, gap):
                pieces.append(space)
                at.append(gap.start())
            last = gap.end()
        pieces.append(plain[last:])
        at.extend(range(last, len(plain) + 1))
        return cls("".join(pieces), tuple(at))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the part of the text from `start` to `end` stands in the clause."""
        return self._at[start], (self._at[end - 1] + 1 if end > start else self._at[start])


def _space(plain: str, gap: re.Match[str]) -> str:
    # An empty line parts paragraphs, and no rule reads over it.
    if gap[0].count("\n") > 1:
        return "\n"
    return "" if gap.end() < len(plain) and plain[gap.end()] in ",.;:!?)" and gap.start() else " "
