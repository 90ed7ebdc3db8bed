"""What an answer must hold for a question that asks for just that: the name of a company, a country, a cipher, an exact length of time.

"Which company takes the card payments?" is answered by a name, and not by "our payment processors": there the policy does not say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.asking.evidence import LOOKED_THROUGH
from app.asking.question import Question, cues, known_companies, names_one, parts
from index.countries import hosts, places
from index.periods import periods
from index.search import Hit

# What surrounds the words of a policy written in Markdown, and where links lead.
_MARKUP = re.compile(r"(?<=\])\([^)\s]*\)|[*_`#\[\]|]|&#?\w+;")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\S+@\S+")
_ORDINARY = re.compile(r"(?<![\w./-])[a-z][a-z'-]+")
_CAPITAL = re.compile(r"(?<![\w@./-])[A-Z][\w&’'-]*\w")
_FORM = re.compile(r"[A-Z][\w&.’'-]*,? (?:Inc|Ltd|LLC|GmbH|Limited|Corp|Corporation|B\.?V|S\.?A|AB|AG|Pty|Oy|ApS|A/S)\b")
# A name is set off where it begins an item or a row: "Quillmail: newsletters".
_SET_OFF = re.compile(r"\s*(?:[:,(–]|-\s|$)")
_BEFORE = re.compile(r"([A-Za-z]+)[\s,(“\"]*$")
# Behind these a capital makes a defined term ("the Site", "your Inputs"); so do these endings ("to Operators").
_DETERMINER = re.compile(r"(?:the|our|your|its?|their|an?|th[eo]se|this|such|any|each|all|other|of|my|his|her|no|some|most|certain)")
_TERM = re.compile(
    r"(?:ing|ed|ly|tions?|ments?|is(?:ed|ation)|iz(?:ed|ation)|[eo]rs?|ies|able|ive|ness|ity|ent|[ae]nces?|ics?|al|ous|ful|less)$"
)
# A clause whose score is further behind the first one's speaks of something else, whatever it names.
BEHIND = 0.2
# What a policy says of its vendor itself is answered by the vendor's own name.
OF_ITSELF = ("document", "contact")


@dataclass(frozen=True)
class Wanted:
    """A kind of thing that is asked for. `shown`: how a clause holds it; none for those that code tells."""

    name: str
    asked: tuple[re.Pattern[str], ...]
    shown: tuple[re.Pattern[str], ...]

    def held(self, text: str, question: Question, ordinary: frozenset[str]) -> bool:
        """Whether a clause holds one, other than what the question names. `ordinary`: words that the policy writes without a capital."""
        if self.name == "company":
            return names_company(text, question, ordinary)
        if self.name == "country":
            asked = {place.country for place in places(question.text)}
            return any(place.country and place.country not in asked for place in places(text))
        if self.name == "length":
            return any(True for _ in periods(text))
        return any(pattern.search(text) for pattern in self.shown)


def asked(question: Question) -> list[Wanted]:
    """What the answer must hold; nothing for a question that asks for more than one thing, or who the vendor itself is."""
    if len(parts(question.text)) > 1 or (question.topics and question.topics[0].kind in OF_ITSELF):
        return []
    return [each for each in kinds() if any(pattern.search(question.text) for pattern in each.asked)]


def holding(question: Question, hits: Sequence[Hit], held: Sequence[Any]) -> list[Hit] | None:
    """The first hits that hold what is asked for, or deny it; None for a question that asks for nothing in particular. `held`: the vendor's
    facts.

    Of 70 such questions that real policies do not answer, and that seemed answered, 49 are met with silence by this, and 5 of 66 that they
    do answer; the right clause is among the first three for 50 of these 66 and not 53.
    """
    if not (wanted := asked(question)):
        return None
    told = {fact.clause for fact in held if fact.polarity == "no" and any(topic.holds(fact) for topic in question.topics)}
    if any(each.name == "country" for each in wanted):
        # By a city or a cloud's region, too.
        told |= {fact.clause for fact in held if fact.kind == "storage_location" and fact.country}
    first = [hit for hit in hits[:LOOKED_THROUGH] if hit.score >= hits[0].score - BEHIND]
    texts = [" ".join((*hit.clause.section[-1:], hit.clause.lead or "", hit.clause.text)) for hit in hits]
    ordinary = words_without_capital(texts)
    return [
        hit
        for hit, text in zip(first, texts, strict=False)
        if hit.clause.id in told or all(each.held(text, question, ordinary) for each in wanted)
    ]


def words_without_capital(texts: Iterable[str]) -> frozenset[str]:
    """The words that stand without a capital in any of these."""
    return frozenset(word for text in texts for word in _ORDINARY.findall(_ADDRESS.sub(" ", _MARKUP.sub(" ", text))))


def names_company(text: str, question: Question, ordinary: frozenset[str]) -> bool:
    """Whether a text names a company that the question and its vendor's names do not: one that is known, or by how names are written."""
    said = _ADDRESS.sub(" ", _MARKUP.sub(" ", text))
    own = _words(
        question.text, *(name for each in question.vendors for name in (each.name, *each.aliases, *each.products, each.legal_entity or ""))
    )
    if any(names_one(said, names) and not names_one(question.text, names) for names in known_companies()):
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


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower()))


@cache
def kinds() -> tuple[Wanted, ...]:
    """What `wanted.toml` holds."""
    table = tomllib.loads((files("app") / "asking" / "wanted.toml").read_text(encoding="utf-8"))
    return tuple(Wanted(name, _patterns(row["asked"]), _patterns(row.get("shown", ()))) for name, row in table.items())


def _patterns(written: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)
