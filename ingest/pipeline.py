"""The journey of a policy, one call a line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.domain import Policy, Vendor
from index.embedder import Embedder
from index.settings import Settings
from ingest import readers, split


def read_policy(path: Path, vendor: str | Vendor) -> Policy:
    """One file read and split without storing it."""
    if isinstance(vendor, str):
        vendor = Vendor(vendor, vendor)
    reading = readers.read(path.read_bytes(), media_type=None, name=path.name, settings=Settings())
    return split.policy(reading, vendor.id, vendor, _embedder().count)


@cache
def _embedder() -> Embedder:
    return Embedder()
