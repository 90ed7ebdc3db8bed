"""Questions in words over the small index; the stand-in embedder knows shared words only, which is enough to tell these topics apart."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from app.asking.answer import nearest_of
from app.asking.conditions import asked_for
from app.asking.question import data_named, same_certificate, understand
from app.asking.tongue import foreign
from app.asking.topics import KEPT, Topic, Topics, load
from index import facts, taxonomy
from index.domain import Policy, Vendor
from index.embedder import WordHashes
from index.names import Names
from tests.app.policies import collected, policy, said, serving

SAID: dict[str, Any] = {"vendor": "acme", "document": "acme-1", "quote": "words", "start": 0, "end": 5}
ACME = Vendor("acme", "Acme Notes", ("Acme", "艾克米"))
MODELS = {model.model_fields["kind"].default: model for model in facts.Evidence.__subclasses__()}


def ask(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/ask", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    for citation in found["citations"]:
        text = client.get(f"/v1/documents/{citation['document']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    for quoted in re.findall(r"“(.+?)”", found["answer"]) if found["status"] == "answered" else []:
        assert any(quoted.removesuffix(" …") in " ".join(citation["quote"].split()) for citation in found["citations"]), quoted
    return found


def test_a_question_is_answered_with_the_words_it_rests_on(client: TestClient) -> None:
    found = ask(client, "How long are server logs kept by Acme?")
    assert (found["status"], found["vendors"]) == ("answered", ["acme"])
    assert found["citations"][0]["quote"] == "Server logs are kept for 30 days"
    assert found["facts"][0]["period"] == "P30D"
    assert found["answer"].startswith("The policy of Acme Notes says: “Server logs are kept for 30 days”")


def test_a_policy_that_does_not_say_is_silent_and_brings_the_clauses_to_check(client: TestClient) -> None:
    found = ask(client, "How fast does Acme report a data breach?")
    assert (found["status"], found["answer"]) == ("silent", "The policy of Acme Notes does not say.")
    assert found["nearest"]
    assert not found["citations"]
    assert not found["facts"]


def test_clauses_to_check_that_say_the_same_are_brought_once() -> None:
    said = ["Not stored.", "Not stored.", "Kept.", "Sent.", "Shown."]
    hits: list[Any] = [SimpleNamespace(clause=SimpleNamespace(id=at, text=text)) for at, text in enumerate(said)]
    assert [clause.id for clause in nearest_of(hits)] == [0, 2, 3]


def test_a_denial_is_answered_with_the_words_that_deny(client: TestClient) -> None:
    found = ask(client, "Does Acme collect precise location?")
    assert [(fact["category"], fact["polarity"]) for fact in found["facts"]] == [("location_precise", "no")]
    assert "We do not record your precise location" in found["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "What does Acme collect?",
        "Which personal data is collected by Acme?",
        "List everything Acme collects",
        "What does Acme collect about me?",
    ],
)
def test_what_is_collected_at_all_is_answered_with_what_names_the_most_kinds_of_data(client: TestClient, question: str) -> None:
    found = ask(client, question)
    assert found["status"] == "answered"
    assert [citation["quote"] for citation in found["citations"]] == [
        "We collect your email address and phone number when you register.",
        '=HYPERLINK("https://evil.example") is how the log of IP addresses begins',
    ]
    assert {fact["category"] for fact in found["facts"]} == {"email_address", "phone_number", "ip_address"}


def test_who_collects_nothing_says_so_when_asked_what_is_collected_at_all(client: TestClient) -> None:
    found = ask(client, "What does Nilsoft collect?")
    assert [citation["quote"] for citation in found["citations"]] == ["We do not collect any personal data"]
    assert [fact["polarity"] for fact in found["facts"]] == ["no"]


def test_what_is_collected_of_one_kind_or_person_is_not_everything() -> None:
    names, topics = Names([ACME]), Topics(WordHashes())
    asked = ["What does Acme collect from dogs?", "What fees does Acme collect?", "Does Acme collect my name?", "What does Acme share?"]
    assert [question for question in asked if "asks_everything" in understand(question, names, topics).flags] == []


@pytest.mark.parametrize("data", ["phone numbers", "my location", "fingerprints", "e-mail addresses for its newsletter"])
def test_a_vendor_that_collects_nothing_denies_each_kind_of_data(client: TestClient, data: str) -> None:
    found = ask(client, f"Does Nilsoft collect {data}?")
    assert (found["status"], found["citations"][0]["quote"]) == ("answered", "We do not collect any personal data")


def test_where_data_lies_does_not_silence_who_collects_nothing_on_your_location(tmp_path: Path) -> None:
    vendor = Vendor("inlet", "Inlet")
    read = policy(vendor, "inlet-1", "We do not collect any personal data.\nData of our own lies in Iceland.\n")
    said_where = facts.StorageLocation(**said(read, "Data of our own lies in Iceland"), country="IS")
    denial = collected(read, "We do not collect any personal data", "personal data", "personal_data_unspecified", polarity="no")
    with serving(tmp_path, (read, [denial, said_where])) as client:
        found = ask(client, "What location data does Inlet collect?")
    assert [citation["quote"] for citation in found["citations"]][:1] == ["We do not collect any personal data"]


def test_the_kind_of_data_asked_about_comes_before_a_denial_of_another_that_sounds_like_the_question(tmp_path: Path) -> None:
    vendor = Vendor("postbox", "Postbox")
    denied, stated = "We do not collect your email address book.", "Fill in a nickname and an e-mail address to sign up."
    read = policy(vendor, "postbox-1", f"{denied}\n{stated}\n")
    other = collected(read, denied, "address book", "address_book", polarity="no")
    with serving(tmp_path, (read, [other, collected(read, stated, "e-mail address", "email_address")])) as client:
        found = ask(client, "Does Postbox collect your email address?")
    assert found["citations"][0]["quote"] == stated


def test_the_vendor_of_the_request_wins_over_the_names_in_the_question(client: TestClient) -> None:
    assert ask(client, "What personal data does Acme collect?", vendor="nilsoft")["vendors"] == ["nilsoft"]


def test_a_question_over_all_vendors_cites_each_it_names(client: TestClient) -> None:
    found = ask(client, "Which vendors collect phone numbers?")
    assert (found["status"], found["vendors"]) == ("answered", ["acme"])
    assert {citation["vendor"] for citation in found["citations"]} == {"acme"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Which vendors keep logs longer than one year?", {"P2Y"}),
        ("Which vendors keep logs at least one year?", {"P12M", "P2Y"}),
        ("Which vendors keep logs less than 12 months?", {"P30D"}),
        ("Which vendors keep logs no longer than one year?", {"P30D", "P12M"}),
        ("Which vendors keep logs for one year?", {"P12M"}),
        ("哪些供应商的日志保存超过一年？", {"P2Y"}),
        ("哪些供应商的日志保存不超过一年？", {"P30D", "P12M"}),
    ],
)
def test_a_length_of_time_in_a_question_over_all_vendors_tells_them_apart(asked: str, told: set[str]) -> None:
    question = understand(asked, Names([ACME]), Topics(WordHashes()))
    retention = next(topic for topic in load() if topic.id == "retention")
    held = [facts.Retention(**SAID, scope="logs", categories=["log_data"], period=period) for period in ("P30D", "P12M", "P2Y", None)]
    assert {fact.period for fact in asked_for(replace(question, topics=(retention,)), held)[0]} == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Which vendors store data outside the EU?", {"in Oslo, Norway", "in Canada", "outside the EEA"}),
        ("Which vendors store data in the EU?", {"in Sweden", "in the EU"}),
        ("Which vendors store data in the EEA?", {"in Sweden", "in the EU", "in Oslo, Norway"}),
        ("Which vendors store data outside Sweden?", {"in Oslo, Norway", "in Canada", "outside the EEA"}),
        ("Which vendors store data in Canada?", {"in Canada"}),
        ("哪些供应商将数据存储在欧盟境外？", {"in Oslo, Norway", "in Canada", "outside the EEA"}),
    ],
)
def test_a_country_or_a_region_in_a_question_over_all_vendors_tells_them_apart(asked: str, told: set[str]) -> None:
    question = understand(asked, Names([ACME]), Topics(WordHashes()))
    places = next(topic for topic in load() if topic.id == "storage_location")

    def lies(quote: str, country: str | None, mode: str = "storage") -> facts.StorageLocation:
        return facts.StorageLocation(**{**SAID, "quote": quote}, country=country, mode=mode)  # type: ignore[arg-type]

    held = [
        lies("in Sweden", "SE"), lies("in Oslo, Norway", "NO"), lies("in Canada", "CA"), lies("in the EU", None),
        lies("in other countries", None, "cross_border_transfer"), lies("outside the EEA", None, "cross_border_transfer"),
    ]  # fmt: skip
    assert {fact.quote for fact in asked_for(replace(question, topics=(places,)), held)[0]} == told


def test_who_names_no_deadline_does_not_keep_to_one() -> None:
    question = understand("Which vendors tell of a breach within 72 hours?", Names([ACME]), Topics(WordHashes()))
    breach = next(topic for topic in load() if topic.id == "breach_notification")
    held = [facts.BreachNotification(**SAID, deadline=deadline) for deadline in ("PT24H", "PT72H", "P7D", None)]
    assert [fact.deadline for fact in asked_for(replace(question, topics=(breach,)), held)[0]] == ["PT24H", "PT72H"]


def test_which_vendors_in_chinese_is_not_taken_for_companies_that_data_is_given_to() -> None:
    asked: list[str] = []

    class Heard(Topics):
        def nearest(self, question: str) -> Any:
            asked.append(question)
            return super().nearest(question)

    understand("哪些供应商会出售数据？", Names([ACME]), Heard(WordHashes()))
    assert set(asked) == {"谁会出售数据？"}


@pytest.mark.parametrize("question", ["Which vendors do not collect any personal data?", "哪些供应商不收集个人信息？"])
def test_only_who_collects_nothing_is_named_as_collecting_nothing(client: TestClient, question: str) -> None:
    found = ask(client, question)
    assert (found["status"], found["vendors"]) == ("answered", ["nilsoft"])
    assert [citation["quote"] for citation in found["citations"]] == ["We do not collect any personal data"]


def test_who_does_not_collect_a_kind_of_data_denies_it_or_all_of_it(client: TestClient) -> None:
    found = ask(client, "Who does not collect precise location?")
    assert [citation["quote"] for citation in found["citations"]] == [
        "We do not record your precise location",
        "We do not collect any personal data",
    ]
    # Acme collects phone numbers, and of location denies a part alone.
    assert ask(client, "Who doesn't collect phone numbers?")["vendors"] == ["nilsoft"]
    assert ask(client, "Which vendors do not collect location data?")["vendors"] == ["nilsoft"]
    assert ask(client, "Which vendors collect phone numbers?")["vendors"] == ["acme"]


def test_who_sells_all_but_what_belongs_to_minors_is_not_among_those_that_do_not_sell(tmp_path: Path) -> None:
    def one(name: str, text: str) -> tuple[Policy, list[Any]]:
        read = policy(Vendor(name, name.capitalize()), f"{name}-1", text)
        lines = text.splitlines()
        return read, [facts.PracticeFact(**said(read, line), practice="sale", polarity="no" if "not" in line else "yes") for line in lines]

    brick = one("brick", "We sell personal data to brokers.\nWe do not sell the personal data of minors.\n")
    with serving(tmp_path, brick, one("cedar", "We do not sell personal data.\n")) as client:
        assert ask(client, "Which vendors do not sell personal data?")["vendors"] == ["cedar"]
        assert ask(client, "Which vendors sell personal data?")["vendors"] == ["brick"]


def test_a_chinese_question_finds_a_chinese_clause(client: TestClient) -> None:
    assert "操作日志保存九十天" in {citation["quote"].rstrip("。") for citation in ask(client, "艾克米的日志保存多少天?")["citations"]}


def test_a_chinese_question_is_answered_in_chinese(client: TestClient) -> None:
    found = ask(client, "艾克米会收集手机号吗?")
    assert {fact["category"] for fact in found["facts"]} == {"phone_number"}
    assert found["answer"].startswith("Acme Notes的政策写道")


def test_a_vendor_that_is_not_indexed_is_said_to_be_unknown(client: TestClient) -> None:
    found = ask(client, "How long does Zoomify keep recordings?")
    assert found["status"] == "unknown_vendor"
    assert "Zoomify" in found["answer"]
    assert ask(client, "Does Zoom collect my name?")["status"] == "unknown_vendor"
    assert ask(client, "What does Nilsotf collect?")["near"] == ["nilsoft"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Does Slack sell my data?", "Slack"),
        ("does slack sell my data?", "slack"),
        ("Does Slack share data with Zoomify?", "Slack"),
        ("What data does Google Drive collect?", "Google Drive"),
        ("Slack会出售我的数据吗？", "Slack"),
        ("Zoomify 是否收集位置信息？", "Zoomify"),
    ],
)
def test_a_vendor_that_others_deal_with_is_asked_about_where_it_does_something(client: TestClient, question: str, name: str) -> None:
    found = ask(client, question)
    assert found["status"] == "unknown_vendor"
    assert f"“{name}”" in found["answer"]
    assert found["answer"].endswith(("GET /v1/vendors lists those that are.", "GET /v1/vendors 列出已收录的供应商。"))


@pytest.mark.parametrize(
    "question",
    [
        "How long is data kept?", "Is personal data shared with Google or Facebook?", "Is personal data hosted on AWS?",
        "Does Google Analytics collect data?", "保存聊天记录多久？", "App会收集位置信息吗？", "公司会出售我的数据吗？",
    ],
)  # fmt: skip
def test_without_a_vendor_the_question_is_unclear(client: TestClient, question: str) -> None:
    found = ask(client, question)
    assert found["status"] == "unclear"
    assert found["answer"].startswith("请说明是哪个供应商" if "？" in question else "Name a vendor")


@pytest.mark.parametrize("question", ["   ", "???", "。！", "\u200b", "—"])
def test_a_question_without_a_word_is_refused_by_name(client: TestClient, question: str) -> None:
    refused = client.post("/v1/ask", json={"question": question})
    assert (refused.status_code, refused.json()["errors"]) == (
        422, [{"in": "body", "name": "question", "reason": "there is no word in it to look for"}],
    )  # fmt: skip


def test_an_off_topic_question_is_silent_and_says_what_can_be_asked(client: TestClient) -> None:
    found = ask(client, "What is the weather today?")
    assert found["status"] == "silent"
    assert found["answer"].startswith("Ask what a vendor collects")


def test_a_word_that_names_a_kind_of_data_as_well_does_not_make_a_question_one_for_policies(client: TestClient) -> None:
    assert data_named("What is the weather like?") == frozenset()
    assert ask(client, "What is the weather like?")["status"] == "silent"


@pytest.mark.parametrize(
    "question",
    [
        "Wie lange werden meine Daten gespeichert?", "¿Qué datos recopilan?",
        "Quali dati vengono raccolti?", "Hoe lang worden mijn gegevens bewaard?", "Как долго хранятся данные?",
        "데이터를 얼마나 보관하나요?",
    ],
)  # fmt: skip
def test_a_question_in_another_language_is_told_so_and_not_that_the_policy_does_not_say(client: TestClient, question: str) -> None:
    assert (found := ask(client, question, vendor="acme"))["status"] == "silent"
    assert found["answer"].startswith("Questions are understood in English and Chinese")
    assert ask(client, question)["answer"] == found["answer"]


@pytest.mark.parametrize(
    "question", ["Does La Poste share data with Der Spiegel?", "聊天记录保存多久?", "Does Яндекс collect location?", "logs?"]
)
def test_a_foreign_name_makes_no_other_language(question: str) -> None:
    assert not foreign(question)


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": "x", "other": 1}, {"question": "x" * 1001}, {"question": 3}])
def test_a_malformed_question_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/v1/ask", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_the_vendor_of_the_request_must_be_indexed(client: TestClient) -> None:
    assert client.post("/v1/ask", json={"question": "x", "vendor": "nilsot"}).status_code == 404


@pytest.mark.parametrize("topic", load(), ids=lambda topic: topic.id)
def test_a_topic_asks_for_fields_and_values_that_facts_have(topic: Topic) -> None:
    if topic.id == "off_topic":
        return
    fields = MODELS[topic.kind].model_fields
    assert {*topic.where, *([topic.needs] if topic.needs else [])} <= set(fields)
    assert list(topic.filters())
    vocabularies = {"recipient_category": "recipient", "right": "right", "measure": "security"}
    for name, values in topic.where.items():
        known = taxonomy.facet(vocabularies[name]) if name in vocabularies else get_args(fields[name].annotation)
        assert set(values) <= set(known)


def test_a_question_is_understood_from_examples_words_and_cues() -> None:
    asked = understand("How many days does Acme keep chat messages?", Names([ACME]), Topics(WordHashes()))
    assert [vendor.id for vendor in asked.vendors] == ["acme"]
    assert (asked.topics[0].kind, "messages" in asked.categories, "asks_time" in asked.flags) == ("retention", True, True)


def test_a_certification_is_the_same_however_it_is_written() -> None:
    assert same_certificate("ISO 27001", "ISO/IEC 27001:2022")
    assert not same_certificate("SOC 2", "ISO/IEC 27001")


def test_an_umbrella_term_stands_for_its_group() -> None:
    assert data_named("biometric data") >= {"fingerprint", "face_features", "voiceprint"}
    assert data_named("How do you handle records?") == frozenset()


def test_your_email_address_is_an_address_and_no_content() -> None:
    assert data_named("Do they collect your email address?") == data_named("Do they collect my e-mail address?") == {"email_address"}


def test_of_two_vendors_the_one_that_does_not_say_is_said_so_and_not_among_those_cited(client: TestClient) -> None:
    found = ask(client, "How long are server logs kept by Acme and by Hush?")
    assert (found["status"], found["vendors"]) == ("answered", ["acme"])
    assert "The policy of Hush does not say." in found["answer"]
    assert {clause["vendor"] for clause in found["nearest"]} == {"hush"}
    assert {citation["vendor"] for citation in found["citations"]} == {"acme"}


def test_help_of_what_writes_the_topics_answers_and_writes_nothing() -> None:
    before = KEPT.stat().st_mtime_ns
    told = subprocess.run([sys.executable, "-m", "app.asking.topics", "--help"], capture_output=True, text=True, check=True).stdout
    assert "Writes the topics' vectors anew." in " ".join(told.split())
    assert KEPT.stat().st_mtime_ns == before
