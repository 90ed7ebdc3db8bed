"""The network that tells what each clause is about: for every label it looks for the tokens that tell. Imports torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ingest.tagger import topics
from ingest.tagger.network import Arrays, Surroundings
from ingest.tagger.upper import WIDTH
from ingest.tagger.view import View


class TopicNetwork(Surroundings):
    """Log-odds of every label for every clause: of its tokens, of what stands around it, of its sentence vectors and of its words.

    Mean average precision over recipients, rights, measures and practices on 20 policies not learned from: 0.61 for a linear head over
    sentence vectors and words, which this replaced, and 0.70 for this one; 0.67 without the words; 0.70 too with the encoder's last two
    layers tuned for it, with twice as many epochs, and with 522 single sentences written for it, which are gone.
    """

    def __init__(self, labels: int, width: int = 160, drop: float = 0.35) -> None:
        super().__init__(drop)
        self.token = nn.Linear(2 * WIDTH + 32, width)
        self.telling = nn.Linear(width, labels)  # how much a token tells of a label
        self.told = nn.Linear(width, labels)  # and what
        self.context = nn.Linear(160, labels)
        self.sentence = nn.Linear(4 * WIDTH, labels)
        self.bag = nn.EmbeddingBag(topics.PLACES, labels, mode="sum")
        for part in (self.telling, self.context, self.sentence, self.bag):
            nn.init.zeros_(part.weight)
        nn.init.constant_(self.told.bias, -4.0)  # most clauses say nothing of a label

    def forward(self, arrays: Arrays, bags: Sequence[Sequence[int]], first: int, last: int, margin: int | None = None) -> Tensor:
        """Clauses `first` to `last` (without it) × labels; `margin`: how many clauses on either side are read for their context."""
        low, high = (0, len(arrays.around)) if margin is None else (max(0, first - margin), last + margin)
        context = self.clause_context(arrays.around[low:high], arrays.cues[low:high])[first - low : last - low]
        begin, end = torch.searchsorted(arrays.clause, torch.tensor([first, last])).tolist()
        own, clause = slice(begin, end), arrays.clause[begin:end] - first
        known = self.known(arrays.words[own], arrays.notes[own])
        token = self.drop(torch.relu(self.token(torch.cat([self.drop_in(arrays.states[own].float()), known], -1))))
        said = self._of_tokens(self.telling(token), self.told(token), clause, last - first)
        # Three times: vectors and words learn as fast as the rest.
        plain = self.sentence(arrays.around[first:last]) + self._of_words(bags[first:last])
        odds: Tensor = said + self.context(self.drop(context)) + 3 * plain
        return odds

    def _of_tokens(self, telling: Tensor, told: Tensor, clause: Tensor, count: int) -> Tensor:
        """What a clause's tokens tell of each label, by how much each has to tell."""
        nothing = torch.zeros(count, told.shape[1])
        most = (nothing - 1e4).scatter_reduce(0, clause[:, None].expand_as(telling), telling.detach(), "amax")
        share = (telling - most[clause]).exp()
        return nothing.index_add(0, clause, share * told) / (nothing.index_add(0, clause, share) + 1e-6)

    def _of_words(self, bags: Sequence[Sequence[int]]) -> Tensor:
        """However many words a clause has, together they weigh the same."""
        places = [place for bag in bags for place in bag]
        weights = [1 / math.sqrt(len(bag)) for bag in bags for _ in bag]
        counts = torch.tensor([0, *map(len, bags)])
        found: Tensor = self.bag(torch.tensor(places, dtype=torch.long), counts.cumsum(0)[:-1], per_sample_weights=torch.tensor(weights))
        return found


def logits(network: TopicNetwork, seen: View) -> topics.Vectors:
    """One row a clause of the view, one column a label."""
    bags = [topics.words(clause) for clause in seen.clauses]
    with torch.inference_mode():
        found: topics.Vectors = network(Arrays(seen), bags, 0, len(seen.clauses)).numpy()
    return found
