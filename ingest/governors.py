"""Which verb governs a word in a Chinese sentence: the last one before it in its phrase, else the next one after it, else the verb of the
phrase before when the list goes on, else the list's lead-in or the heading.

The verbs are the `cue` rules of `rules/zh/collection.toml`; here is only how far they reach. Inside parentheses the words outside them
still govern, unless a verb stands inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from ingest.rulebook import Rule, Rulebook

_SENTENCE = re.compile(r"[^。！？；;!?]+(?:[。！？；;!?]+|$)")
# The comma after "for example" ends no phrase (例如，您使用的机型).
_PHRASE = re.compile(r"(?:[^，,：:]|(?<=[例比譬]如)[，,：:])+(?:[，,：:]+|$)")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]?")
# Verbs that a denial reaches over a comma stand side by side: 不会监控，收集，控制.
_COORDINATED = 8


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb at `start:end` of a text; `denied` is where its denial begins, or None."""

    start: int
    end: int
    kind: str
    rule: str
    denied: int | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence between commas, with the verbs in it."""

    start: int
    end: int
    cues: tuple[Cue, ...]
    condition: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    phrases: tuple[Phrase, ...]

    @property
    def cues(self) -> list[Cue]:
        """The verbs of all its phrases, in order."""
        return [cue for phrase in self.phrases for cue in phrase.cues]


def sentences(text: str, hidden: Iterable[tuple[int, int]]) -> Iterator[Sentence]:
    """The sentences of a clause with their phrases and verbs; a verb that is part of a `hidden` range (a word for data) is none."""
    masked = list(text)
    for start, end in hidden:
        masked[start:end] = "※" * (end - start)
    sight = "".join(masked)
    level = _BRACKETS.sub(lambda match: "（" * len(match[0]), sight)
    for match in _SENTENCE.finditer(level):
        yield _sentence(sight, level, match.start(), match.end())


def governor(sentence: Sentence, text: str, start: int, end: int) -> Cue | None:
    """The verb that governs the word at `start:end`; None where the sentence has none for it."""
    bracket = next((match for match in _BRACKETS.finditer(text) if match.start() < start and end <= match.end()), None)
    if bracket:
        inner = [cue for cue in sentence.cues if bracket.start() < cue.start < bracket.end()]
        if before := _before(text, inner, start):
            return before
        start, end = bracket.start(), bracket.start() + 1
    outer = [phrase for phrase in sentence.phrases if phrase.start <= start]
    if not outer:
        return None
    own = outer[-1]
    cues = [cue for cue in own.cues if not _bracketed(text, cue)]
    # A phrase that opens with a purpose (为识别您复制的口令，) is all purpose.
    if (
        cues
        and cues[0].rule.endswith(".purpose")
        and cues[0].end <= start
        and own is not sentence.phrases[-1]
        and not _VENDOR.search(text, cues[0].end, start)
    ):
        return cues[0]
    if before := _before(text, cues, start):
        return before
    after = [cue for cue in cues if cue.start >= end]
    if own.condition and not own.cues:
        return Cue(own.start, own.start, "aside", "collection.zh.condition")
    if after and not (after[0].rule.endswith("purpose") and len(after) > 1):
        return after[0]
    if after:
        return after[1]
    if own.fresh:
        return None
    # The list goes on: the verb of the phrase before governs here too; a condition's verb does not.
    for phrase in reversed(outer[:-1]):
        if phrase.condition and not phrase.cues:
            return None
        if found := _before(text, [cue for cue in phrase.cues if not _bracketed(text, cue)], phrase.end):
            return found
        if phrase.fresh:
            return None
    return None


def _before(text: str, cues: list[Cue], start: int) -> Cue | None:
    """The last verb before `start`.

    One of a row of verbs (收集、存储和保护) speaks for the row if it states collecting; one that only describes the word
    (收集您使用服务时的日志) yields to the statement before it.
    """
    cues = [cue for cue in cues if cue.end <= start]
    if not cues:
        return None
    if text.startswith(("用于", "用作", "用以"), cues[-1].start):
        return replace(cues[-1], kind="aside")  # what follows 用于 is the purpose; the data stands before it
    if cues[-1].kind != "aside":
        return cues[-1]
    for later, cue in zip(cues[:0:-1], cues[-2::-1], strict=True):
        if not _ROW.fullmatch(text, cue.end, later.start):
            break
        if cue.kind != "aside":
            return cue
    found = cues[-1]
    if _DESCRIBES.search(text, found.end, start):
        stated = next((cue for cue in reversed(cues) if cue.kind != "aside"), None)
        if stated or found.rule.endswith((".serve", ".right")):
            return stated
    return found


def final(text: str) -> Cue | None:
    """The last verb of a text, wherever it stands."""
    cues = [cue for sentence in sentences(text, ()) for cue in sentence.cues]
    return cues[-1] if cues else None


def stated(text: str) -> Cue | None:
    """The last verb of a text that says what is taken or given, or that it stays on the device."""
    cues = [cue for sentence in sentences(text, ()) for cue in sentence.cues if cue.kind in ("take", "give", "send", "local")]
    return cues[-1] if cues else None


def last(text: str) -> Cue | None:
    """The verb that a lead-in or a heading ends with."""
    for sentence in reversed(list(sentences(text, ()))):
        for phrase in reversed(sentence.phrases):
            cues = [cue for cue in phrase.cues if not _bracketed(text, cue)]
            if cues:
                return cues[-1]
    return None


def _sentence(sight: str, level: str, start: int, end: int) -> Sentence:
    cues = list(_cues(sight, start, end))
    phrases = []
    for match in _PHRASE.finditer(level, start, end):
        words = sight[match.start() : match.end()]
        bare = words.rstrip("，,：: 。；\n")
        phrases.append(
            Phrase(
                match.start(),
                match.end(),
                tuple(cue for cue in cues if match.start() <= cue.start < match.end()),
                _holds("condition", bare),
                _holds("fresh", words),
            )
        )
    return Sentence(start, end, tuple(phrases))


def _cues(sight: str, start: int, end: int) -> Iterator[Cue]:
    """The verbs in order; of two that share characters the one that begins first, and of those the longer."""
    found = [
        (match.start(), -match.end(), rule.fields["cue"], rule.id)
        for rule in _rules("cue")
        if not (rule.without and rule.without.search(sight, start, end))
        for match in rule.pattern.finditer(sight, start, end)
    ]
    denials = [match for rule in _rules("word") if rule.fields["word"] == "denied" for match in rule.pattern.finditer(sight, start, end)]
    at = start
    for first, minus_last, kind, rule_id in sorted(found):
        if first < at:
            continue
        at = -minus_last
        yield Cue(first, at, kind, rule_id, _denied(sight, denials, first, at))


def _denied(sight: str, denials: list[re.Match[str]], start: int, end: int) -> int | None:
    """Where the denial that reaches the verb begins. It ends at a new subject, an exception or a long phrase."""
    for match in reversed(denials):
        if match.start() >= end:
            continue
        between = sight[min(match.end(), start) : start]
        pieces = re.split(r"[，,]", between)
        if (
            len(between) <= 60
            and all(len(piece.strip()) <= _COORDINATED for piece in pieces[:-1] if len(pieces) > 1)
            and not _BREAKS.search(between)
        ):
            return match.start()
        if match.start() < start:
            return None
    return None


_BREAKS = re.compile(r"我们|(?:您|你)(?:可|将|会|需)|但|除外|否则|不影响|[。；：:]|而(?:是|会)|无需|※[^、，※]*※?[^、，]{0,4}(?:，|,)")


_VENDOR = re.compile(r"我们|平台|系统|会|将|而")
_ROW = re.compile(r"\s*(?:[、，,/]|和|及|与|或|并|以及|或者)?\s*")
_DESCRIBES = re.compile(r"(?<![您你])的|时|中|期间|过程")


def _bracketed(text: str, cue: Cue) -> bool:
    return any(match.start() < cue.start < match.end() for match in _BRACKETS.finditer(text))


def _holds(word: str, text: str) -> bool:
    return any(rule.pattern.search(text) for rule in _rules("word") if rule.fields["word"] == word)


@cache
def _rules(field: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in Rulebook.load().of("collection", "zh") if field in rule.fields)
