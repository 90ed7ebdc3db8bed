"""A buyer's own rules, and what becomes of them."""

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from app.checks.rules import Rule, question, understand
from app.checks.verdicts import Verdict, judge
from index import facts, taxonomy

AT = {"vendor": "acme", "document": "d1", "start": 0, "end": 1}


def kept(period: str | None, categories: list[str], quote: str = "Your personal data is kept", **more: Any) -> facts.Retention:
    return facts.Retention(**AT, quote=quote, scope="personal data", period=period, categories=categories, **more)


def collected(category: str, polarity: Any = "yes") -> facts.Collection:
    return facts.Collection(
        **AT, quote="x", span="x", span_start=0, span_end=1, category=category, group=taxonomy.group_of(category), polarity=polarity
    )


def stored(country: str | None, quote: str = "stored", **more: Any) -> facts.StorageLocation:
    return facts.StorageLocation(**AT, quote=quote, country=country, **more)


def outcome(rule: str, *found: facts.Evidence) -> str:
    return judge(understand(rule), found).outcome


# --- rule → verdict ------------------------------------------------------------------------------------------------------------


def test_retention_passes_within_the_limit_and_fails_beyond() -> None:
    assert outcome("chat retention at most one year", kept("P12M", ["messages"])) == "pass"
    assert outcome("chat retention at most one year", kept("P2Y", ["messages"])) == "fail"
    assert outcome("chat retention at most one year", kept("P30D", ["messages"]), kept("P2Y", ["messages"])) == "fail"
    assert outcome("chat retention at most one year", kept("P2Y", ["log_data"])) == "unknown"
    assert outcome("chat retention at most one year", kept(None, ["messages"], rule="indefinite")) == "fail"
    assert outcome("chat retention at most one year", kept(None, ["messages"], rule="not_retained", polarity="no")) == "pass"


def test_a_period_behind_which_the_contract_ends_counts_from_there() -> None:
    rule = understand("data must be deleted within 30 days after the contract ends")
    assert (rule.at_most, rule.after_end) == ("P30D", True)
    closed = kept("P60D", ["any"], rule="period_after_event", event="you close the account")
    read = kept("P1Y", ["any"], rule="period_after_event", event="you last opened it")
    assert judge(rule, [read]).outcome == "unknown"
    assert judge(rule, [read, closed]) == Verdict("fail", "another period is stated", [closed])


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
    answer = facts.Right(**AT, quote="You may have it deleted", right="erasure", deadline="P25D", working_days=True)
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


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("Our hosting provider is certified under ISO 27001.", "unknown"),
        ("Files lie with Amazon Web Services, which holds an ISO 27001 certificate.", "unknown"),
        ("We are certified under ISO 27001, as is our hosting provider.", "pass"),
        ("Acme holds an ISO 27001 certificate.", "pass"),
    ],
)
def test_the_certificate_of_a_host_is_none_of_the_vendor(quote: str, verdict: str) -> None:
    held = facts.Security(**AT, quote=quote, measure="certification", name="ISO 27001")
    assert outcome("ISO 27001 certified", held) == verdict


def test_a_certificate_is_known_by_its_number() -> None:
    held = facts.Security(**AT, quote="x", measure="certification", name="ISO/IEC 27001:2022")
    assert outcome("ISO 27001", held) == "pass"
    assert outcome("ISO 27701", held) == "unknown"


def said(quote: str, measure: str = "authentication", polarity: Any = "yes") -> facts.Security:
    return facts.Security(**AT, quote=quote, measure=measure, polarity=polarity)


def test_a_check_of_who_asks_is_no_second_factor() -> None:
    assert outcome("MFA", said("We verify your identity before we answer a request.")) == "unknown"
    assert outcome("MFA", said("Staff sign in with two-factor authentication.")) == "pass"
    assert outcome("SSO", said("Staff sign in with two-factor authentication.")) == "unknown"


def test_of_several_things_asked_each_must_hold() -> None:
    both = "encryption at rest and in transit"
    assert outcome(both, said("x", "encryption_rest")) == "unknown"
    assert outcome(both, said("x", "encryption_rest"), said("x", "encryption_transit")) == "pass"
    assert outcome(both, said("x", "encryption_rest"), said("x", "encryption_transit", "no")) == "fail"
    never = facts.PracticeFact(**AT, quote="We never sell data.", practice="sale", polarity="no")
    assert outcome("no sale or advertising", never) == "unknown"


