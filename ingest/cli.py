"""`python -m ingest …`: results on stdout, trouble and progress on stderr, exit status for scripts.

0: all went well. 1: a source was refused, or the command was. 2: the command, or a setting, was not understood.
130: interrupted, nothing changed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index import queries
from index.archive import archive
from index.domain import Vendor
from index.embedder import Embedder
from index.errors import SettingRefused, VpiError
from index.settings import from_environment
from index.store import Session
from ingest import pipeline, sources
from ingest.dask_cluster import cluster
from ingest.findings import with_model, workers
from ingest.job import Receipt, Watch

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Read policies into the index, and look after it."
)
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


def main() -> None:
    """Runs a command; a refusal is one line on stderr, with exit status 1 or, of a setting, 2."""
    try:
        app()
    except VpiError as error:
        # Who types commands is told the command in place of the endpoint.
        said = str(error).replace("GET /v1/vendors", "`python -m ingest list`")
        err.print(f"[red]{escape(said)}[/red]")
        sys.exit(2 if isinstance(error, SettingRefused) else 1)
    except KeyboardInterrupt:
        err.print("Interrupted. The index is as it was.")
        sys.exit(130)


@app.command()
def run(
    given: Annotated[list[str] | None, typer.Argument(help="Folders (with a vendors.toml, or one vendor a file) and files.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that look for what is in policies, each with one thread and a model.")] = 1,
    # One that is misspelt would have everything done again here, without a word.
    parts: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="Folder in which `shard` left what it found.")] = None,
    dask: Annotated[str | None, typer.Option(help="Dask scheduler, `tcp://HOST:8786`, whose workers look instead.")] = None,
    as_json: Json = False,
) -> None:
    """Ingest policies. What has not changed is left alone; without arguments, what is held is brought up to date with the rules."""
    if not given and archive(from_environment()).pointer() is None:
        raise sources.SourcesRefused("There is no index yet to bring up to date. Give folders or files: `python -m ingest run FOLDER`.")
    if dask and jobs > 1:
        raise typer.BadParameter("Give --jobs or --dask: either other processes look, or the workers of a cluster.")
    _ingest(sources.of(given or []), as_json, jobs, parts, dask)


@app.command()
def shard(
    which: Annotated[str, typer.Argument(help="Which documents: `2/8` is every eighth from the second on.")],
    given: Annotated[list[str], typer.Argument(help="The folders and files that `run` is given, in the same order.")],
    parts: Annotated[Path, typer.Option(help="Folder for what is found; `run --parts` takes it from there.")],
    as_json: Json = False,
) -> None:
    """Do a share of the work of `run`, on any machine, without touching the index. What was done already is left alone."""
    number, slash, of = which.partition("/")
    if not (slash and number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise typer.BadParameter(f"{which!r} is no share. Write 1/8 … 8/8.")
    settings = from_environment()
    embedder = Embedder(settings.embedding_model, threads=1)
    receipts = pipeline.shard(sources.of(given), int(number), int(of), parts, settings, embedder)
    refused = _print_receipts(receipts, as_json, [asdict(receipt) for receipt in receipts])
    raise typer.Exit(1 if refused else 0)


@app.command()
def url(
    address: Annotated[str, typer.Argument(help="http(s) address of a policy.")],
    vendor: Annotated[str, typer.Option("--vendor", help="Vendor id: lower-case letters, digits, hyphens.")],
    name: Annotated[str | None, typer.Option("--name", help="The vendor's name, when it is new.")] = None,
    series: Annotated[str, typer.Option("--document", help="Which of the vendor's documents this is a version of.")] = queries.MAIN,
    as_json: Json = False,
) -> None:
    """Fetch a policy and ingest it as the newest version of a vendor's document."""
    _ingest([sources.address(address, _known(vendor) or sources.new_vendor(vendor, name), series)], as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the documents in the index, every version of them."""
    with _session() as session:
        documents = list(_all(lambda cursor: queries.documents(session, cursor=cursor, limit=500)))
    if as_json:
        return _print_json([asdict(document) for document in documents])
    for each in documents:
        dated = each.last_updated or each.effective_date or "undated"
        line = f"{each.vendor:20}  {each.id:30}  {each.language:5}  {dated:10}  {'current' if each.current else 'older':7}  {each.source}"
        out.print(line, markup=False, highlight=False)


@app.command()
def show(vendor: Annotated[str, typer.Argument(help="Vendor id.")], as_json: Json = False) -> None:
    """Show a vendor's current documents: outline, clauses, what is set aside, facts by kind."""
    with _session() as session:
        entry = queries.vendor(session, vendor)
        shown: list[dict[str, Any]] = []
        for document in queries.documents(session, vendor, current=True, limit=500).items:
            shown.append(
                {
                    "document": asdict(document),
                    "clauses": queries.clauses(session, document.id, limit=1).total,
                    "outline": [asdict(heading) for heading in queries.headings(session, document.id)],
                    "set_aside": [{"start": a, "end": b, "why": why} for a, b, why in queries.flagged(session, document.id)],
                    "facts": queries.counts(session, queries.FactFilter(document=document.id)),
                }
            )
    if as_json:
        return _print_json({"vendor": asdict(entry.vendor), "documents": shown})
    out.print(f"[bold]{escape(entry.vendor.name)}[/bold] ({vendor}): {entry.documents} document(s)")
    for each in shown:
        out.print(f"\n[bold]{escape(each['document']['title'] or each['document']['id'])}[/bold]  {each['document']['id']}")
        for heading in each["outline"]:
            out.print("  " * heading["level"] + escape(heading["text"]), highlight=False)
        facts = ", ".join(f"{kind} {number}" for kind, number in each["facts"].items()) or "none"
        out.print(f"{each['clauses']} clauses, {len(each['set_aside'])} blocks set aside; facts: {facts}")


@app.command()
def verify(as_json: Json = False) -> None:
    """Check the current snapshot against its sha256 sums; in a database also each document, clause and fact."""
    found = archive(from_environment()).manifest()
    if as_json:
        return _print_json(asdict(found))
    counts = ", ".join(f"{number} {what}" for what, number in found.counts.items())
    out.print(f"Snapshot {found.number} of {found.created_at} is whole: {counts}.")


@app.command()
def rollback(as_json: Json = False) -> None:
    """Go back to the snapshot before the current one."""
    found = archive(from_environment()).rollback()
    if as_json:
        return _print_json(asdict(found))
    out.print(f"Snapshot {found.number} of {found.created_at} is served again.")


@app.command()
def remove(vendor: Annotated[str, typer.Argument(help="Vendor id.")], as_json: Json = False) -> None:
    """Remove a vendor with all its documents and facts."""
    found = pipeline.remove(vendor, from_environment())
    if as_json:
        return _print_json({"removed": vendor, "snapshot": found.number})
    out.print(f"{vendor} is gone from snapshot {found.number}; `rollback` brings it back.")


def _ingest(given: list[sources.Source], as_json: bool, jobs: int = 1, parts: Path | None = None, dask: str | None = None) -> None:
    settings, began = from_environment(), time.monotonic()
    embedder = Embedder(settings.embedding_model, threads=0)
    elsewhere = cluster(dask, embedder) if dask else workers(jobs, partial(with_model, settings.embedding_model))
    with _progress() as watch, elsewhere as others:
        report = pipeline.ingest(given, settings, embedder, watch=watch, workers=others, parts=parts)
    _print_receipts(report.receipts, as_json, asdict(report))
    if not as_json:
        ending = f"Snapshot {report.snapshot} is served." if report.published else "Nothing changed."
        out.print(f"{ending} {time.monotonic() - began:.1f} s", highlight=False)
    raise typer.Exit(1 if report.refused else 0)


def _print_receipts(receipts: list[Receipt], as_json: bool, whole: Any) -> bool:
    """A line a source, or the whole as JSON; True when one was refused."""
    if as_json:
        _print_json(whole)
    else:
        for receipt in receipts:
            what = f"{receipt.clauses} clauses, {receipt.facts} facts" if receipt.clauses else receipt.document or ""
            line = f"{receipt.outcome:10}  {receipt.vendor:20}  {escape(receipt.reason or what)}  [dim]{escape(receipt.source)}[/dim]"
            (err if receipt.outcome == "refused" else out).print(line, highlight=False)
    return any(receipt.outcome == "refused" for receipt in receipts)


@contextmanager
def _progress() -> Iterator[Watch]:
    """A bar on stderr: clauses done, clauses per second, time left. Where nobody watches it, one line on how many there are."""
    left = TimeRemainingColumn(elapsed_when_finished=True)
    columns = (TextColumn("clauses"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), left)
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("clauses", total=None, rate="")
        began = time.monotonic()

        def watch(done: int, total: int) -> None:
            if progress.disable and total and not done:  # minutes may pass before the next word
                err.print(f"{total:,} clauses to read: of what is new, and of what was read by other rules.", highlight=False)
            rate = done / max(time.monotonic() - began, 1e-3)
            progress.update(task, completed=done, total=total, rate=f"{rate:.0f} clauses/s" if done else "")

        yield watch


@contextmanager
def _session() -> Iterator[Session]:
    with archive(from_environment()).open().session() as session:
        yield session


def _known(vendor: str) -> Vendor | None:
    if archive(from_environment()).pointer() is None:
        return None
    with _session() as session:
        return next((each for each in queries.all_vendors(session) if each.id == vendor), None)


def _all(page: Callable[[str | None], queries.Page[Any]]) -> Iterator[Any]:
    found = page(None)
    yield from found.items
    while found.next:
        found = page(found.next)
        yield from found.items


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
