"""The service over a small real index, and over one of hostile words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.main import create_app
from index.embedder import WordHashes
from index.settings import Settings
from tests import postgres
from tests.app import hostile
from tests.app.policies import publish, publish_to


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder)
    return folder


# The contract, asked of both stores. What else is served is made of the same answers.
IN_BOTH = {"ask", "changes", "check", "compare", "documents", "errors", "facts", "lists", "search", "vendors"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kept_in" in metafunc.fixturenames and metafunc.module.__name__.rpartition("test_")[2] in IN_BOTH:
        metafunc.parametrize("kept_in", ["folder", "postgresql"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def kept_in(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "folder"))


@pytest.fixture(scope="session")
def client(kept_in: str, data_dir: Path) -> Iterator[TestClient]:
    """The service over the index, kept in a folder or in PostgreSQL: what it answers is the same."""
    settings = Settings(data_dir=data_dir, log_level="ERROR")
    if kept_in == "postgresql":
        settings = settings.model_copy(update={"database_url": SecretStr(postgres.database())})
        publish_to(settings)
    with TestClient(create_app(settings, WordHashes())) as opened:
        yield opened


@pytest.fixture(scope="session")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service over a policy that would act on whatever shows it."""
    with hostile.opened(tmp_path_factory.mktemp("evil")) as client:
        yield client
