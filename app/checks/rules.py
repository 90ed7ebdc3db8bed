"""A buyer's rule: structured, or read from plain words by patterns that are data (`rules.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.checks.limits import finer
from app.display import plain
from app.values import Duration
from index import lexicon, taxonomy
from index.countries import countries
from index.errors import RuleUnknown
from index.facts import Practice
from index.periods import periods

Kind = Literal["collection", "retention", "sharing", "storage_location", "security", "breach_notification", "right", "practice"]
# kind → the part of a rule that names its values
PARTS = {"practice": "practice", "right": "right", "security": "measure", "sharing": "recipient"}
CERTIFICATE = re.compile(
    r"\b(?:ISO(?:/IEC)?[ -]?\d{4,5}(?:-\d)?|SOC[ -]?[123](?: type (?:1|2|ii?))?|HIPAA|PCI[ -]DSS|FedRAMP|CSA STAR|TISAX|C5)\b",
    re.IGNORECASE,
)


_JOINED = re.compile(r"\s*(?:,| and | or | nor |&|/|、|和|及|或)\s*")


class Rule(BaseModel):
    """What a policy must say, or must deny. Of the fields, a kind has use for: `values` ids of the vocabulary, none meaning any
    (categories of data, practices, rights, measures, recipients); `at_most` and `at_least` for periods and deadlines; `countries`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    values: list[Annotated[str, StringConstraints(max_length=60)]] = Field([], max_length=100, examples=[["messages"]])
    stated: bool = Field(True, description="`false`: it must be denied, or lie elsewhere.")
    at_most: Duration | None = Field(None, description="ISO 8601.", examples=["P1Y"])
    at_least: Duration | None = Field(None, description="ISO 8601.", examples=[None])
    countries: list[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]] = Field(
        [], max_length=250, description="ISO 3166 alpha-2.", examples=[[]]
    )
    transfers: bool = Field(False, description="Places: where data is transferred counts too.")
    name: Annotated[str, StringConstraints(max_length=60)] | None = Field(
        None, description="A thing finer than the values: a certification, multi-factor authentication, backups.", examples=[None]
    )
    after_end: bool = Field(False, description="Retention: the period counts from the end of the contract or account.")
    what: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="The topic in words, for questions.", examples=["chat"]
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = vocabulary(self.kind)
        if unknown := [value for value in self.values if value not in known]:
            raise ValueError(f"{', '.join(unknown)} is no value of {self.kind}; GET /v1/taxonomy lists them")
        if self.kind == "retention" and not (self.at_most or self.at_least):
            raise ValueError("a rule on retention needs `at_most` or `at_least`")
        if self.kind == "storage_location" and not self.countries:
            raise ValueError("a rule on places needs `countries`")
        if self.kind in ("collection", "practice", "sharing") and not self.values:
            raise ValueError(f"a rule on {self.kind} needs `values`")
        return self

    @property
    def topic(self) -> str:
        """What the rule is about, in words."""
        return self.what or plain(", ".join(self.values)) or self.name or plain(self.kind)


def vocabulary(kind: str) -> set[str]:
    """The ids that a rule on this kind of fact may name."""
    if kind in ("collection", "retention"):
        return set(taxonomy.categories())
    if kind == "practice":
        return set(get_args(Practice))
    return set(taxonomy.facet({"sharing": "recipient", "security": "security", "right": "right"}[kind])) if kind in PARTS else set()


@dataclass(frozen=True)
class Form:
    """A way to write a rule."""

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]
    fields: Mapping[str, Any]


def understand(text: str) -> Rule:
    """The rule in these words; raises RuleUnknown."""
    said = _in_full(_opened(" ".join(text.split()).strip(" .;。；")))
    ended = _ending().sub("", said)
    for form in _forms():
        for pattern in form.patterns:
            match = pattern.fullmatch(ended if form.kind == "retention" else said)
            if match and (found := _read(form, match)) is not None:
                return Rule(kind=form.kind, **found, **({"after_end": True} if form.kind == "retention" and ended != said else {}))
    raise RuleUnknown(text, [form["examples"][0] for form in _content()["form"]])


def question(rule: Rule) -> str:
    """What to ask a vendor whose policy does not say."""
    content = _content()
    asked: str = content["questions"][rule.kind]
    if rule.kind == "practice" and len(rule.values) == 1:
        asked = content["practice_questions"].get(rule.values[0], asked)
    return asked.format(what=rule.topic)


def examples() -> Iterator[tuple[str, str]]:
    """Every example of the data with the kind of rule it is."""
    for form in _content()["form"]:
        yield from ((example, form["kind"]) for example in form["examples"])


