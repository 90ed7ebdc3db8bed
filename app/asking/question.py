"""What a question asks: of which vendors, about which topics and kinds of data, under which conditions; told from data."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.asking.topics import OFF_TOPIC, Topic, Topics
from index import lexicon, queries, taxonomy
from index.countries import places
from index.domain import Vendor
from index.names import Names
from index.periods import periods
from index.words import HAN

# Cosine of the nearest example. Below FAINT a topic is not meant; topics within MARGIN of the best may all be.
FAINT, MARGIN = 0.40, 0.04
# From CERTAIN on, only facts on topics within CLOSE of the best are on what is asked before all else.
CERTAIN, CLOSE = 0.50, 0.02
# How much less likely a topic is for each bit of cosine by which another is nearer: a third for 0.03; from LIKELY on it may be meant.
SPREAD, LIKELY = 0.03, 0.01
# Of a Chinese question the gloss and the pairs of characters tell less.
FAINT_HAN = 0.30
# Groups whose umbrella terms ("biometric data") a question means as a whole; "customer data" means no kind of data at all.
WHOLE = ("biometric", "location", "device", "financial", "sensitive")
# Kinds of fact that may speak of one kind of data: naming it narrows them.
OF_DATA = ("collection", "retention", "sharing")


@dataclass(frozen=True)
class Question:
    """A question understood. `text` is without the vendor's name; `certainty` is how near the nearest example is (0 to 1).

    `topics` may all be meant, the nearest first; facts on one of `decisive` answer before others. `likely`: every topic that may be
    meant, with how likely it is. `days`, `country` and `certificate` are the first of their kind that it names.
    """

    text: str
    vendors: tuple[Vendor, ...]
    every_vendor: bool
    stranger: str | None
    topics: tuple[Topic, ...]
    decisive: frozenset[str]
    certainty: float
    categories: frozenset[str]
    flags: frozenset[str]
    likely: tuple[tuple[float, Topic], ...] = ()
    days: float | None = None
    country: str | None = None
    certificate: str | None = None

    @property
    def off_topic(self) -> bool:
        """Whether what is meant is nothing a privacy policy speaks of, as far as the examples tell."""
        return bool(self.topics) and self.topics[0].id == OFF_TOPIC and not self.categories

    @property
    def sure(self) -> bool:
        """Whether the nearest example, or a verb of collecting, leaves no doubt about the topic."""
        return self.certainty >= CERTAIN or "says_collect" in self.flags

    @property
    def chinese(self) -> bool:
        return HAN.search(self.text) is not None


def understand(text: str, names: Names, topics: Topics, vendor: Vendor | None = None) -> Question:
    """Reads a question; `vendor` (from the request) wins over the names in it."""
    named = names.find(text)
    vendors = (vendor,) if vendor else tuple(named.vendors)
    flags = frozenset(cue for cue in cues() if cue not in ("names", "not_data") and _match(cue, text))
    every = not vendors and "all_vendors" in flags
    bare = named.question
    if _match("asks_everything", bare):
        flags |= {"asks_everything"}
    # "Which vendors" says of whom, not what: "vendors" would sound like the companies data is given to.
    ranked = topics.nearest(_patterns("all_vendors")[0].sub("who", bare) if every else bare)
    best = ranked[0][0]
    floor = max(FAINT_HAN if HAN.search(bare) else FAINT, best - MARGIN)
    by_id = {topic.id: topic for topic in topics.all}
    if "asks_time" in flags:
        # "How fast do they tell us" asks for the deadline, where the kind has one.
        ranked = [(score, by_id.get(f"{topic.id}.deadline", topic)) for score, topic in ranked]
    else:
        # And "how would they tell us of a leak" does not, however near it is to "how many hours until we hear of a leak".
        ranked = [(score, by_id[topic.id.removesuffix(".deadline")]) for score, topic in ranked]
    meant = _meant(list(dict.fromkeys(topic for score, topic in ranked if score >= floor)))
    decisive = [topic for score, topic in ranked if score >= best - CLOSE] if best >= CERTAIN else meant
    categories = data_named(bare)
    if "says_collect" in flags or (categories and "asks_collection" in flags and not any(topic.kind == "retention" for topic in meant[:1])):
        # A verb of collecting, or a kind of data and a verb of having: whether it is collected is asked, whatever else sounds alike.
        collection = by_id["collection"]
        others = [topic for topic in meant if topic.id not in ("collection", OFF_TOPIC)]
        alone = every or "says_collect" in flags
        meant = [collection] if every else [collection, *others]
        decisive = [collection] if alone else meant
    return Question(
        bare,
        vendors,
        every,
        None if vendors or every else _stranger(text),
        tuple(meant),
        frozenset(topic.id for topic in decisive),
        best,
        categories,
        flags,
        _likely(ranked),
        next((queries.period_days(period.iso) for period in periods(bare)), None),
        next((place.country for place in places(bare)), None),
        certified["name"] if (certified := _match("certificate", bare)) else None,
    )


def _meant(near: list[Topic]) -> list[Topic]:
    """The topics in order; where the nearest asks for one thing exactly ("in which country"), without others of its kind ("where")."""
    if not near or near[0].needs is None:
        return near
    return [topic for topic in near if topic.kind != near[0].kind or topic is near[0]]


def _likely(ranked: list[tuple[float, Topic]]) -> tuple[tuple[float, Topic], ...]:
    """How likely each topic is meant, as their scores compare: all together 1."""
    nearest: dict[Topic, float] = {}
    for score, topic in ranked:
        nearest[topic] = max(score, nearest.get(topic, 0.0))
    best = max(nearest.values())
    share = {topic: math.exp((score - best) / SPREAD) for topic, score in nearest.items()}
    total = sum(share.values())
    return tuple((each / total, topic) for topic, each in share.items() if each / total >= LIKELY)


def same_certificate(one: str, other: str) -> bool:
    """Whether a certification named one way stands in the other: `ISO 27001` in `ISO/IEC 27001:2022`."""
    plain = [re.sub(r"iec|[^a-z0-9\u3400-\u9fff]", "", each.lower()) for each in (one, other)]
    return plain[0] in plain[1]


def data_named(text: str) -> frozenset[str]:
    """The categories of data that a text names; an umbrella term ("biometric data") stands for its whole group."""
    ignored = set(cues()["not_data"]["words"])
    found: set[str] = set()
    for mention in lexicon.load().find(text):
        if text[mention.start : mention.end].lower() in ignored:
            continue
        group = taxonomy.group_of(mention.category)
        if mention.generic or mention.category.endswith(("_other", "_unspecified")):
            found |= {each for each in taxonomy.categories() if taxonomy.group_of(each) == group} if group in WHOLE else set()
        elif group != "general":
            found.add(mention.category)
    return frozenset(found)


@cache
def cues() -> dict[str, dict[str, Any]]:
    """The tables of `cues.toml`."""
    return tomllib.loads((files("app") / "asking" / "cues.toml").read_text(encoding="utf-8"))


@cache
def _patterns(cue: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in cues()[cue]["patterns"])


def _match(cue: str, text: str) -> re.Match[str] | None:
    return next((match for match in (pattern.search(text) for pattern in _patterns(cue)) if match), None)


# A capitalised word where a vendor's name would stand.
_PLACE = re.compile(
    r"(?:\b(?i:does|do|did|is|are|has|have|can|could|will|would|may|must|by|with|at|of|from|to|in|on|using|use|about)\s+)(?P<name>[A-Z][\w.&-]*(?:\s+[A-Z][\w.&-]*)*)"
    r"|(?P<owner>[A-Z][\w.&-]*(?:\s+[A-Z][\w.&-]*)*)['’]s?\b"
)


def _stranger(text: str) -> str | None:
    """A name in the question that no indexed vendor goes by, None where there is none."""
    known = {word.lower() for word in cues()["names"]["words"]}
    for match in _PLACE.finditer(text):
        name: str = match["name"] or match["owner"]
        if not all(_ordinary(word, known) for word in name.split()) and name.lower() not in known:
            return name.rstrip(".?!")
    return None


def _ordinary(word: str, known: Iterable[str]) -> bool:
    return word.lower().strip(".?!-&") in known
