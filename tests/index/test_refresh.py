"""A service that follows snapshots answers as one that starts anew, and reads only what is new to it; over a folder and over PostgreSQL."""

from __future__ import annotations

import gc
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from index import topic_bonus, vectors
from index.embedder import WordHashes
from index.search import Index, Searcher
from index.settings import Settings
from ingest import pipeline
from tests import postgres
from tests.index import policies
from tests.index.test_search import ByWord

QUESTIONS = ("server logs deleted", "how long is chat history kept", "聊天记录保存多久", "money kept for years", "phone number")


@pytest.fixture(params=["folder", "PostgreSQL"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "folder":
        return Settings(data_dir=tmp_path / "data")
    return Settings(database_url=SecretStr(postgres.database()))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents whose facts were read, as they are."""
    asked: list[str] = []
    facts = topic_bonus.TopicBonus._read

    def told(self: Any, session: Any, documents: Sequence[str]) -> None:
        asked.extend(document.rpartition("-")[0] for document in documents)
        facts(self, session, documents)

    monkeypatch.setattr(topic_bonus.TopicBonus, "_read", told)
    return asked


def test_each_snapshot_is_answered_from_as_if_it_were_the_first(settings: Settings, folder: Path, read: list[str]) -> None:
    policies.ingest([folder], settings)
    searcher = Searcher(settings, WordHashes(), ByWord())
    for documents in changes(settings, folder):
        read.clear()
        assert searcher.refresh()
        assert sorted(read) == documents
        alike(searcher.index, Searcher(settings, WordHashes(), ByWord()).index)


def test_cells_are_taken_over_and_find_what_is_new(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 4)
    monkeypatch.setattr(vectors, "cell_count", lambda clauses: 2)
    policies.ingest([folder], settings)
    searcher = Searcher(settings, WordHashes(), ByWord())
    learned = vectors._cells
    monkeypatch.setattr(vectors, "_cells", lambda matrix: pytest.fail("learned anew"))
    for _ in changes(settings, folder):
        before = searcher.index
        kept = [found(before, question) for question in QUESTIONS]
        assert searcher.refresh()
        with monkeypatch.context() as anew:
            anew.setattr(vectors, "_cells", learned)
            alike(searcher.index, Searcher(settings, WordHashes(), ByWord()).index)
        # Requests under way go on with what they took.
        assert [found(before, question) for question in QUESTIONS] == kept


def test_a_snapshot_that_nobody_reads_any_more_keeps_no_memory_and_no_file(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    searcher = Searcher(settings, WordHashes(), ByWord())
    publications = changes(settings, folder)
    next(publications)
    # What hangs together in a ring is not freed at once: the collector comes when much has piled up.
    gc.collect()
    gc.disable()
    try:
        before = searcher.index
        assert found(before, QUESTIONS[0])
        with before._opened.words() as asking:
            connection = asking.connection
        held = [weakref.ref(each) for each in (before, before.names, before.read_cache, before._postings, before._vectors)]
        assert open_(connection)
        assert searcher.refresh()
        assert [each() for each in held].count(None) == 0
        del before, asking
        assert [each() for each in held] == [None] * len(held)
        assert not open_(connection)
    finally:
        gc.enable()


def open_(connection: Any) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def changes(settings: Settings, folder: Path) -> Iterator[list[str]]:
    """Publishes one change after another; after each, the vendors of which a service must read facts."""
    tide = folder / "tide.txt"
    tide.write_text(policies.TIDE.replace("180 days", "90 days"), encoding="utf-8")
    policies.ingest([folder], settings)
    yield ["tide"]
    pipeline.remove("orbit", settings)
    yield []
    policies.ingest([folder], settings)
    yield ["orbit"]
    tide.write_text(policies.TIDE, encoding="utf-8")  # the version before is in force again: its facts count again
    policies.ingest([folder], settings)
    yield ["tide"]
    for each in ("orbit", "hill"):
        pipeline.remove(each, settings)
    yield []


def alike(here: Index, anew: Index) -> None:
    assert here.manifest == anew.manifest
    for name in ("row", "document", "language", "documents", "readings"):
        assert np.array_equal(getattr(here._positions, name), getattr(anew._positions, name)), name
    assert np.array_equal(here._vectors.matrix, anew._vectors.matrix)
    assert here._topic_bonus is not None
    assert anew._topic_bonus is not None
    assert np.array_equal(here._topic_bonus._holds, anew._topic_bonus._holds)
    for question in QUESTIONS:
        assert found(here, question) == found(anew, question)


def found(index: Index, question: str) -> list[Any]:
    return [(hit.score, hit.topic, hit.clause) for hit in index.find(question, every_version=True).items]
