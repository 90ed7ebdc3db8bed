"""What the tests of an ingest and of an index begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.settings import Settings
from tests.index import policies


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return policies.folder(tmp_path / "policies")
