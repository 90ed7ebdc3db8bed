"""A buyer's own rules."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.checks.rules import Rule, examples, understand
from app.checks.verdicts import judge
from index import facts, taxonomy
from index.errors import RuleUnknown

AT = {"vendor": "acme", "document": "d1", "start": 0, "end": 1}


def kept(period: str | None, categories: list[str], quote: str = "kept", **more: Any) -> facts.Retention:
    return facts.Retention(**AT, quote=quote, scope="personal data", period=period, categories=categories, **more)


def collected(category: str, polarity: Any = "yes") -> facts.Collection:
    return facts.Collection(
        **AT, quote="x", span="x", span_start=0, span_end=1, category=category, group=taxonomy.group_of(category), polarity=polarity
    )


def stored(country: str | None, quote: str = "stored", **more: Any) -> facts.StorageLocation:
    return facts.StorageLocation(**AT, quote=quote, country=country, **more)


def outcome(rule: str, *found: facts.Evidence) -> str:
    return judge(understand(rule), found).outcome


# --- words → rule --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "kind"), list(examples()))
def test_every_example_is_understood_as_its_kind(words: str, kind: str) -> None:
    assert understand(words).kind == kind


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("chat retention at most one year", Rule(kind="retention", values=["messages"], at_most="P1Y", what="chat")),
        ("breach notice within 72 hours", Rule(kind="breach_notification", at_most="PT72H")),
        ("breach notification within 72h", Rule(kind="breach_notification", at_most="PT72H")),
        ("Must notify customers of a data breach within 3 d", Rule(kind="breach_notification", at_most="P3D")),
        ("stored in Germany or France.", Rule(kind="storage_location", countries=["DE", "FR"])),
        ("Not stored in the United States", Rule(kind="storage_location", countries=["US"], stated=False)),
        ("personal data is not sold", Rule(kind="practice", values=["sale"], stated=False, what="sold")),
        ("no health data", Rule(kind="collection", values=["health"], stated=False, what="health data")),
        ("SOC 2", Rule(kind="security", values=["certification"], name="SOC 2", what="SOC 2")),
        ("access within one month", Rule(kind="right", values=["access"], at_most="P1M", what="access")),
        ("logs kept at least 6 months", Rule(kind="retention", values=["log_data"], at_least="P6M", what="logs")),
        ("数据不出境中国", Rule(kind="storage_location", countries=["CN"], transfers=True)),
    ],
)
def test_plain_words_become_fields(words: str, rule: Rule) -> None:
    assert understand(words) == rule


def test_biometrics_are_the_whole_group_and_the_eu_its_members() -> None:
    assert set(understand("no biometrics").values) == {"face_image", "face_features", "fingerprint", "voiceprint", "biometric_other"}
    assert {"DE", "IE", "CY"} <= set(understand("stored in the EU").countries)
    assert not {"NO", "GB", "CH"} & set(understand("stored in the EU").countries)
    assert "NO" in understand("no transfer outside the EEA").countries


@pytest.mark.parametrize("words", ["the weather is nice", "GDPR", "no", "chat retention at most a bit", "stored in Atlantis", "not", "在"])
def test_what_is_not_understood_is_refused_and_named(words: str) -> None:
    with pytest.raises(RuleUnknown, match="What can be written: “breach notice within 72 hours”"):
        understand(words)


# --- rule → verdict ------------------------------------------------------------------------------------------------------------


def test_retention_passes_within_the_limit_and_fails_beyond() -> None:
    assert outcome("chat retention at most one year", kept("P12M", ["messages"])) == "pass"
    assert outcome("chat retention at most one year", kept("P2Y", ["messages"])) == "fail"
    assert outcome("chat retention at most one year", kept("P30D", ["messages"]), kept("P2Y", ["messages"])) == "fail"
    assert outcome("chat retention at most one year", kept("P2Y", ["log_data"])) == "unknown"
    assert outcome("chat retention at most one year", kept(None, ["messages"], rule="indefinite")) == "fail"
    assert outcome("chat retention at most one year", kept(None, ["messages"], rule="not_retained", polarity="no")) == "pass"


def test_retention_that_leaves_room_is_unknown() -> None:
    rule = "chat retention at most one year"
    assert outcome(rule, kept(None, ["messages"], rule="as_long_as_needed")) == "unknown"
    assert outcome(rule, kept("P90D", ["messages"]), kept(None, ["messages"], rule="until_event")) == "unknown"
    assert outcome(rule, kept("P6M", ["messages"], bound="at_least")) == "unknown"
    assert outcome(rule, kept("P3Y", ["messages"], bound="configurable")) == "unknown"
    assert outcome(rule, kept("P30D", ["any"], rule="period_after_event")) == "unknown"
    assert outcome("logs kept at least 6 months", kept("P1Y", ["log_data"], bound="at_most")) == "unknown"


def test_what_holds_for_all_data_holds_for_chat_where_nothing_finer_is_said() -> None:
    assert outcome("chat retention at most one year", kept("P30D", ["any"])) == "pass"
    assert outcome("chat retention at most one year", kept("P3Y", ["any"])) == "fail"
    assert outcome("chat retention at most one year", kept("P3Y", ["any"]), kept("P30D", ["messages"])) == "pass"


def test_an_exception_that_the_law_makes_does_not_lengthen_a_period() -> None:
    assert outcome("data kept at most one year", kept("P90D", ["any"]), kept(None, ["any"], rule="legal_requirement")) == "pass"


def test_silence_is_unknown_and_only_a_denial_passes() -> None:
    assert outcome("no biometrics") == "unknown"
    assert outcome("no biometrics", collected("biometric_other", "no")) == "pass"
    assert outcome("no biometrics", collected("fingerprint", "no")) == "unknown"
    assert outcome("no biometrics", collected("fingerprint", "no"), collected("face_image")) == "fail"
    assert outcome("no biometrics", collected("personal_data_unspecified", "no")) == "pass"
    assert outcome("no biometrics", collected("personal_data_unspecified", "no"), collected("name")) == "unknown"
    assert outcome("no sale of data", facts.PracticeFact(**AT, quote="x", practice="sale", polarity="no")) == "pass"


def test_what_is_both_stated_and_denied_is_unknown_and_shows_both() -> None:
    said = [facts.PracticeFact(**AT, quote=polarity, practice="sale", polarity=polarity) for polarity in ("yes", "no")]
    verdict = judge(understand("no sale of data"), said)
    assert (verdict.outcome, [fact.quote for fact in verdict.facts]) == ("unknown", ["no", "yes"])
    assert outcome("no precise location", collected("location_precise"), collected("location_precise", "no")) == "unknown"


def test_these_data_are_not_all_data() -> None:
    some = kept(None, ["any"], rule="indefinite").model_copy(update={"scope": "these data"})
    assert outcome("chat retention at most one year", some) == "unknown"
    assert outcome("chat retention at most one year", some.model_copy(update={"scope": "your personal data"})) == "fail"


def test_deadlines_count_and_working_days_are_longer() -> None:
    def notice(deadline: str | None) -> facts.BreachNotification:
        return facts.BreachNotification(**AT, quote="x", deadline=deadline)

    assert [outcome("breach notice within 72 hours", notice(each)) for each in ("PT48H", "P3D", "P5D", None)] == [
        "pass",
        "pass",
        "fail",
        "unknown",
    ]
    answer = facts.Right(**AT, quote="x", right="erasure", deadline="P25D", working_days=True)
    assert outcome("deletion within 30 days", answer) == "fail"
    assert outcome("right to erasure", answer) == "pass"


def test_every_place_stated_must_be_among_those_wanted() -> None:
    assert outcome("stored in the EU", stored("DE"), stored("IE")) == "pass"
    assert outcome("stored in the EU", stored("DE"), stored("US")) == "fail"
    assert outcome("stored in the EU", stored(None, "Our servers stand in the European Union.")) == "pass"
    assert outcome("stored in the EU", stored("DE"), stored(None, "in other countries")) == "unknown"
    assert outcome("stored in the EU", stored("US", mode="cross_border_transfer")) == "unknown"
    assert outcome("no transfer outside the EU", stored("DE"), stored("US", mode="cross_border_transfer")) == "fail"
    assert outcome("not stored in the United States", stored("DE")) == "pass"
    assert outcome("not stored in the United States", stored("US")) == "fail"


def test_a_certificate_is_known_by_its_number() -> None:
    held = facts.Security(**AT, quote="x", measure="certification", name="ISO/IEC 27001:2022")
    assert outcome("ISO 27001", held) == "pass"
    assert outcome("ISO 27701", held) == "unknown"


# --- over HTTP -----------------------------------------------------------------------------------------------------------------


def test_each_vendor_and_rule_gets_a_verdict_with_quotes_or_a_question(client: TestClient) -> None:
    rules = [
        "data kept at most one year",
        "no precise location",
        "no biometrics",
        {"kind": "right", "values": ["erasure"], "at_most": "P30D"},
    ]
    found = client.post("/v1/check", json={"rules": rules, "vendors": ["acme", "hush"]}).json()
    verdicts = {(each["vendor"], each["rule"]): each for each in found["results"]}
    assert [verdicts["acme", number]["outcome"] for number in range(4)] == ["fail", "pass", "unknown", "pass"]
    assert [each["quote"] for each in verdicts["acme", 0]["evidence"]] == ["Invoices are kept for ten years"]
    assert [each["quote"] for each in verdicts["acme", 1]["evidence"]] == ["We do not record your precise location"]
    assert verdicts["acme", 2]["question"] == "Do you collect or process biometrics?"
    assert {verdicts["hush", number]["outcome"] for number in range(4)} == {"unknown"}
    assert found["counts"] == {"pass": 2, "fail": 1, "unknown": 5}
    again = [each["understood"] for each in found["rules"]]
    assert client.post("/v1/check", json={"rules": again, "vendors": ["acme", "hush"]}).json()["results"] == found["results"]


def test_more_vendors_than_a_check_holds_are_to_be_named(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.routes.check.MOST", 2)
    answer = client.post("/v1/check", json={"rules": ["no biometrics"]})
    assert answer.status_code == 422
    assert "3 vendors are indexed" in answer.json()["detail"]
    assert client.post("/v1/check", json={"rules": ["no biometrics"], "vendors": ["acme", "hush"]}).status_code == 200


def test_without_vendors_all_are_checked(client: TestClient) -> None:
    found = client.post("/v1/check", json={"rules": ["no biometrics"]}).json()
    assert {each["vendor"]: each["outcome"] for each in found["results"]} == {"acme": "unknown", "hush": "unknown", "nilsoft": "pass"}


def test_verdicts_come_as_a_table(client: TestClient) -> None:
    table = client.post("/v1/check?format=csv", json={"rules": ["right to erasure"], "vendors": ["acme"]}).text.splitlines()
    assert table[1].startswith("acme,right to erasure,pass,the policy states it,We answer a request for deletion within 15 days")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"rules": ["no biometrics", "make me happy"]}, 422, "The rule 'make me happy' is not understood"),
        ({"rules": []}, 422, "rules"),
        ({"rules": ["no biometrics"], "vendors": ["acmee"]}, 404, "Did you mean acme?"),
        ({"rules": [{"kind": "retention"}]}, 422, "a rule on retention needs `at_most` or `at_least`"),
        ({"rules": [{"kind": "practice", "values": ["theft"]}]}, 422, "theft is no value of practice"),
        ({"rules": [{"kind": "storage_location"}]}, 422, "needs `countries`"),
        ({"rules": ["x" * 201]}, 422, "at most 200 characters"),
        ({"rule": ["no biometrics"]}, 422, "rules"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(client: TestClient, body: dict[str, Any], status: int, said: str) -> None:
    answer = client.post("/v1/check", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
