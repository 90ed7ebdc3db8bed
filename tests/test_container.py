"""The container's recipe, read beside the repository: an image is built from files that are there, at the versions that were tested."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from index.settings import Settings

TOP = Path(__file__).parent.parent
DOCKERFILE = (TOP / "Dockerfile").read_text(encoding="utf-8")
LOCK = (TOP / "requirements.lock").read_text(encoding="utf-8")


def test_what_an_image_is_made_of_is_there_and_not_ignored() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
    ignored = (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "requirements.lock" in copied
    assert [name for name in copied if not (TOP / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in ignored] == []


def test_an_image_gets_every_version_that_the_lock_names(tmp_path: Path) -> None:
    command = re.search(r"(sed -n .+?) requirements\.lock > ", DOCKERFILE)
    assert command is not None
    # As the shell of a build runs it; a line of the lock that it passed over would be installed in whatever version is the newest.
    found = subprocess.run(["sh", "-c", f"{command[1]} requirements.lock"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==(\S+)", LOCK, re.MULTILINE)
    assert [tuple(line.split(" ; ")[0].split("==")) for line in found.splitlines()] == names
    assert len(names) > 100
    assert "--hash" not in found
    assert "\\" not in found


def test_torch_is_the_same_in_the_image_in_make_and_in_what_readers_are_told() -> None:
    version = re.search(r"torch==([\d.]+)", DOCKERFILE)
    assert version is not None
    assert f"torch=={version[1]}\n" in (TOP / "Makefile").read_text(encoding="utf-8")
    assert f"torch {version[1]}," in (TOP / "README.md").read_text(encoding="utf-8")


def test_every_setting_of_an_image_is_one_of_the_service() -> None:
    named = set(re.findall(r"\bVPI_([A-Z_]+)\b", DOCKERFILE))
    assert {"DATA_DIR", "HOST", "PORT"} <= named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_an_image_runs_as_an_ordinary_user_and_says_whether_it_is_well() -> None:
    served = DOCKERFILE.partition("AS served")[2]
    assert re.search(r"^USER [1-9]\d*$", served, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\\\n.*/healthz", served, re.MULTILINE)
