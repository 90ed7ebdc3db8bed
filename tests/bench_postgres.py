"""How PostgreSQL grows: one changed policy published, and seen by a service, at sizes that take too long to ingest for it.

`python -m tests.bench_postgres --clauses 100000 --documents 1000`. Ten documents are ingested; the others are copies of them, made inside
the database under other names, their vectors with noise. Seconds of wall time, in brackets those of a processor: this process's and the
database's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, text

from index.archive import archive
from index.embedder import WordHashes
from index.postgres.archive import PostgresArchive
from index.search import Searcher
from index.settings import Settings
from tests import bench_stores, postgres

INGESTED = 10
# Of each table, what is not copied as it stands: `t` is the row copied, `k` whose it becomes.
DOCUMENT = "k.vendor || '-1'"
OF_CLAUSE = f"replace(t.{{}}, 'vendor-' || split_part(t.document, '-', 2) || '-1', {DOCUMENT})"
BELONGS = {"reading": "k.new", "document": DOCUMENT, "vendor": "k.vendor"}
COPIED = {
    "kept_document_text": BELONGS,
    "kept_heading": BELONGS,
    "kept_flagged": BELONGS,
    "kept_clause": BELONGS
    | {"row": "k.new * 1048576 + t.ordinal", "id": OF_CLAUSE.format("id"), "vector": "l2_normalize(t.vector + k.noise)"},
    "kept_fact": BELONGS | {"id": "t.id || '.' || k.new", "clause": OF_CLAUSE.format("clause")},
    "kept_clause_words": {"reading": "k.new", "rowid": "k.new * 1048576 + mod(t.rowid, 1048576)"},
}
COPIES = """CREATE TEMP TABLE copies AS SELECT id AS new, (SELECT min(id) FROM reading) + mod(id, :ingested) AS old,
    'vendor-' || id || 'x' AS vendor,
    (SELECT array_agg(0.05 * (random() - .5) + 0 * number * id)::vector FROM generate_series(1, 384) number) AS noise
    FROM reading WHERE id > :last"""
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = :table AND table_schema = current_schema()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clauses", type=int, default=100_000)
    parser.add_argument("--documents", type=int, default=1000)
    args = parser.parse_args()
    bench_stores.PER_DOCUMENT = args.clauses // args.documents
    settings = Settings(database_url=SecretStr(postgres.database()))
    bench_stores.SERVED[:] = ["PostgreSQL"]
    with archive(settings).draft() as draft:
        for number in range(INGESTED):
            bench_stores.save(draft.rows, number)
        draft.publish(bench_stores.MADE)
    home = archive(settings)
    assert isinstance(home, PostgresArchive)
    counts = copy(home, args.documents - INGESTED)
    opened: list[Searcher] = []
    print(f"{counts}; opened {timed(lambda: opened.append(Searcher(settings, WordHashes())))}, {memory()}", flush=True)
    searcher = opened[0]
    for days in (40, 41, 42):

        def change(days: int = days) -> None:
            with archive(settings).draft() as draft:
                bench_stores.save(draft.rows, 3, days)
                draft.publish(bench_stores.MADE)

        published, seen = timed(change), timed(lambda: searcher.refresh() or exit("not seen"))
        print(f"published {published}, seen {seen}, {memory()}", flush=True)


def copy(home: PostgresArchive, documents: int) -> dict[str, int]:
    """So many documents more in the published snapshot; what it holds then."""
    with home._writing.begin() as database:
        snapshot = database.execute(text("SELECT snapshot FROM published")).scalar_one()
        last = database.execute(text("SELECT max(id) FROM reading")).scalar_one()
        more = "INSERT INTO reading SELECT nextval('reading_id_seq') FROM generate_series(1, :documents)"
        database.execute(text(more), {"documents": documents})
        database.execute(text(COPIES), {"ingested": INGESTED, "last": last})
        into(database, "kept_document", {"reading": "k.new", "id": DOCUMENT, "vendor": "k.vendor"}, f"WHERE t.snapshot = {snapshot}")
        of_vendors = f"WHERE t.snapshot = {snapshot} AND t.id = 'vendor-0'"
        into(database, "kept_vendor", {"id": "k.vendor", "name": "'Firm ' || k.new"}, of_vendors, on="true")
        for table, changed in COPIED.items():
            into(database, table, changed)
        counted = {what: f"SELECT count(*) FROM kept_{what[:-1]}" for what in ("vendors", "documents", "clauses", "facts")}
        counts = {what: int(database.execute(text(asked)).scalar_one()) for what, asked in counted.items()}
        database.execute(text("UPDATE snapshot SET counts = CAST(:counts AS json)"), {"counts": json.dumps(counts)})
    home.count()
    return counts


def into(database: Connection, table: str, changed: dict[str, str], where: str = "", on: str = "t.reading = k.old") -> None:
    names = list(database.execute(text(COLUMNS), {"table": table}).scalars())
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(changed.get(name, f't."{name}"') for name in names)
    database.execute(text(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t JOIN copies k ON {on} {where}"))


def timed(work: Callable[[], Any]) -> str:
    wall, spent = time.perf_counter(), bench_stores.spent()
    work()
    return f"{time.perf_counter() - wall:.2f} s ({bench_stores.spent() - spent:.2f})"


def memory() -> str:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return f"own memory {int(status.split('RssAnon:')[1].split()[0]) // 1024} MB"


if __name__ == "__main__":
    main()
