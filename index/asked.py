"""The layers that read questions: the shipped model's last ones, tuned on questions to lie near the clauses that answer them.

Clauses are read by the model as it is. For another model nothing was learned: it reads questions as it reads clauses. Of 2,273 questions
on 198 real policies, none about a policy learned from, the answer comes first for 0.63 and among five for 0.90. What more questions taught,
told with a bonus of 0.25 for facts (see topic_bonus.py): of 990 it came first for 0.66 (0.65 with 2,038 questions to learn from instead of
3,251, 0.61 with a linear map of the question's vector, 0.56 with neither) and among five for 0.88 (0.87, 0.86, 0.83); of 82 on the six
policies of the gold that are asked about, put by others, first for 0.67 (0.65, 0.71, 0.67) and among five for 0.96 (0.96, 0.95, 0.94). Of
211 on 22 policies nothing was learned from it came first for 0.75 (0.73 with 2,038) and among five for 0.93 (0.94). What ships has learned
from all but the last. What comparing wordpieces adds to it is told in `index/search.py`.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.shipped import shipped

# `python -m ingest.learning.train_search` writes it, with the figures beside it.
KEPT = Path(__file__).with_name("asked.safetensors")
# Into so many folds vendors are put where something is learned from questions, so that it can be tested on vendors it was not learned from.
FOLDS = 6


def layers(model: str, kept: Path = KEPT) -> dict[str, npt.NDArray[np.float32]]:
    """The weights to read questions with in place of the model's own, by their names in it; none for a model they were not learned for.

    `model`: its fingerprint. `kept`: the file of weights. Raises WeightsDamaged.
    """
    from safetensors import safe_open

    with shipped(kept), safe_open(kept, "np") as found:
        if found.metadata()["model"] != model:
            return {}
        return {name: found.get_tensor(name).astype(np.float32) for name in sorted(found.keys())}


@cache
def reading(model: str) -> str:
    """Tells ways to read questions apart: what was computed from questions' vectors belongs to the model and to the layers tuned for it."""
    return hashlib.sha256(f"{model} {hashlib.sha256(KEPT.read_bytes()).hexdigest() if layers(model) else ''}".encode()).hexdigest()[:16]


def fold(vendor: str) -> int:
    """The fold of a vendor, by its id."""
    return zlib.crc32(vendor.encode()) % FOLDS


def of_folds(folder: Path) -> list[Path]:
    """For each fold the file of layers that no question about its vendors taught, as `ingest.learning.train_search --keep` leaves them."""
    return [folder / f"asked-{at}.safetensors" for at in range(FOLDS)]
