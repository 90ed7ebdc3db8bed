"""The tagger as ingest uses it: a policy in, the data types it speaks of out, each with what the heads make of it.

Its weights are in `weights.safetensors` (half precision); `weights.json` beside them tells how they were made and how good they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.domain import Clause
from index.shipped import shipped
from ingest.tagger.bounds import empty, tidy
from ingest.tagger.judge import Forest
from ingest.tagger.view import CATEGORIES, Floats, StateEncoder, View

if TYPE_CHECKING:
    from ingest.tagger.network import Network

WEIGHTS = Path(__file__).parent / "weights.safetensors"
ALONE = 0.7  # weight of a span read alone beside the span in its sentence: categories right 76.5 % → 79.1 %


@dataclass(frozen=True)
class Finding:
    """A span that names a kind of data, and the opinions on it: a probability for each answer of each head.

    `sure` is how far its tokens are from "outside", `told` the network's probability that the policy tells it of the vendor (1 where
    the network is not tuned), and `stated` the judge's probability that it is a fact of this category.
    """

    start: int
    end: int
    clause: Clause
    sure: float
    told: float
    category: str
    likely: float  # probability of that category
    named: bool  # the lexicon knows words of the span
    answers: dict[str, Floats]
    stated: float = 1.0


@dataclass(frozen=True)
class Reader:
    """A network, and the judge that learned what it finds too readily."""

    network: Network
    forest: Forest | None = None


class Tagger:
    """Readers that find and judge each for itself and are then averaged, and a word for the category from the span alone.

    `outside` weighs the tag "outside": below 0.5 more spans are found, for the judges to choose from.
    """

    def __init__(self, readers: Callable[[], Sequence[Reader]], outside: float, names: Names | None = None, encoder: str = "") -> None:
        self._readers = readers
        self.outside = outside
        self.names = names
        self.encoder = encoder

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Tagger:
        """The weights that ship with the project; raises WeightsDamaged. Torch is imported when the first policy is read, not before."""
        from safetensors.numpy import load_file

        with shipped(path.with_suffix(".json")):
            card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with shipped(path):
            stored = load_file(path)
            names = Names(stored["names.weight"].astype(np.float32), stored["names.bias"].astype(np.float32))
        return cls(lambda: _readers(stored, card["readers"]), card["outside"], names, card["encoder"])

    @cached_property
    def readers(self) -> Sequence[Reader]:
        return self._readers()

    def find(self, seen: View, encoder: StateEncoder) -> list[Finding]:
        """The data types a policy speaks of, in order; view and encoder are of the encoder it learned on."""
        heard = []
        for reader in self.readers:
            found = self.settled(findings(reader.network, seen, self.outside), encoder)
            heard.append(reader.forest.hear(seen.policy, found) if reader.forest else found)
        return together(heard)

    def settled(self, findings: Sequence[Finding], encoder: StateEncoder) -> list[Finding]:
        """The findings with better ends, and categories that weigh the words of the span read alone."""
        ends = [tidy(each.clause, each.start - each.clause.start, each.end - each.clause.start) for each in findings]
        texts = [" ".join(each.clause.plain[start:end].split()) for each, (start, end) in zip(findings, ends, strict=True)]
        alone = self.names.opinions(texts, encoder) if self.names and texts else None
        settled: list[Finding] = []
        for at, (each, (start, end)) in enumerate(zip(findings, ends, strict=True)):
            start, end = start + each.clause.start, end + each.clause.start
            if (settled and start < settled[-1].end) or empty(texts[at]):
                continue
            answers = dict(each.answers)
            if alone is not None:
                both = np.log(answers["category"] + 1e-4) + ALONE * alone[at]
                both = np.exp(both - both.max())
                answers["category"] = both / both.sum()
            best = int(answers["category"].argmax())
            settled.append(
                replace(each, start=start, end=end, category=CATEGORIES[best], likely=float(answers["category"][best]), answers=answers)
            )
        return settled


def findings(network: Network, seen: View, outside: float) -> list[Finding]:
    """What a network finds, with its opinions."""
    import torch

    from ingest.tagger.network import Arrays

    arrays = Arrays(seen)
    with torch.inference_mode():
        context = network.clause_context(arrays.around, arrays.cues)
        logits, out, states = network(
            arrays.states.float(), arrays.around, context, arrays.clause, arrays.first, arrays.words, arrays.notes
        )
        tags = logits.softmax(-1).numpy()
        spans = decode(tags, seen.clause, outside)
        if not spans:
            return []
        lexical, bags = arrays.lexical(spans), arrays.bags(spans)
        said = network.describe(states, out, context, arrays.clause, spans, bags, lexical)
        told = said.pop("told").sigmoid()[:, 0].numpy() if network.tuned else np.ones(len(spans), np.float32)
        answers = {name: logits.softmax(-1).numpy() for name, logits in said.items()}
    named = lexical[:, 3 * len(CATEGORIES)].numpy()
    found = []
    for at, (start, end) in enumerate(spans):
        best = int(answers["category"][at].argmax())
        found.append(
            Finding(
                int(seen.offsets[start, 0]), int(seen.offsets[end - 1, 1]), seen.clauses[seen.clause[start]],
                float(1 - tags[start:end, 0].mean()), float(told[at]), CATEGORIES[best], float(answers["category"][at][best]),
                bool(named[at]), {name: rows[at] for name, rows in answers.items()},
            )
        )  # fmt: skip
    return found


def together(heard: Sequence[Sequence[Finding]]) -> list[Finding]:
    """The findings of several readers as one list: `stated` is the mean over all readers, so what one alone has found counts less."""
    groups: list[dict[int, Finding]] = []
    for number, findings in enumerate(heard):
        for finding in findings:
            same = (group for group in groups if number not in group and any(_same(each, finding) for each in group.values()))
            group = next(same, None)
            if group is None:
                groups.append({number: finding})
            else:
                group[number] = finding
    merged = []
    for group in groups:
        surest = max(group.values(), key=lambda each: each.stated)
        answers = {name: np.mean([each.answers[name] for each in group.values()], axis=0) for name in surest.answers}
        merged.append(replace(surest, stated=sum(each.stated for each in group.values()) / len(heard), answers=answers))
    kept: list[Finding] = []
    for finding in sorted(merged, key=lambda each: -each.stated):
        if not any(each.start < finding.end and finding.start < each.end for each in kept):
            kept.append(finding)
    return sorted(kept, key=lambda each: each.start)


def _same(one: Finding, other: Finding) -> bool:
    return one.category == other.category and one.start < other.end and other.start < one.end


def _readers(stored: Mapping[str, npt.NDArray[np.float16]], tuned: Sequence[bool]) -> list[Reader]:
    import torch

    from ingest.tagger.network import Network

    readers = []
    for number, each in enumerate(tuned):
        network = Network(tuned=each)
        network.load_state_dict({name: torch.from_numpy(value).float() for name, value in _own(stored, f"{number}.network.").items()})
        readers.append(Reader(network.eval(), Forest(_own(stored, f"{number}.judge."))))
    return readers


def _own(stored: Mapping[str, npt.NDArray[np.float16]], mark: str) -> dict[str, npt.NDArray[np.float16]]:
    return {name.removeprefix(mark): value for name, value in stored.items() if name.startswith(mark)}


class Names:
    """Which category a phrase names, read alone: one linear layer over its sentence vector, learned from the lexicon."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        self.weight, self.bias = weight, bias

    def opinions(self, texts: Sequence[str], encoder: StateEncoder) -> Floats:
        """Log probability of every category, one row a text."""
        distinct = sorted(set(texts))
        logits = encoder.encode(distinct) @ self.weight + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        rows = dict(zip(distinct, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), strict=True))
        return np.stack([rows[text] for text in texts])


def decode(tags: Floats, clause: npt.NDArray[np.int64], outside: float = 0.5) -> list[tuple[int, int]]:
    """The likeliest spans: a span begins with `begin`, goes on with `inside`, and ends with its clause at the latest."""
    scores = np.log(tags + 1e-6)
    scores[:, 0] += np.log(outside / (1 - outside))
    best = np.full(scores.shape, -1e9)
    back = np.zeros(scores.shape, np.int64)
    best[0, :2] = scores[0, :2]
    for i in range(1, len(scores)):
        back[i, :2] = best[i - 1].argmax()
        best[i, :2] = best[i - 1].max() + scores[i, :2]
        if clause[i] == clause[i - 1]:
            back[i, 2] = 1 if best[i - 1, 1] >= best[i - 1, 2] else 2
            best[i, 2] = best[i - 1, back[i, 2]] + scores[i, 2]
    path = [int(best[-1].argmax())]
    for i in range(len(scores) - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    spans: list[tuple[int, int]] = []
    open_at: int | None = None
    for i, tag in enumerate([*reversed(path), 0]):
        if tag != 2 and open_at is not None:
            spans.append((open_at, i))
            open_at = None
        if tag == 1:
            open_at = i
    return spans
