"""Every rule finds its own hits and leaves its own misses; a rule that is not whole does not load."""

import re
import tomllib
from pathlib import Path

import pytest

from ingest.rulebook import FOLDER, Rule, Rulebook, RuleRefused

RULES = Rulebook.load().rules
WHOLE = """
[words]
many = '(?:many|several)'

[[rule]]
id = "{id}"
kind = "retention"
pattern = '$many (?P<unit>days|years)'
without = 'not'
hits = ["Kept for many days."]
misses = ["Kept for two days."]
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language}-{rule.id}")
def test_a_rule_finds_its_hits_and_leaves_its_misses(rule: Rule) -> None:
    assert [text for text in rule.hits if not any(rule.find(text))] == []
    assert [text for text in rule.misses if any(rule.find(text))] == []


def test_every_macro_is_used_in_its_file_and_those_of_a_language_somewhere_in_it() -> None:
    unused = []
    for path in FOLDER.glob("??/*.toml"):
        own = path.read_text(encoding="utf-8")
        content = "".join(each.read_text(encoding="utf-8") for each in path.parent.glob("*.toml")) if path.stem == "words" else own
        for name in tomllib.loads(own).get("words", {}):
            if not re.search(rf"\$(?:{name}(?![a-z_])|\{{{name}\}})", content):
                unused.append((path.parent.name, path.name, name))
    assert unused == []


def _folder(tmp_path: Path, english: str, chinese: str = WHOLE.format(id="zh.many")) -> Path:
    for language, content in (("en", english), ("zh", chinese)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "retention.toml").write_text(content, encoding="utf-8")
    return tmp_path


def test_a_rule_is_read_with_its_macros_and_its_exception(tmp_path: Path) -> None:
    book = Rulebook.load(_folder(tmp_path, WHOLE.format(id="en.many")))
    (rule,) = book.of("retention", "en")
    assert [match["unit"] for match in rule.find("SEVERAL years")] == ["years"]
    assert list(rule.find("not several years")) == []
    assert [rule.id for rule in book.of("retention", "zh-CN")] == ["zh.many"]
    assert book.of("contact", "en") == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('hits = ["Kept for many days."]', "lacks hits"),
        ('misses = ["Kept for two days."]', "lacks misses"),
        ("pattern = '$many (?P<unit>days|years)'", "lacks pattern"),
    ],
)
def test_a_rule_without_pattern_or_examples_does_not_load(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(RuleRefused, match=message):
        Rulebook.load(_folder(tmp_path, WHOLE.format(id="en.many").replace(line, "")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"retention"', '"gossip"', "unknown kind 'gossip'"),
        ("$many (", "$few (", "does not compile"),
        ("(?P<unit>", "(", "does not compile"),
        ("without = ", "whithout = ", "nobody reads: whithout"),
        ("without = ", 'fields = { poalrity = "no" }\nwithout = ', "nobody reads: poalrity"),
        ('id = "en.many"', 'id = "zh.many"', "used twice: zh.many"),
    ],
)
def test_a_rule_that_cannot_be_meant_so_does_not_load(tmp_path: Path, old: str, new: str, message: str) -> None:
    content = WHOLE.format(id="en.many").replace(old, new)
    if old == "(?P<unit>":
        content = content.replace("years)", "years")
    with pytest.raises(RuleRefused, match=message):
        Rulebook.load(_folder(tmp_path, content))


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleRefused, match="holds no rules"):
        Rulebook.load(tmp_path)
