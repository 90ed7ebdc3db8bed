"""Each word for data in a Chinese clause, and what the rules make of it: the verb that governs it, and whether that states or denies.

The words are `index/lexicon/zh.toml`, the verbs and their surroundings `rules/zh/collection.toml`; `ingest/governors.py` says which verb
governs which word. What is believed in the end is for the judge of `ingest/tagger/chinese.py`: its features are made of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index import lexicon
from index.domain import Clause, Policy
from index.facts import Polarity
from index.lexicon import Mention
from index.variants import HAN
from ingest import governors
from ingest.extract.borrowed_zh import Lent
from ingest.extract.fields_zh import Found, holds, named
from ingest.governors import Cue, Sentence

_STATED = {"take", "give", "send", "use"}
_VAGUE = {"personal_data_unspecified", "sensitive_data_unspecified"}
# The vendor speaks of itself, or asks the user for something.
_PLAIN = re.compile(r"(?:我们|本公司|平台|系统)[^，。；]{0,30}$|(?:会|将|可能|需要?|须|应)[^，。；]{0,12}$|必须")
_TAIL = re.compile(r"(?:相关)?(?:信息|数据|记录|资料|号码|内容|情况|状态|参数|地址|名称|列表|账号|帐号)")
# What a member of a list begins after, and what it ends before.
_OPENS = re.compile(r"[、，,；;。.（()）：:/“”【】《》]|和|及|与|或|等|以及|包括|例如|的|您|你|括|在|将")
_CLOSES = re.compile(r"\s*(?:[、，,；;。.（()）：:/”】]|和|及|与|或|等|以及|$)")
# The name of a permission (READ_PHONE_STATE, android.permission.CAMERA) holds words that are no data.
_CONSTANT = re.compile(r"^[_.]|_$")
_JOINS = re.compile(r"[、/]|和|及|与|或")
_THESE = re.compile(r"\s*(?:这些|该等?|上述|此类|前述|以上|相关)(?:个人)?(?:信息|数据)")
_EXCUSED = ("无需", "无须", "毋须", "不需", "不必")


@dataclass(frozen=True)
class Word(Found):
    """A word for data in its clause, with the signs that it names none here (`against`) and the rules' verdict."""

    clause: Clause
    end: int
    against: frozenset[str]
    verdict: Polarity | None


def words(policy: Policy) -> Iterator[list[Word]]:
    """The words for data of each Chinese clause that has any, in order."""
    before: Clause | None = None
    for clause in policy.clauses:
        if not clause.language.startswith("zh"):
            continue
        beside, before = before, clause
        if found := _words(clause, beside if beside and beside.section == clause.section else None):
            yield found


def _words(clause: Clause, before: Clause | None) -> list[Word]:
    """The words of a clause; `before` is the clause that its section has before it."""
    text = clause.plain
    mentions = lexicon.load().find(text)
    lent = Lent(clause, before, mentions)
    sentences = list(governors.sentences(text, [(mention.start, mention.end) for mention in mentions]))
    found, taken = [], 0
    for at, mention in enumerate(mentions):
        place = next((number for number, one in enumerate(sentences) if one.start <= mention.start < one.end), None)
        if place is None or _constant(text, mention):
            continue
        following = mentions[at + 1].start if at + 1 < len(mentions) else None
        cue = governors.governor(sentences[place], text, mention.start, mention.end)
        borrowed = None if cue else lent.verb(mention)
        polarity = _polarity(text, sentences, place, mention, cue) if cue else _polarity_of(borrowed)
        signs = {
            "inside": mention.start < taken,
            # Of two words side by side the second is the thing (微信账号昵称), and one that a former word ends with is part of it.
            "modifier": following == mention.end and not _TAIL.match(text, following),
            "weak": _weak(clause, mention, cue),
            "no data": not _is_data(text, mention),
            "exempt": _exempt(text, mention),
            "title": _titles(text, mention),
            "defined": _defined(text, sentences[place], mention),
        }
        end = _end(text, mention)
        if not (signs["inside"] or signs["modifier"]):
            taken = end
        against = frozenset(name for name, holds_true in signs.items() if holds_true)
        told = (polarity == "no" and against <= {"weak"}) or (polarity == "yes" and not against)
        found.append(Word(mention, sentences[place], cue, borrowed, polarity, clause, end, against, polarity if told else None))
    return found


