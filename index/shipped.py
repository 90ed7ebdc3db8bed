"""Files of weights that ship with the code: one that is damaged is named, with the way to have it back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

from index.errors import WeightsDamaged

_RESTORE = "It ships with the code: `git checkout -- {}` brings it back, or `pip install --force-reinstall` of vendor-privacy-index."


@contextmanager
def shipped(path: Path) -> Iterator[None]:
    """Surrounds the reading of such a file; raises WeightsDamaged where it is missing, cut off or altered."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError, BadZipFile, zlib.error, json.JSONDecodeError, ValueError, KeyError, EOFError) as fault:
        said = "is missing" if isinstance(fault, FileNotFoundError) else f"is damaged ({type(fault).__name__}: {fault})"
        raise WeightsDamaged(f"{path} {said}. {_RESTORE.format(path)}") from fault
