"""Ingest against the bare model on the same texts in the same run: `python -m tests.bench_ingest [FOLDER]`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from index.embedder import Embedder
from index.settings import Settings
from ingest import findings, pipeline, sources

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = ROOT.parent / "shared" / "policies"
    parser.add_argument("folder", type=Path, nargs="?", default=shared if shared.is_dir() else ROOT / "samples")
    folder = parser.parse_args().folder
    embedder = Embedder(threads=0)
    embedder.load()
    given = sources.of([str(folder)])
    texts = [clause.plain for source in given for clause in pipeline.read_policy(Path(source.location), source.vendor).clauses]
    embedder.encode(texts[:64])
    bare = timed(lambda: embedder.encode(texts))
    print(f"bare model          {len(texts) / bare:7.1f} clauses/s   {bare:6.2f} s for {len(texts)} clauses")
    with tempfile.TemporaryDirectory() as at:
        settings = Settings(data_dir=Path(at) / "without")
        without = timed(lambda: pipeline.ingest(given, settings, embedder, find=lambda policy, encoder: ()))
        print(
            f"ingest, no facts    {len(texts) / without:7.1f} clauses/s   {without:6.2f} s: {bare / without:.2f} of the bare model's rate"
        )
        settings = Settings(data_dir=Path(at) / "with")
        find = findings.shipped()
        whole = timed(lambda: pipeline.ingest(given, settings, embedder, find))
        print(f"ingest, with facts  {len(texts) / whole:7.1f} clauses/s   {whole:6.2f} s: {bare / whole:.2f} of the bare model's rate")
        again = timed(lambda: pipeline.ingest(given, settings, embedder, find))
        print(f"nothing changed     {again:.2f} s")


def timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
