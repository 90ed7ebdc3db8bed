"""What is collected, from Chinese clauses: words of the lexicon under a verb that makes them a statement.

The shipped encoder reads English, so here words and cues decide alone: `index/lexicon/zh.toml` names the data, `rules/zh/collection.toml`
the verbs and their surroundings, `ingest/governors.py` says which verb governs which word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from index import lexicon, taxonomy
from index.domain import Clause, Policy
from index.facts import Collection, Necessity, Polarity, Role, Source
from index.lexicon import Mention
from ingest import governors
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.governors import Cue, Sentence
from ingest.rulebook import FOLDER, Rule, Rulebook

QUOTE = 400
_STRENGTH = ("take", "give", "send", "local", "use")
_STATED = set(_STRENGTH) - {"local"}
_VAGUE = {"personal_data_unspecified", "sensitive_data_unspecified"}
# The vendor speaks of itself, or asks the user for something.
_PLAIN = re.compile(r"(?:我们|本公司|平台|系统)[^，。；]{0,30}$|(?:会|将|可能|需要?|须|应)[^，。；]{0,12}$|必须")
_TAIL = re.compile(r"(?:相关)?(?:信息|数据|记录|资料|号码|内容|情况|状态|参数|地址|名称|列表)")
# What parts the members of a list.
_PARTS = re.compile(r"[、，,；;。.（()）：:/“”【】\s]|和|及|与|或|等|以及|包括|例如|的|您|你|括|在|将")


@dataclass(frozen=True)
class Found:
    """A word for data in a clause and the verb that makes it a statement; offsets count from the clause's start."""

    mention: Mention
    sentence: Sentence
    cue: Cue | None
    borrowed: Cue | None
    polarity: Polarity


def find(policy: Policy, tools: Tools | None = None) -> Iterator[Collection]:
    """Each kind of data a Chinese clause says is collected, or says is not; a kind once in a numbered paragraph."""
    best: dict[tuple[Any, ...], tuple[int, Collection]] = {}
    paragraph: str | None = None
    controller = any(_any("role", "controller", clause.plain) for clause in policy.clauses)
    for clause in policy.clauses:
        paragraph = clause.number or paragraph
        if not clause.language.startswith("zh"):
            continue
        for found in statements(clause):
            fact = _fact(policy, clause, found, controller)
            key = (fact.category, fact.span, fact.polarity, paragraph, clause.section)
            strength = _STRENGTH.index((found.cue or found.borrowed or Cue(0, 0, "use", "")).kind)
            if key not in best or strength < best[key][0]:
                best[key] = (strength, fact)
    yield from (fact for _, fact in best.values())


def statements(clause: Clause) -> Iterator[Found]:
    """The words for data that the clause states or denies collecting."""
    text = clause.plain
    mentions = lexicon.load().find(text)
    hidden = [(mention.start, mention.end) for mention in mentions]
    sentences = list(governors.sentences(text, hidden))
    for mention in mentions:
        sentence = next((one for one in sentences if one.start <= mention.start < one.end), None)
        if sentence is None or not _is_data(text, mention) or _exempt(text, mention):
            continue
        if _titles(text, mention) or _defined(text, sentence, mention):
            continue
        cue = governors.governor(sentence, text, mention.start, mention.end)
        borrowed = None if cue else _borrowed(clause, mention)
        polarity = _polarity(text, sentence, mention, cue or borrowed)
        if polarity and not (polarity == "yes" and _weak(clause, mention, cue)):
            yield Found(mention, sentence, cue, borrowed, polarity)


def _polarity(text: str, sentence: Sentence, mention: Mention, cue: Cue | None) -> Polarity | None:
    """What the governing verb says of the word; None where it says nothing about collection."""
    if cue is None:
        return None
    phrase = next((text[one.start : one.end] for one in sentence.phrases if one.start <= mention.start < one.end), "")
    if _any("word", "refused", phrase):
        return None
    if cue.kind == "local":
        return None if cue.denied is not None else "no"
    if cue.kind not in _STATED:
        return None
    if cue.denied is None:
        # 仅在本地处理，不会上传: what follows the word in the same sentence takes the statement back.
        later = [one for piece in sentence.phrases for one in piece.cues if one.start >= mention.end]
        if any((one.kind == "local" and one.denied is None) or (one.kind == "send" and one.denied is not None) for one in later[:3]):
            return "no"
        return "yes"
    if cue.kind in ("take", "send") or (
        cue.kind == "give" and text[cue.denied : cue.start].startswith(("无需", "无须", "毋须", "不需", "不必"))
    ):
        return "no"
    return None


