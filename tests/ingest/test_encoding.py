"""Bytes to text: the encoding found, the text unchanged, and what is no text refused."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import Unreadable
from ingest.readers import encoding

CHINESE = "我们收集您的个人信息，用于向您提供服务。\r\n您可以随时删除。\n"
WESTERN = "Wir löschen Ihre Daten nach 30 Tagen – “spätestens”. Dépôt légal à l’étranger.\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-32", "utf-32-le"),
        (CHINESE, "gb18030", "gb18030"),
        ("您的信息", "gbk", "gb18030"),
        (WESTERN, "utf-16-le", "utf-16-le"),
        (WESTERN, "cp1252", "cp1252"),
        ("Données reçues à conserver. " * 20 + "\x81", "latin-1", "latin-1"),
        ("Мы собираем ваши данные. " * 5, "cp1251", "cp1251"),
        ("個人資料的保護政策，我們收集以下資料。" * 5, "big5", "big5hkscs"),
        ("plain ASCII, nothing else", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_the_text_is_the_files_own(text: str, written: str, found: str) -> None:
    assert encoding.decode(text.encode(written), "policy.txt") == (text, found)


def test_line_ends_and_odd_spaces_stay_as_they_are() -> None:
    text = "one\r\ntwo\rthree\u2028four\u00a0five\ufeffsix\n"
    assert encoding.decode(text.encode(), "policy.txt") == (text, "utf-8")


@pytest.mark.parametrize(
    ("text", "written", "declared", "found"),
    [
        ("Données", "cp1252", "ISO-8859-1", "cp1252"),
        ("联通", "gb18030", "gb2312", "gb18030"),  # without the word of the page, these bytes are valid UTF-8
        ("データ", "shift_jis", "Shift_JIS", "cp932"),
        ("Données", "utf-8", "iso-8859-1", "utf-8"),  # servers say Latin-1 of everything
        ("Données", "utf-8", "no-such-charset", "utf-8"),
        ("Données", "utf-8", "rot13", "utf-8"),
        ("Données", "utf-8", "utf-16\0", "utf-8"),
    ],
)
def test_a_declared_encoding_is_believed_where_it_holds(text: str, written: str, declared: str, found: str) -> None:
    assert encoding.decode(text.encode(written), "page", declared) == (text, found)


def test_a_few_lost_bytes_do_not_turn_a_utf8_text_into_another_encoding() -> None:
    text, codec = encoding.decode((CHINESE * 20).encode()[:-3], "policy.txt")
    assert (codec, text.count("\ufffd")) == ("utf-8", 1)
    assert text.startswith(CHINESE * 19)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a text\0with a NUL", "NUL character at position 6"),
        (bytes(1000), "NUL|binary|no encoding"),
        (os.urandom(5000), "NUL|binary|no encoding"),
        (bytes(range(1, 32)) * 50, "control characters"),
        (b"\xff\xfe" + b"\x00\xd8" * 500, "does not go on so"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=rf"policy\.txt .*(?:{why})"):
        encoding.decode(data, "policy.txt")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_utf8_text_comes_back_unchanged(text: str) -> None:
    assert encoding.decode(b"\xef\xbb\xbf" + text.encode(), "policy.txt") == (text, "utf-8")


@given(st.binary(), st.sampled_from([None, "utf-8", "gbk", "utf-16", "latin-1", "idna", "x"]))
def test_any_bytes_are_read_or_refused(data: bytes, declared: str | None) -> None:
    try:
        text, codec = encoding.decode(data, "policy.txt", declared)
    except Unreadable:
        return
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text
    assert "a".encode(codec)
