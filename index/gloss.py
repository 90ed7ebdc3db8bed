"""Chinese texts for a model that reads English only: word by word in English, as far as the tables know their words."""

from __future__ import annotations

import re
from functools import cache

from index import lexicon, taxonomy
from index.embedder import Encoder
from index.variants import HAN, simplified
from index.words import Synonyms

# A Chinese sentence, its translation, and another English sentence: a model that reads Chinese tells which is the translation.
CHINESE, SAME, OTHER = "聊天记录保存多久？", "How long are chat messages kept?", "Our office is near the river."
_PUNCTUATION = str.maketrans("，、。；：？！（）“”【】《》", ",,.;:?!()\"\"[]''")
_reads: dict[str, bool] = {}


def legible(text: str, encoder: Encoder) -> str:
    """A text as the model can read it: Chinese in English words, unless the model reads Chinese.

    To the model that ships, Chinese characters are all much alike. With clauses and questions put in English, the answer to 20 English
    questions about a Chinese policy came first for 0.75 instead of 0.50, and to 41 Chinese questions for 0.63 instead of 0.61.
    """
    if not HAN.search(text) or reads_chinese(encoder):
        return text
    return in_english(text) or text


def in_english(text: str) -> str:
    """A text with its Chinese words in English, the longest known word at each place; words that no table knows are left out."""
    text = simplified(text)
    labels = {text[each.start : each.end].lower(): _label(each.category) for each in lexicon.load().find(text)}
    known = labels | Synonyms.load().english
    longest = max(map(len, known))
    found, at = [], 0
    while at < len(text):
        size = next((size for size in range(longest, 0, -1) if text[at : at + size].lower() in known), 0)
        if size:
            found.append(known[text[at : at + size].lower()])
        elif other := re.match(r"[^\u3400-\u9fff]+", text[at:]):
            size = other.end()
            found.append(other.group().translate(_PUNCTUATION))
        at += size or 1
    return " ".join(" ".join(found).split())


def reads_chinese(encoder: Encoder) -> bool:
    """Whether a model finds a Chinese sentence nearer to its translation than to another English sentence; the one that ships does not."""
    if encoder.fingerprint not in _reads:
        chinese, same, other = encoder.encode([CHINESE, SAME, OTHER])
        _reads[encoder.fingerprint] = bool(chinese @ same > max(0.5, chinese @ other + 0.2))
    return _reads[encoder.fingerprint]


@cache
def _label(category: str) -> str:
    """A category's name without what it says in brackets about itself ("(unspecified)")."""
    return re.sub(r"\s*\(.*?\)", "", taxonomy.categories()[category].label).lower()
