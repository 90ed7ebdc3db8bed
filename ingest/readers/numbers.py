"""The numbers of a Word document's lists, counted as Word counts them: they are shown on the page and stand nowhere in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from ingest.readers.markers import numeral

VALUE = qn("w:val")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number is written (`%1.%2`), in which form, from which number on."""

    text: str
    form: str
    start: int


class Numbering:
    """The lists a document defines, and how far each has counted."""

    def __init__(self, part: Any) -> None:
        self.levels: dict[str, dict[int, Level]] = {}
        self.lists: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        if part is None:
            return
        for abstract in part.iter(qn("w:abstractNum")):
            self.levels[abstract.get(qn("w:abstractNumId"))] = {
                whole(level.get(qn("w:ilvl"))): read_level(level) for level in abstract.iter(qn("w:lvl"))
            }
        for item in part.iter(qn("w:num")):
            self.lists[item.get(qn("w:numId"))] = value(item, "w:abstractNumId")

    def next(self, paragraph: Any, styles: list[Any]) -> tuple[str, int, bool]:
        """The paragraph's number as shown, its depth from 1 on, and whether it is a bullet; `("", 0, False)` outside lists."""
        listing, depth = self.place(paragraph, styles)
        levels = self.levels.get(self.lists.get(listing, ""), {})
        level = levels.get(depth)
        if level is None:
            return "", 0, False
        counts = self.counts[self.lists[listing]]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if level.form in ("bullet", "none"):
            return "", depth + 1, level.form == "bullet"

        def written(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            own = levels.get(place, level)
            return numeral(counts.get(place, own.start), own.form)

        return re.sub(r"%([1-9])", written, level.text).strip(), depth + 1, False

    def place(self, paragraph: Any, styles: list[Any]) -> tuple[str, int]:
        """Which list the paragraph belongs to and how deep, by itself or by its style."""
        listing, depth = "", None
        for element in (paragraph, *styles):
            numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if numbered is None:
                continue
            if depth is None and value(numbered, "w:ilvl"):
                depth = whole(value(numbered, "w:ilvl"))
            if value(numbered, "w:numId"):
                listing = value(numbered, "w:numId")
                break
        return listing, depth or 0


def read_level(level: Any) -> Level:
    return Level(value(level, "w:lvlText")[:40], value(level, "w:numFmt") or "decimal", whole(value(level, "w:start") or "1"))


def value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return (child.get(VALUE) or "") if child is not None else ""


def whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else 0
