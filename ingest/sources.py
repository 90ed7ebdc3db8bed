"""Which policies an ingest is asked for: a folder with its `vendors.toml`, files, or an address."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.domain import Vendor
from index.errors import PolicyError, Unreadable
from index.queries import MAIN
from ingest import readers

MANIFEST = "vendors.toml"
EXTENSIONS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx")
KNOWN = {"name", "aliases", "products", "legal_entity", "url", "language", "file", "files", "versions"}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class SourcesRefused(PolicyError):
    """What was given names no policy, or names it in a way that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document to ingest. Of a vendor's documents, those of one `series` are versions of each other, the last given is current.

    `listed`: it stands in a `vendors.toml`, which names all the documents its vendor has now. `guessed`: nobody said whose it is; its
    vendor is made of the file's name, unless one is known by that id.
    """

    vendor: Vendor
    location: str
    series: str = MAIN
    language: str | None = None
    listed: bool = False
    guessed: bool = False


def document_id(source: Source, data: bytes) -> str:
    """What a document is called: its vendor, and what it says."""
    return f"{source.vendor.id}-{hashlib.sha256(data).hexdigest()[:8]}"


def of(given: Iterable[str]) -> list[Source]:
    """The documents that folders and files stand for, in order. Raises SourcesRefused, FormatUnknown."""
    found: list[Source] = []
    for each in given:
        path = Path(each)
        if path.is_dir():
            found += listed(path / MANIFEST) if (path / MANIFEST).exists() else loose(path)
        elif path.name == MANIFEST and path.exists():
            found += listed(path)
        elif path.exists():
            _known_type(path)
            found.append(Source(unnamed(path.stem), str(path), guessed=True))
        else:
            raise SourcesRefused(f"{each} is neither a file nor a folder. For an address: `python -m ingest url ADDRESS --vendor ID`.")
    return found


def listed(manifest: Path) -> list[Source]:
    """The documents a `vendors.toml` lists: one table a vendor, with its `file`, its `files`, or the `versions` of its one policy."""
    try:
        tables = tomllib.loads(manifest.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesRefused(f"{manifest} is not TOML in UTF-8: {error}.") from None
    found = []
    for id, table in tables.items():
        if not SLUG.fullmatch(id) or not isinstance(table, dict):
            raise SourcesRefused(f"{manifest}: {id!r} is no vendor id. Use a table named in lower-case letters, digits and hyphens.")
        if unknown := sorted(table.keys() - KNOWN):
            raise SourcesRefused(f"{manifest}, [{id}]: {', '.join(unknown)} is not known. A vendor has {', '.join(sorted(KNOWN))}.")
        vendor = Vendor(
            id,
            _text(manifest, id, table, "name") or named(id),
            tuple(_texts(manifest, id, table, "aliases")),
            tuple(_texts(manifest, id, table, "products")),
            _text(manifest, id, table, "legal_entity"),
            _text(manifest, id, table, "url"),
        )
        found += _documents(manifest, vendor, table)
    if not found:
        raise SourcesRefused(f"{manifest} lists no vendor.")
    return found


def loose(folder: Path) -> list[Source]:
    """One vendor a file, named after it, where a folder has no `vendors.toml`."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in EXTENSIONS and path.is_file())
    if not files:
        raise SourcesRefused(f"{folder} holds neither a {MANIFEST} nor a policy ({', '.join(EXTENSIONS)}).")
    return [Source(unnamed(path.stem), str(path), guessed=True) for path in files]


def address(location: str, vendor: Vendor, series: str = MAIN) -> Source:
    """A document at an http(s) address."""
    if not re.match(r"https?://", location):
        raise SourcesRefused(f"{location} is no http(s) address. For files: `python -m ingest run FILE`.")
    return Source(vendor, location, series)


def new_vendor(id: str, name: str | None) -> Vendor:
    """A vendor by the id and name given on the command line."""
    if not SLUG.fullmatch(id):
        raise SourcesRefused(f"{id!r} is no vendor id. Use lower-case letters, digits and hyphens, such as {slug(id)!r}.")
    return Vendor(id, name or named(id))


def unnamed(stem: str) -> Vendor:
    """A vendor known only by the name of its file."""
    id = slug(stem)
    return Vendor(id, named(id))


def slug(name: str) -> str:
    """`Hugging Face` → `hugging-face`."""
    found = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not found:
        raise SourcesRefused(f"No vendor id can be made of {name!r}. Name the vendor in a {MANIFEST} beside the file.")
    return found


def named(id: str) -> str:
    """`hugging-face` → `Hugging Face`."""
    return " ".join(word.capitalize() for word in id.split("-"))


def _known_type(path: Path) -> None:
    """Raises FormatUnknown by what a file begins with and is called, before an index is opened; whether it can be read is seen later."""
    with suppress(Unreadable, OSError):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(1024)
            # Whether an archive is a Word document stands further on.
            if not head.startswith(b"PK\x03\x04"):
                readers.format_of(head, None, path.name)


def _documents(manifest: Path, vendor: Vendor, table: dict[str, Any]) -> list[Source]:
    given = [key for key in ("file", "files", "versions") if key in table]
    if len(given) != 1:
        raise SourcesRefused(
            f"{manifest}, [{vendor.id}]: give one of `file` (its policy), `files` (several documents) and `versions` (the oldest first)."
        )
    places = [table["file"]] if given == ["file"] else table[given[0]]
    if not isinstance(places, list) or not places or not all(isinstance(place, str) for place in places):
        raise SourcesRefused(f"{manifest}, [{vendor.id}]: `{given[0]}` must name at least one file.")
    several = given == ["files"] and len(places) > 1
    return [
        Source(
            vendor,
            place if "://" in place else str(manifest.parent / place),
            slug(Path(place).stem) if several and at else MAIN,
            _text(manifest, vendor.id, table, "language"),
            listed=True,
        )
        for at, place in enumerate(places)
    ]  # the first of several documents is the main one


def _text(manifest: Path, id: str, table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise SourcesRefused(f"{manifest}, [{id}]: `{key}` must be a text.")
    return value


def _texts(manifest: Path, id: str, table: dict[str, Any], key: str) -> Sequence[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SourcesRefused(f"{manifest}, [{id}]: `{key}` must be a list of texts.")
    return value
