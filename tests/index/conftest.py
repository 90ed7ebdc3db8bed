from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from index.search import Index
from index.settings import Settings
from tests.index import policies


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The three policies, ingested once."""
    at = tmp_path_factory.mktemp("index")
    settings = Settings(data_dir=at / "data")
    assert policies.ingest([policies.folder(at / "policies")], settings).refused == []
    return policies.searcher(settings).index


@pytest.fixture
def session(index: Index) -> Iterator[Session]:
    with index.session() as session:
        yield session
