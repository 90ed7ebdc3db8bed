"""What a buyer writes, and the rule it is read as."""

import pytest

from app.checks.rules import Rule, examples, understand
from index.errors import RuleUnknown


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
        ("MFA", Rule(kind="security", values=["authentication"], name="multi-factor authentication", what="MFA")),
        ("backups purged within 30 days", Rule(kind="retention", at_most="P30D", name="backups", what="backups")),
        ("no transfer to Canada", Rule(kind="storage_location", countries=["CA"], stated=False, transfers=True)),
        ("合同终止后30天内删除数据", Rule(kind="retention", at_most="P30D", after_end=True, what="数据")),
        ("数据不出境中国", Rule(kind="storage_location", countries=["CN"], transfers=True)),
    ],
)
def test_plain_words_become_fields(words: str, rule: Rule) -> None:
    assert understand(words) == rule


@pytest.mark.parametrize(
    ("words", "kind", "values"),
    [
        ("no AI training on customer data", "practice", ["ai_training"]),
        ("The vendor does not use our data to train AI", "practice", ["ai_training"]),
        ("they must not sell my data", "practice", ["sale"]),
        ("no sale or advertising", "practice", ["sale", "advertising"]),
        ("they shall not share our data with advertisers", "sharing", ["advertiser"]),
        ("encryption at rest and in transit", "security", ["encryption_transit", "encryption_rest"]),
        ("GDPR data portability", "right", ["copy_portability"]),
        ("users can opt out of marketing", "right", ["opt_out_marketing"]),
        ("must delete all data on request", "right", ["erasure"]),
        ("logs not kept longer than 6 months", "retention", ["log_data"]),
        ("IP addresses deleted after 30 days", "retention", ["ip_address"]),
        ("不收集人脸信息", "collection", ["face_features", "face_image"]),
    ],
)
def test_what_a_buyer_writes_around_a_rule_does_not_hide_it(words: str, kind: str, values: list[str]) -> None:
    rule = understand(words)
    assert (rule.kind, rule.values) == (kind, values)


def test_biometrics_are_the_whole_group_and_the_eu_its_members() -> None:
    assert set(understand("no biometrics").values) == {"face_image", "face_features", "fingerprint", "voiceprint", "biometric_other"}
    assert {"DE", "IE", "CY"} <= set(understand("stored in the EU").countries)
    assert not {"NO", "GB", "CH"} & set(understand("stored in the EU").countries)
    assert "NO" in understand("no transfer outside the EEA").countries


@pytest.mark.parametrize("words", ["the weather is nice", "GDPR", "no", "chat retention at most a bit", "stored in Atlantis", "not", "在"])
def test_what_is_not_understood_is_refused_and_named(words: str) -> None:
    with pytest.raises(RuleUnknown, match="What can be written: “breach notice within 72 hours”"):
        understand(words)
