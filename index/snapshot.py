"""Snapshots: folders under `data/` that never change once published, and the one pointer to the current one.

    data/CURRENT                 the number of the current snapshot, moved by atomic rename
    data/ingest.lock             locked while an ingest runs; the lock ends with its process, however that ends
    data/snapshots/000012/       policies.db, clauses.faiss, clauses.cells where they are many, manifest.json
    data/snapshots/.draft-…/     what an ingest is writing; one that was killed leaves it, the next one clears it away

The only code that touches files under `data/`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from index.errors import IngestRunning, SnapshotDamaged, SnapshotMissing, StorageFailed
from index.tables import schema

DATABASE = "policies.db"
VECTORS = "clauses.faiss"
CELLS = "clauses.cells"  # beside the vectors where they are many
MANIFEST = "manifest.json"
# A service looks for a newer snapshot every few seconds: one replaced less than a minute ago may still be read.
GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class Made:
    """By what a snapshot was made: sha256 of the model's weights, of the taxonomy, of the rules, of the code that reads policies."""

    model: str
    model_name: str
    taxonomy: str
    rules: str
    code: str


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds: sha256 of each file, by what it was made, counts of vendors, documents, clauses and facts."""

    number: str
    parent: str | None
    created_at: str
    made: Made
    counts: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    format: str = field(default_factory=schema)


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its folder and what its manifest says."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def vectors(self) -> Path:
        return self.folder / VECTORS


@dataclass(frozen=True)
class Draft:
    """A snapshot in the making: a folder of its own that begins with a copy of the current database."""

    folder: Path
    base: Snapshot | None

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def vectors(self) -> Path:
        return self.folder / VECTORS


def pointer(data_dir: Path) -> str | None:
    """The number of the current snapshot, None when nothing has been ingested: one small read, cheap enough for every second.

    Raises SnapshotDamaged when what stands there is no number.
    """
    path = data_dir / "CURRENT"
    try:
        number = path.read_bytes().decode("ascii", "backslashreplace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error.strerror}.") from None
    if not re.fullmatch("[0-9]{6,}", number):
        held = ", ".join(sorted(folder.name for folder in (data_dir / "snapshots").glob("[0-9]*"))) or "none"
        raise SnapshotDamaged(f"{path} holds {number[:40]!r}, not the number of a snapshot. Write there one that is held: {held}.")
    return number


def current(data_dir: Path) -> Snapshot:
    """The current snapshot, verified. Raises SnapshotMissing, SnapshotDamaged (naming the file)."""
    number = pointer(data_dir)
    if number is None:
        raise SnapshotMissing(
            "Nothing has been ingested yet. Run `python -m ingest run FOLDER`, or name the folder of an index in `VPI_DATA_DIR`."
        )
    return verify(data_dir / "snapshots" / number)


def verify(folder: Path) -> Snapshot:
    """A snapshot whose every file has the sha256 its manifest says, and no file that it does not name. Raises SnapshotDamaged.

    FAISS and SQLite both open a bit-flipped file without a word, hence the sums.
    """
    manifest = _manifest(folder)
    strange = sorted({path.name for path in folder.iterdir()} - {MANIFEST, *manifest.files})
    if strange:
        raise SnapshotDamaged(f"{folder / strange[0]} is not of this snapshot. Take it away, or run `python -m ingest rollback`.")
    for name, expected in manifest.files.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise SnapshotDamaged(f"{folder / name} is missing. {_REPAIR}") from None
        except OSError as error:
            raise SnapshotDamaged(f"{folder / name} cannot be read: {error.strerror}. {_REPAIR}") from None
        if found != expected:
            raise SnapshotDamaged(f"{folder / name} was altered: its sha256 is {found[:12]}…, not {expected[:12]}…. {_REPAIR}")
    return Snapshot(folder, manifest)


def history(data_dir: Path) -> list[Manifest]:
    """Manifests of the current snapshot and those it can be rolled back to, the newest first."""
    found, number = [], pointer(data_dir)
    while number and (data_dir / "snapshots" / number / MANIFEST).exists():
        manifest = _manifest(data_dir / "snapshots" / number)
        found.append(manifest)
        number = manifest.parent
    return found


def rollback(data_dir: Path) -> Snapshot:
    """Points back to the snapshot the current one was made from, verified first. Raises SnapshotMissing when there is none."""
    with lock(data_dir):
        found = history(data_dir)
        if len(found) < 2:
            raise SnapshotMissing(f"No snapshot before {pointer(data_dir) or 'the first'} is kept in {data_dir}: nothing to roll back to.")
        snapshot = verify(data_dir / "snapshots" / found[1].number)
        _point(data_dir, snapshot.manifest.number)
        return snapshot


@contextlib.contextmanager
def lock(data_dir: Path) -> Iterator[None]:
    """Held while a snapshot is made. Raises IngestRunning at once when another process holds it, StorageFailed when a write fails."""
    with _written(data_dir), (data_dir / "ingest.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise IngestRunning(
                f"Another ingest (process {holder}) is writing to {data_dir}. Wait for it to end, then try again."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextlib.contextmanager
def _written(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, DBAPIError) as error:
        what = f"{error.filename or data_dir}: {error.strerror}" if isinstance(error, OSError) else f"{DATABASE}: {error.orig}"
        raise StorageFailed(
            f"Could not write {what}. Snapshot {pointer(data_dir) or 'none'} is the current one. "
            f"Make room in {data_dir} or mend the disk, then ingest again."
        ) from error


@contextlib.contextmanager
def draft(data_dir: Path) -> Iterator[Draft]:
    """A draft that begins with the current snapshot's database; it is gone afterwards unless it was published. Needs the lock."""
    snapshots = data_dir / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    for left in snapshots.glob(".draft-*"):
        shutil.rmtree(left)
    base = current(data_dir) if pointer(data_dir) else None
    folder = Path(tempfile.mkdtemp(prefix=".draft-", dir=snapshots))
    folder.chmod(0o755)  # mkdtemp makes it 0700; the service may run as another user
    try:
        if base:
            shutil.copyfile(base.database, folder / DATABASE)
        yield Draft(folder, base)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(data_dir: Path, draft: Draft, made: Made, counts: dict[str, int], keep: int) -> Snapshot:
    """Makes a draft the current snapshot: sums, sync to disk, rename, pointer. Killed anywhere here, the old one is still whole."""
    snapshots = data_dir / "snapshots"
    number = f"{1 + max((int(path.name) for path in snapshots.iterdir() if path.name.isdigit()), default=0):06d}"
    sums = {}
    for name in [DATABASE, VECTORS] + [CELLS] * (draft.folder / CELLS).exists():
        with (draft.folder / name).open("rb") as file:
            sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
    parent = draft.base.manifest.number if draft.base else None
    manifest = Manifest(number, parent, datetime.now(UTC).isoformat(timespec="seconds"), made, counts, sums)
    _write(draft.folder / MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n")
    _sync(draft.folder)
    draft.folder.rename(snapshots / number)
    _sync(snapshots)
    _point(data_dir, number)
    prune(data_dir, keep)
    return Snapshot(snapshots / number, manifest)


def prune(data_dir: Path, keep: int, now: float | None = None) -> None:
    """Deletes snapshots beyond the newest `keep`, and those nothing leads back to; one that may still be read stays a while."""
    now = time.time() if now is None else now
    chain = history(data_dir)
    kept = {manifest.number for manifest in chain[:keep]}
    for newer, older in pairwise(chain):
        if now - datetime.fromisoformat(newer.created_at).timestamp() < GRACE_SECONDS:
            kept.add(older.number)
    for folder in (data_dir / "snapshots").iterdir():
        if folder.name.isdigit() and folder.name not in kept and now - folder.stat().st_ctime > GRACE_SECONDS:
            shutil.rmtree(folder)


_REPAIR = "Run `python -m ingest rollback`, or ingest the policies again into an empty data folder."


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_bytes())
        if found["format"] != schema():
            raise SnapshotDamaged(
                f"{folder} was written with other tables ({found['format']}) than this version reads ({schema()}). "
                f"Ingest the policies again into an empty data folder."
            )
        known = {each.name for each in fields(Manifest)}
        return Manifest(**{name: value for name, value in found.items() if name in known} | {"made": Made(**found["made"])})
    except FileNotFoundError:
        raise SnapshotDamaged(f"{path} is missing. {_REPAIR}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{path} cannot be read ({error}). {_REPAIR}") from None


def _point(data_dir: Path, number: str) -> None:
    beside = data_dir / ".CURRENT"
    _write(beside, number + "\n")
    beside.replace(data_dir / "CURRENT")
    _sync(data_dir)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
