"""By what a policy is read: the sums that tell whether a document must be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from index import late_interaction
from index.embedder import Encoder
from index.snapshot import Made

INGEST = Path(__file__).parent
LEARNING = INGEST / "learning"
INDEX = INGEST.parent / "index"
# What has no say in what is found in a document: commands, where sources come from, and what only trains.
SILENT = {"cli.py", "__main__.py", "sources.py", "fetch.py", "addresses.py", "versions.py", "encoder_cache.py"}
# What of the index policies are read and stored with.
READ_WITH = (
    "domain",
    "facts",
    "words",
    "gloss",
    "embedder",
    "taxonomy",
    "lexicon",
    "variants",
    "periods",
    "countries",
    "store",
    "saving",
    "matrix",
    "late_interaction",
)


def of(embedder: Encoder) -> Made:
    """The versions at hand. Code and rules are told apart by what they say, not by a number that someone must remember to raise."""
    weights = [path for path in INGEST.joinpath("tagger").iterdir() if path.suffix in (".json", ".safetensors")]
    rules = [
        *INGEST.joinpath("rules").rglob("*.toml"),
        *INDEX.joinpath("lexicon").glob("*.toml"),
        INDEX / "gloss.toml",
        *INDEX.glob("variants.t*"),
        late_interaction.BASIS,
        *weights,
    ]
    code = [
        *(path for path in INGEST.rglob("*.py") if path.name not in SILENT and LEARNING not in path.parents),
        *(INDEX / f"{name}.py" for name in READ_WITH),
    ]
    taxonomy = [*INDEX.joinpath("taxonomy").glob("*.tsv"), INDEX / "countries.toml"]
    return Made(embedder.fingerprint, embedder.name, _sum(taxonomy), _sum(rules), _sum(code))


def digest(made: Made) -> str:
    """One word for all of it: a document made by another is read again."""
    return hashlib.sha256("\n".join((made.model, made.taxonomy, made.rules, made.code)).encode()).hexdigest()[:16]


def _sum(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\n".encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
