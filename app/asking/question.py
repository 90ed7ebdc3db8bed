"""What a question asks: of which vendors, about which topics and kinds of data, under which conditions; told from data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.asking import companies
from app.asking.cues import cues, found, patterns, says
from app.asking.tongue import foreign
from app.asking.topics import OFF_TOPIC, Topic, Topics
from index import lexicon, taxonomy
from index.countries import countries
from index.domain import Vendor
from index.names import Names
from index.periods import period_days, periods
from index.variants import HAN, simplified

# Cosine of the nearest example. Below FAINT a topic is not meant; topics within MARGIN of the best may all be.
FAINT, MARGIN = 0.40, 0.04
# From CERTAIN on, only facts on topics within CLOSE of the best are on what is asked before all else.
CERTAIN, CLOSE = 0.50, 0.02
# Where chances were learned: topics that are at least so likely, and of the likeliest's chance such a part, may all be meant; those nearly
# as likely come before all else; and from SURE on there is no doubt. Of 1,006 questions on written policies kept apart the first topic was
# right for 0.69 instead of 0.44 by the nearest examples.
LEAST, MEANT, NEARLY, SURE = 0.1, 0.5, 0.8, 0.5
# From this cosine on an example says nearly the same as the question.
ALIKE = 0.85
# A kind of data and a verb of having ask for collection from this chance on: 41 of 82 were held back by it, all wrong.
COLLECTING = 0.2
# A topic less likely than this is no evidence.
LIKELY = 0.01
# Of a Chinese question the gloss and the pairs of characters tell less.
FAINT_HAN = 0.30
# Groups whose umbrella terms ("biometric data") a question means as a whole; "customer data" means no kind of data at all.
WHOLE = ("biometric", "location", "device", "financial", "sensitive")
# Kinds of fact that may speak of one kind of data: naming it narrows them.
OF_DATA = ("collection", "retention", "sharing")
# Topics with a score of each.
Scored = Sequence[tuple[float, Topic]]


@dataclass(frozen=True)
class Question:
    """A question understood. `text` is without the vendor's name; `certainty` is how near the nearest example is (0 to 1).

    `topics` may all be meant, the best first; facts on one of `decisive` answer before others. `likely`: every topic that may be meant,
    with how likely it is; `chance`: of the likeliest, where that was learned. `days` and `certificate` are the first of their kind that it
    names; `countries` all of them, those of a region too; `companies` all others than the vendor, each by every name it goes by.
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
    chance: float = 0.0
    days: float | None = None
    countries: frozenset[str] = frozenset()
    certificate: str | None = None
    companies: tuple[tuple[str, ...], ...] = ()
    whole: float = 0.0

    @property
    def off_topic(self) -> bool:
        """Whether what is meant is nothing a privacy policy speaks of, as far as the examples tell."""
        return bool(self.topics) and self.topics[0].id == OFF_TOPIC and not self.categories

    @property
    def sure(self) -> bool:
        """Whether the nearest example, what was learned, or a verb of collecting leaves no doubt about the topic."""
        return self.certainty >= CERTAIN or self.chance >= SURE or "says_collect" in self.flags

    @property
    def plain(self) -> bool:
        """Whether all of a topic is asked for, without a kind of data, company, place, certificate or time besides."""
        besides = self.categories or self.companies or self.countries or self.certificate or self.days
        return self.whole >= ALIKE and not besides and not self.off_topic

    @property
    def chinese(self) -> bool:
        return HAN.search(self.text) is not None

    @property
    def foreign(self) -> bool:
        """Whether it is surely in neither English nor Chinese."""
        return foreign(self.text)


def understand(text: str, names: Names, topics: Topics, vendor: Vendor | None = None) -> Question:
    """Reads a question; `vendor` (from the request) wins over the names in it."""
    text = simplified(text)
    named = names.find(text)
    vendors = (vendor,) if vendor else tuple(named.vendors)
    flags = frozenset(cue for cue, table in cues().items() if "patterns" in table and says(cue, text))
    every = not vendors and "all_vendors" in flags
    bare = named.question
    if says("asks_everything", bare):
        flags |= {"asks_everything"}
    asked = _of_whom(bare) if every else bare
    ranked, likely = topics.nearest(asked), topics.likely(asked)
    by_id = {topic.id: topic for topic in topics.all}
    learned = topics.learned(asked)
    # An example that says nearly the same knows better than chances that are not sure.
    told = learned and (ranked[0][0] < ALIKE or max(chance for chance, _ in likely) >= SURE)
    meant, decisive = _by_chance(_timed(likely, flags, by_id)) if told else _by_nearest(_timed(ranked, flags, by_id), asked)
    categories = data_named(bare, loosely=any(topic.kind == "retention" for topic in meant[:1]))
    collecting = not learned or any(chance >= COLLECTING for chance, topic in likely if topic.id == "collection")
    having = collecting and categories and "asks_collection" in flags and not any(topic.kind == "retention" for topic in meant[:1])
    if every and flags & {"asks_processor", "asks_controller"}:
        # Who acts as a processor is told by the data it handles as one, not by the processors it hires.
        flags |= {"says_collect"}
    if "says_collect" in flags or having:
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
        ranked[0][0],
        categories,
        flags,
        tuple((chance, topic) for chance, topic in likely if chance >= LIKELY),
        max(chance for chance, _ in likely) if learned else 0.0,
        next((period_days(period.iso) for period in periods(bare)), None),
        countries(bare),
        certified["name"] if (certified := found("certificate", bare)) else None,
        companies.others(bare, vendors),
        topics.whole(asked),
    )


