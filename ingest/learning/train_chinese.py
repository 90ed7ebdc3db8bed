"""Trains the judge of Chinese statements on the gold and on other real policies, and on sentences of our own.

    python -m ingest.learning.train_chinese --texts TEXTS                     cross-validates, then writes chinese.json
    python -m ingest.learning.train_chinese --texts TEXTS --cross-validate    prints the figures and writes nothing

Two minutes of one core. Documents, never sentences, are kept apart. The annotations of real policies are `annotations/zh`, their texts are
read from `zh` in the folder TEXTS (see `annotations/README.md`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.domain import Policy, Vendor
from index.settings import Settings
from ingest import pipeline, readers, split
from ingest.extract import collection_zh, fields_zh
from ingest.extract.features_zh import judged
from ingest.extract.mentions_zh import Word
from ingest.learning import standoff
from ingest.learning.measure import scorer
from ingest.tagger import chinese
from ingest.tagger.chinese import Judge

SENTENCES = Path(__file__).with_name("chinese_sentences.toml")
# Policies of the gold that are in Chinese, whole or by half.
GOLD = ("wecom", "whatssaas")
FOLDS = 6
# A feature that stands in fewer policies is one policy's.
LEAST = 4
# Inverse strength of the penalty on weights, by question. Of 0.1, 0.3 and 1.0 the best by folds for `stated` (mention F1 0.702, 0.705
# and 0.699) and `source` (0.859, 0.858 and 0.856 right); for `denied` no other was tried.
STRENGTH = {"stated": 0.3, "denied": 1.0, "source": 0.1}
# A sentence of ours, against one of a policy: there are few of them, and what they say holds without a policy around it.
OWN = 2.0
THRESHOLDS = [round(0.25 + 0.025 * step, 3) for step in range(9)]
# Weights below this are left out of what ships: the file is half as long.
LIGHT = 0.03
Row = tuple[Mapping[str, float], Any, float]


@dataclass(frozen=True)
class Document:
    """A policy, its facts as the scorer reads them, and its words for data with their features."""

    policy: Policy
    facts: tuple[dict[str, Any], ...]
    words: tuple[tuple[Word, Mapping[str, float]], ...]

    def rows(self, question: str, shared: Any) -> list[Row]:
        """The features and the answer for every word that the question is asked of."""
        collected = [fact for fact in self.facts if fact["kind"] == "collection"]
        stated, denied = ([fact for fact in collected if fact["polarity"] == polarity] for polarity in ("yes", "no"))
        rows: list[Row] = []
        for word, features in self.words:
            at = (word.clause.start + word.mention.start, word.clause.start + word.end)
            partners = [fact for fact in stated if shared.close(at, fact["span_at"], 160)]
            same = [fact for fact in partners if fact["category"] == word.mention.category]
            if question == "stated":
                rows.append((features, bool(same), 1.0))
            elif question == "denied":
                inside = any(shared.close(at, fact["at"], 700) for fact in denied) and not partners
                rows.append((features, inside, 1.0))
            elif same:
                said = fields_zh.source(word.clause, word)
                rows.append(({**features, f"said:{said}": 1.0}, same[0]["source"], 1.0))
        return rows


def documents(gold: Path, texts: Path) -> dict[str, Document]:
    """The annotated Chinese policies by name."""
    found = {}
    for name in GOLD:
        lines = (gold / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        policy = pipeline.read_policy(next((gold / "docs").glob(f"{name}.*")), name)
        found[name] = _document(policy, [json.loads(line) for line in lines if line.strip()])
    for own in standoff.read(texts / "zh", standoff.FOLDER / "zh"):
        found[own.name] = _document(pipeline.read_policy(texts / "zh" / f"{own.name}.md", own.name), own.facts)
    return found


def _sentence(heading: str, text: str) -> Policy:
    reading = readers.read((heading + text).encode(), media_type="text/markdown", name="own.md", settings=Settings())
    return split.policy(reading, "own", Vendor("own", "own"), len)


def _document(policy: Policy, facts: Iterable[Mapping[str, Any]]) -> Document:
    placed = []
    for fact in facts:
        placed.append({**fact, "at": (fact["start"], fact["end"]), "quote": policy.text[fact["start"] : fact["end"]]})
        if fact["kind"] == "collection":
            placed[-1]["span_at"] = (fact["span_start"], fact["span_end"])
    return Document(policy, tuple(placed), tuple(judged(policy)))


def own_rows() -> dict[str, list[Row]]:
    """Our own sentences, each as a policy of one sentence, as rows of `stated` and `denied`."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for said, sentences in tomllib.loads(SENTENCES.read_text(encoding="utf-8")).items():
        for sentence in sentences:
            heading, _, text = sentence.rpartition(" :: ")
            policy = _sentence(f"# {heading}\n\n" if heading else "", re.sub("[⟦⟧]", "", text))
            # Where a word stands in ⟦ ⟧, counted without those.
            only_named = [match.start() - 2 * at for at, match in enumerate(re.finditer("⟦", text))]
            for word, features in judged(policy):
                own = "mentioned" if word.mention.start in only_named else said
                rows["stated"].append((features, own == "stated", OWN))
                rows["denied"].append((features, own == "denied", OWN))
                if own == "stated" and not heading:
                    # By itself a sentence says what the rules read in it.
                    source = fields_zh.source(word.clause, word)
                    rows["source"].append(({**features, f"said:{source}": 1.0}, source, OWN))
    return rows


