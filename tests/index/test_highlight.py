from __future__ import annotations

import pytest

from index import words
from index.highlight import Stems, highlight
from index.queries import IndexedClause


def clause(text: str) -> IndexedClause:
    return IndexedClause("d.0001", "v", "d", 1, (), None, text, 100, 100 + len(text), "en", None)


TEA = "We like tea very much indeed"


@pytest.mark.parametrize(
    ("text", "question", "quote"),
    [
        (f"{TEA}. Server logs go after a month. Write to us at any time.", "server logs", "Server logs go after a month."),
        (f"{TEA}; every letter is encrypted; write to us at any time.", "is mail encrypted", "every letter is encrypted;"),
        ("我们会收集您的手机号和姓名。聊天记录保存两年，之后予以删除。", "保存多久", "聊天记录保存两年，之后予以删除。"),
        ("Version 2.1 keeps logs on https://a.example/x.y.", "logs", "Version 2.1 keeps logs on https://a.example/x.y."),
        ("Nothing of the kind. Nothing else either.", "zebra", "Nothing of the kind. Nothing else either."),
    ],
)
def test_the_part_with_the_words_asked_for_is_highlighted_verbatim(text: str, question: str, quote: str) -> None:
    found = highlight(clause(text), Stems.of(words.terms(question)))
    assert found.quote == quote
    assert text[found.start - 100 : found.end - 100] == quote
