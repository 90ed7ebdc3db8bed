"""A policy in Traditional Chinese gives the facts of the same policy in Simplified Chinese, in its own words."""

from __future__ import annotations

import pytest

from index.facts import Evidence
from index.variants import HAN, simplified
from ingest import extract, writing
from ingest.extract.tools import Tools
from tests.ingest.reading import policy

TRADITIONAL = """# 小舖隱私權政策

最後更新日期：2024年5月2日

## 我們蒐集的資料

註冊時，我們會蒐集您的姓名、**行動電話**與電子信箱。我們不會蒐集您的身分證字號。

## 保存期限

帳號註銷後，我們會在30天內刪除您的個人資料。

## 提供給第三方

我們會將您的寄送地址提供給物流公司。我們不會出售您的個人資料。

## 您的權利

您可以請求停止蒐集、處理或利用您的個人資料。
"""


def facts(text: str) -> list[Evidence]:
    return list(extract.facts(policy(text, "markdown"), Tools()))


def place(fact: Evidence) -> tuple[str, str, int, int]:
    return fact.origin, fact.polarity, fact.start, fact.end


def test_the_facts_are_those_of_the_same_policy_in_simplified_chinese() -> None:
    one, other = facts(TRADITIONAL), facts(simplified(TRADITIONAL))
    assert len(one) > 8
    assert set(map(place, one)) == set(map(place, other))


def test_every_word_of_a_fact_is_the_policys_own() -> None:
    for fact in facts(TRADITIONAL):
        assert TRADITIONAL[fact.start : fact.end] == fact.quote
        said = fact.model_dump()
        words = [said.get(name) for name in ("span", "scope", "event", "recipient", "purpose", "value")] + fact.section
        assert [each for each in words if isinstance(each, str) and HAN.search(each) and each not in TRADITIONAL] == []


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("collection", "span", "電子信箱"),
        ("retention", "event", "註銷"),
        ("sharing", "recipient", "物流公司"),
        ("document", "value", "小舖隱私權政策"),
    ],
)
def test_what_is_taken_from_the_text_is_taken_as_written(kind: str, field: str, value: str) -> None:
    assert value in [
        each if field != "event" else each[-2:]
        for fact in facts(TRADITIONAL)
        if (each := fact.model_dump().get(field)) and fact.model_dump()["kind"] == kind
    ]


def test_a_policy_in_simplified_chinese_or_english_is_read_as_it_is() -> None:
    for text in ("我们收集您的姓名。", "We collect your name."):
        found = policy(text)
        assert writing.simple(found) is found


def test_markup_stays_blank_in_the_simple_form() -> None:
    found = policy("我們蒐集**電話**號碼。", "markdown")
    assert writing.simple(found).plain == "我们收集  电话  号码。"


def test_words_put_together_of_two_places_are_the_policys_own() -> None:
    found = policy("我們蒐集電話。\n\n請聯絡我們。")
    fact = next(iter(extract.facts(found, Tools())))
    apart = fact.model_copy(update={"section": ["收集电话, 联系"]})
    assert writing.as_written(apart, found).section == ["蒐集電話, 聯絡"]