def _polarity(text: str, sentences: list[Sentence], at: int, mention: Mention, cue: Cue) -> Polarity | None:
    """What the verb that governs a word of sentence `at` says of it; None where it says nothing about collection."""
    sentence = sentences[at]
    phrase = next(one for one in sentence.phrases if one.start <= mention.start < one.end)
    if holds("word", "refused", text[phrase.start : phrase.end]) or holds("word", "switched_off", text[sentence.start : phrase.end]):
        return None
    if cue.denied is not None and (text.startswith("上传", cue.start) or (cue.kind == "give" and text.startswith(_EXCUSED, cue.denied))):
        return "no"
    said = _polarity_of(cue)
    if cue.denied is not None and any(cue.denied <= one.start < cue.start and one.kind == "take" for one in sentence.cues):
        return "no"  # 不会收集、分析: the denial of the first verb is the statement
    if said == "yes" and _taken_back(text, sentences[at : at + 2], mention.end):
        return "no"
    return said


def _taken_back(text: str, sentences: list[Sentence], end: int) -> bool:
    """Whether what follows the word, in its sentence or in one on "these data", says that they stay on the device (不会上传)."""
    own, *following = sentences
    speaking = [own, *(one for one in following if _THESE.match(text, one.start))]
    later = [cue for one in speaking for cue in one.cues if cue.start >= end][:4]
    return any((cue.kind == "local" and cue.denied is None) or (cue.kind == "send" and cue.denied is not None) for cue in later)


def _polarity_of(cue: Cue | None) -> Polarity | None:
    """What a verb says by itself; to deny using or giving is not to deny collecting."""
    if cue is None or (cue.kind not in _STATED and cue.kind != "local"):
        return None
    if cue.kind == "local":
        return "no" if cue.denied is None else None
    if cue.denied is None:
        return "yes"
    return "no" if cue.kind in ("take", "send") else None


def _weak(clause: Clause, mention: Mention, cue: Cue | None) -> bool:
    """Whether the statement is too thin for what it names: data in general, or anything under a heading on another topic."""
    heading = clause.section[-1] if clause.section else ""
    if holds("word", "elsewhere", heading):
        return True
    if cue and not mention.generic and holds("word", "question", clause.plain[: cue.start]):
        return True
    led = clause.lead is not None and _polarity_of(governors.last(clause.lead)) is not None
    off_topic = not led and holds("word", "off_topic", heading)
    if mention.category in _VAGUE:
        return off_topic or cue is None or cue.kind not in ("take", "send")
    if cue is None:
        return off_topic
    return off_topic and not _PLAIN.search(clause.plain, 0, cue.end)


def _constant(text: str, mention: Mention) -> bool:
    """Whether the word is part of the name of a permission (READ_PHONE_STATE)."""
    word = text[mention.start : mention.end]
    return not HAN.search(word) and bool(_CONSTANT.search(text[max(0, mention.start - 1) : mention.end + 1]))


def _is_data(text: str, mention: Mention) -> bool:
    """Whether the word names data here, and not a feature, a permission or an everyday act."""
    word, after = text[mention.start : mention.end], text[mention.end : mention.end + 14]
    if not HAN.search(word) and not holds("word", "latin", word):
        return False
    if holds("word", "anaphora", word) or holds("word", "not_data", after):
        return False
    if mention.category in _VAGUE and holds("word", "heads_a_list", after):
        return False
    if not holds("word", "everyday", word) or _TAIL.match(after):
        return True
    if not _CLOSES.match(text, mention.end):
        return False
    before = text[: mention.start].rstrip()
    verb = governors.final(before)
    opened = max([match.end() for match in _OPENS.finditer(before)] + [verb.end if verb else 0])
    prefix = before[opened:].strip(" \n\t*-.0123456789")
    if holds("word", "no_noun", before) or len(prefix) > (4 if holds("word", "compound", word) else 0):
        return False
    joined = _JOINS.match(text, mention.end) or _JOINS.fullmatch(before[-1:])
    return bool(joined) or not holds("word", "listed", word)


def _exempt(text: str, mention: Mention) -> bool:
    """Whether the word stands in an exception (除手机号以外)."""
    inside = any(match.start() <= mention.start < match.end() for rule in named("word", "exempt") for match in rule.find(text))
    return inside or text.startswith(("除外", "的除外"), mention.end)


def _defined(text: str, sentence: Sentence, mention: Mention) -> bool:
    """Whether the sentence up to the word is a definition."""
    said = text[sentence.start : sentence.end]
    return any(sentence.start + match.start() <= mention.end for rule in named("word", "define") for match in rule.find(said))


def _titles(text: str, mention: Mention) -> bool:
    """Whether the word only titles what follows it in the clause (设备信息：我们会收集…)."""
    colon = text.find("：", mention.end, mention.end + 6)
    opens = not re.search(r"[，。；、]", text[: mention.start])
    return colon >= 0 and opens and len(text) > colon + 8 and governors.last(text[colon:]) is not None


def _end(text: str, mention: Mention) -> int:
    """Where the phrase for the data ends: 位置 is quoted as 位置信息."""
    tail = _TAIL.match(text, mention.end)
    return tail.end() if tail else mention.end
