"""How search, memory, opening and publishing grow with the index: `python -m tests.bench_scale [--clauses 1000 10000 100000 1000000]`.

Clauses are made of two real ones each (half the words of either, their vectors mixed, with noise), a hundred a document, a vendor a
document; the questions are real. Recall is against exact search over the same vectors; memory is the process's own, files not counted;
`publish` and `seen`: one changed policy published, and served by a running service. With `--cpu` all but `make` is CPU time, for a machine
that others use meanwhile. The table goes to stdout, the plot to `--plot`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index import snapshot, words
from index.archive import FolderArchive, FolderDraft
from index.domain import Document, Policy, Vendor
from index.embedder import Embedder
from index.late_interaction import SIZE, unit
from index.onnx_encoder import OnnxEncoder
from index.query_encoder import QueryEncoder
from index.saving import Whole
from index.search import Searcher
from index.settings import Settings
from index.snapshot import Made
from index.store import Store
from index.tables import DIMENSION, ClauseRow, DocumentRow
from index.vectors import EXACT_UP_TO
from ingest import pipeline
from tests.bench_search import QUESTIONS, ROOT
from tests.plot import plot

Matrix = npt.NDArray[np.float32]
PER_DOCUMENT = 100
WORDPIECES = np.rint(127 * unit(np.random.default_rng(0).standard_normal((512, SIZE)).astype(np.float32))).astype(np.int8)
COLUMNS = (
    "clauses", "recall@10", "near p50", "near p99", "search p50", "search p99", "one vendor", "encode", "memory MB", "verify s", "open s",
    "publish s", "seen s", "make s",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clauses", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--at", type=Path, help="where the indexes are written and left; a temporary folder when left out")
    parser.add_argument("--plot", type=Path, help="an SVG of how each measure grows")
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.open:
        return print(json.dumps(opened(args.open, time.process_time if args.cpu else time.perf_counter)))
    with tempfile.TemporaryDirectory() as temporary:
        at = args.at or Path(temporary)
        texts, vectors = real(at)
        print("milliseconds where nothing else is said\n" + "".join(f"{name:>12}" for name in COLUMNS))
        rows = []
        for size in args.clauses:
            data = at / str(size)
            shutil.rmtree(data, ignore_errors=True)
            made = make(data, size, texts, vectors)
            found = subprocess.run(
                [sys.executable, "-m", "tests.bench_scale", "--open", str(data), *["--cpu"] * args.cpu],
                capture_output=True,
                text=True,
                check=True,
            )
            row = {"clauses": size, "make s": made, **json.loads(found.stdout.splitlines()[-1])}
            rows.append(row)
            print("".join(f"{row[name]:>12,.3f}" if isinstance(row[name], float) else f"{row[name]:>12,}" for name in COLUMNS), flush=True)
    if args.plot:
        args.plot.write_text(plot(rows, "clauses", COLUMNS[1:]), encoding="utf-8")


def questions() -> list[str]:
    path = ROOT.parent / "shared" / "eval" / "questions.jsonl"
    asked = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else list(QUESTIONS)
    return [question for question in asked if question.isascii()]


def real(at: Path) -> tuple[list[str], Matrix]:
    """Clauses of the policies at hand, and their vectors; kept in `at`."""
    shared = ROOT.parent / "shared"
    files = sorted([*shared.glob("policies/*.txt"), *shared.glob("corpora/*/*.md")]) or sorted(ROOT.glob("samples/*.*d"))
    texts = list(dict.fromkeys(clause.plain for file in files for clause in pipeline.read_policy(file, "vendor").clauses))
    kept = at / "real.npy"
    if not kept.exists():
        at.mkdir(parents=True, exist_ok=True)
        np.save(kept, OnnxEncoder(Embedder().folder).encode(texts))
    return texts, np.load(kept)


def mixed(size: int, texts: list[str], vectors: Matrix) -> Iterator[tuple[list[str], Matrix]]:
    """Clauses made of two real ones, by the document."""
    random = np.random.default_rng(1)
    for first in range(0, size, PER_DOCUMENT):
        one, other = random.integers(0, len(texts), (2, min(PER_DOCUMENT, size - first)))
        share = random.uniform(0.5, 1.0, (len(one), 1)).astype(np.float32)
        found = (
            share * vectors[one] + (1 - share) * vectors[other] + random.normal(0, 0.012, (len(one), vectors.shape[1])).astype(np.float32)
        )
        said = [f"{texts[a][: len(texts[a]) // 2]} {texts[b][len(texts[b]) // 2 :]}" for a, b in zip(one, other, strict=True)]
        yield said, found / np.linalg.norm(found, axis=1, keepdims=True)


def make(data: Path, size: int, texts: list[str], vectors: Matrix) -> float:
    """A snapshot of so many clauses; seconds it took to derive the vectors' index and publish, rows not counted."""
    encoder = QueryEncoder()
    with snapshot.lock(data), snapshot.draft(data) as draft:
        Store(draft.database).close()
        with sqlite3.connect(draft.database) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")
            for number, (said, found) in enumerate(mixed(size, texts, vectors)):
                write(database, number, said, found)
        database.close()
        store = Store(draft.database)
        began = time.perf_counter()
        FolderDraft(kept(data), draft, store).publish(Made(encoder.fingerprint, encoder.name, "", "", ""))
        return time.perf_counter() - began


def kept(data: Path) -> FolderArchive:
    return FolderArchive(Settings(data_dir=data, keep_snapshots=1))


