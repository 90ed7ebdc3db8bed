"""Which characters of a marked-up line are only markup: emphasis, link targets, tags, escapes. The words stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.domain import Span

# Order matters: what stands first wins, so a URL or code keeps its underscores and a comment hides what it holds.
_TOKEN = re.compile(
    r"""(?P<comment><!--(?:(?!<!--|-->).)*-->)
      | (?P<permalink>\[[#¶§🔗]\]\([^()\s]*\))
      | (?P<image>!\[[^\]]{0,300}\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+"[^"\n]*")?\))
      | (?P<target>\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+"[^"\n]*")?\s*\)|\[[^\]\n]*\])(?:\{:[^}\n]*\})?)
      | (?P<autolink><(?=(?:https?://|mailto:|[\w.+-]+@)[^<>\s]+>)|(?<=\S)>(?=[\s.,;)]|$))
      | (?P<tag></?[A-Za-z][^<>\n]*>)
      | (?P<url>(?:https?://|www\.)[^\s<>()\[\]*|，。；、）】]+)
      | (?P<escape>\\(?=[!-/:-@\[-`{-~]))
      | (?P<entity>&(?:nbsp|\#160|emsp|ensp|thinsp|zwnj);)
      | (?P<attributes>\{:[^}\n]*\})
      | (?P<code>`+)
      | (?P<stars>\*{2,}|(?<=\S)\*|\*(?=\S)|~~)
      | (?P<underscores>(?<![^\W_])_+(?=[^\s_])|(?<=[^\s_])_+(?![^\W_]))
      | (?P<open>\[)""",
    re.VERBOSE | re.DOTALL,
)


def markup(text: str, start: int, end: int) -> Iterator[Span]:
    """The markup characters of `text[start:end]`, as spans in order."""
    found: list[tuple[int, int]] = []
    brackets: list[int] = []
    at = start
    while match := _TOKEN.search(text, at, end):
        at = match.end()
        kind = match.lastgroup
        if kind == "url":
            continue
        if kind == "open":
            brackets.append(match.start())
        elif kind == "escape":
            found.append(match.span())
            at = match.end() + 1  # the escaped character is a word's, whatever it is
        elif kind == "target":
            if brackets:  # a bracket that no link opened, "[sic]", is text
                opened = brackets.pop()
                found.append((opened, opened + 1))
                found.append(match.span())
        else:
            found.append(match.span())
    return (Span(a, b) for a, b in sorted(found))
