from __future__ import annotations

import pytest

from index.domain import BlockKind
from ingest.readers import inline, markdown, plain
from tests.ingest.reading import outline, policy


def blocks(text: str) -> list[tuple[str, str, int]]:
    """Kind (or flag), words and level of each block."""
    found = markdown.read(text)
    return [(block.flag or str(block.kind), text[block.start : block.end], block.level) for block in found.blocks]


def seen(text: str) -> str:
    return " ".join(markdown.read(text).plain.split())


@pytest.mark.parametrize("fence", ["+++", "---"])
def test_front_matter_is_flagged_and_gives_the_title(fence: str) -> None:
    sign = "=" if fence == "+++" else ":"
    reading = markdown.read(f'{fence}\ntitle {sign} "Acme Privacy"\ndraft {sign} false\n{fence}\n\n# Scope\n')
    assert reading.title == "Acme Privacy"
    assert [block.flag for block in reading.blocks] == ["front_matter", ""]


def test_headings_of_both_kinds_have_their_level() -> None:
    assert blocks("Policy\n======\n\nScope\n-----\n\n### Data ###\n\nText.\n") == [
        ("heading", "Policy", 1),
        ("markup", "======", 0),
        ("heading", "Scope", 2),
        ("markup", "-----", 0),
        ("heading", "### Data ###", 3),
        ("paragraph", "Text.", 0),
    ]


def test_a_bold_line_is_a_heading_below_those_with_signs() -> None:
    text = "# Policy\n\n**What is Acme?**\n\nA shop in Oslo that sells boots.\n\n## Data\n\nWe keep some of it here.\n"
    assert outline(text, "markdown") == [(1, "Policy"), (2, "What is Acme?"), (2, "Data")]


def test_a_bold_statement_is_no_heading() -> None:
    assert outline("**We never sell your data.**\n\nThat is a promise we make to all.\n", "markdown") == []


def test_numbers_nest_headings_that_have_as_many_signs() -> None:
    text = "#### 1\\. Data\n\nWe keep some.\n\n#### 1.1 Logs\n\nWe keep logs.\n\n#### 2\\. Rights\n\nYou have some.\n"
    assert outline(text, "markdown") == [(1, "1. Data"), (2, "1.1 Logs"), (1, "2. Rights")]


def test_items_know_their_depth_and_the_paragraphs_inside_them() -> None:
    assert blocks("*   one\n    \n    more of it\n\n    * inner\n*   two\n\nafter\n") == [
        ("item", "*   one", 1),
        ("paragraph", "more of it", 1),
        ("item", "* inner", 2),
        ("item", "*   two", 1),
        ("paragraph", "after", 0),
    ]


def test_wrapped_lines_are_one_paragraph_and_lines_with_a_stop_each_one() -> None:
    assert [words for _, words, _ in blocks("a sentence that\ngoes on\n\nOne ends.\nTwo ends.\n")] == [
        "a sentence that\ngoes on",
        "One ends.",
        "Two ends.",
    ]


def test_a_year_at_the_start_of_a_wrapped_line_begins_no_list() -> None:
    assert len(blocks("We have done so since the summer of\n2019. It was warm.\n")) == 1


def test_tables_are_rows_and_their_rule_is_markup() -> None:
    assert [kind for kind, _, _ in blocks("| a | b |\n|---|:-:|\n| c | d |\n")] == ["row", "markup", "row"]


def test_rules_comments_and_attributes_are_markup() -> None:
    assert [kind for kind, _, _ in blocks('* * *\n\n<!-- lint\noff -->\n\nText\n{: datetime="2024-01-01" }\n')] == [
        "markup",
        "markup",
        "paragraph",
        "markup",
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Bold** and _slanted_ and ***both***", "Bold and slanted and both"),
        ("see [our terms](https://a.example/x_(y)) now", "see our terms now"),
        ("a ![logo](/img/a.png) picture", "a picture"),
        ("mail me@a_b.example or https://a.example/x_y_z", "mail me@a_b.example or https://a.example/x_y_z"),
        ("snake_case stays, 2 * 3 too", "snake_case stays, 2 * 3 too"),
        ("1\\. Scope \\[sic\\]", "1 . Scope [sic ]"),
        ("one<br>two <b>three</b>", "one two three"),
        ("[#](#data)Data we keep", "Data we keep"),
        ("[not a link] stays", "[not a link] stays"),
        ("`code` too", "code too"),
        ("<https://a.example> is us", "https://a.example is us"),
        ("[text][ref] and ~~old~~", "text and old"),
    ],
)
def test_only_markup_is_blanked(written: str, read: str) -> None:
    assert seen(written) == read


def test_blanking_moves_no_character() -> None:
    text = "## The *big* [list](#x)\n\n| a | **b** |\n"
    plain_text = markdown.read(text).plain
    assert len(plain_text) == len(text)
    assert all(left in (right, " ") for left, right in zip(plain_text, text, strict=True))


def test_plain_text_with_markdown_in_it_has_its_markup_marked() -> None:
    text = "我们收集 **手机号** 和 **邮箱** 。\n详见[条款](https://a.example/t)。\n"
    assert plain.read(text).plain.split() == ["我们收集", "手机号", "和", "邮箱", "。", "详见", "条款", "。"]


def test_plain_text_without_it_is_left_alone() -> None:
    text = "Multiply 2 ** 3, or see [the list].\n"
    assert plain.read(text).plain == text
    assert [block.kind for block in plain.read(text).blocks] == [BlockKind.LINE]


def test_a_link_text_cut_by_nothing_pairs_with_its_target() -> None:
    text = "see [[old] terms](/t)."
    assert [text[span.start : span.end] for span in inline.markup(text, 0, len(text))] == ["[", "](/t)"]


def test_a_list_of_links_to_the_page_itself_is_its_contents() -> None:
    text = "# P\n\n[Data we keep](#data)\n\n[What you can do](#rights)\n\n[Where we are](#contact)\n\n## Data\n\nWe keep some.\n"
    assert [block.flag for block in policy(text, "markdown").flagged] == ["contents"] * 3


def test_front_matter_tells_markdown_by_any_name() -> None:
    assert markdown.looks_like("+++\ntitle = 'x'\n+++\ntext")
    assert markdown.looks_like("# A\n\nx\n\n## B\n\ny\n\n## C\n")
    assert not markdown.looks_like("# 1 customer is all we have.\n\nText.\n")
