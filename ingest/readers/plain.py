"""Plain text: the canonical text is the file's own, one block for each line that is not blank."""

from __future__ import annotations

import re

from index.domain import Block, BlockKind, Reading
from ingest.readers import inline

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_MARKED = re.compile(r"\*\*[^*\n]{1,200}\*\*|\]\(https?://")


def read(text: str, encoding: str | None = None) -> Reading:
    """A reading whose text is `text` itself. A text exported from a page keeps `**` and link targets; they are marked as markup there."""
    blocks = []
    for line in _LINE.finditer(text):
        stripped = line.group().strip()
        if stripped:
            start = line.start() + line.group().index(stripped[0])
            blocks.append(Block(start, start + len(stripped), BlockKind.LINE))
    marked = len(_MARKED.findall(text)) >= 3
    spans = tuple(inline.markup(text, 0, len(text))) if marked else ()
    return Reading(text, tuple(blocks), "text/plain", spans, encoding=encoding)