def _weak(clause: Clause, mention: Mention, cue: Cue | None) -> bool:
    """Whether the statement is too thin for what it names: data in general, or anything under a heading on another topic."""
    if clause.section and _any("word", "elsewhere", clause.section[-1]):
        return True
    if cue and not mention.generic and _any("word", "question", clause.plain[: cue.start]):
        return True
    off_topic = bool(clause.section) and _any("word", "off_topic", clause.section[-1])
    if mention.category in _VAGUE:
        return off_topic or cue is None or cue.kind not in ("take", "send")
    if cue is None and clause.lead:
        return False
    return off_topic and (cue is None or cue.kind not in ("take", "give", "send", "use") or not _PLAIN.search(clause.plain, 0, cue.end))


def _defined(text: str, sentence: Sentence, mention: Mention) -> bool:
    """Whether the sentence up to the word is a definition."""
    said = text[sentence.start : sentence.end]
    return any(sentence.start + match.start() <= mention.end for rule in _rules("word", "define") for match in rule.find(said))


def _titles(text: str, mention: Mention) -> bool:
    """Whether the word only titles what follows it in the clause (设备信息：我们会收集…)."""
    colon = text.find("：", mention.end, mention.end + 6)
    return (
        colon >= 0
        and not re.search(r"[，。；、]", text[: mention.start])
        and governors.last(text[colon:]) is not None
        and len(text) > colon + 8
    )


def _borrowed(clause: Clause, mention: Mention) -> Cue | None:
    """The verb of the list's lead-in, else of the innermost heading that has one, for an item that has none of its own."""
    if clause.lead:
        if _any("word", "no_data_list", clause.lead):
            return None
        return governors.last(clause.lead)
    if not clause.section or (len(re.findall("、", clause.plain)) < 1 and mention.start > 12):
        return None
    cue = governors.last(clause.section[-1])
    return cue if cue and cue.kind == "take" else None


def _is_data(text: str, mention: Mention) -> bool:
    """Whether the word names data here, and not a feature, a permission or an everyday act."""
    word, after = text[mention.start : mention.end], text[mention.end : mention.end + 14]
    if _any("word", "anaphora", word) or _any("word", "not_data", after):
        return False
    if not _any("word", "everyday", word) or _TAIL.match(after):
        return True
    before = text[: mention.start]
    verb = governors.final(before)
    first = max([match.end() for match in _PARTS.finditer(before)] + [verb.end if verb else 0])
    return mention.start - first <= 4 and _ends(text, mention.end) and not _any("word", "no_noun", before)


def _ends(text: str, at: int) -> bool:
    """Whether a member of a list, a sentence or a phrase ends here."""
    return at >= len(text) or _PARTS.match(text, at) is not None


def _exempt(text: str, mention: Mention) -> bool:
    """Whether the word stands in an exception (除手机号以外)."""
    return any(match.start() <= mention.start < match.end() for rule in _rules("word", "exempt") for match in rule.find(text)) or text[
        mention.end : mention.end + 4
    ].lstrip("的").startswith("除外")


def _fact(policy: Policy, clause: Clause, found: Found, controller: bool) -> Collection:
    mention = found.mention
    end = mention.end
    tail = _TAIL.match(clause.plain, end)
    if tail:
        end = tail.end()
    span = (clause.start + mention.start, clause.start + end)
    start, stop = _quote(clause, found, end)
    purpose = _purpose(clause, found)
    cue = found.cue or found.borrowed
    return Collection(
        **{**evidence(policy, start, stop, cue.rule if cue else "", clause), "polarity": found.polarity},
        span=policy.text[span[0] : span[1]],
        span_start=span[0],
        span_end=span[1],
        category=mention.category,
        group=taxonomy.group_of(mention.category),
        source=_source(clause, found),
        role=_role(policy, clause, found) or ("controller" if controller else "unspecified"),
        necessity=_necessity(policy, clause, found),
        purpose=purpose,
        purpose_category=_purpose_category(purpose),
        generic=mention.generic,
    )


