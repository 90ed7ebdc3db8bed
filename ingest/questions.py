"""Questions put as people put them about the policies written for training, and the clauses that answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.domain import Policy, Vendor
from index.embedder import DIMENSION, Encoder, Vectors
from index.gloss import legible
from index.matrix import found_by
from index.settings import Settings
from ingest import readers, split
from ingest.tagger import written

QUESTIONS = written.FOLDER / "questions.jsonl"


@dataclass(frozen=True)
class Put:
    """The questions on one policy, a vector each; what each clause is found by; and which clauses answer which question."""

    policy: str
    questions: Vectors
    clauses: Vectors
    answers: npt.NDArray[np.bool_]


def read(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Every question: `doc`, `question` (without the vendor's name, as search asks it), `answers` (verbatim) and what it is about."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def put(encoder: Encoder) -> list[Put]:
    """The questions that a policy answers, policy by policy; raises ValueError for an answer that its policy does not hold."""
    by_policy: dict[str, list[dict[str, Any]]] = {}
    for question in read():
        if question["answers"]:
            by_policy.setdefault(question["doc"], []).append(question)
    return [_put(own, by_policy[own.name], encoder) for own in written.read() if own.name in by_policy]


def _put(own: written.Annotated, asked: Sequence[dict[str, Any]], encoder: Encoder) -> Put:
    reading = readers.read(own.text.encode(), media_type="text/markdown", name=f"{own.name}.md", settings=Settings())
    policy = split.policy(reading, own.name, Vendor(own.name, own.name), encoder.count)
    answers = np.array([answering(policy, each["answers"]) for each in asked])
    for each, among in zip(asked, answers, strict=True):
        if not among.any():
            raise ValueError(f"policy {own.name}: no clause holds the answer to {each['question']!r}")
    return Put(own.name, encoder.encode([legible(each["question"], encoder) for each in asked]), clauses(policy, encoder), answers)


def answering(policy: Policy, quotes: Sequence[str]) -> list[bool]:
    """Which clauses of a policy hold some of these answers, wherever they stand."""
    spans = [match.span() for quote in quotes for match in re.finditer(re.escape(quote), policy.text)]
    return [any(start < clause.end and clause.start < end for start, end in spans) for clause in policy.clauses]


def clauses(policy: Policy, encoder: Encoder) -> Vectors:
    """What each clause of a policy is found by, as in an index."""
    titles = list(dict.fromkeys(clause.section[-1] for clause in policy.clauses if clause.section))
    titled = encoder.encode([legible(title, encoder) for title in titles]) if titles else np.zeros((0, DIMENSION), np.float32)
    own = encoder.encode([legible(clause.plain, encoder) for clause in policy.clauses])
    under = [clause.section[-1] if clause.section else None for clause in policy.clauses]
    return found_by(own, under, dict(zip(titles, titled, strict=True)))
