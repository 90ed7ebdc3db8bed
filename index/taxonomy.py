"""The closed vocabularies: categories of personal data in groups, and the facets (purposes, recipients, rights, security, …)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "taxonomy"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary; `facet` is `category` for kinds of data, and `group` is theirs alone."""

    facet: str
    id: str
    group: str | None
    label: str
    definition: str
    dpv_iri: str | None
    dpv_match: str | None
    examples: tuple[str, ...] = ()


@cache
def categories() -> dict[str, Term]:
    """The 78 categories of personal data by id, in the order of the vocabulary."""
    return {
        row["id"]: Term(
            "category", row["id"], row["group"], row["label"], row["definition"], row["dpv_iri"] or None, row["dpv_match"] or None,
            tuple(piece.strip() for piece in (row["examples"] or "").split(";") if piece.strip()),
        )
        for row in _rows("data_categories.tsv")
    }  # fmt: skip


@cache
def facet(name: str) -> dict[str, Term]:
    """The terms of one facet (`purpose`, `recipient`, `right`, `security`, `legal_basis`, `transfer`) by id."""
    return {
        row["id"]: Term(name, row["id"], None, row["label"], row["definition"], row["dpv_iri"] or None, row["dpv_match"] or None)
        for row in _rows("facets.tsv")
        if row["facet"] == name
    }


FACETS = ("purpose", "recipient", "right", "security", "legal_basis", "transfer")


def group_of(category: str) -> str:
    """The group of a category; raises KeyError for an id that is not in the vocabulary."""
    group = categories()[category].group
    assert group is not None
    return group


def groups() -> list[str]:
    """The groups in the order of the vocabulary."""
    return list(dict.fromkeys(group_of(category) for category in categories()))


def members(group: str) -> frozenset[str]:
    """The categories of a group."""
    return frozenset(category for category in categories() if group_of(category) == group)


def stands_for_group(category: str) -> bool:
    """Whether a category is what is left of its group or the whole of it, unspecified."""
    return category.endswith(("_other", "_unspecified"))


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
