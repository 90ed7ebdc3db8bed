"""Whether a question is in a language that questions are not understood in: so that it is not told that a policy does not say."""

from __future__ import annotations

import re
from functools import cache

from app.asking.cues import cues
from index.words import WORD, Synonyms

# So many words of another language, and more than there are small words of English: a name ("La Poste") brings one.
ENOUGH = 2


def foreign(question: str) -> bool:
    """Whether it is surely in neither English nor Chinese; not told of a few words, nor of a language without words in `cues.toml`."""
    scripts, known = _told_by()
    letters = sum(letter.isalpha() for letter in question)
    if len(scripts.findall(question)) * 2 > letters:
        return True
    words = WORD.findall(question.lower())
    others = {word for word in words if word in known}
    return len(others) >= ENOUGH and len(others) > sum(word in Synonyms.load().stop for word in words if word not in known)


@cache
def _told_by() -> tuple[re.Pattern[str], frozenset[str]]:
    cue = cues()["foreign"]
    return re.compile(cue["scripts"]), frozenset(cue["words"])
