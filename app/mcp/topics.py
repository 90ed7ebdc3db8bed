"""What a question to one vendor can be narrowed to: one right, practice, measure, kind of recipient."""

from __future__ import annotations

from typing import Any

from app.comparing import FIELDS, VALUES
from index.errors import RequestRefused
from index.queries import FactFilter

# The kinds whose topics a filter knows.
TOPICS = tuple(kind for kind, field in FIELDS.items() if field in FactFilter.__dataclass_fields__)


def of_topic(kind: str | None, topic: str | None) -> FactFilter:
    """The filter for one topic of a kind; raises RequestRefused, naming the topics there are."""
    if topic is None:
        return FactFilter()
    if kind not in TOPICS:
        raise RequestRefused(f"`topic` narrows one of the kinds {', '.join(TOPICS)}: give that as `kind`, or leave `topic` out.")
    ids = tuple(VALUES[kind]())
    if topic not in ids:
        raise RequestRefused(f"{topic!r} is no topic of {kind}. Give one of {', '.join(ids)}.")
    narrowed: dict[str, Any] = {FIELDS[kind]: topic}
    return FactFilter(**narrowed)
