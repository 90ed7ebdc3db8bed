"""Companies named in a question or in a policy: those that are known by name, and others by how names are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from app.asking.cues import cues
from index.countries import hosts, places
from index.domain import Vendor

# What surrounds the words of a policy written in Markdown, and where links lead.
_MARKUP = re.compile(r"(?<=\])\([^)\s]*\)|[*_`#\[\]|]|&#?\w+;")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\S+@\S+")
_ORDINARY = re.compile(r"(?<![\w./-])[a-z][a-z'-]+")
_CAPITAL = re.compile(r"(?<![\w@./-])[A-Z][\w&’'-]*\w")
_FORM = re.compile(r"[A-Z][\w&.’'-]*,? (?:Inc|Ltd|LLC|GmbH|Limited|Corp|Corporation|B\.?V|N\.?V|S\.?A|AB|AG|Pty|Oy|ApS|A/S)\b")
# A name is set off where it begins an item or a row: "Quillmail: newsletters".
_SET_OFF = re.compile(r"\s*(?:[:,(–]|-\s|$)")
_BEFORE = re.compile(r"([A-Za-z]+)[\s,(“\"]*$")
# Behind these a capital makes a defined term ("the Site", "your Inputs"); so do these endings ("to Operators").
_DETERMINER = re.compile(r"(?:the|our|your|its?|their|an?|th[eo]se|this|such|any|each|all|other|of|my|his|her|no|some|most|certain)")
_TERM = re.compile(
    r"(?:ing|ed|ly|tions?|ments?|is(?:ed|ation)|iz(?:ed|ation)|[eo]rs|ies|able|ive|ness|ity|ent|[ae]nces?|ics?|al|ous|ful|less)$"
)


def others(text: str, vendors: Sequence[Vendor]) -> tuple[tuple[str, ...], ...]:
    """Of the companies that are known by name those a text names, as written there ("zoom in" names none), but for who is asked about."""
    asked = " ".join(name for each in vendors for name in each.names).upper()
    return tuple(names for names in _known() if names_one(text, names) and not names_one(asked, names))


@cache
def _known() -> tuple[tuple[str, ...], ...]:
    """The companies that are known by name, each by every name it goes by."""
    return tuple(tuple(names.split("|")) for names in cues()["companies"]["words"])


def names_one(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text holds one of these names, as a word of its own, as written or in capitals."""
    return _name(names).search(text) is not None


@cache
def _name(names: tuple[str, ...]) -> re.Pattern[str]:
    written = "|".join(re.escape(each) for name in names for each in (name, name.upper()))
    return re.compile(rf"(?<![A-Za-z])(?:{written})(?![a-z])")


def named(text: str, question: str, vendors: Sequence[Vendor], ordinary: frozenset[str]) -> bool:
    """Whether a text names a company that the question and its vendor's names do not: one that is known, or by how names are written."""
    said = _ADDRESS.sub(" ", _MARKUP.sub(" ", text))
    own = _words(question, *(name for each in vendors for name in each.names))
    if any(names_one(said, names) and not names_one(question, names) for names in _known()):
        return True
    if any(not _words(match[0]) & own for match in _FORM.finditer(said)) or any(not _words(host) & own for _, _, host in hosts(said)):
        return True
    no_company = own | ordinary | _words(*cues()["names"]["words"], *(place.name for place in places(said)))
    return any(_names(match, said, no_company) for match in _CAPITAL.finditer(said))


def _names(match: re.Match[str], text: str, no_company: frozenset[str]) -> bool:
    """Whether a word with a capital is a name: it is not one everybody writes so, nor one that a sentence begins with or defines."""
    word = re.sub(r"[’']s$", "", match[0])
    low = word.lower()
    if "-" in word or no_company & {low, low.rstrip("s"), f"{low}s", f"{low[:-1]}ies"}:
        return False
    if re.search(r"[a-z][A-Z]", word) and not word.endswith(("s", "S")):
        return True
    if word.isupper() or len(word) < 4 or _TERM.search(low):
        return False
    before = text[: match.start()].rstrip()
    if not before or before[-1] in ".!?:;•-–":
        return bool(_SET_OFF.match(text, match.end()))
    previous = _BEFORE.search(text[: match.start()])
    return previous is not None and previous[1].islower() and not _DETERMINER.fullmatch(previous[1])


def without_capital(texts: Iterable[str]) -> frozenset[str]:
    """The words that stand without a capital in any of these."""
    return frozenset(word for text in texts for word in _ORDINARY.findall(_ADDRESS.sub(" ", _MARKUP.sub(" ", text))))


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower()))
