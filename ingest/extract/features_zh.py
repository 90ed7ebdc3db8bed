"""What the judge of Chinese statements sees of a word for data: the rules' signs by name, and the characters around it.

Characters stand for what no rule names: pairs of them in the phrase and sentence before and after the word, in the heading and the lead-in,
and the few right beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from index.domain import Clause, Policy
from ingest import governors
from ingest.extract.fields_zh import holds
from ingest.extract.mentions_zh import Word, words
from ingest.governors import Cue

# A sign is told by one feature, a wording by dozens: each of those weighs less.
GRAM = 0.35
_DENIES = re.compile(r"不|未|无需|无法|没有")
_JOINTS = "、/及和或"
# From so much of a clause on its words for data are nearly all it says.
LISTED, SHORT, LONG = 0.6, 30, 150
FEW = 3
# Texts whose runs are remembered: the words of a clause share its heading and the ends of its sentences.
REMEMBERED = 1024

Features = Mapping[str, float]


def judged(policy: Policy) -> Iterator[tuple[Word, Features]]:
    """Every word for data in the Chinese clauses of a policy with its features, in order."""
    said: Counter[tuple[tuple[str, ...], str, str]] = Counter()
    count = len(policy.clauses)
    for found in words(policy):
        clause = found[0].clause
        about = _of_clause(clause, found) | {"place": clause.ordinal / count}
        around = _around(clause)
        told = [float(word.verdict == "yes") for word in found]
        for at, word in enumerate(found):
            own = _own(word)
            names = (clause.section, word.mention.category, own)
            beside = {
                # A few sentences are no policy: there is little but the sentence, and what the rules make of it counts for more.
                f"bare verdict:{word.verdict}": float(count <= FEW),
                "told before": told[at - 1] if at else 0.0,
                "told after": told[at + 1] if at + 1 < len(told) else 0.0,
                "told around": (sum(told) - told[at]) / (len(told) - 1) if len(told) > 1 else 0.5,
                # The facts name a kind of data once a section.
                "again": float(said[names] > 0),
                "again:category": float(said[(clause.section, word.mention.category, "")] > 0),
            }
            signs = {name: value for name, value in (about | beside | _signs(word)).items() if value}
            yield word, signs | dict.fromkeys(around | _beside(word), GRAM)
            if word.verdict == "yes":
                said.update((names, (clause.section, word.mention.category, "")))


def _of_clause(clause: Clause, found: Sequence[Word]) -> dict[str, float]:
    """The signs that all words of a clause share."""
    text, head = clause.plain, clause.section[-1] if clause.section else ""
    above = " ".join(clause.section[:-1])
    told = sum(word.mention.end - word.mention.start for word in found) / max(1, len(text))
    return {
        **_verb("lead", governors.last(clause.lead) if clause.lead else None),
        **_verb("head", governors.stated(head)),
        **_verb("above", next((cue for title in reversed(clause.section[:-1]) if (cue := governors.stated(title))), None)),
        "led": float(clause.lead is not None),
        "off topic": float(holds("word", "off_topic", head)),
        "off topic above": float(holds("word", "off_topic", above)),
        "elsewhere": float(holds("word", "elsewhere", head)),
        "question": float(head.rstrip().endswith(("?", "？"))),
        "data": told,
        "list of data": float(told > LISTED),
        "enumeration": min(text.count("、"), 8) / 8,
        "many": min(len(found), 10) / 10,
        "item": float(clause.text[:1] in "*-•|"),
        "numbered": float(bool(clause.number)),
        "short": float(len(text) < SHORT),
        "long": float(len(text) > LONG),
    }


def _verb(where: str, cue: Cue | None) -> dict[str, float]:
    return {f"{where}:{cue.kind if cue else 'none'}": 1.0, f"{where}:denied": float(cue is not None and cue.denied is not None)}


def _signs(word: Word) -> dict[str, float]:
    """What the rules make of one word."""
    text, mention, cue = word.clause.plain, word.mention, word.cue
    phrase = next(one for one in word.sentence.phrases if one.start <= mention.start < one.end)
    before, after = text[max(0, mention.start - 1) : mention.start], text[word.end : word.end + 1]
    signs = {
        **dict.fromkeys(word.against, 1.0),
        f"verdict:{word.verdict}": 1.0,
        f"polarity:{word.polarity}": 1.0,
        f"category:{mention.category}": 1.0,
        "generic": float(mention.generic),
        "length": min(mention.end - mention.start, 8) / 8,
        "condition": float(phrase.condition),
        "fresh": float(phrase.fresh),
        "first": float(mention.start < 3),
        "in brackets": float(text.rfind("（", 0, mention.start) > text.rfind("）", 0, mention.start)),
        "joined": float(bool(before and before in _JOINTS) or bool(after and after in _JOINTS)),
        "colon": float("：" in text[word.end : word.end + 6] or ":" in text[word.end : word.end + 3]),
        "denies": float(bool(_DENIES.search(text, word.sentence.start, word.sentence.end))),
    }
    if cue:
        side = "after" if cue.start >= mention.end else "before"
        signs |= {
            f"verb:{cue.kind}": 1.0, f"verb:{cue.kind}:{side}": 1.0, f"verb:{side}": 1.0, f"rule:{cue.rule.rpartition('.')[2]}": 1.0,
            "verb:denied": float(cue.denied is not None), "verb:near": float(0 <= mention.start - cue.end <= 4),
        }  # fmt: skip
    elif word.borrowed:
        signs["lent beside a denial"] = signs["denies"]
        signs |= {f"borrowed rule:{word.borrowed.rule.rpartition('.')[2]}": 1.0, **_verb("borrowed", word.borrowed)}
    else:
        signs["no verb"] = 1.0
    return signs


def _around(clause: Clause) -> frozenset[str]:
    """Pairs and triples of the heading, pairs of the headings above and of the end of the lead-in."""
    head, above = clause.section[-1] if clause.section else "", " ".join(clause.section[:-1])
    return _grams("head", head, (2, 3)) | _grams("above", above) | _grams("lead", (clause.lead or "")[-40:])


def _beside(word: Word) -> set[str]:
    """The word, its verb, and the characters before and after it."""
    text, mention, own = word.clause.plain, word.mention, _own(word)
    phrase = next(one for one in word.sentence.phrases if one.start <= mention.start < one.end)
    before, after = _common(text[max(0, mention.start - 6) : mention.start]), _common(text[mention.end : mention.end + 5])
    verb = text[word.cue.start : word.cue.end] if word.cue else "*" if word.borrowed else ""
    return {
        f"word={own}",
        f"word={own}|{word.cue.kind if word.cue else verb}",
        f"verb={verb}",
        f"verb={verb}|{mention.category}",
        *(f"<{before[-many:]}" for many in (1, 2, 3, 4) if len(before) >= many),
        *(f">{after[:many]}" for many in (1, 2, 3) if len(after) >= many),
        *_grams("phrase before", text[phrase.start : mention.start]),
        *_grams("phrase after", text[mention.end : phrase.end]),
        *_grams("before", text[word.sentence.start : mention.start]),
        *_grams("after", text[mention.end : word.sentence.end][:40]),
    }


def _own(word: Word) -> str:
    return _common(word.clause.plain[word.mention.start : word.mention.end])


@lru_cache(REMEMBERED)
def _grams(where: str, text: str, sizes: tuple[int, ...] = (2,)) -> frozenset[str]:
    """The runs of so many characters in a text, with where they stand."""
    packed = _common(text).replace(" ", "")
    return frozenset(f"{where}={packed[at : at + size]}" for size in sizes for at in range(len(packed) - size + 1))


def _common(text: str) -> str:
    """Text in one writing: digits alike, lower case, white space as one."""
    return re.sub(r"\s+", " ", re.sub(r"\d", "0", text)).lower()
