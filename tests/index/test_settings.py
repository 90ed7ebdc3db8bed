"""Settings as the environment gives them."""

import pytest

from index.settings import Settings, from_environment


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_left_empty_is_as_if_it_were_not_made(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"VPI_{name.upper()}", "")
    assert getattr(from_environment(), name) == Settings.model_fields[name].default
