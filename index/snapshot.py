"""Snapshots: folders under `data/` that never change once published, and the one pointer to the current one.

    data/CURRENT                      the number of the current snapshot, moved by atomic rename
    data/ingest.lock                  held while an ingest runs
    data/snapshots/000012/            policies.db, clauses.faiss, manifest.json

The only code that touches files under `data/`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from index.errors import IngestRunning, SnapshotDamaged, SnapshotMissing

DATABASE = "policies.db"
VECTORS = "clauses.faiss"
MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a snapshot was made of and by: sha256 of each file; versions; counts of vendors, documents, clauses and facts."""

    number: str
    created_at: str
    model: str
    model_name: str
    taxonomy: str
    rules: str
    code: str
    counts: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


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


def pointer(data_dir: Path) -> str | None:
    """The number of the current snapshot, None when nothing has been ingested: one small read, cheap enough for every second."""
    ...


def current(data_dir: Path) -> Snapshot:
    """The current snapshot, verified. Raises SnapshotMissing, SnapshotDamaged (naming the file)."""
    ...


def verify(folder: Path) -> Snapshot:
    """Reads a snapshot's manifest and checks the sha256 of each file. Raises SnapshotDamaged."""
    ...


def history(data_dir: Path) -> list[Manifest]:
    """Manifests of the snapshots that can still be served, the oldest first."""
    ...


def rollback(data_dir: Path) -> Snapshot:
    """Points back to the snapshot before the current one, verified first. Raises SnapshotMissing when there is none."""
    ...
