"""Training passages written by hand: short policy texts with the kinds of data they state marked in line.

The format is told in `passages/README.md`; what a passage only mentions stays unmarked, and teaches as much as what is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index import taxonomy

FOLDER = Path(__file__).parent / "passages"
_MARK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]]+)\]\]")
_ATTRIBUTES = {
    "src": ("source", {"provided", "automatic", "third_party"}),
    "role": ("role", {"controller", "processor"}),
    "nec": ("necessity", {"optional", "required"}),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of data the passage states; `start` and `end` are offsets in the passage's text."""

    start: int
    end: int
    category: str
    polarity: str = "yes"
    generic: bool = False
    source: str = "unspecified"
    role: str = "unspecified"
    necessity: str = "unspecified"
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a policy under an optional heading; `text` has no mark-up. `origin` is its file and number (`identity.txt:12`)."""

    heading: str | None
    text: str
    marks: tuple[Mark, ...]
    language: str = "en"
    origin: str = field(default="", compare=False)


def read(folder: Path = FOLDER) -> list[Passage]:
    """Every passage of a folder's `.txt` files, in order of file name; raises ValueError naming the passage that does not parse."""
    return [passage for path in sorted(folder.glob("*.txt")) for passage in _file(path)]


def parse(source: str, language: str = "en", origin: str = "") -> Passage:
    """One passage from its marked-up form."""
    heading, body = None, source.strip("\n")
    if body.startswith("# "):
        first, _, body = body.partition("\n")
        heading = first[2:].strip()
    pieces: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for match in _MARK.finditer(body):
        between = body[at : match.start()]
        span = match[1]
        start = length + len(between)
        marks.append(mark(start, start + len(span), match[2].split("|"), origin))
        pieces += [between, span]
        length, at = start + len(span), match.end()
    text = "".join([*pieces, body[at:]])
    if "[[" in text or "]]" in text or not text.strip():
        raise ValueError(f"passage {origin}: unbalanced mark or empty text in {source[:80]!r}")
    return Passage(heading, text, tuple(marks), language, origin)


def _file(path: Path) -> Iterator[Passage]:
    language = "zh" if path.stem.startswith("zh_") else "en"
    for number, source in enumerate(re.split(r"^---[ \t]*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE), start=1):
        if source.strip():
            yield parse(source, language, f"{path.name}:{number}")


def mark(start: int, end: int, parts: list[str], origin: str) -> Mark:
    category, *rest = parts
    if category not in taxonomy.categories():
        raise ValueError(f"passage {origin}: {category!r} is no category of index/taxonomy/data_categories.tsv")
    values: dict[str, str] = {}
    for part in rest:
        key, _, value = part.partition("=")
        if part == "no":
            values["polarity"] = "no"
        elif key in _ATTRIBUTES and value in _ATTRIBUTES[key][1]:
            values[_ATTRIBUTES[key][0]] = value
        elif key == "purpose" and value in taxonomy.facet("purpose"):
            values["purpose"] = value
        elif part != "generic":
            raise ValueError(f"passage {origin}: {part!r} is no attribute; passages/README.md lists them")
    return Mark(start, end, category, generic="generic" in rest, **values)
