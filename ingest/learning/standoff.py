"""Real policies annotated apart from their texts: offsets and labels ship with the package, the texts are their vendors' and do not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ingest.learning.written import Annotated

FOLDER = Path(__file__).parent / "annotations"
# Questions on some of them and on the policies of `SOURCES`, of which only questions are told: the offsets of what answers.
QUESTIONS = Path(__file__).parent / "questions.jsonl"
SOURCES = Path(__file__).parent / "questions.sources.jsonl"
# What training reads of a fact, by kind, with the value that is not written out; its words are found in the text.
ALWAYS: dict[str, Any] = {"kind": None, "start": None, "end": None, "polarity": "yes"}
FIELDS: dict[str, dict[str, Any]] = {
    "collection": {
        "span_start": None, "span_end": None, "category": None, "source": "unspecified", "role": "unspecified",
        "necessity": "unspecified", "purpose_category": None, "generic": False,
    },
    "sharing": {"recipient_category": None},
    "right": {"right": None},
    "security": {"measure": None},
    "practice": {"practice": None},
    "retention": {"rule": None},
    "storage_location": {"mode": None},
    "children": {"rule": None},
    "contact": {"channel": None},
    "breach_notification": {},
}  # fmt: skip


def read(texts: Path | None, folder: Path = FOLDER) -> list[Annotated]:
    """Every annotated policy whose text stands in `texts` as `<name>.md`, in order of name; none without a folder of texts.

    Raises FileNotFoundError for a text that is missing and ValueError for one that is not what was annotated (its sha256), both with
    where it was published.
    """
    return [_one(path, texts) for path in sorted(folder.glob("*.jsonl"))] if texts else []


def questioned(texts: Path | None, sources: Path = SOURCES) -> list[Annotated]:
    """The policies of which only questions are told, without facts; none without a folder of texts. Raises as `read`."""
    if not texts:
        return []
    lines = map(json.loads, sources.read_text(encoding="utf-8").splitlines())
    return [Annotated(line["name"], _text(line["name"], line, texts), ()) for line in lines]


def _one(path: Path, texts: Path) -> Annotated:
    source, *facts = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return Annotated(path.stem, _text(path.stem, source, texts), tuple(_fields(fact["kind"]) | fact for fact in facts))


def _text(name: str, source: dict[str, str], texts: Path) -> str:
    """The text of a policy as it was published at its source."""
    file, origin = texts / f"{name}.md", "{repository}, {path} at commit {commit}".format_map(source)
    if not file.exists():
        raise FileNotFoundError(f"{file} is missing: the text of {origin}. Put it there as it was published, or train without `--texts`.")
    raw = file.read_bytes()
    if hashlib.sha256(raw).hexdigest() != source["sha256"]:
        raise ValueError(f"{file} is not the text that was annotated: {origin}. Take it from there, or train without `--texts`.")
    return raw.decode()


def apart(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts in the form of the gold without the words of their policy, in order of place: what is kept of them here."""
    kept = [
        {name: fact[name] for name, usual in _fields(fact["kind"]).items() if fact.get(name) not in (None, usual)}
        for fact in facts
        if fact["kind"] in FIELDS
    ]
    return sorted(kept, key=lambda fact: (fact["start"], fact["end"]))


def _fields(kind: str) -> dict[str, Any]:
    return ALWAYS | FIELDS[kind]