def _of_whom(text: str) -> str:
    """ "Which vendors" says of whom, not what: "vendors" (供应商) would sound like the companies data is given to."""
    english, *others = patterns("all_vendors")
    asked = english.sub("who", text)
    for chinese in (pattern for pattern in others if HAN.search(pattern.pattern)):
        asked = chinese.sub("谁", asked)
    return asked


def _timed(ranked: Scored, flags: frozenset[str], by_id: Mapping[str, Topic]) -> Scored:
    """The topics, each once and the best first, those of a deadline where a time is asked for."""
    found: dict[Topic, float] = {}
    for score, topic in ranked:
        # "How fast do they tell us" asks for the deadline, where the kind has one. And "how would they tell us of a leak" does not, however
        # near it is to "how many hours until we hear of a leak".
        wanted = by_id.get(f"{topic.id}.deadline", topic) if "asks_time" in flags else by_id[topic.id.removesuffix(".deadline")]
        found[wanted] = max(score, found.get(wanted, 0.0))
    return sorted(((score, topic) for topic, score in found.items()), key=lambda each: -each[0])


def _by_chance(likely: Scored) -> tuple[list[Topic], list[Topic]]:
    """The topics that may be meant, and those before all others, by how likely each is."""
    best = likely[0][0]
    meant = _meant([topic for chance, topic in likely if chance >= max(LEAST, MEANT * best)])
    return meant, [topic for chance, topic in likely if chance >= NEARLY * best and topic in meant]


def _by_nearest(ranked: Scored, asked: str) -> tuple[list[Topic], list[Topic]]:
    """The same by their nearest examples."""
    best = ranked[0][0]
    floor = max(FAINT_HAN if HAN.search(asked) else FAINT, best - MARGIN)
    meant = _meant([topic for score, topic in ranked if score >= floor])
    return meant, [topic for score, topic in ranked if score >= best - CLOSE] if best >= CERTAIN else meant


def _meant(near: list[Topic]) -> list[Topic]:
    """The topics in order; where the nearest asks for one thing exactly ("in which country"), without others of its kind ("where")."""
    if not near or near[0].needs is None:
        return near
    return [topic for topic in near if topic.kind != near[0].kind or topic is near[0]]


def same_certificate(one: str, other: str) -> bool:
    """Whether a certification named one way stands in the other: `ISO 27001` in `ISO/IEC 27001:2022`."""
    plain = [re.sub(r"iec|[^a-z0-9\u3400-\u9fff]", "", each.lower()) for each in (one, other)]
    return plain[0] in plain[1]


def data_named(text: str, loosely: bool = False) -> frozenset[str]:
    """The categories of data that a text names; an umbrella term ("biometric data") stands for its whole group.

    `loosely`: what may be data or something else ("recordings") counts too, as where it is asked how long that is kept.
    """
    ignored = set(cues()["not_data"]["words"])
    found: set[str] = set()
    for mention in lexicon.load().find(text):
        if text[mention.start : mention.end].lower() in ignored:
            continue
        group = taxonomy.group_of(mention.category)
        if (mention.generic and not loosely) or taxonomy.stands_for_group(mention.category):
            found |= taxonomy.members(group) if group in WHOLE else set()
        elif group != "general":
            found.add(mention.category)
    return frozenset(found)


# A capitalised word where a vendor's name would stand.
_PLACE = re.compile(
    r"(?:\b(?i:does|do|did|is|are|has|have|can|could|will|would|may|must|by|with|at|of|from|to|in|on|using|use|about)\s+)(?P<name>[A-Z][\w.&-]*(?:\s+[A-Z][\w.&-]*)*)"
    r"|(?P<owner>[A-Z][\w.&-]*(?:\s+[A-Z][\w.&-]*)*)['’]s?\b"
)


# Who does something; a Chinese question names it first.
_WHO = re.compile(
    r"\b(?i:does|did|has|can|could|will|would|may|must|is)\s+(?P<name>[\w.&-]+(?:\s+[A-Z][\w.&-]*)*)"
    r"|(?P<owner>[\w.&-]+(?:\s+[A-Z][\w.&-]*)*)['’]s\b"
    r"|(?P<first>[A-Za-z][A-Za-z0-9.&-]*(?: [A-Z][A-Za-z0-9.&-]*)*)\s*(?=会(?![员议计话])|是否|有没有|收集|保存|存储|共享|出售|如何|怎么)"
)


def _stranger(text: str) -> str | None:
    """A name in the question that no indexed vendor goes by, None where there is none."""
    ordinary, others = ({word.lower() for word in cues()["names"][which]} for which in ("words", "others"))
    for match in _WHO.finditer(text):
        name: str = match["name"] or match["owner"] or match["first"]
        first = name.split()[0].lower().strip(".?!-&")
        if (first in others and name.lower() not in ordinary) or (
            match["first"] and name[0].isupper() and not _all_ordinary(name, ordinary)
        ):
            return name.rstrip(".?!")
    for match in _PLACE.finditer(text):
        name = match["name"] or match["owner"]
        if not _all_ordinary(name, ordinary | others):
            return name.rstrip(".?!")
    return None


def _all_ordinary(name: str, known: Collection[str]) -> bool:
    """Whether it is made of words that name no vendor."""
    return name.lower() in known or all(word.lower().strip(".?!-&") in known for word in name.split())
