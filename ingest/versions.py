"""By what a policy is read: the sums that tell whether a document must be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from index.embedder import Encoder
from index.snapshot import Made

INGEST = Path(__file__).parent
INDEX = INGEST.parent / "index"
# What has no say in what is found in a document: commands, and where sources come from.
SILENT = {"cli.py", "__main__.py", "sources.py", "fetch.py", "versions.py", "train.py"}


def of(embedder: Encoder) -> Made:
    """The versions at hand. Code and rules are told apart by what they say, not by a number that someone must remember to raise."""
    rules = [*INGEST.joinpath("rules").rglob("*.toml"), *(path for path in INGEST.joinpath("tagger").rglob("*") if path.suffix in WEIGHTS)]
    code = [
        *(path for path in INGEST.rglob("*.py") if path.name not in SILENT),
        *(INDEX / f"{name}.py" for name in ("domain", "facts", "words", "embedder", "taxonomy", "lexicon", "periods", "countries")),
    ]
    taxonomy = [*INDEX.joinpath("taxonomy").glob("*.tsv"), INDEX / "countries.toml", *INDEX.joinpath("lexicon").glob("*.toml")]
    return Made(embedder.fingerprint, embedder.name, _sum(taxonomy), _sum(rules), _sum(code))


WEIGHTS = {".json", ".npz", ".safetensors"}


def digest(made: Made) -> str:
    """One word for all of it: a document made by another is read again."""
    return hashlib.sha256("\n".join((made.model, made.taxonomy, made.rules, made.code)).encode()).hexdigest()[:16]


def _sum(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\n".encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
