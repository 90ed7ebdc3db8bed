"""What a fact says, without where and in which words: equal for two facts that say the same. Pure."""

from __future__ import annotations

import re
from typing import Any

from index.alignment import words

Statement = tuple[str, tuple[Any, ...], tuple[Any, ...]]
# kind → (what a fact is about, what it says of it). Two facts of one subject that say different things are one fact that was altered.
STATEMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "collection": (("category",), ("polarity",)),
    "retention": (("categories", "scope"), ("polarity", "rule", "period", "items")),
    "sharing": (("recipient_category",), ("polarity",)),
    "storage_location": (("mode", "country", "provider"), ("polarity", "safeguards")),
    "security": (("measure", "name"), ("polarity",)),
    "breach_notification": (("to",), ("polarity", "deadline")),
    "right": (("right",), ("polarity", "deadline")),
    "children": (("rule",), ("polarity", "age")),
    "practice": (("practice",), ("polarity",)),
    "contact": (("channel",), ("value",)),
    "document": (("field",), ("value",)),
}
# Names that are written now with and now without spaces and stops: "Acme B.V.", "Acme BV".
NAMES = {"document", "contact"}
# "privacy [at] acme [dot] example" is privacy@acme.example.
_WRITTEN_OUT = {"at", "dot"}
# Which of its menus a policy names is told in many words; they are one place.
_SETTINGS = re.compile(r"(settings|preferences|设置)\W*$", re.IGNORECASE)
# A name that holds another and one of these is of another thing: "the UK extension to the Acme Framework".
_LINKING = {"to", "of", "for", "under"}
_SHORT_NAME = re.compile(r"^.*?\(([^()]+)\).*$")
ANY = ("any",)


def statement(fact: Any) -> Statement:
    """What a fact says, without where and in which words: equal for two facts that say the same."""
    subject, said = STATEMENTS[fact.kind]
    about = tuple(plain(fact, name) for name in subject)
    if fact.kind == "retention" and about[0] != ANY:
        about = about[:1]  # the kinds of data say it; the policy's own phrase only where they do not
    return fact.kind, about, tuple(plain(fact, name) for name in said)


def plain(fact: Any, name: str) -> Any:
    """A field of a fact in the form it is compared in."""
    value = getattr(fact, name)
    if isinstance(value, list):
        return tuple(sorted(set(value) - {"unspecified"}))
    if not isinstance(value, str):
        return value
    if name == "name":
        # "the Swiss-U.S. Data Privacy Framework (Swiss-U.S. DPF) Principles" is the Swiss-U.S. DPF.
        value = _SHORT_NAME.sub(lambda match: match[1], value)
        value = value.removesuffix(" Principles").removeprefix("the ")
    if fact.kind == "contact" and fact.channel == "in_app" and _SETTINGS.search(value):
        return _SETTINGS.pattern
    if fact.kind == "contact" and fact.channel == "email":
        return "".join(word for word in words(value) if word not in _WRITTEN_OUT)
    return ("" if fact.kind in NAMES and name == "value" else " ").join(words(value))


def implies(one: Statement, other: Statement) -> bool:
    """Whether a statement says all that another does and more: a country where that has none, the whole name of a framework."""
    if one == other or one[0] != other[0] or one[2] != other[2]:
        return False
    if one[0] == "storage_location":
        return one[1][0] == other[1][0] and other[1][1:] == (None, None)
    return one[0] == "security" and one[1][0] == other[1][0] and _within(other[1][1] or "", one[1][1] or "")


def _within(short: str, long: str) -> bool:
    """Whether a name holds another and nothing that tells them apart: "the UK extension to the Acme Framework" is not the framework."""
    few, many = set(short.split()), set(long.split())
    return bool(few) and few < many and not (many - few) & _LINKING
