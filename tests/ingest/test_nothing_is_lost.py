"""Whatever the text, each of its characters is in one clause, heading or flagged block, and every clause is the text at its offsets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.settings import Settings
from ingest import readers, split
from ingest.readers import markdown, plain
from tests.ingest.reading import ACME, check_nothing_is_lost, count

SHARED = Path(__file__).resolve().parents[3] / "shared"
DOCUMENTS = sorted(
    path
    for folder in ("policies", "corpora", "eval/docs")
    for path in (SHARED / folder).rglob("*")
    if path.suffix in (".txt", ".md", ".html", ".pdf")
)

LINES = st.sampled_from(
    [
        *("1. Scope", "1.1 Data we keep", "(VI) Security", "II 、 Use", "- 1) your name", "• your age", "[Introduction]", "第一条 范围"),
        *("一、收集", "（二）聊天记录", "Part A", "Appendix: Terms", "We collect your name. We keep it, e.g. in Oslo.", "We collect:"),
        *("## Data ##", "**Cookies.** We set two.", "**Bold line**", "Title\n=====", "text\n---", "* * *", "| a | b<br>• c |", "|---|---|"),
        *("| | d |", "*   item\n\n    more of it", "    * inner **bold", "1. [Scope](#scope)", "[a](#a)  \n[b](#b)", "<!-- hidden -->"),
        *("{: x }", "```\ncode\n```", "---", "+++", "我们收集您的手机号。我们不会出售！", "线索；另一个", "> quoted", "Our Promise"),
        *(
            "![picture\nof it](/a.png) seen",
            "see [x] and ](y",
            "&nbsp;",
            "Acme Ltd.  \nLong Street 1  \nOslo",
            "a\\",
            "\\",
            "__init__ *x* _y_",
        ),
        *(
            "https://a.example/b_c_(d)**",
            "<br>",
            "x" * 300,
            "字" * 300,
            "한" * 90,
            "end.Begin again",
            "“",
            "）",
            "***",
            "#",
            "# ",
            "-",
            "•",
        ),
        *("1.", "（", "...", "？！"),
    ]
)
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", " ", "\t", "\x0b", "\u2028", "\n    "])
TEXTS = st.lists(st.tuples(st.one_of(LINES, st.text(max_size=30)), BREAKS), max_size=14).map(lambda rows: "".join(a + b for a, b in rows))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_character_of_plain_text_is_lost_or_held_twice(text: str) -> None:
    reading = plain.read(text)
    assert reading.text == text
    check_nothing_is_lost(reading, split.policy(reading, "acme-1", ACME, count, 60), 60)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_character_of_markdown_is_lost_or_held_twice(text: str) -> None:
    reading = markdown.read(text)
    assert reading.text == text
    check_nothing_is_lost(reading, split.policy(reading, "acme-1", ACME, count, 60), 60)


@pytest.mark.skipif(not DOCUMENTS, reason="the shared policies are not on this machine")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_character_of_a_real_policy_is_lost_or_held_twice(path: Path) -> None:
    reading = readers.read(path.read_bytes(), media_type=None, name=path.name, settings=Settings())
    if path.suffix in (".txt", ".md"):
        assert reading.text == path.read_bytes().decode("utf-8-sig")
    check_nothing_is_lost(reading, split.policy(reading, "acme-1", ACME, count))
