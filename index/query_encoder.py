"""The model as a service asks it: ONNX Runtime once it is seen to give torch's vectors, rounded where that is nearly as near and takes
less of a processor's time, and torch where ONNX Runtime gives others.

`python -m index.query_encoder` writes the vectors that torch gives for the sentences below, with which each start is compared.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import asked
from index.embedder import Embedder, Question, Vectors
from index.errors import ModelUnsupported
from index.shipped import shipped

if TYPE_CHECKING:
    from index.onnx_encoder import OnnxEncoder

log = logging.getLogger("vpi.model")

REFERENCE = Path(__file__).parent / "reference.npz"
# Short, long past what the model reads, empty, in other scripts: where two ways to read a text could part.
SENTENCES = (
    "",
    "Retention",
    "How long do they keep the messages of an account that was closed?",
    "Do you sell personal information to third parties for cross-context behavioural advertising?",
    "We keep server logs for ninety (90) days, unless the law requires otherwise; backups are erased 30 days later.",
    "Our naïve co-workers' e-mail address is privacy@example.com – see https://example.com/a?b=c&d=%20 (EU/EEA only).",
    "聊天记录会保存多久？我们不会出售您的个人信息。",
    "Où sont stockées les données ? 🔒 Ёлка №5, Größe 10 µm",
    "We may share your device identifiers with affiliates, vendors and partners as set out below. " * 40,
)
ALIKE = 0.9999
# Of 102 questions the least cosine of a rounded vector is 0.997; the answer came first, among three and among five as often.
NEARLY_ALIKE = 0.99
# Rounded it took 0.5 of the time on a processor that multiplies 8-bit numbers (AVX-512 VNNI); where it saves less it is not worth it.
WORTH_IT, TRIED = 0.8, 9
# 5 kB a question of fifteen wordpieces: 22 MB.
KEPT_QUESTIONS = 4096


class QueryEncoder:
    """An encoder of questions, safe to share between threads. Torch is imported only where it must stand in, or to compare once.

    The shipped model's reference vectors come with the project; another model's are asked of torch at the start.
    """

    def __init__(self, model: str = "") -> None:
        self._torch = Embedder(model, questions=asked.KEPT)
        self.name = self._torch.name
        self._recent: OrderedDict[str, Question] = OrderedDict()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        return self._torch.fingerprint

    @property
    def runs_on(self) -> str:
        """`onnxruntime, 8 bits`, `onnxruntime` or `torch`."""
        return self._encoder.runs_on if isinstance(self._encoder, _Checked) else "torch"

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._encoder.encode(texts)
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """The unit vector of one question; the last few thousand are remembered. No prefix: one cost 0.15 of nDCG@10."""
        return self._question(text).vector

    def question_tokens(self, text: str) -> Vectors:
        return self._question(text).tokens

    def count(self, text: str) -> int:
        return self._torch.count(text)

    def _question(self, text: str) -> Question:
        with self._lock:
            if text in self._recent:
                self._recent.move_to_end(text)
                return self._recent[text]
        found = self._encoder.question(text)
        with self._lock:
            self._recent[text] = found
            if len(self._recent) > KEPT_QUESTIONS:
                self._recent.popitem(last=False)
        return found

    @property
    def _encoder(self) -> Embedder | _Checked:
        with self._loading:
            found: Embedder | _Checked = self._loaded
        return found

    @cached_property
    def _loaded(self) -> Embedder | _Checked:
        _ = self._torch.fingerprint  # weights that are refused are refused here too
        try:
            found = _Checked(self._torch)
        except ModelUnsupported as reason:
            log.warning("torch encodes the questions", extra={"fields": {"model": self.name, "reason": str(reason)}})
            return self._torch
        return found


class _Checked:
    """ONNX Runtime with the weights of a model, rounded or not, seen to agree with torch on every reference sentence."""

    def __init__(self, torch: Embedder) -> None:
        """Raises ModelUnsupported."""
        from index.onnx_encoder import OnnxEncoder  # imports what a test with word hashes need not load

        # In turn, one a core: of 32 clients that all computed at once some waited twice as long as others. Questions that wait together
        # are not batched, for that saved no CPU (6 ms a question in batches of 1, 4 and 16), and rounded they would change each other.
        self._turns = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._asked = torch.asked
        known = _kept(torch.fingerprint)
        expected = torch.encode(SENTENCES) if known is None else known
        tuned = asked.layers(torch.fingerprint)
        self._onnx, self.runs_on = OnnxEncoder(torch.folder, tuned=tuned), "onnxruntime"
        _compare(self._onnx.encode(SENTENCES), expected, ALIKE)
        try:
            rounded = OnnxEncoder(torch.folder, rounded=True, tuned=tuned)
            _compare(rounded.encode(SENTENCES), expected, NEARLY_ALIKE)
        except ModelUnsupported as reason:
            log.warning("questions are encoded unrounded", extra={"fields": {"model": torch.name, "reason": str(reason)}})
            return
        if _effort(rounded) < WORTH_IT * _effort(self._onnx):
            self._onnx, self.runs_on = rounded, "onnxruntime, 8 bits"

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._turns:
            return self._onnx.encode(texts)

    def question(self, text: str) -> Question:
        with self._turns:
            vector, states = self._onnx.read(text)
        return Question.of(vector, states, self._asked)


def _compare(found: Vectors, expected: Vectors, least: float) -> None:
    """Raises ModelUnsupported unless each vector of the reference sentences has this cosine with torch's at least."""
    if found.shape != expected.shape:
        raise ModelUnsupported(f"ONNX Runtime gives vectors of {found.shape[1]}, torch of {expected.shape[1]}")
    cosines = (found * expected).sum(axis=1)
    if not cosines.min() >= least:
        at = int(cosines.argmin())
        raise ModelUnsupported(f"ONNX Runtime's vector of {SENTENCES[at][:40]!r} has a cosine of {cosines[at]:.6f} with torch's")


def _effort(encoder: OnnxEncoder) -> float:
    """What a question costs of a processor's time, at the least: others may be at work."""
    spent = []
    for _ in range(TRIED):
        began = time.thread_time()
        encoder.encode(SENTENCES[2:3])
        spent.append(time.thread_time() - began)
    return min(spent)


def _kept(model: str) -> Vectors | None:
    """What torch gave for the sentences with these weights, when it was written down for them."""
    with shipped(REFERENCE), REFERENCE.open("rb") as file, np.load(file) as kept:
        if str(kept["reading"]) != asked.reading(model) or str(kept["sentences"]) != _sum():
            return None
        vectors: Vectors = kept["vectors"].astype(np.float32)
        return vectors


def _sum() -> str:
    return hashlib.sha256("\n".join(SENTENCES).encode()).hexdigest()


if __name__ == "__main__":
    encoder = Embedder(questions=asked.KEPT)
    np.savez(REFERENCE, reading=asked.reading(encoder.fingerprint), sentences=_sum(), vectors=encoder.encode(SENTENCES))
