"""Full-text search over clauses (FTS5): porter stems, Chinese by bigrams in one writing, synonyms as data, user text always quoted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from index.variants import HAN, simplified

FOLDER = Path(__file__).parent
WORD = re.compile(r"[^\W_]+")
# Of the columns (words, context, han): what stands in the headings and the lead-in counts less than the clause's own words.
WEIGHTS = (1.0, 0.5, 1.0)
# Questions are made of the same words: what is known of so many is kept.
REMEMBERED = 8192


@dataclass(frozen=True)
class Synonyms:
    """Words that ask for each other, and words that ask for nothing (`index/synonyms.toml`); `english`: what Chinese words are called."""

    groups: dict[str, tuple[str, ...]]
    stop: frozenset[str]
    english: dict[str, str]
    longest: int
    starts: frozenset[str]

    @classmethod
    @cache
    def load(cls) -> Synonyms:
        data = tomllib.loads((FOLDER / "synonyms.toml").read_text(encoding="utf-8"))
        groups: dict[str, list[str]] = {}
        for group in data["group"]:
            for word in group["words"]:
                groups.setdefault(word.lower(), []).extend(other.lower() for other in group["words"] if other != word)
        longest = max(len(word.split()) for word in groups)
        stop = frozenset(word for words in data["stop"].values() for word in words)
        english: dict[str, str] = {}
        for group in data["group"]:
            plain = next((word for word in group["words"] if not HAN.search(word)), "")
            for word in group["words"]:
                if HAN.search(word):
                    english.setdefault(word.lower(), plain)
        gloss = tomllib.loads((FOLDER / "gloss.toml").read_text(encoding="utf-8"))
        english |= {word.lower(): plain for table in gloss.values() for plain, words in table.items() for word in words}
        for word, plain in english.items():
            # A Chinese word without a group of its own asks for what its English name asks for.
            if word not in groups and (form := next((form for form in _forms(plain.lower()) if form in groups), None)):
                groups[word] = [plain.lower(), *groups[form]]
        starts = frozenset(word.split()[0] for word in groups if " " in word)
        return cls({word: tuple(dict.fromkeys(others)) for word, others in groups.items()}, stop, english, longest, starts)


def columns(plain: str, context: str) -> tuple[str, str, str]:
    """What is indexed of a clause: its words, those of its headings and lead-in, and its Han text as bigrams."""
    plain, context = simplified(plain), simplified(context)
    return HAN.sub(" ", plain), f"{HAN.sub(' ', context)} {_bigrams(context)}", _bigrams(plain)


def wordless(question: str) -> bool:
    """Whether there is no word in it, in any script: nothing can be found for it, and everything would be equally near."""
    return WORD.search(question) is None


def terms(question: str) -> list[str]:
    """The words of a question that ask for something, in order: no stop words, phrases of the synonym table whole, Han runs whole."""
    synonyms = Synonyms.load()
    found: list[str] = []
    for run in re.findall(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+", simplified(question.lower())):
        found += _han_terms(run, synonyms) if HAN.match(run) else _latin_terms(WORD.findall(run), synonyms)
    return list(dict.fromkeys(found))


@lru_cache(REMEMBERED)
def related(term: str) -> tuple[str, ...]:
    """What else may stand in a clause that answers to `term`: its synonyms, in English and Chinese."""
    groups = Synonyms.load().groups
    return next((groups[form] for form in _forms(term) if form in groups), ())


def phrases(wanted: Iterable[str]) -> list[str]:
    """What to look for, as FTS5 phrases, each quoted: the words asked for, then what is related to them."""
    terms = list(wanted)
    return list(
        dict.fromkeys(phrase for term in (*terms, *(other for term in terms for other in related(term))) for phrase in _phrases(term))
    )


def _latin_terms(words: list[str], synonyms: Synonyms) -> list[str]:
    """Words one by one, except where two or three of them stand in the synonym table as one."""
    found, at = [], 0
    while at < len(words):
        most = synonyms.longest if words[at] in synonyms.starts else 1
        for size in range(min(most, len(words) - at), 1, -1):
            phrase = " ".join(words[at : at + size])
            if any(form in synonyms.groups for form in _forms(phrase)):
                found.append(phrase)
                break
        else:
            size = 1
        found += [word for word in words[at : at + size] if word not in synonyms.stop]
        at += size
    return found


def _han_terms(run: str, synonyms: Synonyms) -> list[str]:
    """A run of Han characters without its stop words, and the words of the synonym table that stand in it."""
    known = [word for word in synonyms.groups if word in run and HAN.fullmatch(word)]
    for word in sorted((word for word in synonyms.stop if HAN.match(word)), key=len, reverse=True):
        run = run.replace(word, " ")
    return [*run.split(), *known]


def _forms(term: str) -> list[str]:
    """The term as written, then without a plural or verb ending: enough to meet the table, which holds plain forms."""
    forms = [term]
    for ending, instead in (("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")):
        if term.endswith(ending) and len(term) > len(ending) + 2:
            forms.append(term[: -len(ending)] + instead)
    return forms


@lru_cache(REMEMBERED)
def _phrases(term: str) -> tuple[str, ...]:
    if not HAN.search(term):
        return (_quoted(" ".join(WORD.findall(term))),) if WORD.search(term) else ()
    return tuple(_quoted(pair) if len(pair) > 1 else f"{_quoted(pair)}*" for pair in _bigrams(term).split())


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def _bigrams(text: str) -> str:
    """Two-character words overlapping: 聊天记录 → 聊天 天记 记录. A run of one character stays as it is."""
    return " ".join(run[i : i + 2] for run in HAN.findall(text) for i in range(max(1, len(run) - 1)))
