"""Whole policies written for training: the annotated form (`policies/README.md`) → plain Markdown and its facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import taxonomy
from ingest.learning import passages

FOLDER = Path(__file__).parent / "policies"
# What teaches beside real policies. With 45 real ones and all 84 of ours the reader over frozen states found fewer of five unseen policies'
# mentions than with the real ones alone (F1 0.632 and 0.648 at a precision of 0.75), but more of their sources and processors.
TAUGHT = ("a-", "b-", "c-")
# The field of a kind that a label gives, and the values it may have (None: the fact schema's own, checked where facts are built).
_FIELDS: dict[str, tuple[str, frozenset[str] | None]] = {
    "sharing": ("recipient_category", frozenset(taxonomy.facet("recipient"))),
    "right": ("right", frozenset(taxonomy.facet("right"))),
    "security": ("measure", frozenset(taxonomy.facet("security"))),
    "practice": ("practice", None),
    "retention": ("rule", None),
    "storage_location": ("mode", None),
    "children": ("rule", None),
    "contact": ("channel", None),
}
_TOKEN = re.compile(r"<<|\|\|(?P<labels>[^<>|\[\]]+)>>|\[\[(?P<span>[^\[\]|]+)\|(?P<parts>[^\[\]]+)\]\]")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A policy as it is read (`text`, Markdown) and the facts its annotator marked, in the shape of the gold: `kind`, offsets, fields."""

    name: str
    text: str
    facts: tuple[dict[str, Any], ...]


def read(folder: Path = FOLDER) -> list[Annotated]:
    """Every policy of a folder, in order of name; raises ValueError naming the file and place that does not parse."""
    return [parse(path.read_text(encoding="utf-8"), path.stem) for path in sorted(folder.glob("*.md")) if path.name != "README.md"]


def taught() -> list[Annotated]:
    """The policies that training reads."""
    return [policy for policy in read() if policy.name.startswith(TAUGHT)]


def parse(source: str, name: str = "") -> Annotated:
    """One policy from its annotated form."""
    pieces: list[str] = []
    facts: list[dict[str, Any]] = []
    opened: int | None = None
    at = length = 0
    for match in _TOKEN.finditer(source):
        between = source[at : match.start()]
        pieces.append(between)
        length += len(between)
        at = match.end()
        if match["span"]:
            mark = passages.mark(length, length + len(match["span"]), match["parts"].split("|"), name)
            pieces.append(match["span"])
            length += len(match["span"])
            facts.append(_collection(mark))
        elif match["labels"]:
            if opened is None:
                raise _error(name, source, match.start(), "a statement ends that has not begun")
            facts += _statement(match["labels"], opened, length, name)
            opened = None
        else:
            if opened is not None:
                raise _error(name, source, match.start(), "a statement begins inside another")
            opened = length
    pieces.append(source[at:])
    text = "".join(pieces)
    left = re.search(r"<<|>>|\[\[|\]\]|\|\|", text)
    if opened is not None or left:
        raise _error(name, text, left.start() if left else opened or 0, "a mark is not closed")
    return Annotated(name, text, tuple(sorted(facts, key=lambda fact: (fact["start"], fact["end"]))))


def _collection(mark: passages.Mark) -> dict[str, Any]:
    return {
        "kind": "collection", "start": mark.start, "end": mark.end, "span_start": mark.start, "span_end": mark.end,
        "category": mark.category, "polarity": mark.polarity, "generic": mark.generic, "source": mark.source, "role": mark.role,
        "necessity": mark.necessity, "purpose_category": mark.purpose,
    }  # fmt: skip


def _statement(labels: str, start: int, end: int, name: str) -> Iterator[dict[str, Any]]:
    for label in labels.split(";"):
        kind, *rest = label.strip().split(":")
        fact = {"kind": kind, "start": start, "end": end, "polarity": "no" if rest[-1:] == ["no"] else "yes"}
        values = [value for value in rest if value != "no"]
        if kind in _FIELDS and len(values) == 1 and (_FIELDS[kind][1] is None or values[0] in (_FIELDS[kind][1] or ())):
            fact[_FIELDS[kind][0]] = values[0]
        elif kind != "breach_notification" or values:
            raise ValueError(f"policy {name}: {label.strip()!r} is no label; policies/README.md lists them")
        yield fact


def _error(name: str, source: str, at: int, what: str) -> ValueError:
    return ValueError(f"policy {name}: {what}, near {source[max(0, at - 30) : at + 50]!r}")
