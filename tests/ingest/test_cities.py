"""Cities stand for their countries where a sentence says where data lies."""

from __future__ import annotations

from ingest.cities import places_and_cities


def named(text: str) -> list[tuple[str, str | None]]:
    return [(place.name, place.country) for place in places_and_cities(text)]


def test_a_city_and_a_cloud_region_stand_for_their_country() -> None:
    assert named("Servers stand in Frankfurt and Oslo, backups in eu-west-1.") == [("Frankfurt", "DE"), ("Oslo", "NO"), ("eu-west-1", "IE")]


def test_a_country_is_named_beside_its_city() -> None:
    assert named("kept in Reykjavík, Iceland") == [("Reykjavík", "IS"), ("Iceland", "IS")]


def test_a_city_in_a_name_or_an_address_is_no_place_of_data() -> None:
    assert named("Beijing Data Co. and Oslo AS, London EC1") == []
