"""Escapes the words of a policy where they are shown: nothing in them may act on the terminal, page or Markdown reader that shows them."""

from __future__ import annotations

import re

# Control characters but tab and line ends; what turns the direction of the text around it; and halves of a character.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# The same and every mark of direction, where nothing can be isolated.
UNSEEN_OR_TURNING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
# What Markdown or a page that shows it would take for markup.
MARKUP = re.compile(r"([\\`*_\[\]<>|~#&!$])")
# What would begin a list, a heading or a rule at the start of a line.
BEGINS = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=])")


def visible(text: str) -> str:
    """The text with each control character written out (`⟨1B⟩`, `⟨202E⟩`): it can be read, and does nothing."""
    return UNSEEN.sub(lambda found: f"⟨{ord(found[0]):02X}⟩", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(visible(text).split())


def without_controls(text: str) -> str:
    """A text where nothing can be isolated (a page's title, a tooltip): on one line, without what turns its direction."""
    return " ".join(UNSEEN_OR_TURNING.sub(" ", text).split())


def shortened(text: str, most: int) -> str:
    """At most so many characters of a name or a heading, which a policy may make as long as it likes."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain_markdown(text: str) -> str:
    """The text as Markdown that shows just that, on one line."""
    escaped = MARKUP.sub(r"\\\1", one_line(text))
    return BEGINS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", escaped)
