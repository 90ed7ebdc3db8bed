"""Which headings stay open when the next one comes: the reader's levels first, then numbering styles nested as they appear."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Open:
    """A heading that is open: its style (`title`, `doc` or a number's style), its number, the reader's level or 0."""

    style: str
    value: tuple[int, ...]
    marked: int


def close(stack: list[Open], opened: Open) -> None:
    """Closes the headings that `opened` does not stand under."""
    if opened.marked:
        while stack and (not stack[-1].marked or stack[-1].marked >= opened.marked) and stack[-1].style != "doc":
            if stack[-1].marked == opened.marked and _holds(stack[-1], opened):
                break  # "#### 1" holds "#### 1.1" though both have four signs
            stack.pop()
        return
    while stack and stack[-1].style == "title" and not stack[-1].marked:
        stack.pop()
    if opened.style == "title":
        return
    if opened.style == "major":
        while stack and not stack[-1].marked and stack[-1].style != "doc":
            stack.pop()
        return
    if opened.style == "arabic" and len(opened.value) > 1:
        for place in range(len(stack) - 1, -1, -1):
            if _holds(stack[place], opened):
                del stack[place + 1 :]
                return
    if opened.style == "arabic、" and not any(other.style == opened.style for other in stack):
        mixed = (other for other in stack if other.style == "arabic" and len(other.value) == 1 and not other.marked)
        if any(other.value[0] == opened.value[0] - 1 for other in mixed):
            opened.style = "arabic"  # "2 、" after "1." goes on with it
    for place, other in enumerate(stack):
        if not other.marked and other.style == opened.style and len(other.value) >= len(opened.value):
            del stack[place:]
            return


def _holds(outer: Open, inner: Open) -> bool:
    """Whether `1.2` holds `1.2.3`."""
    return outer.style == inner.style == "arabic" and len(outer.value) < len(inner.value) and inner.value[: len(outer.value)] == outer.value
