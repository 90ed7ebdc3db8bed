"""A folder and PostgreSQL, side by side, as an index grows: publishing one changed policy, seeing it in a service, look-ups, opening.

`python -m tests.bench_stores --clauses 1000 10000 50000`. Milliseconds of wall time, in brackets those of a processor: this process's
and the database's. PostgreSQL runs on the same machine, over a socket: a network adds its round trip to every query.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydantic import SecretStr

from index import queries
from index.archive import archive
from index.domain import Clause, Document, Policy, Vendor
from index.embedder import WordHashes
from index.facts import Retention
from index.queries import FactFilter
from index.saving import Saving, Whole
from index.search import Searcher
from index.settings import Settings
from index.snapshot import Made
from tests import postgres

PER_DOCUMENT = 100
SERVED: list[str] = []  # the database, once it is measured
MADE = Made(WordHashes.fingerprint, WordHashes.name, "", "", "")
THINGS = ["logs", "invoices", "letters", "photos", "messages", "tickets", "recordings", "contacts", "drawings", "backups"]


def save(rows: Saving, number: int, days: int = 30) -> None:
    """One vendor with one policy of a hundred clauses, a fact in every other one."""
    vendor, id = Vendor(f"vendor-{number}", f"Vendor {number}"), f"vendor-{number}-1"
    random = np.random.default_rng(number)
    said = [f"We keep {THINGS[at % 10]} of kind {number * 7 % 997} for {days + at} days." for at in range(PER_DOCUMENT)]
    clauses, facts, at = [], [], 0
    for ordinal, text in enumerate(said):
        clause = Clause(f"{id}.{ordinal:04d}", ordinal, at, at + len(text), text, text, (), None, None, "en")
        clauses.append(clause)
        if ordinal % 2:
            where = {"vendor": vendor.id, "document": id, "clause": clause.id, "quote": text, "start": at, "end": at + len(text)}
            facts.append(Retention(**where, scope=THINGS[ordinal % 10], period=f"P{days + ordinal}D"))
        at += len(text) + 1
    policy = Policy(id, vendor, "\n".join(said), "\n".join(said), tuple(clauses), (), ())
    document = Document(id, vendor.id, None, "en", ("en",), None, None, None, "0" * 64, "made", "text/plain", "2026-01-01T00:00:00Z", True)
    vectors = random.standard_normal((PER_DOCUMENT, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows.save_vendor(vendor)
    nothing = [b""] * PER_DOCUMENT
    rows.save(Whole(document, "policy", "utf-8", policy.text.encode(), "bench", policy, facts, vectors, [""] * PER_DOCUMENT, {}, nothing))
    rows.arrange(vendor.id, "policy", [id])


def timed(work: Callable[[], object], rounds: int) -> str:
    """Median of wall time, mean of CPU time."""
    walls, cpu = [], spent()
    for _ in range(rounds):
        wall = time.perf_counter()
        work()
        walls.append(1000 * (time.perf_counter() - wall))
    return f"{statistics.median(walls):.1f} ({1000 * (spent() - cpu) / rounds:.1f})"


def spent() -> float:
    """Seconds of a processor that this process and the database's have taken."""
    return time.process_time() + (postgres.processor_seconds() if SERVED else 0.0)


def measure(settings: Settings, size: int) -> dict[str, str]:
    """One store at one size."""
    with archive(settings).draft() as draft:
        for number in range(size // PER_DOCUMENT):
            save(draft.rows, number)
        draft.publish(MADE)
    found = {"opened": timed(lambda: Searcher(settings, WordHashes()), 3)}
    searcher = Searcher(settings, WordHashes())
    days = iter(range(40, 400))

    def change() -> None:
        with archive(settings).draft() as draft:
            save(draft.rows, 3, next(days))
            draft.publish(MADE)

    found["published"], seen = timed(change, 3), []
    for _ in range(3):
        change()
        seen.append(timed(lambda: searcher.refresh() or exit("not seen"), 1))
    found["seen"] = sorted(seen, key=lambda each: float(each.split()[0]))[1]
    index = searcher.index
    vendors, asked = iter(10_000 * [f"vendor-{number}" for number in range(0, size // PER_DOCUMENT, 3)]), iter(range(10**6))

    def one_vendor() -> None:
        with index.session() as session:
            assert len(queries.every_fact(session, FactFilter(vendor=next(vendors)))) == PER_DOCUMENT // 2

    def a_page() -> None:
        with index.session() as session:
            assert len(queries.retention(session, by_period=True, descending=True).items) == 50

    def a_clause() -> None:
        with index.session() as session:
            assert queries.clause(session, f"{next(vendors)}-1.0007").facts

    found["a vendor's facts"], found["a page of all facts"] = timed(one_vendor, 60), timed(a_page, 20)
    found["a clause"] = timed(a_clause, 60)
    found["search"] = timed(lambda: index.find(f"invoices of kind {next(asked)}", limit=10), 60)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clauses", type=int, nargs="+", default=[1000, 10_000, 50_000])
    for size in parser.parse_args().clauses:
        with tempfile.TemporaryDirectory() as folder:
            kept = {"folder": Settings(data_dir=Path(folder)), "PostgreSQL": Settings(database_url=SecretStr(postgres.database()))}
            for name, settings in kept.items():
                SERVED[:] = [name] if name == "PostgreSQL" else []
                began = time.perf_counter()
                told = measure(settings, size)
                print(f"{size:,} {name}, {time.perf_counter() - began:.0f} s in all: {told}", flush=True)


if __name__ == "__main__":
    main()
