"""Where a data type's words begin and end: whole words, whole terms of the lexicon, no loose "and" or "your" at either end."""

from __future__ import annotations

import re

from index import lexicon
from index.domain import Clause

_LOOSE = r"and|or|the|a|an|of|to|in|on|at|by|with|from|as|such|your|our|their|for|that|which|is|are|be|may|including|via|about|this"
_END = re.compile(rf"(?:[\s,;:.(/&“\"'’-]|\b(?:{_LOOSE}|when|if|you|we|used|during|belonging)\b)+$", re.IGNORECASE)
_START = re.compile(rf"^(?:[\s,;:.)/&”\"'*-]|\b(?:{_LOOSE}|you|we|will)\b(?!['’]))+", re.IGNORECASE)
# A question ("how long you stay") and a noun that says nothing alone ("information about …") are told by what follows.
_OPEN = re.compile(
    r"^(?:how|which|whether|what|when)\b"
    r"|\b(?:information|data|details|records?|contents?|types?|list|number|copy|logs?|dates?|times?|history|descriptions?|content)$",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\s+(?:about|regarding|relating|related|concerning|on|of|that|which|you|we|used|associated|contained|derived|from|and how)\b"
    r"[^,;:.()\n]{2,80}(?!\w)",
    re.IGNORECASE,
)
# An adjective or participle at the end waits for its noun or its complement ("certain …", "associated with …").
_WAITING = (
    (
        re.compile(
            r"\b(?:certain|limited|technical|similar|additional|other|some|basic|aggregated?|anonymi[sz]ed|necessary)$", re.IGNORECASE
        ),
        re.compile(r"(?:\s+[\w-]+){0,3}?\s+(?:data|information|details|records|logs|content|statistics)\b", re.IGNORECASE),
    ),
    (
        re.compile(r"\b(?:associated|related|relating|collected|contained|generated|derived)$", re.IGNORECASE),
        re.compile(r"\s+(?:with|to|from|by|in|through|about)\b[^,;:.()\n]{2,60}(?!\w)", re.IGNORECASE),
    ),
)
_EMPTY = re.compile(rf"(?:\W|\b(?:{_LOOSE}|any|all|some|certain|other|these|those|its|you|we)\b)*", re.IGNORECASE)
_REST = re.compile(r"\s+[^,;:.()\n]{2,80}(?!\w)")


def tidy(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """The span `start:end` (offsets in the clause) with better ends."""
    text = clause.plain
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    for match in lexicon.load().find(text):
        if match.start < end and match.end > start:
            start, end = min(start, match.start), max(end, match.end)
    trimmed = _END.search(text[start:end])
    if trimmed and trimmed.start() > 0:
        end = start + trimmed.start()
    loose = _START.match(text[start:end])
    if loose and loose.end() < end - start:
        start += loose.end()
    for waiting, noun in _WAITING:
        more = noun.match(text, end) if waiting.search(text[start:end]) else None
        if more:
            tail = _END.search(text[end : more.end()])
            end = end + tail.start() if tail else more.end()
    open_ = _OPEN.search(text[start:end])
    if open_:
        rest = (_REST if open_.start() == 0 and text[start:end].lower().startswith(("how", "wh")) else _ON).match(text, end)
        if rest:
            tail = _END.search(text[end : rest.end()])
            end = end + tail.start() if tail else rest.end()
    return start, end


def empty(words: str) -> bool:
    """Whether no word of a span names anything ("the", "any other")."""
    return bool(_EMPTY.fullmatch(words))