def write(database: sqlite3.Connection, number: int, said: list[str], found: Matrix) -> None:
    """One document's rows, as `Store.save` writes them, a hundred times as fast."""
    vendor, document, first = f"vendor-{number}", f"vendor-{number}-1", number * PER_DOCUMENT + 1
    database.execute("INSERT INTO vendor VALUES (?, ?, '[]', '[]', NULL, NULL)", (vendor, f"Vendor {number} Ltd"))
    values = {
        "id": document, "vendor": vendor, "series": "policy", "position": 0, "current": 1, "language": "en", "languages": '["en"]',
        "sha256": "0", "source": "made", "media_type": "text/plain", "retrieved_at": "2026-01-01", "made_by": "bench", "clauses": len(said),
    }  # fmt: skip
    insert(database, DocumentRow, [values])
    at, rows = 0, []
    for ordinal, (text, vector) in enumerate(zip(said, found, strict=True)):
        rows.append(
            {
                "row": first + ordinal, "id": f"{document}.{ordinal:04d}", "document": document, "vendor": vendor, "ordinal": ordinal,
                "start": at, "end": at + len(text), "text": text, "section": "[]", "language": "en", "embedded": "",
                "vector": vector.tobytes(), "tokens": wordpieces(text),
            }
        )  # fmt: skip
        at += len(text)
    insert(database, ClauseRow, rows)
    database.executemany(
        "INSERT INTO clause_words(rowid, words, context, han) VALUES (?, ?, ?, ?)",
        [(row["row"], *words.columns(row["text"], "")) for row in rows],
    )


def insert(database: sqlite3.Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    names = list(table.model_fields)
    marks, columns = ", ".join("?" * len(names)), ", ".join(f'"{name}"' for name in names)
    asked = f"INSERT INTO {table.__tablename__} ({columns}) VALUES ({marks})"
    database.executemany(asked, [[row.get(name) for name in names] for row in rows])


def change(data: Path, text: str, vectors: Matrix) -> None:
    """Publishes one vendor's policy, changed; its embedding and reading are done already."""
    with kept(data).draft() as draft:
        store = draft.rows
        vendor = Vendor("vendor-1", "Vendor 1 Ltd")
        store.remove(vendor.id)
        store.save_vendor(vendor)
        new = whole(vendor, text, vectors)
        store.save(new)
        store.arrange(vendor.id, new.series, [new.document.id])
        assert draft.base
        draft.publish(draft.base.made)


def wordpieces(text: str) -> bytes:
    """As many as the text has words, or nearly; made up, of a unit's length each."""
    return WORDPIECES[: 1 + text.count(" ")].tobytes()


def whole(vendor: Vendor, text: str, vectors: Matrix) -> Whole:
    from index.domain import Clause

    clause = Clause(f"{vendor.id}-2.0000", 0, 0, len(text), text, text, (), None, None, "en")
    document = Document(
        f"{vendor.id}-2", vendor.id, None, "en", ("en",), None, None, None, "0", "made", "text/plain", "2026-01-01T00:00:00Z", True
    )
    policy = Policy(document.id, vendor, text, text, (clause,), (), ())
    return Whole(document, "policy", "utf-8", text.encode(), "bench", policy, [], vectors, [""], {}, [wordpieces(text)])


def opened(data: Path, clock: Callable[[], float]) -> dict[str, float]:
    """Everything that is measured of an index in a process of its own."""
    settings, encoder = Settings(data_dir=data), QueryEncoder()
    asked = questions()
    encoder.encode_query("ready")
    encoding = [timed(lambda each=each: encoder.encode_query(each), clock) for each in asked]
    began = clock()
    held = snapshot.current(data)
    verified = clock() - began
    searcher = Searcher(settings, encoder)
    index, ready = searcher.index, clock() - began - verified
    # Read past faiss: mapped vectors stand at odd addresses, which numpy multiplies a hundred times as slowly.
    size = held.manifest.counts["clauses"]
    exact = np.fromfile(held.vectors, np.float32, offset=held.vectors.stat().st_size - 4 * DIMENSION * size).reshape(size, DIMENSION)
    everywhere = np.ones(size, np.bool_)
    near, right = [], 0
    for question in asked:
        vector = encoder.encode_query(question)
        near.append(timed(lambda vector=vector: index._vectors.nearest(vector, 10, everywhere), clock))
        found = index._vectors.nearest(vector, 10, everywhere)[0]
        right += len(set(found.tolist()) & set(np.argsort(-(exact @ vector))[:10].tolist())) if size > EXACT_UP_TO else 10
    del exact
    for question in asked:
        index.find(question)
    search = [timed(lambda question=question: index.find(question), clock) for question in asked for _ in range(2)]
    one = [timed(lambda question=question: index.find(question, vendor="vendor-1"), clock) for question in asked]
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    anonymous = int(status.split("RssAnon:")[1].split()[0]) // 1024
    clauses, published, seen = OnnxEncoder(Embedder().folder), [], []
    for weeks in ("nine", "ten", "eleven"):
        text = f"We keep records of calls for {weeks} weeks."
        vectors = clauses.encode([text])
        published.append(timed(lambda text=text, vectors=vectors: change(data, text, vectors), clock) / 1000)
        seen.append(timed(searcher.refresh, clock) / 1000)
    assert searcher.index.find("records of calls", vendor="vendor-1").items[0].clause.text == text
    return {
        "recall@10": right / (10 * len(asked)),
        "near p50": statistics.median(near), "near p99": quantile(near), "search p50": statistics.median(search),
        "search p99": quantile(search), "one vendor": statistics.median(one), "encode": statistics.median(encoding),
        "memory MB": anonymous, "verify s": verified, "open s": ready,
        "publish s": statistics.median(published), "seen s": statistics.median(seen),
    }  # fmt: skip


def timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return 1000 * (clock() - began)


def quantile(times: list[float]) -> float:
    return sorted(times)[int(0.99 * len(times))]


if __name__ == "__main__":
    main()
