"""Weights that ship with the code and are damaged: the file is named, with what brings it back, wherever it is read first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.asking import chances, topics
from app.main import create_app
from index import asked, late_interaction, query_encoder
from index.embedder import SHIPPED_SHA256, WordHashes
from index.errors import WeightsDamaged
from index.settings import Settings
from ingest.tagger import chinese, model
from ingest.tagger import topics as judged


def afresh(model: Any) -> Any:
    """What was loaded once is kept."""
    model.load.__func__.cache_clear()
    return model.load()


CUT: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda whole: b"",
    "cut off": lambda whole: whole[: len(whole) // 2],
    "a page of HTML": lambda whole: b"<!doctype html><title>Not found</title>",
    "a pointer to elsewhere": lambda whole: b"version https://git-lfs.github.com/spec/v1\n",
}
READ: dict[str, tuple[Any, str, Callable[[], Any]]] = {
    "asked.safetensors": (asked, "KEPT", lambda: asked.layers(SHIPPED_SHA256, asked.KEPT)),
    "asked_tokens.safetensors": (
        late_interaction,
        "ASKED",
        lambda: late_interaction.asked.__wrapped__(SHIPPED_SHA256, late_interaction.ASKED),
    ),
    "token_basis.safetensors": (late_interaction, "BASIS", lambda: late_interaction.basis.__wrapped__(SHIPPED_SHA256)),
    "chances.npz": (chances, "KEPT", lambda: chances.Chances.of(WordHashes(), [])),
    "topics.npz": (topics, "KEPT", lambda: topics.Topics(WordHashes())),
    "reference.npz": (query_encoder, "REFERENCE", lambda: query_encoder._kept(SHIPPED_SHA256)),
    "topics.safetensors": (judged, "WEIGHTS", lambda: judged._network(3)),
    "topics.json": (judged, "JUDGES", lambda: afresh(judged.Topics)),
    "chinese.json": (chinese, "WEIGHTS", lambda: afresh(chinese.Judge)),
}


@pytest.mark.parametrize("damage", CUT)
@pytest.mark.parametrize("name", READ)
def test_a_damaged_file_is_named_with_what_brings_it_back(name: str, damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, constant, read = READ[name]
    path = tmp_path / name
    path.write_bytes(CUT[damage](getattr(module, constant).read_bytes()))
    monkeypatch.setattr(module, constant, path)
    with pytest.raises(WeightsDamaged) as refused:
        read()
    assert str(refused.value).startswith(f"{path} is damaged (")
    assert f"`git checkout -- {path}`" in str(refused.value)


def test_the_taggers_weights_are_told_apart_from_what_is_said_of_them(tmp_path: Path) -> None:
    for name in ("weights.safetensors", "weights.json"):
        shutil.copy(model.WEIGHTS.with_name(name), tmp_path)
    weights, card = tmp_path / "weights.safetensors", tmp_path / "weights.json"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    with pytest.raises(WeightsDamaged, match=r"weights\.safetensors is damaged"):
        model.Tagger.load(weights)
    weights.write_bytes(whole)
    card.write_text("{")
    with pytest.raises(WeightsDamaged, match=r"weights\.json is damaged"):
        model.Tagger.load(weights)
    card.unlink()
    with pytest.raises(WeightsDamaged, match=r"weights\.json is missing"):
        model.Tagger.load(weights)


def test_a_service_with_damaged_weights_says_so_and_answers_once_they_are_back(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chances.npz"
    path.write_bytes(b"")
    monkeypatch.setattr(chances, "KEPT", path)
    app = create_app(Settings(data_dir=data_dir, log_level="ERROR", reload_seconds=0.05), WordHashes())
    with TestClient(app) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["title"]) == (503, "Weights damaged")
        assert answer.json()["detail"].startswith(f"{path} is damaged (")
        np.savez(path, reading="of another model", topics=[], weights=[])
        app.state.service._thread.join(60)
        assert client.get("/readyz").status_code == 200