def fit(rows: Sequence[Row], answer: Any, strength: float, known: frozenset[str]) -> dict[str, Any]:
    """A logistic model that tells `answer` from the others, as readable weights of the features that are known."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([{name: value for name, value in features.items() if name in known} for features, _, _ in rows])
    model = LogisticRegression(C=strength, max_iter=400)
    model.fit(x, [said == answer for _, said, _ in rows], sample_weight=[weight for _, _, weight in rows])
    weights = zip(vectorizer.feature_names_, model.coef_[0], strict=True)
    kept = {name: round(float(weight), 3) for name, weight in weights if abs(weight) >= LIGHT}
    return {"weights": dict(sorted(kept.items())), "bias": round(float(model.intercept_[0]), 3)}


def trained(corpus: Mapping[str, Document], own: Mapping[str, list[Row]], shared: Any, threshold: float = 0.0) -> dict[str, Any]:
    """The judge that these policies and our sentences teach."""
    rows = {question: [document.rows(question, shared) for document in corpus.values()] for question in STRENGTH}
    known = {}
    for question, each in rows.items():
        counts = Counter(name for one in each for name in {name for features, _, _ in one for name in features})
        counts.update(name for features, _, _ in own.get(question, ()) for name in features)
        known[question] = frozenset(name for name, count in counts.items() if count >= LEAST)
    flat = {question: [row for one in each for row in one] + own.get(question, []) for question, each in rows.items()}
    sources = sorted({said for _, said, _ in flat["source"]})
    return {
        "threshold": threshold,
        "judges": {name: fit(flat[name], True, STRENGTH[name], known[name]) for name in ("stated", "denied")},
        "source": {name: fit(flat["source"], name, STRENGTH["source"], known["source"]) for name in sources},
    }


def cross_validate(corpus: Mapping[str, Document], own: Mapping[str, list[Row]], shared: Any) -> tuple[float, dict[str, Any]]:
    """The threshold that serves the folds best, and the scorer's figures with it."""
    judges: dict[str, dict[str, Any]] = {}
    names = list(corpus)
    for at in range(FOLDS):
        rest = {name: corpus[name] for name in names if name not in names[at::FOLDS]}
        judges |= dict.fromkeys(names[at::FOLDS], trained(rest, own, shared))
    figures = {}
    for least in THRESHOLDS:
        figures[least] = _figures(corpus, {name: {**made, "threshold": least} for name, made in judges.items()}, shared)
    best = max(figures, key=lambda least: figures[least]["collection.mention"]["f1"])
    for name, row in figures[best].items():
        print(f"{name:44} {row}")
    return best, figures[best]


def _figures(corpus: Mapping[str, Document], judges: Mapping[str, Any], shared: Any) -> dict[str, Any]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    accuracy: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, document in corpus.items():
        found = [fact.model_dump() for fact in collection_zh.stated(document.policy, document.words, Judge(judges[name]))]
        for row in found:
            row |= {"at": (row["start"], row["end"]), "span_at": (row["span_start"], row["span_end"])}
        chinese_only = [fact for fact in document.facts if _is_chinese(document.policy, fact)]
        counts, right = shared.score_document(found, chinese_only, defaultdict(list), name)
        for measure, values in counts.items():
            totals[measure] = [a + b for a, b in zip(totals[measure], values, strict=True)]
        for measure, pair in right.items():
            accuracy[measure] = [a + b for a, b in zip(accuracy[measure], pair, strict=True)]
    figures: dict[str, Any] = {name: shared.prf(*values) for name, values in totals.items() if name.startswith("collection")}
    told = {name: round(a / b, 4) for name, (a, b) in accuracy.items() if name.startswith("collection") and b}
    return figures | {"right": told}


def _is_chinese(policy: Policy, fact: Mapping[str, Any]) -> bool:
    clause = policy.clause_at(fact["start"])
    return clause is None or clause.language.startswith("zh")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path("../shared/eval"), help="folder with docs, gold and score.py")
    parser.add_argument("--texts", type=Path, required=True, help="folder whose `zh` holds the texts of the annotated policies")
    parser.add_argument("--cross-validate", action="store_true", help="print the figures and write nothing")
    args = parser.parse_args()
    corpus, own, shared = documents(args.gold, args.texts), own_rows(), scorer(args.gold)
    threshold, figures = cross_validate(corpus, own, shared)
    if args.cross_validate:
        return
    digest = hashlib.sha256("".join(document.policy.text for document in corpus.values()).encode() + SENTENCES.read_bytes())
    made = {
        "command": "python -m ingest.learning.train_chinese --texts TEXTS", "data": digest.hexdigest()[:16], "documents": len(corpus),
        "cross_validated": figures, **trained(corpus, own, shared, threshold),
    }  # fmt: skip
    chinese.WEIGHTS.write_text(json.dumps(made, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
