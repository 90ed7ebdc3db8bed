"""API keys: who may ask, kept as sha256 sums in a TOML file. `python -m app.keys NAME >> keys.toml` makes one.

[chatbot]
sha256 = "…"
scopes = ["read"]
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from index.errors import SettingRefused
from index.settings import Settings

Scope = Literal["read", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key: whose it is, the sum of its secret and what it opens. The secret itself is nowhere."""

    name: str
    sha256: str
    scopes: frozenset[str]


class Keys:
    """The keys of one file."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = tuple(keys)

    def of(self, secret: str) -> Key | None:
        """The key with this secret. Takes as long for a wrong secret as for a right one: every sum is compared, in constant time."""
        asked, found = digest(secret), None
        for key in self._keys:
            if hmac.compare_digest(key.sha256, asked):
                found = key
        return found


def digest(secret: str) -> str:
    """One round of sha256 is enough: a secret is 256 random bits, which no dictionary holds."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def read(path: Path) -> Keys:
    """Raises SettingRefused, naming the file and the key, for anything that is not a list of keys."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingRefused(
            f"VPI_KEYS_FILE: {path} cannot be read ({error}). "
            f"Make a key with `python -m app.keys NAME >> {path}`, each by a name of its own."
        ) from None
    found = []
    for name, table in tables.items():
        scopes, sha256 = (table.get("scopes"), table.get("sha256")) if isinstance(table, dict) else (None, None)
        if (
            not (isinstance(scopes, list) and scopes and all(scope in SCOPES for scope in scopes))
            or not (isinstance(sha256, str) and SHA256.fullmatch(sha256))
        ):  # fmt: skip
            raise SettingRefused(
                f"VPI_KEYS_FILE: [{name}] in {path} needs a sha256 of 64 hexadecimal digits and scopes among {', '.join(SCOPES)}."
            )
        found.append(Key(name, sha256, frozenset(scopes)))
    if not found:
        raise SettingRefused(f"VPI_KEYS_FILE: {path} holds no key. Make one with `python -m app.keys NAME >> {path}`.")
    return Keys(found)


def wanted(settings: Settings) -> Keys | None:
    """The keys a caller must show, None where none are asked for: on loopback, or where `VPI_WITHOUT_KEYS` says so.

    Raises SettingRefused for a service that others can reach and that nobody decided to leave open.
    """
    if settings.keys_file is not None:
        return read(settings.keys_file)
    if not settings.without_keys and not loopback(settings.host):
        raise SettingRefused(
            f"The service would listen on {settings.host}, where others can reach it, and asks for no key. Make one with "
            f"`python -m app.keys NAME >> keys.toml` and set VPI_KEYS_FILE=keys.toml, or set VPI_WITHOUT_KEYS=true to leave it open."
        )
    return None


def loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def make(
    name: Annotated[str, typer.Argument(help="Whose key it is: letters, digits, hyphens.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it opens, `read` when left out: read, metrics. May be given twice.")] = None,
) -> None:
    """Make a key: the secret goes to stderr, once; what the keys file needs goes to stdout."""
    scopes = scope or ["read"]
    if not name.replace("-", "").isalnum() or not name.isascii() or not set(scopes) <= set(SCOPES):
        typer.echo(f"A name is made of letters, digits and hyphens, and a scope is one of {', '.join(SCOPES)}.", err=True)
        raise typer.Exit(2)
    secret = f"vpi_{secrets.token_urlsafe(32)}"
    typer.echo(f"The key of {name}, shown only now: {secret}", err=True)
    quoted = ", ".join(f'"{each}"' for each in scopes)
    sys.stdout.write(f'[{name}]\nsha256 = "{digest(secret)}"\nscopes = [{quoted}]\n\n')


if __name__ == "__main__":
    typer.run(make)
