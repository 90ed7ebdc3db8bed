from __future__ import annotations

import pytest

from tests.ingest.reading import clauses, outline, policy

BODY = "We handle what you give us with care and never hand it to anybody who has no need of it."


def under(*titles: str) -> str:
    return "\n".join(f"{title}\n{BODY}" for title in titles)


@pytest.mark.parametrize(
    ("titles", "levels"),
    [
        (["1 Collection", "1.1 Accounts", "1.1.1 Sign-up", "1.1.2 Profile", "1.2 Devices", "2 Use"], [1, 2, 3, 3, 2, 1]),
        (["I. Scope", "II 、 Collection", "(i) Accounts", "1 、 Sign-up", "(1) By phone", "(II) Chat", "III. Use"], [1, 1, 2, 3, 4, 2, 1]),
        (["(I) Scope", "(II) Security", "(III) Rights", "(IV) Minors", "(V) Contact", "(VI) Updates"], [1] * 6),
        (["1. Scope", "a. Companies", "b. Persons", "2. Use"], [1, 2, 2, 1]),
        (["Part A", "1. Scope", "2. Use", "Part B", "1. Rights"], [1, 2, 2, 1, 2]),
        (["1. Scope", "2. Use", "Appendix: Definitions"], [1, 1, 1]),
        (["[Introduction]", "I. Scope", "II. Use"], [1, 1, 1]),
        (["第一章 总则", "第一条 适用范围", "第二条 定义", "第二章 收集"], [1, 2, 2, 1]),
        (["一、我们收集的信息", "（一）注册", "（二）聊天", "二、共享", "（一）关联公司"], [1, 2, 2, 1, 2]),
        (["【引言】", "1、适用范围", "2、收集", "3、共享"], [1, 1, 1, 1]),
        (["A. Scope", "B. Use", "C. Rights"], [1, 1, 1]),
        (["Article 1: Scope", "Article 2: Use"], [1, 1]),
        (["1.1 Accounts", "1.2 Functions", "1 、Chat", "2 、Calls", "1.3 Security"], [1, 1, 2, 2, 1]),
        (["H. Rights", "I. Minors", "J. Contact"], [1, 1, 1]),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else "",
)
def test_numbering_styles_nest_as_they_appear(titles: list[str], levels: list[int]) -> None:
    assert outline(under(*titles)) == list(zip(levels, titles, strict=True))


def test_chinese_sentences_marked_as_a_heading_are_text() -> None:
    text = "## 一、安全\n\n#### 1.我们采取合理的措施保护信息，防止信息丢失或者泄露。\n\n#### 2.联系方式\n\n请来信。\n"
    assert [(clause.section, clause.plain.strip(" #")) for clause in policy(text, "markdown").clauses] == [
        (("一、安全",), "1.我们采取合理的措施保护信息，防止信息丢失或者泄露。"), (("一、安全", "2.联系方式"), "请来信。"),
    ]  # fmt: skip


def test_headings_keep_their_number_as_written() -> None:
    found = policy(under("II 、 Collection", "(i) Accounts", "1.1.2 Sign-up", "第一条 范围"))
    assert [heading.number for heading in found.headings] == ["II 、", "(i)", "1.1.2", "第一条"]


def test_numbered_statements_are_items_and_not_headings() -> None:
    listed = "1) if we no longer need it;\n2) if you withdraw consent;\n3) if the law says so."
    text = f"1. Deletion\nYou may ask us to delete your data:\n{listed}\n2. Contact\nWrite to us."
    assert outline(text) == [(1, "1. Deletion"), (1, "2. Contact")]
    found = policy(text)
    assert [clause.number for clause in found.clauses] == [None, "1)", "2)", "3)", None]
    assert {clause.lead for clause in found.clauses[1:4]} == {"You may ask us to delete your data:"}


def test_a_title_with_a_full_stop_is_a_heading_where_its_neighbours_are() -> None:
    text = under("1. Scope of this policy.", "2. What we collect.", "3. Your rights:")
    assert [title for _, title in outline(text)] == ["1. Scope of this policy.", "2. What we collect.", "3. Your rights:"]


def test_short_lines_without_a_number_head_what_follows_them() -> None:
    paragraphs = (
        "Acme Privacy Policy",
        "Last updated: March 2, 2024",
        "1. Sharing",
        BODY,
        "Sharing with partners",
        BODY,
        "2. Contact",
        BODY,
    )
    text = "\n\n".join(paragraphs)
    assert outline(text) == [(1, "Acme Privacy Policy"), (2, "1. Sharing"), (3, "Sharing with partners"), (2, "2. Contact")]


def test_a_list_without_bullets_has_no_headings_in_it() -> None:
    text = f"We collect:\nYour name\nYour email address\nYour telephone number\n{BODY}"
    assert outline(text) == []


def test_a_table_of_contents_is_flagged_and_the_headings_it_repeats_are_not() -> None:
    text = "Contents of this policy\nI. Scope\nII. Collection\nIII. Rights\n" + under("I. Scope", "II. Collection", "III. Rights")
    found = policy(text)
    assert [found.text[block.start : block.end] for block in found.flagged] == ["I. Scope", "II. Collection", "III. Rights"]
    assert {block.flag for block in found.flagged} == {"contents"}
    assert [heading.text for heading in found.headings] == ["I. Scope", "II. Collection", "III. Rights"]


def test_a_list_that_stands_twice_is_no_table_of_contents() -> None:
    rights = "You may ask for:\n1. Access to your data\n2. Correction of your data\n3. Deletion of your data\n"
    assert policy(f"{rights}That is all for visitors from here.\n{rights}That is all for visitors from there.\n").flagged == ()


def test_a_number_alone_on_its_line_belongs_to_the_line_under_it() -> None:
    found = policy(
        "1.1\n为了向您提供服务，我们会收集您的手机号码，并在您注册时进行验证。\n1.2\n我们不会出售您的信息，也不会将其用于其他目的。"
    )
    assert [clause.number for clause in found.clauses] == ["1.1", "1.2"]
    assert found.headings == ()


def test_a_text_broken_at_a_width_is_read_as_paragraphs() -> None:
    line = "and we keep the words of this sentence going until the\nline is full and the next one has to take over from it\n"
    text = f"We write long letters here\n{line * 8}until it ends. A new one begins\n{line * 2}and ends too.\n"
    assert [said.endswith(".") for said in clauses(text, limit=1000)] == [True, True]


def test_both_languages_of_a_document_have_their_title() -> None:
    text = f"小雀隐私政策\n\n我们不会收集您的任何信息，也不会监控您的任何数据。\n\nSparrow Privacy Policy\n\n{BODY}"
    found = policy(text)
    assert [(clause.section, clause.language) for clause in found.clauses] == [
        (("小雀隐私政策",), "zh"),
        (("Sparrow Privacy Policy",), "en"),
    ]
