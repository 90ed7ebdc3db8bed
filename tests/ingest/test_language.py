from __future__ import annotations

import pytest

from ingest import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We collect the data that you give to us.", "en"),
        ("我们会收集您的手机号码和设备信息。", "zh"),
        ("使用 WeLink SDK 时，我们会收集 IMEI 和 MAC 地址。", "zh"),
        ("Wir verarbeiten die Daten, die Sie uns geben, und löschen sie nach einem Jahr.", "de"),
        ("Nous traitons les données que vous nous donnez pour le service.", "fr"),
        ("Tratamos los datos que usted nos da para el servicio y no los vendemos.", "es"),
        ("Trattiamo i dati che ci fornite per il servizio e non li vendiamo a nessuno della rete.", "it"),
        ("Nós tratamos os dados que você nos dá para o serviço e não os vendemos.", "pt"),
        ("Wij verwerken de gegevens die u aan ons geeft en verkopen ze niet.", "nl"),
        ("個人情報をお客様の同意なしに第三者に提供することはありません。", "ja"),
        ("우리는 귀하의 개인정보를 수집하고 이용합니다.", "ko"),
        ("Мы собираем данные, которые вы нам предоставляете.", "ru"),
    ],
)
def test_the_language_of_a_sentence_is_told(text: str, expected: str) -> None:
    assert language.of(text) == expected


@pytest.mark.parametrize("text", ["IP 10.0.0.1", "Acme Ltd.", "+47 22 00 00 00", "Rua do Ouro 5, Lisboa", ""])
def test_a_name_or_number_takes_the_language_around_it(text: str) -> None:
    assert language.of(text, "zh") == "zh"
    assert language.of(text, "en") == "en"


def test_the_languages_of_a_document_are_those_of_its_larger_parts() -> None:
    assert language.all_of([("en", 900), ("zh", 700), ("fr", 20), ("und", 500)]) == ("en", "zh")
