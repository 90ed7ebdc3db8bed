"""What this project stands on: every package it needs at run time, and on which terms."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|0BSD|Zlib|HPND|CC0", re.IGNORECASE)
COPYLEFT = re.compile(r"GPL|MPL|Mozilla|EPL|CDDL|EUPL|OSL", re.IGNORECASE)
# What is admitted although it is not permissive: MPL-2.0 binds whoever changes these files, and nobody here does. httpx and
# sentence-transformers bring them.
ADMITTED = {"certifi", "tqdm"}


def needed(name: str, extras: frozenset[str] = frozenset(), seen: dict[str, Distribution] | None = None) -> dict[str, Distribution]:
    """Every package that installing this one brings along, on this machine."""
    seen = {} if seen is None else seen
    key = re.sub(r"[-_.]+", "-", name).lower()
    try:
        found = seen.setdefault(key, distribution(name))
    except PackageNotFoundError:  # torch's CPU build leaves out what its CUDA build names
        return seen
    for line in found.requires or ():
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            other = re.sub(r"[-_.]+", "-", wanted.name).lower()
            if other not in seen:
                needed(wanted.name, frozenset(wanted.extras), seen)
    return seen


def licence(package: Distribution) -> str:
    """What a package says of its licence, in the first place where it says anything."""
    told = package.metadata
    classified = [line.rpartition("::")[2].strip() for line in told.get_all("Classifier", ()) if line.startswith("License ::")]
    said = [told.get("License-Expression", ""), " ".join(line for line in classified if line != "OSI Approved"), told.get("License", "")]
    return next((words.strip()[:200] for words in said if words and words.strip()), "")


def test_nothing_that_is_needed_at_run_time_is_copyleft() -> None:
    packages = needed("vendor-privacy-index") | needed("pg8000") | needed("distributed")  # what the groups `postgres` and `dask` add
    assert {"torch", "fastapi", "faiss-cpu", "onnxruntime", "mcp", "scramp", "tornado"} <= packages.keys()
    told = {name: licence(package) for name, package in packages.items() if name not in ADMITTED}
    assert {name: words for name, words in told.items() if not PERMISSIVE.search(words) or COPYLEFT.search(words)} == {}
