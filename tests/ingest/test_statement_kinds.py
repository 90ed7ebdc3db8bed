"""Sharing, rights, security and practices from whole sentences: what states, what only mentions, what denies. Rules alone, no encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from index.contradictions import contradictions
from index.domain import Policy, Vendor
from ingest import pipeline
from ingest.extract import practice, rights, security, sharing
from ingest.extract.statements import candidates
from ingest.extract.tools import Tools
from tests.ingest.reading import policy
from tests.scoring import SHARED

FIND: dict[str, tuple[Callable[[Policy, Tools], Iterable[Any]], str]] = {
    "sharing": (sharing.find, "recipient_category"),
    "right": (rights.find, "right"),
    "security": (security.find, "measure"),
    "practice": (practice.find, "practice"),
}


def found(kind: str, text: str, heading: str = "Privacy") -> list[Any]:
    find, _ = FIND[kind]
    return list(find(policy(f"# {heading}\n\n{text}\n", "markdown"), Tools()))


def said(kind: str, text: str, heading: str = "Privacy") -> set[tuple[str, str]]:
    return {(getattr(fact, FIND[kind][1]), fact.polarity) for fact in found(kind, text, heading)}


@pytest.mark.parametrize(
    ("kind", "heading", "text", "label"),
    [
        ("sharing", "Who we share data with", "We may disclose personal data to our subsidiaries and affiliates.", "affiliate"),
        ("sharing", "Disclosure", "We will disclose your information to law enforcement if a court order compels us to.", "authority"),
        (
            "sharing",
            "Disclosure",
            "If we merge with another company, your personal information may be transferred to the new owner.",
            "business_successor",
        ),
        ("sharing", "Sharing", "We share personal data with service providers who host our servers on our behalf.", "service_provider"),
        ("right", "Your rights", "You have the right to access the personal data we hold about you.", "access"),
        ("right", "Your rights", "You may ask us to delete your personal data at any time.", "erasure"),
        ("right", "Your rights", "You have the right to lodge a complaint with a supervisory authority.", "complaint"),
        ("security", "Security", "We encrypt your data in transit with TLS to protect it.", "encryption_transit"),
        ("security", "Security", "Our data centres are certified under ISO 27001.", "certification"),
        ("practice", "Cookies", "We use cookies on our website to remember your settings.", "cookies"),
        (
            "practice",
            "International transfers",
            "We transfer personal data to countries outside the European Economic Area.",
            "cross_border",
        ),
        ("practice", "Advertising", "We use your data to show you personalised advertising from our partners.", "advertising"),
        ("sharing", "共享", "我们可能会将您的个人信息共享给我们的关联公司。", "affiliate"),
        ("sharing", "第三方清单", "第三方主体：甲乙科技有限公司", "sdk_provider"),
        ("sharing", "共享", "根据法律法规的规定或主管部门的要求，我们可能对外披露您的信息。", "authority"),
        ("practice", "第三方清单", "“某推送”：由“甲乙科技有限公司”提供。", "third_party_sdk"),
        ("right", "您的权利", "您有权要求我们删除您的个人信息。", "erasure"),
        ("right", "您的权利", "您可以随时给予或收回您的授权同意。", "withdraw_consent"),
        ("practice", "Cookie", "我们使用Cookie记录您的偏好设置。", "cookies"),
    ],
)
def test_a_sentence_states_its_label(kind: str, heading: str, text: str, label: str) -> None:
    assert (label, "yes") in said(kind, text, heading)


@pytest.mark.parametrize(
    ("kind", "heading", "text"),
    [
        ("sharing", "What we collect", "We collect the name and the address you enter."),
        ("sharing", "Definitions", "A service provider is a company that works for another."),
        ("right", "What we collect", "When you delete a file, we record the time."),
        ("security", "What we collect", "We collect your password and your name."),
        ("practice", "Contact", "Write to our office in Rotterdam."),
        ("practice", "第三方清单", "信息处理方式：SDK自行采集"),
        ("practice", "安全", "我们防止您的数据被泄露或公开披露。"),
    ],
)
def test_a_mention_is_no_statement(kind: str, heading: str, text: str) -> None:
    assert found(kind, text, heading) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("We do not sell your personal information to anyone.", "sale"),
        ("We never use your content to train AI models.", "ai_training"),
        ("我们不会出售您的个人信息。", "sale"),
        ("**Selling of personal data.** Our company does not and will not sell it.", "sale"),
        ("Sale of your information: never. We have not sold and will not sell your information.", "sale"),
        ("There is no sale of data to third parties.", "sale"),
        ("On no account will your data be sold.", "sale"),
        ("Selling your data is not something we do.", "sale"),
        ("No decisions are made automatically.", "automated_decision"),
        ("No selling of your personal data.", "sale"),
        ("We have no actual knowledge of selling the personal information of minors under 16.", "sale"),
        ("We live by subscriptions, not based on selling your personal data.", "sale"),
        ("With our providers we have disabled training AI models on your prompts.", "ai_training"),
        ("It is important to us that your information is not sold, or given away.", "sale"),
    ],
)
def test_a_practice_denied_is_a_denial(text: str, label: str) -> None:
    assert said("practice", text) == {(label, "no")}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("We share personal data with our affiliates and with other companies.", ["any"]),
        ("We may disclose personal data to service providers for email delivery and order fulfilment.", ["any"]),
        ("Your phone number may be shared with service providers who send text messages.", ["phone_number"]),
        ("We share email addresses and IP addresses with our affiliates.", ["email_address", "ip_address"]),
        ("We share the information with analytics companies for analytics.", ["any"]),
        ("我们可能会将您的个人信息分享给我们的关联公司。", ["any"]),
        ("我们可能会将您的手机号分享给我们的关联公司。", ["phone_number"]),
    ],
)
def test_neither_the_act_nor_the_recipient_is_the_data_shared(text: str, data: list[str]) -> None:
    facts = found("sharing", text, "共享" if "我们" in text else "Sharing")
    assert facts
    assert [fact.data for fact in facts] == [data] * len(facts)


def test_a_recipient_is_named_as_the_policy_names_it() -> None:
    facts = found("sharing", "We share personal data with our affiliates and with law enforcement authorities.", "Sharing")
    assert {fact.recipient_category for fact in facts} >= {"affiliate", "authority"}
    for fact in facts:
        assert fact.recipient is None or fact.recipient in fact.quote


def test_a_deadline_is_repeated_on_the_rights_above_it() -> None:
    text = "You have the right to access your personal data.\n\nYou may ask us to delete your personal data.\n\n"
    text += "We answer requests under the rights above within 20 working days."
    facts = [fact for fact in found("right", text, "Your rights") if "20 working days" in fact.quote]
    assert {(fact.right, fact.deadline, fact.working_days) for fact in facts} >= {("access", "P20D", True), ("erasure", "P20D", True)}


def test_the_time_in_which_questions_are_answered_stands_for_itself() -> None:
    facts = found("right", "We will reply to your questions within 9 days.", "Contact")
    assert [(fact.right, fact.deadline) for fact in facts] == [("explanation_information", "P9D")]


WELINK = SHARED / "policies" / "welink.txt"


@pytest.mark.skipif(not WELINK.exists(), reason="welink.txt of ../shared is absent")
def test_two_times_to_answer_a_request_contradict_each_other() -> None:
    facts = list(rights.find(pipeline.read_policy(WELINK, "welink"), Tools()))
    timed = {(fact.deadline, fact.working_days) for fact in facts if fact.deadline}
    assert timed == {("P15D", True), ("P13D", False)}
    assert [each.says for each in contradictions(facts)] == [["P15D (working days)", "P13D"]]


@pytest.mark.parametrize(("vendor", "words"), [("Acme", {"Zendesk", "Zendesk Inc."}), ("Zendesk", set())])
def test_the_vendor_itself_is_no_recipient(vendor: str, words: set[str]) -> None:
    text = "Tickets are kept in Zendesk. Zendesk Inc. answers them."
    read = replace(policy(text, "markdown"), vendor=Vendor(vendor.lower(), vendor))
    proposed = [(statement.clause, hit) for statement in candidates(read, "sharing", None) for hit in statement.hits]
    named = {clause.text[slice(*hit.words)] for clause, hit in proposed if hit.words and hit.rule.fields["tier"] in ("named", "company")}
    assert named >= words
    assert bool(named) is bool(words)


def test_a_recipient_found_twice_is_told_once_at_its_longest() -> None:
    facts = found("sharing", "我们不会与任何第三方公司、组织和个人共享您的个人信息。", "共享")
    assert [(fact.polarity, fact.recipient) for fact in facts] == [("no", "任何第三方公司、组织和个人")]


def test_an_act_that_brings_a_recipient_about_names_none() -> None:
    facts = found("sharing", "We use Stripe to process payments.", "Who we share data with")
    assert [(fact.recipient_category, fact.recipient) for fact in facts] == [("financial_credit", "Stripe")]


@pytest.mark.parametrize(
    "text", ["If we sell the company, your data may pass to the buyer.", '"Sale" means giving information away for money.']
)
def test_a_company_sold_and_a_word_defined_are_no_sale_of_data(text: str) -> None:
    assert "sale" not in {label for label, _ in said("practice", text)}


@pytest.mark.parametrize("text", ["我们不会与我司以外的任何公司、组织和个人分享您的信息。", "我们不会将您的信息转让给任何公司、组织。"])
def test_sharing_with_nobody_is_denied_of_third_parties_and_says_nothing_of_customers(text: str) -> None:
    assert said("sharing", text, "共享") == {("third_party_unspecified", "no")}


def test_what_a_list_leads_in_with_a_denial_is_denied() -> None:
    text = "We do **not**:\n\n- sell your data to third parties\n- share your data with advertisers\n- transfer data outside the EU\n"
    assert ("sale", "no") in said("practice", text, "Sharing")
    assert {(fact.recipient_category, fact.polarity) for fact in found("sharing", text, "Sharing")} == {
        ("third_party_unspecified", "no"),
        ("advertiser", "no"),
    }


@pytest.mark.parametrize(
    "text", ["We share your data with no one else.", "We give your data to nobody.", "We share data with no third parties."]
)
def test_sharing_with_no_one_is_a_denial(text: str) -> None:
    assert said("sharing", text, "Sharing") == {("third_party_unspecified", "no")}


def test_a_chinese_list_of_sdks_names_who_provides_them() -> None:
    text = "“某推送”：该SDK由“甲乙（深圳）科技有限公司”提供。"
    assert [fact.recipient for fact in found("sharing", text, "第三方SDK") if fact.recipient_category == "sdk_provider"] == [
        "甲乙（深圳）科技有限公司"
    ]


def test_measures_that_are_not_limited_to_some_are_not_denied() -> None:
    text = "Such measures include, but are not limited to, encryption in transit (TLS) and encrypted storage of your data."
    assert said("security", text, "Security") == {("encryption_transit", "yes"), ("encryption_rest", "yes")}


def test_a_chinese_table_names_who_receives_the_data_and_what_the_sdk_is() -> None:
    shared = "| 共享对象 | 共享信息 |\n|---|---|\n| 某某物流公司 | 姓名、地址 |\n| 甲乙开放平台 | 授权凭证 |\n"
    assert {(fact.recipient, fact.recipient_category) for fact in found("sharing", shared, "与第三方共享")} == {
        ("某某物流公司", "service_provider"),
        ("甲乙开放平台", "integration_partner"),
    }
    entry = "- **甲乙推送**\n  使用目的：推送消息\n  数据类型：设备标识\n"
    assert [(fact.recipient, fact.recipient_category) for fact in found("sharing", entry, "共享")] == [("甲乙推送", "sdk_provider")]
    assert ("third_party_sdk", "yes") in said("practice", entry, "共享")


def test_what_may_be_shared_without_consent_names_nobody() -> None:
    (fact,) = found("sharing", "以下情形中，转让您的个人信息无需事先征得您的授权同意：", "征得授权同意的例外")
    assert (fact.recipient, fact.recipient_category, fact.condition) == (None, "third_party_unspecified", "law")


def test_a_practice_that_a_condition_only_supposes_to_be_missing_is_neither_denied_nor_stated() -> None:
    assert said("practice", "If our shop does not set cookies, it greets everybody as a newcomer.", "Cookies") == set()
    assert said("practice", "如果本站未使用Cookie，您需要每次重新登录。", "Cookie") == set()
    assert said("practice", "Our shop does not use cookies.", "Cookies") == {("cookies", "no")}
    assert said("practice", "If you do not sign in, we do not use cookies.", "Cookies") == {("cookies", "no")}


def test_a_purpose_is_nobody_who_receives_data() -> None:
    text = "Our couriers will not be allowed to use the personal data provided by us for any other purposes."
    assert "any other purposes" not in {fact.recipient for fact in found("sharing", text, "Who we share data with")}
    text = "We will not disclose your personal data to any other firm."
    assert {(fact.recipient, fact.polarity) for fact in found("sharing", text, "Who we share data with")} == {("any other firm", "no")}


def test_what_a_bracket_denies_is_denied_in_the_bracket_alone() -> None:
    text = "On our website (never inside the product) we let others set cookies for advertising."
    assert {polarity for _, polarity in said("practice", text)} == {"yes"}


def test_a_heading_that_denies_denies_its_numbered_list_too() -> None:
    text = "1. sell them to anyone;"
    assert [(fact.practice, fact.polarity) for fact in found("practice", text, "What we will never do with Student Records")] == [
        ("sale", "no")
    ]


def test_each_certificate_is_held_or_not_for_itself() -> None:
    facts = found("security", "We hold a SOC 2 Type II report, which we share under NDA; we aren't ISO 27001 certified.", "Security")
    assert [(fact.polarity, "27001" in (fact.name or "")) for fact in facts if fact.measure == "certification"] in (
        [("no", True), ("yes", False)], [("yes", False), ("no", True)],
    )  # fmt: skip


def test_what_is_not_end_to_end_encrypted_is_told_so() -> None:
    assert ("end_to_end_encryption", "no") in said("security", "Rides stored on our servers are not end-to-end encrypted.")
