from __future__ import annotations

from pathlib import Path

import pytest

from index.domain import Vendor
from ingest import sources
from ingest.sources import Source, SourcesRefused


def listed(folder: Path, toml: str) -> list[Source]:
    (folder / "vendors.toml").write_text(toml, encoding="utf-8")
    return sources.of([str(folder)])


def test_a_table_is_a_vendor_and_its_file_is_relative_to_the_list(tmp_path: Path) -> None:
    named = '[acme]\nname = "Acme"\naliases = ["艾克米"]\nproducts = ["Pad"]\nlegal_entity = "Acme Ltd."\n'
    toml = named + 'url = "https://a.example"\nlanguage = "en"\nfile = "a.md"'
    vendor = Vendor("acme", "Acme", ("艾克米",), ("Pad",), "Acme Ltd.", "https://a.example")
    assert listed(tmp_path, toml) == [Source(vendor, str(tmp_path / "a.md"), "policy", "en", True)]


def test_versions_share_a_series_and_files_have_one_each(tmp_path: Path) -> None:
    found = listed(
        tmp_path, '[a]\nversions = ["2023.md", "2024.md"]\n[b]\nfiles = ["policy.md", "dpa 2.pdf"]\n[c]\nfile = "https://c.example/p"'
    )
    assert [(source.vendor.id, source.series) for source in found] == [
        ("a", "policy"), ("a", "policy"), ("b", "policy"), ("b", "dpa-2"), ("c", "policy"),
    ]  # fmt: skip
    assert found[-1].location == "https://c.example/p"


def test_a_folder_without_a_list_is_one_vendor_a_file(tmp_path: Path) -> None:
    for name in ("Hugging Face.md", "acme.txt", "notes.csv"):
        (tmp_path / name).write_text("x")
    found = sources.of([str(tmp_path)])
    assert [(source.vendor.id, source.vendor.name) for source in found] == [("hugging-face", "Hugging Face"), ("acme", "Acme")]


def test_a_single_file_is_a_vendor_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "acme-notes.html").write_text("x")
    assert sources.of([str(tmp_path / "acme-notes.html")])[0].vendor == Vendor("acme-notes", "Acme Notes")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[acme", "not TOML"),
        ("[Acme]\nfile = 'a'", "no vendor id"),
        ("acme = 1", "no vendor id"),
        ("[acme]\nname = 'A'", "give one of"),
        ("[acme]\nfile = 'a'\nfiles = ['b']", "give one of"),
        ("[acme]\nfiles = []", "at least one file"),
        ("[acme]\nfile = 3", "at least one file"),
        ("[acme]\nfile = 'a'\nname = 3", "`name` must be a text"),
        ("[acme]\nfile = 'a'\naliases = 'b'", "`aliases` must be a list"),
        ("[acme]\nfile = 'a'\nalias = 'b'", "alias is not known"),
        ("", "lists no vendor"),
    ],
)
def test_a_list_that_cannot_be_followed_is_refused_and_says_why(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(SourcesRefused, match=said):
        listed(tmp_path, toml)


def test_what_is_neither_file_nor_folder_is_refused_with_the_command_for_addresses(tmp_path: Path) -> None:
    with pytest.raises(SourcesRefused, match="ingest url"):
        sources.of(["https://acme.example"])
    with pytest.raises(SourcesRefused, match="holds neither"):
        sources.of([str(tmp_path)])
    with pytest.raises(SourcesRefused, match="no http"):
        sources.address("file:///etc/passwd", Vendor("a", "A"))
    with pytest.raises(SourcesRefused, match="'acme-notes'"):
        sources.new_vendor("Acme Notes", None)
