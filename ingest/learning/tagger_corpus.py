"""What the tagger learns from: the hand-made facts of whole policies, real and written for this repository, and passages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from index.domain import Policy, Vendor
from index.settings import Settings
from ingest import pipeline, readers, split
from ingest.learning import passages, standoff, written
from ingest.tagger.model import Finding
from ingest.tagger.network import HEADS, NECESSITIES, PURPOSES, ROLES, SOURCES, Arrays, Span
from ingest.tagger.view import CATEGORIES, Ints, StateEncoder, View, view

GOLD = Path(__file__).resolve().parents[3] / "shared" / "eval"
CHUNK = 1600  # tokens of one training step


@dataclass(frozen=True)
class Example:
    """One policy with its answers: a tag for every token, and for every span the answer of each head in the order of `HEADS`."""

    name: str
    arrays: Arrays
    tags: Ints
    spans: tuple[Span, ...]
    answers: Ints
    chunks: tuple[Span, ...]
    collected: tuple[tuple[int, int, str], ...]  # characters and category of what the policy says it collects

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is one of the facts: the same category on at least half of the same words."""
        return any(
            category == finding.category
            and min(end, finding.end) - max(start, finding.start) >= 0.5 * min(end - start, finding.end - finding.start)
            for start, end, category in self.collected
        )

    @property
    def view(self) -> View:
        return self.arrays.view


def gold(encoder: StateEncoder, folder: Path = GOLD) -> dict[str, Example]:
    """One example a policy that holds English, by document id."""
    found = {}
    for path in sorted((folder / "gold").glob("*.jsonl")):
        facts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        source = next((folder / "docs").glob(f"{path.stem}.*"))
        made = example(
            path.stem, pipeline.read_policy(source, path.stem), [fact for fact in facts if fact["kind"] == "collection"], encoder
        )
        if made:
            found[path.stem] = made
    return found


def taught(encoder: StateEncoder, texts: Path | None) -> dict[str, Example]:
    """The whole policies that only teach, by name: those written for training, and the real ones whose texts are in the folder."""
    found = {}
    for policy in [*written.taught(), *standoff.read(texts)]:
        facts = [fact for fact in policy.facts if fact["kind"] == "collection"]
        made = example(policy.name, _split(policy.name, policy.text), facts, encoder)
        if made:
            found[policy.name] = made
    return found


def read_passages(encoder: StateEncoder) -> list[Example]:
    """The passages that were written for training: one example a file, each passage a section of its own."""
    files: dict[str, list[passages.Passage]] = {}
    for passage in passages.read():
        if passage.language == "en":
            files.setdefault(passage.origin.split(":")[0], []).append(passage)
    made = []
    for name, group in files.items():
        text, facts = "", []
        for passage in group:
            text += f"# {passage.heading or 'Privacy policy'}\n\n"
            facts += [_fact(mark, len(text)) for mark in passage.marks]
            text += passage.text.strip("\n") + "\n\n"
        made.append(example(name, _split(name, text), facts, encoder))
    return [each for each in made if each]


def _split(name: str, text: str) -> Policy:
    reading = readers.read(text.encode(), media_type="text/markdown", name=f"{name}.md", settings=Settings())
    return split.policy(reading, name, Vendor(name, name), lambda words: len(words) // 4)


def _fact(mark: passages.Mark, offset: int) -> dict[str, Any]:
    return {
        "span_start": mark.start + offset, "span_end": mark.end + offset, "category": mark.category, "polarity": mark.polarity,
        "source": mark.source, "role": mark.role, "necessity": mark.necessity, "purpose_category": mark.purpose, "generic": mark.generic,
    }  # fmt: skip


def example(name: str, policy: Policy, facts: Sequence[Mapping[str, Any]], encoder: StateEncoder) -> Example | None:
    """Facts as tags. Of spans that overlap the shortest is kept: an enumeration is taught by its members."""
    seen = view(policy, encoder)
    if seen is None:
        return None
    tags = np.zeros(len(seen.offsets), np.int64)
    rows: dict[Span, list[int]] = {}
    for fact in sorted(facts, key=lambda fact: fact["span_end"] - fact["span_start"]):
        inside = np.nonzero((seen.offsets[:, 0] < fact["span_end"]) & (seen.offsets[:, 1] > fact["span_start"]))[0]
        if not len(inside):
            continue
        start = int(inside[0])
        end = start + int((seen.clause[inside] == seen.clause[start]).sum())
        if tags[start:end].any():
            continue
        tags[start:end] = 2
        tags[start] = 1
        rows[start, end] = _answers(fact)
    spans = tuple(sorted(rows))
    answers = np.asarray([rows[span] for span in spans], np.int64).reshape(-1, len(HEADS))
    collected = tuple((fact["span_start"], fact["span_end"], fact["category"]) for fact in facts if fact["polarity"] == "yes")
    return Example(name, Arrays(seen), tags, spans, answers, tuple(chunks(seen)), collected)


def _answers(fact: Mapping[str, Any]) -> list[int]:
    purpose = fact.get("purpose_category")
    return [
        CATEGORIES.index(fact["category"]), SOURCES.index(fact["source"]), ROLES.index(fact["role"]),
        NECESSITIES.index(fact["necessity"]), PURPOSES.index(purpose) if purpose in PURPOSES else 0,
        int(fact["polarity"] == "no"), int(bool(fact.get("generic"))),
    ]  # fmt: skip


def chunks(seen: View) -> list[Span]:
    """Runs of whole clauses of about `CHUNK` tokens."""
    starts = [*np.nonzero(seen.first)[0].tolist(), len(seen.offsets)]
    found, low = [], 0
    for at, end in pairwise(starts):
        if end - low > CHUNK and at > low:
            found.append((low, at))
            low = at
    return [*found, (low, len(seen.offsets))]
