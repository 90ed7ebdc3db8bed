"""Which two versions of a policy a reader means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.domain import Document
from index.errors import VersionUnknown


def chosen(vendor: str, versions: Sequence[Document], older: str | None, newer: str | None) -> tuple[Document | None, Document]:
    """The two versions named by id, by version or by a day they were in force; by default the newest and the one before it.

    `versions` come oldest first. The first is None when there is no version before. Raises VersionUnknown.
    """
    if not versions:
        raise VersionUnknown(vendor, newer or older or "current", [])
    last = versions.index(_meant(vendor, versions, newer)) if newer is not None else len(versions) - 1
    if older is not None:
        return _meant(vendor, versions, older), versions[last]
    return (versions[last - 1] if last > 0 else None), versions[last]


def since(document: Document) -> str:
    """The day from which a version counts: when it took effect, was updated, or else was retrieved."""
    return document.effective_date or document.last_updated or document.retrieved_at[:10]


def _meant(vendor: str, versions: Sequence[Document], wanted: str) -> Document:
    for document in reversed(versions):
        if wanted in (document.id, document.version):
            return document
    if _is_day(wanted):
        held = [document for document in versions if since(document) <= wanted]
        if held:
            return held[-1]
    raise VersionUnknown(vendor, wanted[:60], [f"{document.id} (since {since(document)})" for document in versions])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
