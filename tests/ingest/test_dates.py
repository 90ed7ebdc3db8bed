"""Dates as policies write them, in ISO 8601."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import dates


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Last updated: April 20, 2023", "2023-04-20"),
        ("effective November 4th, 2025.", "2025-11-04"),
        ("20 April 2023", "2023-04-20"),
        ("the 20th of April, 2023", "2023-04-20"),
        ("7-Mar-2024", "2024-03-07"),
        ("2023-04-20", "2023-04-20"),
        ("2023/4/20", "2023-04-20"),
        ("04/20/2023", "2023-04-20"),
        ("20/04/2023", "2023-04-20"),
        ("05.04.2023", "2023-04-05"),
        ("Last update: June 2026", "2026-06"),
        ("2020年11月03日", "2020-11-03"),
        ("2022 年 11 月 28 日", "2022-11-28"),
        ("二〇二〇年十一月三十日", "2020-11-30"),
        ("2024年5月", "2024-05"),
    ],
)
def test_a_date_is_read_in_every_common_form(text: str, iso: str) -> None:
    assert [dated.iso for dated in dates(text)] == [iso]


@pytest.mark.parametrize("text", ["February 30, 2023", "13/13/2023", "version 1.2.3", "2021/914", "2024年13月", "10-12"])
def test_what_is_no_date_is_left(text: str) -> None:
    assert list(dates(text)) == []


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    for text in (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert [dated.iso for dated in dates(f"On {text}.")] == [day.isoformat()]
