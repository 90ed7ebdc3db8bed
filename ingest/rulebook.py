"""The rules: patterns kept as data, each with sentences that prove it right and wrong.

A file of `rules/<language>/` holds one topic:

    [words]                                     # macros, written `$name` or `${name}` in patterns and in other macros
    erase = '(?:delete|erase|remove)d?'
    period = '\\d+ (?:day|month|year)s?'

    [[rule]]
    id = "retention.erased_within"              # unique; the `origin` of the facts it gives
    kind = "retention"
    pattern = '\\b$erase\\b[^.;]{0,80}?\\bwithin (?P<period>$period)'
    without = '\\byou may\\b'                     # optional: where this is found in the text too, the rule is silent
    fields = { rule = "fixed_period" }          # optional: what the rule knows beyond what it captures
    hits = ["We erase your account data within 30 days."]
    misses = ["We reply within 30 days."]

Patterns ignore case unless `case = true`. The macros of `words.toml` are known in every file of its language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from index.facts import KINDS
from index.variants import simplified
from ingest import screen

FOLDER = Path(__file__).parent / "rules"
LANGUAGES = ("en", "zh")
_MACRO = re.compile(r"\$(?:\{([a-z][a-z_]*)\}|([a-z][a-z_]*))")
_KEYS = {"id", "kind", "pattern", "without", "case", "fields", "hits", "misses"}
# What extractors read of `fields`: the values of a fact, and how a match is used. A slip (`poalrity`) would serve a denial as stated.
_FIELDS = {
    "aside", "at", "beneath", "bound", "channel", "condition", "cue", "edge", "field", "follows", "front_matter", "head", "leads",
    "measure", "necessity", "once", "opens", "own_name", "plain", "polarity", "practice", "purpose", "recipient_category",
    "right", "role", "rule", "safeguards", "source", "tier", "title_necessity", "under", "weak", "word",
}  # fmt: skip


class RuleRefused(ValueError):
    """A rule that is not whole; the message names its file, its id and what is missing."""


@dataclass(frozen=True)
class Rule:
    """One pattern and what it says of a text that matches."""

    id: str
    kind: str
    language: str
    pattern: re.Pattern[str]
    without: re.Pattern[str] | None
    fields: Mapping[str, Any]
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Words of which a text must hold one for the pattern to match in it; empty where it may match without any."""
        return screen.needles(self.pattern)

    def may_match(self, text: str) -> bool:
        """Whether the text holds a word that the pattern cannot do without."""
        said = screen.lowered(text)
        return not self.needles or any(map(said.__contains__, self.needles))

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """The matches in one clause's text; none where `without` is found in it."""
        if self.may_match(text) and (self.without is None or not self.without.search(text)):
            yield from self.pattern.finditer(text)


@dataclass(frozen=True)
class Rulebook:
    """Every rule, in the order of the files; extractors take those of their kind and of the clause's language."""

    rules: tuple[Rule, ...]

    @classmethod
    @cache
    def load(cls, folder: Path = FOLDER) -> Rulebook:
        """Reads `folder/<language>/*.toml`; raises RuleRefused where a rule is not whole or a language has none."""
        rules: list[Rule] = []
        for language in LANGUAGES:
            shared = _read(folder / language / "words.toml").get("words", {})
            found = [rule for path in sorted((folder / language).glob("*.toml")) for rule in _rules(path, language, shared)]
            if not found:
                raise RuleRefused(f"{folder / language} holds no rules. The package was built without its data files.")
            rules += found
        ids = [rule.id for rule in rules]
        if twice := sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1}):
            raise RuleRefused(f"Rule ids must be unique; used twice: {', '.join(twice)}.")
        return cls(tuple(rules))

    def of(self, kind: str, language: str) -> tuple[Rule, ...]:
        """The rules of a kind for clauses of a language (`zh-CN` counts as `zh`; any other language is read as English)."""
        return self._table.get((kind, "zh" if language.startswith("zh") else "en"), ())

    @cached_property
    def _table(self) -> dict[tuple[str, str], tuple[Rule, ...]]:
        table: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for rule in self.rules:
            table[rule.kind, rule.language] = (*table.get((rule.kind, rule.language), ()), rule)
        return table


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _rules(path: Path, language: str, shared: Mapping[str, str]) -> Iterator[Rule]:
    content = _read(path)
    words = _expanded({**shared, **content.get("words", {})})
    for row in content.get("rule", ()):
        yield _rule(row, language, words, path)


def _rule(row: Mapping[str, Any], language: str, words: Mapping[str, str], path: Path) -> Rule:
    name = f"{path.parent.name}/{path.name}: {row.get('id', 'a rule without id')}"
    if missing := [key for key in ("id", "kind", "pattern", "hits", "misses") if not row.get(key)]:
        raise RuleRefused(f"{name} lacks {', '.join(missing)}. A rule needs sentences that it finds and sentences that it leaves.")
    if unknown := sorted((set(row) - _KEYS) | (set(row.get("fields", {})) - _FIELDS)):
        raise RuleRefused(f"{name} has keys that nobody reads: {', '.join(unknown)}.")
    if row["kind"] not in KINDS:
        raise RuleRefused(f"{name} has the unknown kind {row['kind']!r}. Kinds: {', '.join(KINDS)}.")
    flags = re.NOFLAG if row.get("case") else re.IGNORECASE
    # What a rule reads is in Simplified Chinese: so are its pattern and its sentences, however they are written here.
    try:
        pattern = re.compile(simplified(_filled(row["pattern"], words)), flags)
        without = re.compile(simplified(_filled(row["without"], words)), flags) if row.get("without") else None
    except (re.error, KeyError) as error:
        raise RuleRefused(f"{name} has a pattern that does not compile: {error}.") from error
    return Rule(
        id=row["id"], kind=row["kind"], language=language, pattern=pattern, without=without,
        fields=row.get("fields", {}), hits=tuple(map(simplified, row["hits"])), misses=tuple(map(simplified, row["misses"])),
    )  # fmt: skip


def _expanded(words: Mapping[str, str]) -> dict[str, str]:
    """The macros with the macros inside them filled in; each may use those written above it."""
    result: dict[str, str] = {}
    for name, pattern in words.items():
        result[name] = _filled(pattern, result)
    return result


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return _MACRO.sub(lambda match: f"(?:{words[match[1] or match[2]]})", pattern)
