"""Chinese questions for a model that reads English only: word by word in English, as far as the tables know their words."""

from __future__ import annotations

import re
from functools import cache

from index import lexicon, taxonomy
from index.embedder import Encoder
from index.words import HAN, Synonyms

# A Chinese sentence, its English translation and another English sentence: a model that reads Chinese tells which is the translation.
SAME, OTHER = ("聊天记录保存多久？", "How long are chat messages kept?"), "Our office is near the river."


def in_english(question: str) -> str | None:
    """A question with its Chinese words in English, the longest known word at each place; None for one without Han text.

    The model that ships reads English only: to it, Chinese characters are all much alike.
    """
    if not HAN.search(question):
        return None
    labels = {question[each.start : each.end].lower(): _label(each.category) for each in lexicon.load().find(question)}
    known = labels | Synonyms.load().english
    longest = max(map(len, known))
    found, at = [], 0
    while at < len(question):
        size = next((size for size in range(longest, 0, -1) if question[at : at + size].lower() in known), 0)
        if size:
            found.append(known[question[at : at + size].lower()])
        elif latin := re.match(r"[^\u3400-\u9fff]+", question[at:]):
            size = latin.end()
            found.append(latin.group())
        at += size or 1
    return " ".join(" ".join(found).split())


def reads_chinese(encoder: Encoder) -> bool:
    """Whether a model finds a Chinese sentence nearer to its translation than to another English sentence; the one that ships does not."""
    chinese, same = encoder.encode(list(SAME))
    other = encoder.encode([OTHER])[0]
    return bool(chinese @ same > 0.5 and chinese @ same > chinese @ other + 0.2)


@cache
def _label(category: str) -> str:
    """A category's name without what it says in brackets about itself ("(unspecified)")."""
    return re.sub(r"\s*\(.*?\)", "", taxonomy.categories()[category].label).lower()
