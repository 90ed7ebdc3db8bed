"""What else a text says, by the words for it: `cues.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def cues() -> dict[str, dict[str, Any]]:
    """The tables of `cues.toml`."""
    return tomllib.loads((files("app") / "asking" / "cues.toml").read_text(encoding="utf-8"))


@cache
def patterns(cue: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a cue, in their order."""
    return compiled(cues()[cue]["patterns"])


def compiled(written: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Patterns as they stand in the tables of this folder: in any case."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)


def found(cue: str, text: str) -> re.Match[str] | None:
    """Where the words of a cue stand in a text, by the first of its patterns that finds any."""
    return next((match for match in (pattern.search(text) for pattern in patterns(cue)) if match), None)


def refers(text: str) -> bool:
    """Whether a sentence sends the reader elsewhere."""
    return found("refers", text) is not None


def says(cue: str, text: str) -> bool:
    """Whether a text holds the words of a cue."""
    return found(cue, text) is not None


def parts(text: str) -> list[str]:
    """The questions that one sentence asks: "do you sell data and how long do you keep it?" asks two."""
    each, begin = [], 0
    for match in sorted(
        (match for pattern in patterns("another_question") for match in pattern.finditer(text)), key=lambda match: match.start()
    ):
        if match.start() > begin:
            each.append(text[begin : match.start()])
            begin = match.end()
    return [*each, text[begin:]]


def whole(text: str) -> bool:
    """Whether an item of a list is a sentence, and says something by itself."""
    return found("whole", text) is not None
