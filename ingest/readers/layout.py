"""Lines on pages to paragraphs: wrapped lines joined, hyphenation undone, running heads flagged, headings told by their type."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

from index.domain import BlockKind, Reading
from ingest.readers.manuscript import BOLD_LEVEL, END_OF_SENTENCE, Manuscript, reads_as_heading

BULLET = re.compile(r"[•◦▪●○■□➢➤✓‣∙·] *|[*–-] +(?=\S)|o (?=[A-Za-z])")
NUMBER = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,4}[.)]?|[(（](?:[a-zA-Z]|[ivxlc]{1,5}|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[a-zA-Z][.)]|[ivxlcIVXLC]{1,5}[.)]|第[一二三四五六七八九十百\d]+[条章节]|[一二三四五六七八九十]{1,3}、)(?=\s|[^\W\d_a-z])"
)
PAGE_NUMBER = re.compile(r"(?i)(?:page|seite|第|p\.)?\s*[-–—]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:(?:of|/|von|\|)\s*\d{1,4})?\s*[-–—]?\s*页?")
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# A hyphen after these is part of the word, wherever the line ends.
COMPOUND = {
    "third",
    "first",
    "non",
    "self",
    "opt",
    "co",
    "e",
    "long",
    "short",
    "real",
    "end",
    "cross",
    "sub",
    "de",
    "re",
    "on",
    "in",
    "up",
    "well",
    "so",
    "high",
}

Shape = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. Places in points from the page's lower left corner; `size` is the height of its font."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    bold: bool
    page_width: float
    page_height: float


def laid_out(lines: list[Line], title: str | None) -> Reading:
    """The reading these lines make. A paragraph that goes on over a page stays whole: the heads between are written after it."""
    lines = with_bullets(lines)
    running = running_heads(lines)
    body = [line for at, line in enumerate(lines) if at not in running]
    if not body:
        body, running = lines, set()
    levels = heading_levels(body)
    edges = right_edges(body)
    pitch = line_pitch(body)
    whole = re.sub(r"[^\W\d_]+[-\ufffe\u00ad]\n[^\W\d_]+", " ", "\n".join(line.text for line in lines).lower())
    known = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", whole))
    indents = sorted({round(line.left / 8) for line in body if BULLET.match(line.text)})
    out = Manuscript()
    paragraph: list[Line] = []
    held: list[Line] = []  # running heads met while the paragraph may still go on

    def close() -> None:
        if paragraph:
            write(out, paragraph, levels, known, indents)
        for head in held:
            out.add([(dehyphenated(head.text, known), False)], BlockKind.FLAGGED, 0, "page_header")
        paragraph.clear()
        held.clear()

    for at, line in enumerate(lines):
        if at in running:
            held.append(line)
            continue
        if not paragraph or not goes_on(paragraph, line, levels, edges, pitch):
            close()
        paragraph.append(line)
    close()
    first = next((block for block in out.blocks if block.kind is BlockKind.HEADING), None)
    text = "".join(out.pieces)
    return out.reading("application/pdf", (title or "").strip() or (text[first.start : first.end] if first else None))


def write(out: Manuscript, paragraph: list[Line], levels: dict[Shape, int], known: Counter[str], indents: list[int]) -> None:
    text = joined([line.text for line in paragraph], known)
    level = heading_level(paragraph[0], text, levels)
    if level:
        out.add([(text, False)], BlockKind.HEADING, level)
    elif BULLET.match(text):
        out.add([(text, False)], BlockKind.ITEM, 1 + sum(indent < round(paragraph[0].left / 8) for indent in indents))
    else:
        out.add([(text, False)], BlockKind.LINE)


def with_bullets(lines: list[Line]) -> list[Line]:
    """The lines, each bullet that the document writes apart from its item set before the line it stands beside."""
    lone = [at for at, line in enumerate(lines) if BULLET.fullmatch(line.text + " ") and len(line.text) == 1]
    beside: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        beside[line.page, round(line.bottom / 2)].append(at)
    result: list[Line | None] = list(lines)
    for at in lone:
        bullet = lines[at]
        row = round(bullet.bottom / 2)
        near = [other for step in (-1, 0, 1) for other in beside[bullet.page, row + step][:20] if lines[other].left > bullet.left]
        target = min(near, key=lambda other: lines[other].left, default=None)
        if target is not None and not BULLET.match(lines[target].text):
            result[target] = replace(lines[target], text=f"{bullet.text} {lines[target].text}", left=bullet.left)
            result[at] = None
    return [line for line in result if line is not None]


def running_heads(lines: list[Line]) -> set[int]:
    """The lines that repeat at the same place near the edge of many pages, and page numbers alone at an edge."""
    pages = len({line.page for line in lines})
    outer: dict[int, tuple[float, float]] = {}
    for line in lines:
        low, high = outer.get(line.page, (line.bottom, line.bottom))
        outer[line.page] = (min(low, line.bottom), max(high, line.bottom))
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    found = set()
    for at, line in enumerate(lines):
        share = line.bottom / line.page_height if line.page_height else 0.5
        if 0.12 < share < 0.88:
            continue
        if line.bottom in outer[line.page] and PAGE_NUMBER.fullmatch(line.text):
            found.add(at)
        key = (re.sub(r"\d+", "#", line.text), round(line.bottom / 6))
        seen[key].add(line.page)
        places[key].append(at)
    for key, on in seen.items():
        if len(on) >= max(2, pages * 0.4):
            found.update(places[key])
    return found


def shape(line: Line) -> Shape:
    return round(line.size * 2) / 2, line.bold


def body_size(lines: list[Line]) -> float:
    """The size most of the text is set in."""
    weight: Counter[float] = Counter()
    for line in lines:
        weight[round(line.size * 2) / 2] += len(line.text)
    return weight.most_common(1)[0][0]


def heading_levels(lines: list[Line]) -> dict[Shape, int]:
    """A level for each size clearly above the body's, the largest first. At most 15 % of the text may be set so."""
    body = body_size(lines)
    weight: Counter[float] = Counter()
    for line in lines:
        weight[shape(line)[0]] += len(line.text)
    total = sum(weight.values())
    larger = sorted((size for size in weight if size >= body * 1.1 and weight[size] <= 0.15 * total), reverse=True)
    return {(size, bold): min(level, 6) for level, size in enumerate(larger, 1) for bold in (False, True)}


