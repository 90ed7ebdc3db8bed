"""Countries named in a text: every one of ISO 3166, and not the state, the town or the person of the same name."""

from __future__ import annotations

import tomllib

import pytest

from index.countries import FILE, country, name, places


def _codes(text: str) -> list[str | None]:
    return [place.country for place in places(text)]


def test_every_country_of_iso_3166_and_kosovo_is_listed_once_by_its_code() -> None:
    countries = tomllib.loads(FILE.read_text(encoding="utf-8"))["countries"]
    names = [each for listed in countries.values() for each in listed]

    assert len(countries) == 250  # the 249 of the standard, and XK
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in countries)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Our servers stand in Armenia, Georgia and Ukraine.", ["AM", "GE", "UA"]),
        ("Files may go to Jordan or Mexico.", ["JO", "MX"]),
        ("Côte d’Ivoire, Curaçao, Türkiye and São Tomé and Príncipe", ["CI", "CW", "TR", "ST"]),
        ("Guinea, Guinea-Bissau, Equatorial Guinea, Papua New Guinea", ["GN", "GW", "GQ", "PG"]),
        ("Nigeria and Niger", ["NG", "NE"]),
        ("Northern Ireland and Ireland", ["GB", "IE"]),
        ("数据存放于哈萨克斯坦和秘鲁。", ["KZ", "PE"]),
        ("a Swedish company with Brazilian servers", ["SE", "BR"]),
    ],
)
def test_countries_are_found_by_their_names(text: str, codes: list[str]) -> None:
    assert _codes(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "Our office is in Atlanta, Georgia 30301.",
        "Write to Jordan Miller.",
        "We have a team in New Mexico and one in Jersey City.",
        "We moved to New South Wales.",
        "The courts of the State of Georgia decide.",
        "本服务在上海地区的使用门槛低，相关岛屿除外，请参加纳税。",
    ],
)
def test_a_name_that_is_a_states_a_towns_or_a_persons_is_no_country(text: str) -> None:
    assert _codes(text) == []


def test_a_country_has_its_common_english_name() -> None:
    assert [name(code) for code in ("MX", "TZ", "LA", "XX")] == ["Mexico", "Tanzania", "Laos", "XX"]
    assert country("from the Kyrgyz Republic to Nepal") == "KG"
