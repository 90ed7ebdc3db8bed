"""A policy's words as they are said: without the marks of Markdown and HTML that a reader would not read out."""

from __future__ import annotations

import re
from functools import lru_cache

# What is marked up, and what of it is said.
MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^()\s]*\)|!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)"), ""),
    (re.compile(r"\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"^[ \t]*(?:[*•·>#-]+[ \t]+)+", re.MULTILINE), ""),
    (re.compile(r"\*\*|__|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"), ""),
    (re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]"), ""),
)
SINGLE = str.maketrans("“”", "‘’")


# The same clauses are looked through for lead-ins again and again.
@lru_cache(maxsize=4096)
def spoken(quote: str) -> str:
    """On one line; quotation marks within it are set single, so that it is plain where the policy's words end."""
    for pattern, said in MARKUP:
        quote = pattern.sub(said, quote)
    return re.sub(r" +(?=[,;.])", "", " ".join(quote.split())).translate(SINGLE)
