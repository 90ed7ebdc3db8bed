"""What a newcomer is told who asks a command what it does."""

from __future__ import annotations

import re

import pytest

from app.usage import only_settings
from index.settings import Settings


def told(monkeypatch: pytest.MonkeyPatch, argument: str) -> object:
    monkeypatch.setattr("sys.argv", ["app", argument])
    with pytest.raises(SystemExit) as left:
        only_settings("python -m app", "Serves the index.")
    return left.value.code


def test_help_says_what_a_command_does_and_names_every_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(monkeypatch, "--help") == 0
    said = capsys.readouterr().out
    assert "Serves the index." in said
    assert re.findall(r"^  VPI_(\w+) +\S", said, re.MULTILINE) == [name.upper() for name in Settings.model_fields]


def test_an_argument_is_refused_rather_than_passed_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(monkeypatch, "--port=9000") == 2
    assert "unrecognized arguments: --port=9000" in capsys.readouterr().err
