"""The last word on a finding: how likely it is a fact, from what the heads say and what stands around it.

A small forest of decision trees, kept as arrays. It learned on findings in policies the tagger had not seen, so it knows the tagger's
habits: which kinds it finds too readily, and that a section tells a kind of data once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index import lexicon
from ingest.tagger.view import CATEGORIES, Floats, patterns

if TYPE_CHECKING:
    from index.domain import Policy
    from ingest.tagger.model import Finding

_BEFORE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:such as|including|includes?|e\.g\.|like)\b[^.;]*$",
        r"\b(?:to|for|of) \w+(?: \w+)?\s*(?:your|the)?\s*$",
        r"\b(?:collect|receive|obtain|record|log|gather|store|process|use)\w*\b[^.;]*$",
        r"\b(?:share|disclose|delete|correct|access|update|send you|contact|encrypt|protect)\w*\b[^.;]*$",
    )
)


def features(policy: Policy, findings: Sequence[Finding]) -> Floats:
    """One row a finding, in order."""
    section: Counter[tuple[tuple[str, ...], str]] = Counter()
    document: Counter[str] = Counter()
    beside = Counter(finding.clause.id for finding in findings)
    # The facts name a kind of data once a section: where it is said again, the surer of the two is the likelier.
    texts = [" ".join(policy.plain[finding.start : finding.end].lower().split()) for finding in findings]
    often, before_here, before_now = Counter(texts), Counter[tuple[tuple[str, ...], str]](), Counter[str]()
    surest: dict[tuple[tuple[str, ...], str], float] = defaultdict(float)
    for finding in findings:
        key = (finding.clause.section, finding.category)
        surest[key] = max(surest[key], finding.told)
    cues: dict[str, list[float]] = {}
    rows = []
    for at, finding in enumerate(findings):
        clause, words = finding.clause, texts[at]
        start, end = finding.start - clause.start, finding.end - clause.start
        if clause.id not in cues:
            around = (clause.plain, clause.lead or "", " ".join(clause.section[-2:]))
            cues[clause.id] = [float(bool(pattern.search(text))) for text in around for pattern in patterns()]
        matches = [match for match in lexicon.load().find(clause.plain) if match.start < end and match.end > start]
        ranked = np.sort(finding.answers["category"])[::-1]
        before, mark, after = clause.plain[:start], clause.text[max(0, start - 3) : start], clause.text[end : end + 4]
        key = (clause.section, finding.category)
        here = (clause.section, words)
        sure, told = finding.sure, finding.told
        beside_it = [findings[other] for other in (at - 1, at + 1) if 0 <= other < len(findings) and findings[other].clause is clause]
        rows.append(
            [
                float(np.log((sure + 0.01) / (1.01 - sure))), sure, float(np.log((told + 0.01) / (1.01 - told))), sure * told,
                told - surest[key], max((other.told for other in beside_it), default=0.0), min(before_here[here], 3),
                min(before_now[words], 4), min(often[words], 6), len(words.split()),
                finding.likely, float(ranked[0] - ranked[1]), float(finding.named),
                float(any(min(m.end, end) - max(m.start, start) >= 0.6 * (end - start) for m in matches)),
                float(any(m.category == finding.category for m in matches)), float(any(m.generic for m in matches)),
                float(finding.answers["denied"][1]), float(finding.answers["generic"][1]),
                min(section[key], 3) / 3, min(document[finding.category], 4) / 4, float(section[key] == 0), min(beside[clause.id], 8) / 8,
                clause.ordinal / len(policy.clauses), min(end - start, 80) / 80, float(start < 4),
                float("*" in mark or "_" in mark), float("*" in after or "_" in after), float(after.lstrip("*_ ").startswith(":")),
                float(bool(clause.lead)), float(len(clause.plain) < 60), *(float(bool(pattern.search(before))) for pattern in _BEFORE),
                *finding.answers["source"].tolist(), float(finding.answers["purpose"][0]), *cues[clause.id],
                *(float(category == finding.category) for category in CATEGORIES),
            ]
        )  # fmt: skip
        section[key] += 1
        before_here[here] += 1
        before_now[words] += 1
        document[finding.category] += 1
    return np.asarray(rows, np.float32)


class Forest:
    """Trees as arrays: a node tests `row[feature] <= threshold` and goes left or right; a leaf has `left` -1 and adds its value."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.roots, self.feature, self.threshold = arrays["roots"], arrays["feature"], arrays["threshold"]
        self.left, self.right, self.value = arrays["left"], arrays["right"], arrays["value"]

    def hear(self, policy: Policy, findings: Sequence[Finding]) -> list[Finding]:
        """The findings with the judge's word."""
        stated = self.judge(features(policy, findings)) if findings else ()
        return [replace(each, stated=float(value)) for each, value in zip(findings, stated, strict=True)]

    def judge(self, rows: Floats) -> Floats:
        """The probability that each row is a fact."""
        total = np.full(len(rows), float(self.value[0]))
        for root in self.roots:
            node = np.full(len(rows), int(root))
            while (inner := self.left[node] >= 0).any():
                at = node[inner]
                goes_left = rows[inner, self.feature[at]] <= self.threshold[at]
                node[inner] = np.where(goes_left, self.left[at], self.right[at])
            total += self.value[node]
        return np.asarray(1 / (1 + np.exp(-total)), np.float32)