def test_a_denial_passes_only_what_it_denies() -> None:
    targeted = facts.PracticeFact(**AT, quote="We show no targeted advertising.", practice="advertising", polarity="no")
    assert judge(understand("no advertising"), [targeted]).reason == "only advertising of one sort is denied"
    assert outcome("no targeted advertising", targeted) == "pass"
    minors = facts.PracticeFact(**AT, quote="We sell no data of minors under 16.", practice="sale", polarity="no")
    assert outcome("no sale", minors) == "unknown"
    assert outcome("no sale", minors, minors.model_copy(update={"quote": "We do not sell your data."})) == "pass"
    assert outcome("no advertising", targeted.model_copy(update={"quote": "We show no ads."})) == "pass"


def shared(quote: str, recipient: str = "third_party_unspecified", polarity: Any = "yes", **more: Any) -> facts.Sharing:
    return facts.Sharing(**AT, quote=quote, recipient=None, recipient_category=recipient, polarity=polarity, **more)


def test_who_denies_selling_to_third_parties_may_still_share_with_them() -> None:
    rule = "no sharing with third parties"
    sold = shared("We never sell your data to third parties.", polarity="no")
    assert outcome(rule, sold) == "unknown"
    assert outcome(rule, shared("We share nothing with third parties.", polarity="no")) == "pass"
    assert outcome(rule, shared("We share no calendars with third parties.", polarity="no", data=["calendar_events"])) == "unknown"
    assert outcome(rule, sold, shared("We show ads by partners, who get a hash.", "advertiser")) == "fail"
    assert outcome(rule, shared("Where you ask us to, a partner gets it.", condition="user_action")) == "unknown"
    assert outcome("no sharing with advertisers", shared("We share nothing with third parties.", polarity="no")) == "pass"
    for limited in ("We do not share it with third parties unless you agree.", "我们不会向第三方提供您的信息，但以下情况除外："):
        assert outcome("no sharing with advertisers", shared(limited, polarity="no")) == "unknown"
        whole = shared("We share nothing with third parties.", polarity="no")
        assert outcome("no sharing with advertisers", whole, shared(limited, polarity="no")) == "unknown"


def test_where_most_data_lies_is_not_where_all_of_it_lies() -> None:
    assert outcome("stored in the EU", stored("DE", "It is primarily stored in Germany.")) == "unknown"
    assert outcome("no transfer to the United States", stored("DE")) == "unknown"
    assert outcome("no transfer to the United States", stored("US", mode="cross_border_transfer", polarity="no")) == "pass"
    assert outcome("not stored in the United States", stored("DE"), stored(None, "and in other countries")) == "unknown"


def test_aggregates_may_be_kept_and_it_is_not_all_data() -> None:
    rule = "data kept at most one year"
    assert outcome(rule, kept("P90D", ["any"]), kept(None, ["anonymous_aggregate"], rule="indefinite")) == "pass"
    it = kept("P30D", ["any"]).model_copy(update={"quote": "It is kept for 30 days"})
    assert outcome("chat retention at most one year", it) == "unknown"


def test_a_month_of_thirty_days_is_a_month() -> None:
    assert outcome("logs kept at least 6 months", kept("P180D", ["log_data"])) == "pass"
    assert outcome("logs kept at least 6 months", kept("P170D", ["log_data"])) == "fail"
    assert outcome("logs kept at most one month", kept("P31D", ["log_data"])) == "pass"


def test_backups_are_what_names_them() -> None:
    rule = "backups purged within 30 days"
    assert outcome(rule, kept("P90D", ["files_documents"])) == "unknown"
    assert outcome(rule, kept("P90D", ["any"]).model_copy(update={"quote": "Backups are kept for 90 days"})) == "fail"


def test_a_right_counts_where_its_words_show_it() -> None:
    copies = facts.Right(**AT, quote="We retain a copy of your invoices.", right="copy_portability")
    assert outcome("data portability", copies) == "unknown"
    assert outcome("data portability", copies.model_copy(update={"quote": "You may ask us for a copy of your data."})) == "pass"


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
        ({"rules": ["x" * 201]}, 422, "rules.0: String should have at most 200 characters. GET"),
        ({"rules": ["no biometrics", 5]}, 422, "rules.1: a rule is words (`no biometrics`) or an object of fields"),
        ({"rules": [{"kind": "theft"}]}, 422, "rules.0.kind: Input should be 'collection'"),
        ({"rule": ["no biometrics"]}, 422, "rules"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(client: TestClient, body: dict[str, Any], status: int, said: str) -> None:
    answer = client.post("/v1/check", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]


def test_every_practice_is_asked_for_in_a_sentence_of_its_own() -> None:
    asked = {practice: question(Rule(kind="practice", values=[practice])) for practice in get_args(facts.Practice)}
    assert asked["sale"] == "Do you sell personal data?"
    assert [practice for practice, question in asked.items() if "with personal data:" in question] == []
