"""Questions put as people put them, about the policies written for training and about real ones, and the clauses that answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.domain import Policy, Vendor
from index.embedder import DIMENSION, Embedder, Encoder, Vectors
from index.gloss import legible
from index.late_interaction import Basis
from index.matrix import found_by
from index.names import Names
from index.settings import Settings
from ingest import readers, split
from ingest.learning import standoff, written
from ingest.pipeline import read_policy

QUESTIONS = written.FOLDER / "questions.jsonl"
Span = tuple[int, int]


@dataclass(frozen=True)
class Put:
    """The questions on one policy, as search asks the model; what each clause is found by, its wordpieces too; and which clauses answer
    which question."""

    policy: str
    questions: tuple[str, ...]
    clauses: Vectors
    tokens: tuple[bytes, ...]
    answers: npt.NDArray[np.bool_]


def read(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Every question: `doc`, `question`, what it is about, and `answers`: words of the policy (under `quote`, in the gold), or pairs of
    offsets in it."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def put(encoder: Embedder, basis: Basis, gold: Path | None = None, texts: Path | None = None) -> list[Put]:
    """The questions that a policy answers, policy by policy: on the written ones; on those of the gold, where its folder (with
    `questions.jsonl` and `docs`) is given; and on other real ones, where the folder of their texts is.

    Raises ValueError for an answer that its policy does not hold, and as `standoff.read` for a text that is missing or another.
    """
    real = [*standoff.read(texts), *standoff.questioned(texts)]
    by_file = [(QUESTIONS, _policies(written.read(), encoder)), (standoff.QUESTIONS, _policies(real, encoder))]
    if gold:
        files = {path.stem: path for path in sorted((gold / "docs").iterdir())}
        by_file.append((gold / "questions.jsonl", {name: partial(read_policy, path, name) for name, path in files.items()}))
    found = []
    for path, policies in by_file:
        by_policy: dict[str, list[dict[str, Any]]] = {}
        for question in read(path):
            if question["answers"] and question["doc"] in policies:
                by_policy.setdefault(question["doc"], []).append(question)
        found += [_put(policies[name](), asked, encoder, basis) for name, asked in by_policy.items()]
    return found


def _policies(annotated: Iterable[written.Annotated], encoder: Encoder) -> dict[str, Callable[[], Policy]]:
    return {own.name: partial(_policy, own, encoder) for own in annotated}


def _policy(own: written.Annotated, encoder: Encoder) -> Policy:
    reading = readers.read(own.text.encode(), media_type="text/markdown", name=f"{own.name}.md", settings=Settings())
    return split.policy(reading, own.name, Vendor(own.name, own.name.replace("-", " ").title()), encoder.count)


def _put(policy: Policy, asked: Sequence[dict[str, Any]], encoder: Embedder, basis: Basis) -> Put:
    answers = np.array([answering(policy, spans(policy.text, each["answers"])) for each in asked])
    for each, among in zip(asked, answers, strict=True):
        if not among.any():
            raise ValueError(f"policy {policy.vendor.id}: no clause holds the answer to {each['question']!r}")
    names = Names([policy.vendor])
    questions = tuple(legible(names.find(each["question"]).question, encoder) for each in asked)
    return Put(policy.vendor.id, questions, *clauses(policy, encoder, basis), answers)


def spans(text: str, answers: Sequence[str | dict[str, Any] | Sequence[int]]) -> list[Span]:
    """Where answers stand, told by their words (wherever they stand) or by their offsets."""
    quotes = [answer if isinstance(answer, str) else answer["quote"] for answer in answers if isinstance(answer, str | dict)]
    said = [match.span() for quote in quotes for match in re.finditer(re.escape(quote), text)]
    return said + [(answer[0], answer[1]) for answer in answers if not isinstance(answer, str | dict)]


def answering(policy: Policy, answers: Sequence[Span]) -> list[bool]:
    """Which clauses of a policy hold some of what stands there."""
    return [any(start < clause.end and clause.start < end for start, end in answers) for clause in policy.clauses]


def clauses(policy: Policy, encoder: Embedder, basis: Basis) -> tuple[Vectors, tuple[bytes, ...]]:
    """What each clause of a policy is found by, and what is kept of its wordpieces, as in an index."""
    titles = list(dict.fromkeys(clause.section[-1] for clause in policy.clauses if clause.section))
    titled = encoder.encode([legible(title, encoder) for title in titles]) if titles else np.zeros((0, DIMENSION), np.float32)
    read = encoder.token_states([legible(clause.plain, encoder) for clause in policy.clauses])
    own = np.array([each.vector for each in read], np.float32)
    under = [clause.section[-1] if clause.section else None for clause in policy.clauses]
    return found_by(own, under, dict(zip(titles, titled, strict=True))), tuple(basis.kept(each.states) for each in read)
