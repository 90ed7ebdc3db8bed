from __future__ import annotations

from tests.ingest.reading import clauses, count, policy


def test_a_clause_is_a_sentence_with_its_section() -> None:
    found = policy("1. Storage\n\nWe keep logs in Oslo. They are deleted after 30 days.\n\n2. Contact\n\nWrite to us any time.")
    assert [(clause.section, clause.text) for clause in found.clauses] == [
        (("1. Storage",), "We keep logs in Oslo."),
        (("1. Storage",), "They are deleted after 30 days."),
        (("2. Contact",), "Write to us any time."),
    ]


def test_ids_follow_the_document_and_the_order() -> None:
    assert [clause.id for clause in policy("We log. We delete.").clauses] == ["acme-1.0000", "acme-1.0001"]


def test_a_list_item_carries_the_sentence_that_leads_into_its_list() -> None:
    found = policy("We run a shop. We collect:\n  • your name\n  • your address\n\nWe do not sell it.")
    assert [(clause.text, clause.lead) for clause in found.clauses] == [
        ("We run a shop.", None),
        ("We collect:", None),
        ("• your name", "We collect:"),
        ("• your address", "We collect:"),
        ("We do not sell it.", None),
    ]


def test_an_inner_list_has_the_outer_item_in_its_lead() -> None:
    found = policy("We collect:\n\n* From visitors:\n    * IP address\n* From customers:\n    * card number\n", "markdown")
    leads = {" ".join(clause.plain.split()): clause.lead for clause in found.clauses}
    assert leads["IP address"] == "We collect: From visitors:"
    assert leads["card number"] == "We collect: From customers:"
    assert leads["From customers:"] == "We collect:"


def test_numbered_statements_have_the_lead_of_the_number_that_holds_them() -> None:
    text = (
        "1.1 我们会在您注册和使用服务的过程中收集以下信息：\n1.1.1 您的手机号码，用于验证您的身份并保护您的帐号安全。\n"
        "1.1.2 您的设备信息，用于诊断。\n1.2 我们不会出售您的个人信息，也不会用于广告。"
    )
    found = policy(text)
    lead = "1.1 我们会在您注册和使用服务的过程中收集以下信息："
    assert [clause.lead for clause in found.clauses] == [None, lead, lead, None]


def test_whole_sentences_under_a_paragraph_that_introduces_nothing_stand_alone() -> None:
    found = policy("By using Acme you agree to this policy.\n\n- 1. We store no data.\n- 2. You run your own server.\n")
    assert [clause.lead for clause in found.clauses] == [None, None, None]


def test_lines_after_a_colon_are_its_list_while_they_look_alike() -> None:
    found = policy("We use it for:\n\nTo run the service.\n\nTo answer you.\n\nWe keep it for a year.")
    assert [clause.lead for clause in found.clauses] == [None, "We use it for:", "We use it for:", None]


def test_a_list_under_the_next_line_of_a_list_does_not_keep_the_lead_before_it() -> None:
    text = "We work as follows:\n\nFor guests we do this:\n\n* we greet\n\nFor owners we do that:\n\n* we call\n"
    leads = {" ".join(clause.plain.split()): clause.lead for clause in policy(text, "markdown").clauses}
    assert leads["we greet"] == "We work as follows: For guests we do this:"
    assert leads["we call"] == "We work as follows: For owners we do that:"


def test_tags_of_blocks_part_the_clauses_of_markdown() -> None:
    assert clauses("<table><tr><td>your name</td><td>one year</td></tr></table>\n", "markdown") == ["your name", "one year"]


def test_a_title_in_a_paragraph_stays_in_its_clause_and_names_the_section() -> None:
    found = policy("## Data\n\n**Cookies.** We set two cookies. Both expire.\n\n**Logs** We keep logs.\n", "markdown")
    assert [(clause.section, clause.text) for clause in found.clauses] == [
        (("Data", "Cookies"), "**Cookies.** We set two cookies."),
        (("Data", "Cookies"), "Both expire."),
        (("Data", "Logs"), "**Logs** We keep logs."),
    ]


def test_a_short_statement_is_not_taken_for_a_title() -> None:
    assert clauses("We encrypt data. We hash passwords.") == ["We encrypt data.", "We hash passwords."]


def test_each_cell_of_a_table_is_a_clause_led_by_its_row_and_column() -> None:
    text = "| Purpose | Data |\n| --- | --- |\n| To bill you | * card number<br>* name |\n| To help you | |\n"
    found = policy(text, "markdown")
    assert [(" ".join(clause.plain.split()), clause.lead) for clause in found.clauses] == [
        ("Purpose Data", None),
        ("To bill you", "Purpose:"),
        ("card number", "To bill you – Data:"),
        ("name", "To bill you – Data:"),
        ("To help you", "Purpose:"),
    ]


def test_an_empty_cell_does_not_move_the_columns_after_it() -> None:
    found = policy("| Data | Kept | Shared |\n|---|---|---|\n| Name | | with nobody |\n", "markdown")
    assert [clause.lead for clause in found.clauses] == [None, "Data:", "Name – Shared:"]


def test_no_clause_has_more_wordpieces_than_the_model_reads() -> None:
    text = "We collect " + ", ".join(f"the number of item {number}" for number in range(400)) + "."
    found = policy(text, limit=60)
    assert max(count(clause.plain) for clause in found.clauses) <= 60
    assert "".join("".join(clause.text.split()) for clause in found.clauses) == "".join(text.split())


def test_the_pieces_of_a_long_list_keep_what_introduces_it() -> None:
    text = "We share data with these partners: " + "; ".join(f"partner {number} of the group" for number in range(60)) + "."
    assert {clause.lead for clause in policy(text, limit=60).clauses[1:]} == {"We share data with these partners:"}


def test_markup_around_a_clause_belongs_to_it() -> None:
    found = policy("Read [our terms](https://acme.example/t_1). **We never sell data.**\n", "markdown")
    assert [clause.text for clause in found.clauses] == ["Read [our terms](https://acme.example/t_1).", "**We never sell data.**"]
    assert [" ".join(clause.plain.split()) for clause in found.clauses] == ["Read our terms .", "We never sell data."]


def test_a_link_however_long_does_not_hide_the_end_of_its_sentence() -> None:
    text = f"See [our terms.](https://acme.example/{'x' * 300}) They bind you.\n"
    assert clauses(text, "markdown") == ["See our terms.", "They bind you."]


def test_an_address_is_one_clause() -> None:
    text = "Write to us:\n\nAcme Ltd.  \n1 Long Street  \nOslo 0150  \nNorway\n"
    assert clauses(text, "markdown") == ["Write to us:", "Acme Ltd. 1 Long Street Oslo 0150 Norway"]


def test_every_clause_has_the_language_it_is_written_in() -> None:
    found = policy("我们不收集您的位置信息。\n\nWe do not collect your location.\n\nIP: 10.0.0.1\n\n我们不出售您的数据。")
    assert [clause.language for clause in found.clauses] == ["zh", "en", "en", "zh"]
