"""The shape of a title: what can be told of a few words without knowing where they stand."""

from __future__ import annotations

import re

from index.variants import HAN

WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
# What ends a sentence or hands over to a list; a title may end in a question mark, so STOPPED leaves it out.
ENDED = re.compile(r"[.;:!?。；：！？][\"'”’)）」』]*$")
STOPPED = re.compile(r"[.;:,!。；：，！、…][\"'”’)）」』]*$")
# What a statement begins with and a title hardly ever; numbers and marks may stand before it.
STATES = re.compile(r"(?:\W|\d|[a-z]\))*(?:We|You|It|This|These|They|That|There|Our|Your|Please|See|Contact|Yes|No|I|If|Learn|Read)\b")
POLICY = re.compile(r"(?i)\bprivacy\s+(?:policy|statement|notice|supplement)\b|隐私(?:政策|协议|声明|保护指引|权政策)|個人資料|個資")
_NOT_A_TITLE = re.compile(r"@|https?:|www\.|\+?\d[\d\s().-]{6,}\d|\b(?:19|20)\d\d\b|^\W|^\([^)]*\)$|[=|©]")
_SMALL = re.compile(r"an?|and|as|at|by|for|from|in|into|of|on|or|our|the|this|to|via|we|with|you|your|is|are|do|not|how")


def length(words: str) -> int:
    """The length of a title in words; two Chinese characters count for one."""
    return len(WORD.findall(HAN.sub(" ", words))) + (han(words) + 1) // 2


def han(words: str) -> int:
    """How many Chinese characters there are."""
    return sum(map(len, HAN.findall(words)))


def titled(words: str, most: int) -> bool:
    """Whether the words have the shape of a title: short, not ended like a sentence, no address in them, not two sentences."""
    if not words or STOPPED.search(words) or _NOT_A_TITLE.search(words) or length(words) > most or len(words) > 130:
        return False
    if re.search(r"(?:[.;]\s|[。；])\s*\S+", words) and not re.search(r"\b[A-Z]\.", words):
        return False
    label = re.search(r"[:：]\s*(.+)", words)
    return label is None or length(label.group(1)) <= 5


def title_case(words: str) -> bool:
    """Whether each word that is not small begins with a capital: "Important Notes"."""
    parts = [word for word in WORD.findall(words) if not _SMALL.fullmatch(word)]
    return len(parts) >= 2 and all(word[0].isupper() or word[0].isdigit() for word in parts)


def emphasised(text: str) -> bool:
    """Whether the whole of a marked-up line is bold."""
    return re.fullmatch(r"\s*(\*\*|__)(?!\s).+?\1:?\s*", text) is not None and text.count("**") <= 4
