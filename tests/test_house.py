"""The rules of the house that a machine can keep: which room imports which, one door a heavy library, short files, a whole README."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from app.main import create_app
from index.settings import Settings

TOP = Path(__file__).resolve().parents[1]
ROOMS = ("app", "ingest", "index")
MODULES = sorted(path for room in ROOMS for path in (TOP / room).rglob("*.py"))
README = (TOP / "README.md").read_text(encoding="utf-8")
FORBIDDEN = {"app": {"ingest"}, "ingest": {"app"}, "index": {"app", "ingest"}}
# A heavy or dangerous library → the only files that may know it.
DOORS = {
    "faiss": {"index/vectors.py"},
    "sentence_transformers": {"index/embedder.py"},
    "transformers": {"index/embedder.py"},
    "httpx": {"ingest/fetch.py", "app/client/"},
    "fastapi": {"app/"},
    "starlette": {"app/"},
    "prometheus_client": {"app/"},
    "sqlmodel": {"index/", "app/deps.py"},
    "selectolax": {"ingest/readers/"},
    "pypdfium2": {"ingest/readers/"},
    "docx": {"ingest/readers/"},
    "jinja2": {"app/pages/"},
    "mcp": {"app/mcp/"},
    "reportlab": {"app/exports/"},
    "pg8000": {"index/postgres/"},
    "distributed": {"ingest/dask_cluster.py"},
    "dask": {"ingest/dask_cluster.py"},
    "onnx": {"index/onnx_encoder.py"},
    "onnxruntime": {"index/onnx_encoder.py"},
}


def imported(path: Path) -> set[str]:
    """The top-level packages a module imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def place(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_imports_point_one_way(path: Path) -> None:
    assert imported(path) & FORBIDDEN[place(path).partition("/")[0]] == set()


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    doors = tuple(DOORS[library])
    assert [place(path) for path in MODULES if library in imported(path) and not place(path).startswith(doors)] == []


def test_what_only_trains_is_not_imported_by_what_runs() -> None:
    learns = re.compile(r"^\s*(?:from|import) (?:app|ingest)(?:\.learning\b| import .*\blearning\b)", re.MULTILINE)
    assert [place(path) for path in MODULES if path.parent.name != "learning" and learns.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_every_setting_is_in_the_readme() -> None:
    assert [name for name in Settings.model_fields if f"VPI_{name.upper()}" not in README] == []


def test_every_endpoint_is_in_the_readme() -> None:
    said = set(re.findall(r"`(?:GET |POST )?(/[^`?]*)`", README))
    kinds = {f"/v1/vendors/{{vendor}}{path}" for path in said if path.count("/") == 1}
    assert [path for path in create_app(Settings()).openapi()["paths"] if path not in said | kinds] == []


def test_every_command_of_the_readme_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets


def test_every_module_that_is_told_to_be_run_is_there() -> None:
    """In the README and the other pages, in the Makefile, and in what a module says of itself."""
    pages = [*TOP.glob("*.md"), *(TOP / "ingest").rglob("*.md"), TOP / "Makefile", *MODULES, *(TOP / "tests").glob("*.py")]
    run = re.compile(r"(?:python|\$\(PY\)) -m ((?:app|ingest|tests)(?:\.\w+)*)\b")
    told = {module for page in pages for module in run.findall(page.read_text(encoding="utf-8"))}
    places = {module: TOP / module.replace(".", "/") for module in told}
    assert len(told) > 20
    assert [module for module, at in places.items() if not (at.with_suffix(".py").is_file() or (at / "__main__.py").is_file())] == []


def test_no_path_of_any_machine_is_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout.decode().split("\0")
    homes = re.compile(rb"/(?:home|root|Users|work)/[a-z]|/tmp/[a-z]")
    texts = [
        name for name in tracked if name and not name.startswith("app/static/") and name != "tests/test_house.py" and (TOP / name).is_file()
    ]
    assert [
        name
        for name in texts
        if name.endswith((".py", ".toml", ".md", "Makefile", "run", ".txt")) and homes.search((TOP / name).read_bytes())
    ] == []


def test_every_test_that_the_security_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (TOP / "SECURITY.md").read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (TOP / "tests").rglob("test_*.py"))
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []
