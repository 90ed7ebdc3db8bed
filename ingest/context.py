"""What surrounds a match: whether its clause, lead-in or heading makes it a statement of a kind ("frames"), and whether it is denied.

The words stand in `rules/<language>/context.toml`; here is only how they are applied. A denial reaches from its cue to the right until a
terminator ("but", "except") or the end of the clause; a pseudo-cue ("not only", "if you do not") denies nothing. One word after a colon
("Sale of data: never.") denies what it answers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from index.domain import Clause
from ingest.rulebook import FOLDER

BULLETS = tuple("*-•–(")
_ITEM = re.compile(r"[*•–(-]|(?:\d{1,2}|[a-z])[.)]\s")
# What a bracket denies is denied in the bracket: "on our site (never in the product) we let others set cookies".
_ASIDE = re.compile(r"[^()]*\)")
_SENTENCE = re.compile(r"[;.]\s+")
# Places that are the same for every match in a clause; headings and lead-ins also for every clause below them.
FIXED = ("clause", "section", "lead")


@dataclass(frozen=True)
class Context:
    """The frames and denials of one language."""

    frames: Mapping[str, Mapping[str, re.Pattern[str]]]
    forward: re.Pattern[str]
    none: re.Pattern[str]
    after: re.Pattern[str]
    undone: re.Pattern[str]
    answer: re.Pattern[str]
    pseudo: re.Pattern[str]
    terminator: re.Pattern[str]
    supposed: re.Pattern[str]
    deadline: Mapping[str, re.Pattern[str]]
    conditions: Mapping[str, re.Pattern[str]]
    not_data: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, language: str) -> Context:
        """The context of a clause's language (`zh-CN` counts as `zh`; any other language is read as English)."""
        return _load("zh" if language.startswith("zh") else "en")

    def frame(self, kind: str, clause: Clause, start: int, end: int) -> dict[str, bool]:
        """Which frames of a kind hold for the match at `start:end` of the clause: each pattern is named by where it is looked for.

        `clause…` anywhere in the clause, `before…` up to the end of the match, `after…` from its start, `section…` in the headings,
        `lead…` in the lead-in.
        """
        text = clause.plain
        places = {
            "clause": text,
            "before": text[:end],
            "after": text[start:],
            "section": " / ".join(clause.section[-2:]),
            "lead": clause.lead or "",
        }
        return {
            name: _holds(pattern, places[place]) if (place := name.partition("_")[0]) in FIXED else bool(pattern.search(places[place]))
            for name, pattern in self.frames[kind].items()
        }

    def denied(self, text: str, at: int) -> bool:
        """Whether a denial reaches the character at `at`, or begins there ("with no third party")."""
        if self.answer.match(text, at):
            return True
        pseudo = [match.span() for match in self.pseudo.finditer(text)]
        last = at if self.none.match(text, at) else at - 1
        cues = [
            match.end()
            for match in self.forward.finditer(text)
            if match.start() <= last
            and not any(start <= match.start() < end for start, end in pseudo)
            and not _ASIDE.match(text[match.end() : max(at, match.end())])
        ]
        return bool(cues) and not self.terminator.search(text, cues[-1], max(at, cues[-1]))

    def denied_after(self, text: str, end: int) -> bool:
        """Whether what ends at `end` is denied by what the sentence says of it ("Selling data is not something we do")."""
        return bool(self.after.match(text, end))

    def denies_list(self, clause: Clause) -> bool:
        """Whether the lead-in of a list denies what the list holds ("We do not:"), or the heading above it ("What we never do")."""
        lead = led(clause)
        if not lead and clause.section and _ITEM.match(clause.text):
            title = clause.section[-1]
            return bool(self.undone.search(title))
        return lead.endswith((":", "：")) and self.denied(lead, len(lead) - 1)


def led(clause: Clause) -> str:
    """The last sentence of a clause's lead-in: what an earlier one denies does not reach the list. Empty without one."""
    lead = (clause.lead or "").rstrip()
    return lead[max((match.end() for match in _SENTENCE.finditer(lead)), default=0) :]


@lru_cache(maxsize=4096)
def _holds(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(text))


@cache
def _load(language: str) -> Context:
    content: dict[str, Any] = tomllib.loads((FOLDER / language / "context.toml").read_text(encoding="utf-8"))
    frames = {kind: _compiled(places) for kind, places in content["frames"].items()}
    return Context(
        frames, **_compiled(content["denial"]),
        deadline=_compiled(content["deadline"]), conditions=_compiled(content["conditions"]), not_data=_compiled(content["not_data"]),
    )  # fmt: skip


def _compiled(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in words.items()}
