"""Traditional Chinese is read, asked and searched for in Simplified, and what is shown stays as it is written."""

from __future__ import annotations

import tomllib

import pytest

from index import variants
from index.countries import places
from index.domain import Vendor
from index.gloss import in_english
from index.highlight import _parts
from index.lexicon import load
from index.names import Names
from index.variants import HAN, simplified
from index.words import columns, terms


@pytest.mark.parametrize(
    ("traditional", "simple"),
    [
        ("我們蒐集您的個人資料", "我们收集您的个人信息"),
        ("儲存於伺服器的登入紀錄", "存储于服务器的登录记录"),
        ("身分證字號、行動電話與簡訊", "身份证号码、移动电话与短信"),
        ("私隱政策：電郵地址", "隐私政策：邮箱地址"),
        ("使用者的裝置", "各用户的设备"),
        ("帐号、帳號、账号", "账号、账号、账号"),
        ("微信头像与手机号", "微信头像与手机号"),
        ("We keep logs.", "We keep logs."),
    ],
)
def test_a_text_is_written_as_the_rules_are(traditional: str, simple: str) -> None:
    assert simplified(traditional) == simple


def test_every_character_and_word_becomes_one_of_the_same_length() -> None:
    """So every offset found in the simplified text holds in the text as it is written."""
    rows = [line.split("\t") for line in variants.CHARACTERS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(rows) > 2500
    assert [row for row in rows if [len(side) for side in row] != [1, 1]] == []
    words = {word: common for table in tomllib.loads(variants.WORDS.read_text(encoding="utf-8")).values() for word, common in table.items()}
    assert [word for word, common in words.items() if len(word) != len(common)] == []


def test_what_is_simplified_once_stays() -> None:
    tables = tomllib.loads(variants.WORDS.read_text(encoding="utf-8")).values()
    assert [common for table in tables for common in table.values() if simplified(common) != common] == []


def test_the_table_is_made_of_pairs_of_single_common_characters() -> None:
    source = "# note\n簡\t简\n乾\t干 乾\n一\t一\n𫝈\t𮍌\n"
    assert variants.table(source) == "簡\t简\n乾\t干\n"


def test_the_lexicon_finds_traditional_words_where_they_stand() -> None:
    text = "包括大頭貼、暱稱與使用者名稱"
    assert [(text[each.start : each.end], each.category) for each in load().find(text)] == [
        ("大頭貼", "profile"),
        ("暱稱", "username"),
        ("使用者名稱", "username"),
    ]
    assert HAN.search(text)


def test_a_question_in_traditional_chinese_looks_for_what_one_in_simplified_does() -> None:
    assert terms("聊天紀錄儲存多久") == terms("聊天记录存储多久")
    assert columns("蒐集電話號碼", "隱私") == columns("收集电话号码", "隐私")
    assert in_english("聊天紀錄") == in_english("聊天记录") != ""


def test_a_vendor_is_known_by_its_name_in_either_writing() -> None:
    names = Names([Vendor("tx", "騰訊"), Vendor("ding", "DingTalk", ("钉钉",))])
    assert [vendor.id for vendor in names.find("腾讯收集哪些数据").vendors] == ["tx"]
    assert [vendor.id for vendor in names.find("釘釘蒐集哪些資料").vendors] == ["ding"]


def test_a_country_is_known_in_either_writing() -> None:
    assert [place.country for place in places("傳輸至臺灣與美國")] == ["TW", "US"]


def test_parts_are_compared_in_one_writing() -> None:
    assert _parts("我們蒐集電話。")[0] == ("我们收集电话。", 0, 7)
