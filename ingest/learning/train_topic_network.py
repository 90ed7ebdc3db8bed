"""How the topic network learns. Imports torch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from ingest.learning.tagger_corpus import chunks
from ingest.tagger import topics
from ingest.tagger.network import Arrays
from ingest.tagger.topic_network import TopicNetwork
from ingest.tagger.view import Floats, View

EPOCHS, RATE = 5, 3e-3
POSITIVE = 2.0  # what is said weighs against what is not
MARGIN = 6  # clauses read on either side of a chunk
USUAL = 60  # clauses of a chunk that weighs 1


@dataclass(frozen=True)
class Lesson:
    """A view with what each of its clauses says (clauses × labels, 0 or 1), and how much it weighs."""

    view: View
    answers: Floats
    weight: float


def learn(lessons: Sequence[Lesson], labels: int, seed: int = 0) -> TopicNetwork:
    """A network that has learned these lessons: a minute and a half of one core for 160 policies."""
    torch.manual_seed(seed)
    network = TopicNetwork(labels)
    order = random.Random(seed)
    steps = [step for lesson in lessons for step in _steps(lesson)]
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * len(steps) + 1, pct_start=0.15)
    for _ in range(EPOCHS):
        order.shuffle(steps)
        for step in steps:
            optimizer.zero_grad()
            step.loss(network).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


@dataclass(frozen=True)
class _Step:
    arrays: Arrays
    bags: Sequence[Sequence[int]]
    answers: Tensor
    weight: float
    first: int
    last: int

    def loss(self, network: TopicNetwork) -> Tensor:
        told = network(self.arrays, self.bags, self.first, self.last, MARGIN)
        positive = torch.full((self.answers.shape[1],), POSITIVE)
        loss = binary_cross_entropy_with_logits(told, self.answers[self.first : self.last], pos_weight=positive, reduction="none")
        return loss.sum(1).mean() * self.weight * min(2.0, (self.last - self.first) / USUAL)


def _steps(lesson: Lesson) -> list[_Step]:
    arrays, bags = Arrays(lesson.view), [topics.words(clause) for clause in lesson.view.clauses]
    answers, clause = torch.from_numpy(lesson.answers), lesson.view.clause
    return [_Step(arrays, bags, answers, lesson.weight, int(clause[start]), int(clause[end - 1]) + 1) for start, end in chunks(lesson.view)]
