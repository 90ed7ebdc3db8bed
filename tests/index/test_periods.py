"""Durations as policies write them, in ISO 8601 with their bound."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.periods import number, period_days, periods

ISO = re.compile(r"P(?:\d+[DWMY]|T\d+[HM])")


@pytest.mark.parametrize(
    ("text", "iso", "bound"),
    [
        ("kept for fourteen (14) days", "P14D", "exact"),
        ("kept for 14 (fourteen) days", "P14D", "exact"),
        ("for six months", "P6M", "exact"),
        ("for half a year", "P6M", "exact"),
        ("for one and a half years", "P18M", "exact"),
        ("a 12-month period", "P12M", "exact"),
        ("1,095 days", "P1095D", "exact"),
        ("a year and a half", "P18M", "exact"),
        ("2 years and 6 months", "P30M", "exact"),
        ("for 5+ years", "P5Y", "at_least"),
        ("one-hundred-and-twenty days", "P120D", "exact"),
        ("one hundred and eighty days", "P180D", "exact"),
        ("within 72 hours", "PT72H", "at_most"),
        ("for up to another 30 days", "P30D", "at_most"),
        ("for a maximum period of 2 years", "P2Y", "at_most"),
        ("5 years maximum from the end", "P5Y", "at_most"),
        ("for at least six months", "P6M", "at_least"),
        ("for no less than three years", "P3Y", "at_least"),
        ("90 days by default", "P90D", "default"),
        ("for about 25 days", "P25D", None),
        ("保存两年", "P2Y", "exact"),
        ("不少于六个月", "P6M", "at_least"),
        ("半年", "P6M", "exact"),
        ("一年半", "P18M", "exact"),
        ("三十日内", "P30D", "at_most"),
        ("最长不超过72小时", "PT72H", "at_most"),
        ("三年以上", "P3Y", "at_least"),
    ],
)
def test_a_duration_is_read_with_its_bound(text: str, iso: str, bound: str | None) -> None:
    assert [(period.iso, period.bound) for period in periods(text)] == [(iso, bound)]


@pytest.mark.parametrize("text", ["within 15 working days", "within fifteen (15) business days", "15个工作日内", "十五个工作日内"])
def test_working_days_are_written_as_days_and_marked(text: str) -> None:
    assert [(period.iso, period.working_days) for period in periods(text)] == [("P15D", True)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("between 3 months and 1 year", "P3M", "P1Y"),
        ("from 3 months to 1 year", "P3M", "P1Y"),
        ("between six and twelve months", "P6M", "P12M"),
        ("twenty-four to thirty-six months", "P24M", "P36M"),
        ("thirty (30) to sixty (60) days", "P30D", "P60D"),
    ],
)
def test_a_range_gives_its_two_ends(text: str, low: str, high: str) -> None:
    assert [(period.iso, period.bound) for period in periods(text)] == [(low, "at_least"), (high, "at_most")]


@pytest.mark.parametrize("hyphen", ["-", " "])
@pytest.mark.parametrize("tens", [20, 30, 40, 50, 60, 70, 80, 90])
@pytest.mark.parametrize("ones", range(1, 10))
def test_a_number_of_two_words_is_one_number_and_no_range(tens: int, ones: int, hyphen: str) -> None:
    word = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}[tens]
    words = f"{word}{hyphen}{['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][ones - 1]}"
    for text in (f"{words} days", f"{words} ({tens + ones}) days"):
        assert [(text[p.start : p.end], p.iso, p.bound) for p in periods(text)] == [(text, f"P{tens + ones}D", "exact")]


@pytest.mark.parametrize(
    "text",
    [
        "children under 13 years of age",
        "18 years old",
        "24/7",
        "2020年11月03日",
        "未满14周岁",
        "第2年",
        "May 2024",
        "several days",
        "hundreds of years",
        "10,000 days",
        "half a decade",
    ],
)
def test_ages_dates_and_vague_times_are_no_durations(text: str) -> None:
    assert list(periods(text)) == []


@given(st.integers(1, 9999), st.sampled_from([("day", "P{}D"), ("month", "P{}M"), ("hour", "PT{}H"), ("year", "P{}Y")]))
def test_every_plain_number_is_read_as_it_stands(value: int, unit: tuple[str, str]) -> None:
    text = f"We keep it for {value} {unit[0]}s."
    (period,) = periods(text)
    assert (period.iso, text[period.start : period.end]) == (unit[1].format(value), f"{value} {unit[0]}s")


@given(st.text(alphabet="0123456789 half a one two 日年月个半两三十至-()days months", max_size=60))
def test_whatever_is_found_is_iso_and_stands_where_it_says(text: str) -> None:
    for period in periods(text):
        assert 0 <= period.start < period.end <= len(text)
        assert ISO.fullmatch(period.iso)


@pytest.mark.parametrize(
    ("words", "value"), [("twenty-one", 21), ("one hundred and eighty", 180), ("一百八十", 180), ("十五", 15), ("二十", 20), ("两", 2)]
)
def test_number_words_have_their_value(words: str, value: int) -> None:
    assert number(words) == value


@pytest.mark.parametrize(
    ("period", "days"),
    [("P90D", 90), ("P2W", 14), ("PT72H", 3), ("P6M", 182.625), ("P1Y6M", 547.875), (None, None), ("P20-records", None), ("P", None)],
)
def test_periods_are_compared_in_days(period: str | None, days: float | None) -> None:
    assert period_days(period) == (None if days is None else pytest.approx(days))


def test_twelve_months_are_a_year_to_the_last_bit() -> None:
    assert period_days("P12M") == period_days("P1Y")
