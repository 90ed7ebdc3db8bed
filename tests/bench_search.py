"""Search time on top of embedding the question, over 10,000 clauses: `python -m tests.bench_search [--clauses 10000]`.

The policies of ../shared (or else the samples) are ingested under as many vendors' names as it takes; vectors are word hashes, since
what is timed does not depend on what they mean.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from index.domain import Vendor
from index.embedder import Vectors, WordHashes
from index.search import Searcher
from index.settings import Settings
from ingest import pipeline
from ingest.sources import Source

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (
    "How long do they keep chat history?",
    "Is data encrypted at rest?",
    "Do they sell personal information to third parties?",
    "Which sub-processors do they use?",
    "What happens to our data when the account is closed?",
    "Where are the servers located?",
    "Do they collect precise location from the device?",
    "聊天记录保存多久?",
    "Who can we write to about privacy?",
    "Are children allowed to use it?",
)


class Timed(WordHashes):
    """Word hashes that know how long they took."""

    def __init__(self) -> None:
        super().__init__()
        self.spent = 0.0

    def encode_query(self, text: str) -> Vectors:
        began = time.perf_counter()
        vector = super().encode_query(text)
        self.spent += time.perf_counter() - began
        return vector


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clauses", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as at:
        settings, embedder = Settings(data_dir=Path(at)), Timed()
        clauses = fill(settings, embedder, args.clauses)
        index = Searcher(settings, embedder).index
        for name, options in (
            ("hybrid, all vendors", {}),
            ("hybrid, one vendor", {"vendor": "vendor-1"}),
            ("keyword, all vendors", {"mode": "keyword"}),
        ):
            for question in QUESTIONS:
                index.find(question, **options)  # type: ignore[arg-type]
            times = []
            for _ in range(args.rounds):
                for question in QUESTIONS:
                    embedder.spent, began = 0.0, time.perf_counter()
                    index.find(question, **options)  # type: ignore[arg-type]
                    times.append(1000 * (time.perf_counter() - began - embedder.spent))
            p50, p95 = statistics.median(times), sorted(times)[int(0.95 * len(times))]
            print(f"{name:22} {clauses} clauses: p50 {p50:.2f} ms, p95 {p95:.2f} ms on top of embedding the question")


def fill(settings: Settings, embedder: Timed, clauses: int) -> int:
    """Ingests the same policies under new names until there are so many clauses."""
    shared = ROOT.parent / "shared"
    files = sorted([*shared.glob("policies/*.txt"), *shared.glob("corpora/*/*.md")]) or sorted(ROOT.glob("samples/*.*d"))
    sizes = [len(pipeline.read_policy(file, "vendor").clauses) for file in files]
    sources, total = [], 0
    while total < clauses:
        at = len(sources)
        sources.append(Source(Vendor(f"vendor-{at}", f"Vendor {at}"), str(files[at % len(files)])))
        total += sizes[at % len(files)]
    report = pipeline.ingest(sources, settings, embedder, find=lambda policy, encoder: ())
    return sum(receipt.clauses for receipt in report.receipts)


if __name__ == "__main__":
    main()