def heading_level(line: Line, text: str, levels: dict[Shape, int]) -> int:
    """The level of a heading set like `line`, or 0 for other text."""
    if BULLET.match(text) or len(text) > 200:
        return 0
    level = levels.get(shape(line), 0)
    if level:
        return level
    return BOLD_LEVEL if line.bold and reads_as_heading(text) else 0


def right_edges(lines: list[Line]) -> dict[tuple[int, bool], float]:
    """How far right full lines reach, for the left and the right half of each page: where a paragraph's line could have gone on."""
    ends: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for line in lines:
        ends[column(line)].append(line.right)
    return {place: sorted(rights)[int(0.9 * (len(rights) - 1))] for place, rights in ends.items()}


def column(line: Line) -> tuple[int, bool]:
    return line.page, line.left > 0.45 * line.page_width


def line_pitch(lines: list[Line]) -> float:
    """The usual distance between two lines of a paragraph, as a multiple of the font's height."""
    steps = sorted(
        (above.bottom - below.bottom) / above.size
        for above, below in pairwise(lines)
        if above.page == below.page and above.size > 0 and 0 < above.bottom - below.bottom < 3 * above.size
    )
    return steps[len(steps) // 3] if steps else 1.2


def goes_on(paragraph: list[Line], line: Line, levels: dict[Shape, int], edges: dict[tuple[int, bool], float], pitch: float) -> bool:
    """Whether `line` continues the paragraph."""
    first, above = paragraph[0], paragraph[-1]
    ended = END_OF_SENTENCE.search(above.text) is not None
    if abs(above.size - line.size) > 0.08 * max(above.size, line.size) or BULLET.match(line.text):
        return False
    if len(paragraph) == 1 and len(first.text) < 3 and BULLET.fullmatch(first.text):
        return True  # a bullet written on its own
    heading = heading_level(first, first.text, levels) > 0
    if heading and (above.bold != line.bold or above.page != line.page):
        return False
    step = (above.bottom - line.bottom) / (above.size or 1)
    same_place = above.page == line.page and step > 0
    if same_place and step > 1.3 * pitch + 0.05:
        return False
    if not same_place and ended and not above.text.endswith(","):
        return False
    if abs(step) < 0.3 and above.page == line.page and line.left > above.right:
        return not NUMBER.match(line.text)  # the same line, written in two pieces
    if NUMBER.match(line.text) and (ended or heading or line.left < above.left - 2 or NUMBER.match(first.text)):
        return False
    if line.text[0].islower() and not ended:
        return True
    word = len(line.text.split()[0]) if not HAN.match(line.text) else 1
    edge = edges[column(above)]
    room = edge - above.right
    fits = room > (word + 2) * (above.right - above.left) / max(1, len(above.text))
    if heading:
        return not fits or levels.get(shape(line), 0) in range(1, 3)
    if ended and line.left > above.left + 6 and len(paragraph) > 1:
        return False  # an indented first line
    return not fits or (not ended and room < 0.25 * (edge - above.left))


def joined(texts: list[str], known: Counter[str]) -> str:
    """The lines of one paragraph as one line: a space between words, none between Chinese characters, none for a broken word."""
    text = texts[0]
    for following in texts[1:]:
        if text.endswith("\ufffe"):
            text += following
        elif re.search(r"[^\W\d_][-\u00ad]$", text) and following[0].islower():
            text = text[:-1] + "\ufffe" + following
        elif (HAN.match(text[-1]) and HAN.match(following)) or re.search(r"(?:https?://|www\.)\S*[/=_&?-]$", text):
            text += following
        else:
            text += " " + following
    return dehyphenated(text, known)


def dehyphenated(text: str, known: Counter[str]) -> str:
    """Decides each hyphen at a line's end: gone where it broke a word, kept where the word has one."""

    def decide(match: re.Match[str]) -> str:
        before, after = match[1], match[2]
        parted, whole = known[f"{before}-{after}".lower()], known[f"{before}{after}".lower()]
        words = len(before) > 3 and len(after) > 3 and (known[before.lower()] or known[after.lower()])
        keep = parted > whole or (parted == whole and (before.lower() in COMPOUND or bool(words)))
        return f"{before}-{after}" if keep else before + after

    return re.sub(r"([^\W\d_]+)\ufffe([^\W\d_]+)", decide, text).replace("\ufffe", "-")
