"""What a question to one vendor can be narrowed to: one right, practice, measure, kind of recipient."""

from __future__ import annotations

from typing import Any, get_args

from index import facts, taxonomy
from index.errors import RequestRefused
from index.queries import FactFilter

# kind → what its facts are told apart by, and the ids that may be
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "right": ("right", tuple(taxonomy.facet("right"))),
    "practice": ("practice", get_args(facts.Practice)),
    "security": ("measure", tuple(taxonomy.facet("security"))),
    "sharing": ("recipient_category", tuple(taxonomy.facet("recipient"))),
}


def of_topic(kind: str | None, topic: str | None) -> FactFilter:
    """The filter for one topic of a kind; raises RequestRefused, naming the topics there are."""
    if topic is None:
        return FactFilter()
    if kind not in TOPICS:
        raise RequestRefused(f"`topic` narrows one of the kinds {', '.join(TOPICS)}: give that as `kind`, or leave `topic` out.")
    name, ids = TOPICS[kind]
    if topic not in ids:
        raise RequestRefused(f"{topic!r} is no topic of {kind}. Give one of {', '.join(ids)}.")
    narrowed: dict[str, Any] = {name: topic}
    return FactFilter(**narrowed)


def label(category: str | None) -> str:
    """A category in words."""
    return taxonomy.categories()[category].label if category else ""
