from __future__ import annotations

import pytest

from ingest import sentences
from tests.ingest.reading import count


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.of(text, 0, len(text))]


@pytest.mark.parametrize(
    "parts",
    [
        ["We keep logs.", "They are deleted."],
        ["We use processors, e.g. Acme Inc. and others, i.e. hosts.", "You may object."],
        ["The service is run by Acme Co., Ltd. in Oslo."],
        ["The service is run by Acme Ltd.", "We are the controller."],
        ["Under Art. 6 GDPR and No. 5 of the list we may act.", "See Sec. 4 below."],
        ["Data is sent to the U.S. Department of Commerce."],
        ["Data stays in the U.S.", "We do not export it."],
        ["Version 2.0 costs 3.50 a month.", "Prices rise."],
        ["See https://acme.example/privacy.html?a=b.", "It explains more."],
        ["We share data with third parties.", "This Statement says how."],
        ['He asked "May I?"', "We said no."],
        ["(This applies to all users.)", "Others are exempt."],
        ["You can (see below. It is long) opt out at any time."],
        ["Do we sell data?", "No!", "Never."],
        ["Send it to J. Doe at the office."],
        ["We started in 2019.", "Since then we grew."],
        ["Write to privacy@acme.example or visit www.acme.example.", "We answer."],
        ["Node.js and GitLab.com are used."],
        ["Open from 9 a.m. to 5 p.m. every day."],
        ["Logs, backups, etc. are encrypted."],
        ["Effective Jan. 5, 2024."],
        ["我们收集您的手机号。", "您可以拒绝！", "为什么？", "因为法律要求。"],
        ["我们会说“不。”", "然后停止。"],
        ["我们（包括关联公司。下同）收集信息。"],
        ["We use WeLink。", "我们使用 SDK.", "It is ours."],
        ["Your data — and it is yours! — stays with you."],
        ["一是收集；二是使用；三是删除。"],
    ],
    ids=lambda parts: parts[0][:40],
)
def test_sentences_end_where_a_reader_ends_them(parts: list[str]) -> None:
    glued = {"We share data with third parties."}
    text = "".join(part if part in glued or part[-1] in "。！？”" else f"{part} " for part in parts)
    assert [sentence.strip() for sentence in split(text.strip())] == parts


def test_a_number_at_the_head_of_an_inline_list_is_no_sentence() -> None:
    assert split("We need: 1. Your name. 2. Your address.") == ["We need: 1. Your name.", "2. Your address."]


def test_letters_in_brackets_stay_in_their_sentence() -> None:
    text = "We collect (i) your name; (ii) your address; and (iii) your age."
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "We keep your name for a year; we keep your address for two years, and your logs for three more years",
            "We keep your name for a year;",
        ),
        ("我们收集您的姓名、住址和电话号码以便联系您；我们还会收集您的设备型号以便诊断", "我们收集您的姓名、住址和电话号码以便联系您；"),
        (
            "We share your profile picture with colleagues, and we share your work calendar with your managers",
            "We share your profile picture with colleagues,",
        ),
    ],
)
def test_a_long_sentence_is_cut_at_the_best_place_there_is(text: str, first: str) -> None:
    pieces = sentences.cut(text, 0, len(text), 24, count)
    assert text[slice(*pieces[0])] == first
    assert "".join("".join(text[a:b].split()) for a, b in pieces) == "".join(text.split())


def test_a_word_longer_than_the_limit_is_cut_too() -> None:
    word = "x" * 5000
    pieces = sentences.cut(word, 0, len(word), 100, count)
    assert max(count(word[a:b]) for a, b in pieces) <= 100
    assert "".join(word[a:b] for a, b in pieces) == word
