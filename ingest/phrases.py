"""How much of a clause to quote: the smallest run of whole phrases that holds what a rule found."""

from __future__ import annotations

import re

# A sentence of a clause begins after these; a clause that is one sentence begins where it begins.
_SENTENCE = re.compile(
    r"(?<=[.!?;])(?<!\bU\.S\.)(?<!\bU\.K\.)(?<!\bArt\.)\s+(?=[\"“(\[*_]*[A-Z\d])|(?<=[。！？；])|\n\s*\n|;\s+|\s*<br\s*/?>\s*|\s*\|\s+"
)
_ABBREVIATION = r"(?<!\bU\.S)(?<!\bU\.K)(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\be\.g)(?<!\bi\.e)(?<!\bNo)(?<!\bSt)(?<!\bArt)"
_PHRASE_END = re.compile(rf"[,，、](?=\s|[\u3400-\u9fff])|{_ABBREVIATION}[.](?=\s|$|[\"”’)\]])|[;!?。；！？](?=\s|$|[\"”’)\]])|\s<br|\s\|")
# Where a sentence is longer than this, it may be quoted from a conjunction on.
LONG = 280
_CONJUNCTION = re.compile(
    r"[,;]\s+(?:and|but|however|so|while|whereas|although)\s+(?=(?:we|you|the|your|this|it|any|all|in|if|when|after)\b)", re.IGNORECASE
)


def phrase(text: str, start: int, end: int, low: int = 0, high: int | None = None) -> tuple[int, int]:
    """The range widened to phrases: from the start of its sentence to the end of the phrase it ends in, within `[low, high)`."""
    high = len(text) if high is None else high
    first, last = sentence(text, start, end, low, high)
    if last - first > LONG:
        for cut in _CONJUNCTION.finditer(text, first, start):
            first = cut.end()
    stop = _PHRASE_END.search(text, end, last)
    if stop is not None:
        last = stop.end() if text[stop.start()] in ".!?。！？" and stop.end() >= last - 1 else stop.start()
    return _inside(text, first, max(end, last))


def sentence(text: str, start: int, end: int, low: int = 0, high: int | None = None) -> tuple[int, int]:
    """The range widened to whole sentences within `[low, high)`."""
    high = len(text) if high is None else high
    first, last = low, high
    for cut in _SENTENCE.finditer(text, low, high):
        if cut.end() <= start:
            first = cut.end()
        elif cut.start() >= end:
            last = cut.start()
            break
    return _inside(text, first, last)


def _inside(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in "*|>"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "|"):
        end -= 1
    return start, end