def _quote(clause: Clause, found: Found, end: int) -> tuple[int, int]:
    """From the verb, or its denial, to the word; from the word to the verb where that comes after; at most 400 characters."""
    start = found.mention.start
    cue = found.cue
    if cue:
        first = cue.start if cue.denied is None else min(cue.start, cue.denied)
        start, end = min(start, first), max(end, cue.end)
    else:
        start = found.sentence.start
    if end - start > QUOTE:
        start = max(start, found.mention.end - QUOTE)
        end = min(end, start + QUOTE)
    return clause.start + start, clause.start + end


def _source(clause: Clause, found: Found) -> Source:
    """Who brings the data about: the sentence says it, or the verb, or the kind of data does."""
    mention = found.mention
    said = clause.plain[found.sentence.start : found.sentence.end]
    if _any("source", "third_party", said) or any(_any("source", "third_party", title + "收集") for title in clause.section[-1:]):
        return "third_party"
    if found.cue and found.cue.kind == "give":
        return "provided"
    usual = _table("usual")
    before = clause.plain[found.sentence.start : mention.end]
    if mention.category in usual["automatic"]:
        return "automatic"
    if _any("source", "provided", before) or mention.category in usual["provided"]:
        return "provided"
    if _any("source", "automatic", before):
        return "automatic"
    return "unspecified"


def _role(policy: Policy, clause: Clause, found: Found) -> Role | None:
    """`processor` where the clause, its lead-in or a heading above says that the customer decides; None where nothing does."""
    around = [clause.plain, clause.lead or "", *clause.section]
    return "processor" if any(_any("role", "processor", text) for text in around) else None


def _necessity(policy: Policy, clause: Clause, found: Found) -> Necessity:
    """Whether one may say no: in the sentence itself, or in the remark on it that follows."""
    said = clause.plain[found.sentence.start : found.sentence.end]
    remark = _remarks(policy, clause, found)
    if _any("necessity", "optional", said):
        return "optional"
    if any("optional" in rule.id and rule.pattern.search(remark) for rule in _rules("necessity", "optional")):
        return "optional"
    if _any("necessity", "required", said) or _any("necessity", "required", remark):
        return "required"
    return "unspecified"


def _remarks(policy: Policy, clause: Clause, found: Found) -> str:
    """The sentences after the statement that speak of it (上述信息…, 如您拒绝提供…)."""
    rest = [clause.plain[found.sentence.end :]]
    for later in policy.clauses[clause.ordinal + 1 : clause.ordinal + 4]:
        if later.number or later.section != clause.section:
            break
        rest.append(later.plain)
    kept: list[str] = []
    for text in rest:
        for sentence in re.findall(r"[^。；]+[。；]?", text):
            if not _any("word", "remark", sentence):
                return "".join(kept)
            kept.append(sentence)
    return "".join(kept)


def _purpose(clause: Clause, found: Found) -> str | None:
    """The stated purpose, verbatim: in the sentence, else in the lead-in."""
    for text in (clause.plain[found.sentence.start : found.sentence.end], clause.lead or ""):
        for rule in _rules("word", "purpose"):
            if match := rule.pattern.search(text):
                return " ".join(next(words for words in match.groups() if words).split())
    return None


def _purpose_category(purpose: str | None) -> str | None:
    if purpose is None:
        return None
    return next((name for name, words in _table("purposes").items() if re.search(words, purpose)), "any_other")


def _any(field: str, value: str, text: str) -> bool:
    return any(next(rule.find(text), None) for rule in _rules(field, value))


@cache
def _rules(field: str, value: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in Rulebook.load().of("collection", "zh") if rule.fields.get(field) == value)


@cache
def _table(name: str) -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads((FOLDER / "zh" / "collection.toml").read_text(encoding="utf-8"))
    table: dict[str, Any] = content[name]
    return table
