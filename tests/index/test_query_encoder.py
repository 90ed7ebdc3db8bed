from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index import asked, late_interaction, query_encoder
from index.embedder import Embedder, Question
from index.errors import ModelUnsupported
from index.onnx_encoder import OnnxEncoder
from index.query_encoder import KEPT_QUESTIONS, SENTENCES, QueryEncoder

TEXTS = [
    "We erase server logs after a month.",
    "¿Quién puede leer mis mensajes?",
    "您多久删除一次日志?",
    "",
    "A line that goes on and on, past what the model reads. " * 30,
    "Children may not register.",
]


@pytest.fixture(scope="module")
def torch() -> Embedder:
    return Embedder(questions=asked.KEPT)


@pytest.fixture(scope="module")
def encoder() -> QueryEncoder:
    return QueryEncoder()


@pytest.fixture
def folder(tmp_path: Path, torch: Embedder) -> Path:
    """A copy of the model that a test may spoil."""
    return Path(shutil.copytree(torch.folder, tmp_path / "model"))


def test_unrounded_the_vectors_are_those_of_torch_whatever_stands_beside_a_text_in_a_batch(torch: Embedder) -> None:
    unrounded = OnnxEncoder(torch.folder, tuned=asked.layers(torch.fingerprint))
    assert np.abs(unrounded.encode(TEXTS) - torch.encode(TEXTS)).max() < 1e-5
    assert np.abs(unrounded.encode([*TEXTS, *SENTENCES])[2] - torch.encode(TEXTS[2:3])[0]).max() < 1e-5
    assert unrounded.encode([]).shape == (0, 384)


def test_rounded_the_vectors_are_nearly_those_of_torch_and_a_batch_changes_none(torch: Embedder) -> None:
    rounded = OnnxEncoder(torch.folder, rounded=True, tuned=asked.layers(torch.fingerprint))
    found = rounded.encode(TEXTS)
    assert (found * torch.encode(TEXTS)).sum(axis=1).min() > 0.99
    assert all(np.array_equal(rounded.encode([text])[0], vector) for text, vector in zip(TEXTS, found, strict=True))


def test_questions_are_encoded_rounded_only_where_that_saves_time(torch: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([1.0, 1.0, 0.5, 1.0])
    monkeypatch.setattr(query_encoder, "_effort", lambda encoder: next(seconds))
    assert [QueryEncoder().runs_on for _ in range(2)] == ["onnxruntime", "onnxruntime, 8 bits"]


def test_a_model_that_rounding_changes_is_run_unrounded_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, torch: Embedder
) -> None:
    monkeypatch.setattr(query_encoder, "NEARLY_ALIKE", 0.9999)
    encoder = QueryEncoder()
    with caplog.at_level(logging.WARNING, "vpi.model"):
        assert np.abs(encoder.encode(TEXTS) - torch.encode(TEXTS)).max() < 1e-5
    assert encoder.runs_on == "onnxruntime"
    assert [record.message for record in caplog.records] == ["questions are encoded unrounded"]
    assert "cosine" in caplog.records[0].fields["reason"]  # type: ignore[attr-defined]


def test_what_is_known_of_torch_is_what_torch_says_today(torch: Embedder) -> None:
    known = query_encoder._kept(torch.fingerprint)
    assert known is not None
    assert np.abs(known - torch.encode(SENTENCES)).max() < 1e-5


def test_questions_are_encoded_without_torch() -> None:
    code = (
        "import sys; from index.query_encoder import QueryEncoder; e = QueryEncoder(); e.encode_query('Server logs'); "
        "print(e.runs_on.split(',')[0], e.count('Server logs'), "
        "any(name.split('.')[0] in ('torch', 'sentence_transformers') for name in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["onnxruntime", "2", "False"]


def test_another_model_is_compared_with_torch_at_the_start(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"] += np.float32(0.01)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    other = QueryEncoder(str(folder))
    assert other.runs_on.startswith("onnxruntime")
    assert (other.encode(TEXTS) * Embedder(str(folder)).encode(TEXTS)).sum(axis=1).min() > 0.99


def test_a_model_whose_vectors_differ_is_left_to_torch_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, torch: Embedder
) -> None:
    turned = torch.encode(SENTENCES)[:, ::-1]
    monkeypatch.setattr(query_encoder, "_kept", lambda model: turned)
    encoder = QueryEncoder()
    with caplog.at_level(logging.WARNING, "vpi.model"):
        assert encoder.runs_on == "torch"
    assert np.allclose(encoder.encode(TEXTS[:1]), torch.encode(TEXTS[:1]))
    assert [record.message for record in caplog.records] == ["torch encodes the questions"]
    assert "cosine" in caplog.records[0].fields["reason"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("config", "reason"), [({"model_type": "mpnet"}, "mpnet"), ({"hidden_act": "relu"}, "relu"), ({"num_hidden_layers": 7}, "lacks")]
)
def test_a_model_of_another_make_is_refused_with_the_reason(folder: Path, config: dict[str, str], reason: str) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config))
    with pytest.raises(ModelUnsupported, match=reason):
        OnnxEncoder(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors", "sentence_bert_config.json"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelUnsupported, match=name):
        OnnxEncoder(folder)


def test_recent_questions_are_not_encoded_again(encoder: QueryEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    checked = encoder._encoder
    nothing = Question(np.zeros(384, np.float32), late_interaction.NONE)
    monkeypatch.setattr(type(checked), "question", lambda self, text: asked.append(text) or nothing)  # type: ignore[func-returns-value]
    for number in range(KEPT_QUESTIONS + 1):
        encoder.encode_query(f"question {number}")
        encoder.encode_query("question 0")
    assert len(asked) == len(set(asked)) == KEPT_QUESTIONS + 1
    encoder.encode_query("question 1")
    assert asked[-1] == "question 1"


def test_threads_that_ask_at_once_get_each_their_own_vector(encoder: QueryEncoder) -> None:
    texts = [f"How long is record number {number} kept?" for number in range(24)]
    expected, found = encoder.encode(texts), dict[str, object]()
    threads = [threading.Thread(target=lambda text=text: found.update({text: encoder.encode([text])[0]})) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.allclose(found[text], vector, atol=1e-5) for text, vector in zip(texts, expected, strict=True))
