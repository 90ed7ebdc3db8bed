"""The tagger as ingest uses it: a policy in, the data types it speaks of out, each with what the heads make of it.

Its weights are in `weights.safetensors` (half precision); `weights.json` beside them tells how they were made and how good they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.domain import Clause, Policy
from ingest.tagger.view import CATEGORIES, Floats, StateEncoder, View, view

if TYPE_CHECKING:
    from ingest.tagger.network import Network

WEIGHTS = Path(__file__).parent / "weights.safetensors"
CARD = WEIGHTS.with_suffix(".json")


@dataclass(frozen=True)
class Finding:
    """A span that names a kind of data, and the tagger's opinion of it: a probability for each answer of each head."""

    start: int
    end: int
    clause: Clause
    sure: float  # how far its tokens are from "outside"
    category: str
    likely: float  # probability of that category
    named: bool  # the lexicon knows words of the span
    answers: dict[str, Floats]


class Tagger:
    """One or more networks whose opinions are averaged. `outside` weighs the tag "outside": above 0.5 fewer spans are found."""

    def __init__(self, networks: Sequence[Network], outside: float = 0.5) -> None:
        self.networks = networks
        self.outside = outside

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Tagger:
        """The weights that ship with the project."""
        from safetensors.torch import load_file

        from ingest.tagger.network import Network

        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        stored = load_file(path)
        networks = []
        for number in range(card["networks"]):
            network = Network()
            mark = f"{number}."
            network.load_state_dict({name.removeprefix(mark): value.float() for name, value in stored.items() if name.startswith(mark)})
            networks.append(network.eval())
        return cls(networks, card["outside"])

    def find(self, policy: Policy, encoder: StateEncoder) -> list[Finding]:
        """The data types a policy speaks of, in order. Clauses that are not English give none."""
        seen = view(policy, encoder)
        return self.findings(seen) if seen else []

    def findings(self, seen: View) -> list[Finding]:
        import torch

        from ingest.tagger.network import Arrays

        arrays = Arrays(seen)
        with torch.inference_mode():
            states = arrays.states.float()
            read = []
            for network in self.networks:
                context = network.clause_context(arrays.around, arrays.cues)
                read.append((context, *network(states, context, arrays.clause, arrays.first, arrays.words, arrays.notes)))
            tags = sum(logits.softmax(-1) for _, logits, _ in read).numpy() / len(read)
            spans = decode(tags, seen.clause, self.outside)
            if not spans:
                return []
            lexical, bags = arrays.lexical(spans), arrays.bags(spans)
            opinions: list[dict[str, Any]] = [
                network.describe(states, out, context, arrays.clause, spans, bags, lexical)
                for network, (context, _, out) in zip(self.networks, read, strict=True)
            ]
            answers = {name: (sum(each[name].softmax(-1) for each in opinions) / len(opinions)).numpy() for name in opinions[0]}
        named = lexical[:, 3 * len(CATEGORIES)].numpy()
        found = []
        for at, (start, end) in enumerate(spans):
            best = int(answers["category"][at].argmax())
            found.append(
                Finding(
                    int(seen.offsets[start, 0]), int(seen.offsets[end - 1, 1]), seen.clauses[seen.clause[start]],
                    float(1 - tags[start:end, 0].mean()), CATEGORIES[best], float(answers["category"][at][best]), bool(named[at]),
                    {name: rows[at] for name, rows in answers.items()},
                )
            )  # fmt: skip
        return found


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