def _read(form: Form, match: re.Match[str]) -> dict[str, Any] | None:
    """The fields of a rule from the parts of a match; None when a part is not understood."""
    parts = match.groupdict()
    found: dict[str, Any] = {name: form.fields[name] for name in ("stated", "transfers") if name in form.fields}
    if "period" in parts:
        period = next(periods(parts["period"]), None)
        if period is None:
            return None
        found[form.fields.get("bound", "at_most")] = period.iso
    if "place" in parts:
        found["countries"] = sorted(countries(parts["place"]))
        if not found["countries"]:
            return None
    elif form.kind in ("collection", "retention") and (thing := finer(parts["data"] or "", form.kind)):
        found |= {"values": list(thing.values), "name": thing.name, "what": parts["data"]}
    elif form.kind in ("collection", "retention"):
        named = categories(parts["data"] or "data")
        if named is None or (form.kind == "collection" and not named):
            return None
        found |= {"values": sorted(named), "what": parts["data"] or "personal data"}
    elif form.kind in PARTS:
        words = parts[PARTS[form.kind]]
        if form.kind == "security" and (certificate := CERTIFICATE.search(words)):
            return found | {"values": ["certification"], "name": certificate[0], "what": certificate[0]}
        if form.kind == "security" and (thing := finer(words, form.kind)):
            return found | {"values": list(thing.values), "name": thing.name, "what": words}
        ids = _ids(PARTS[form.kind], words)
        if not ids:
            return None
        found |= {"values": ids, "what": words}
    if form.kind == "retention" and parts.get("end"):
        found["after_end"] = True
    return found


def _ids(part: str, text: str) -> list[str]:
    """The values that a text names, several where it joins them; none where any of it is not understood."""
    pieces = [text] if _values(part, text) else _JOINED.split(_bare(text))
    named = [_values(part, piece) for piece in pieces]
    return list(dict.fromkeys(id for ids in named for id in ids)) if all(named) else []


def _values(part: str, text: str) -> tuple[str, ...]:
    text = text.lower().strip()
    return _words(part).get(text) or _words(part).get(_bare(text), ())


def _bare(text: str) -> str:
    """A text in small letters without whose data it is about: "AI training on our data" is AI training."""
    text = text.lower().strip()
    for pattern in _asides():
        text = pattern.sub("", text).strip() or text
    return text


def categories(text: str) -> frozenset[str] | None:
    """The categories of data that a text names, empty where it means all, None where it names none.

    An open category ("biometrics") stands for its group.
    """
    if text.lower() in _content()["any_data"]:
        return frozenset()
    found: set[str] = set()
    for mention in lexicon.load().find(text):
        group = taxonomy.group_of(mention.category)
        if mention.category == "personal_data_unspecified":
            continue
        open_ = taxonomy.stands_for_group(mention.category) and group != "general"
        found |= taxonomy.members(group) if open_ else {mention.category}
    # What is told apart by how it is used is one to a buyer: a face, taken or measured.
    found |= {each for alike in _content()["alike"] if found & set(alike) for each in alike}
    return frozenset(found) or None


def general(scope: str) -> bool:
    """Whether a statement on retention about this is about all data."""
    return re.fullmatch(_content()["general_scope"], scope.strip(), re.IGNORECASE) is not None


def _opened(text: str) -> str:
    """The rule without what a buyer writes around it: "the vendor must not sell" is "must not sell"."""
    for pattern, instead in _content()["opening"]:
        text = re.sub(pattern, instead, text, flags=re.IGNORECASE)
    return text


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(_content()["ending"], re.IGNORECASE)


def _in_full(text: str) -> str:
    """The rule with its units of time written out: "72h" is "72 hours"."""
    units: dict[str, str] = _content()["units"]
    return re.sub(rf"(?<=\d) ?({'|'.join(units)})\b", lambda unit: f" {units[unit[1].lower()]}", text, flags=re.IGNORECASE)


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files("app") / "checks" / "rules.toml").read_text(encoding="utf-8"))


@cache
def _forms() -> tuple[Form, ...]:
    return tuple(
        Form(row["kind"], tuple(re.compile(pattern, re.IGNORECASE) for pattern in row["patterns"]), row) for row in _content()["form"]
    )


@cache
def _words(part: str) -> dict[str, tuple[str, ...]]:
    """Every wording of the values of a part, the taxonomy's own labels among them; a wording may stand for several."""
    facet = {"right": "right", "measure": "security", "recipient": "recipient"}.get(part)
    labels = {term.label.lower(): (term.id,) for term in taxonomy.facet(facet).values()} if facet else {}
    written: dict[str, tuple[str, ...]] = {}
    for id, words in _content()["words"][part].items():
        for word in words:
            written[word.lower()] = (*written.get(word.lower(), ()), id)
    return {**{plain(id): (id,) for (id,) in labels.values()}, **labels, **written}


@cache
def _asides() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _content()["asides"])
