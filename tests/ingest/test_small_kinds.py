"""Storage, minors, incidents, contacts and what a document says of itself."""

import numpy as np
import pytest

from ingest.extract import Tools, breach, children, contact, document, storage
from ingest.tagger.topics import Scores
from tests.ingest.reading import policy


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Our servers are located in Ireland and Germany.", [("IE", "storage"), ("DE", "storage")]),
        ("If you live in Canada, we send your data to the United States.", [("US", "cross_border_transfer")]),
        ("We may transfer your data outside of the EEA.", [(None, "cross_border_transfer")]),
        ("Data received from France is stored in Japan.", [("JP", "storage")]),
        ("Acme complies with the EU-U.S. Data Privacy Framework.", [("US", "cross_border_transfer")]),
        ("The service is hosted on Hetzner.", [(None, "storage")]),
        ("您的信息存储于中国境内。", [("CN", "storage")]),
        ("Residents of California have rights.", []),
        ("We send your data to partners that the UK authorities have approved.", []),
        ("This policy is under the laws of Spain.", []),
        ("We keep your information in Norway and the EU.", [("NO", "storage"), (None, "storage")]),
        ("If you are a resident of Mexico, our Mexico Privacy Notice tells how we transfer your data.", []),
        ("The Virginia Consumer Data Protection Act says how we may share what we have.", []),
        ("Our cloud providers, such as Hetzner, keep copies.", [(None, "storage")]),
        ("Data received from Spain moves in reliance on the Data Privacy Framework.", [("US", "cross_border_transfer")]),
        ("Quarrystone has certified that it adheres to the Data Privacy Framework.", []),
        (
            "Your data is sent to our team in Chile, and your files are stored in Chile.",
            [("CL", "storage"), ("CL", "cross_border_transfer")],
        ),
        ("Where do we transfer your data outside the EEA?", []),
        ("If you are in Chad, the U.K., or Norway, your data is sent to Canada.", [("CA", "cross_border_transfer")]),
        ("It is sent to a server of Acme Inc. (12 Long Street, Sacramento, CA 95834, USA).", [("US", "cross_border_transfer")]),
        ("Our providers may be located outside the Republic of Korea.", [(None, "cross_border_transfer")]),
        ("For data subjects located in Norway, please read the annex.", []),
        ("For more information about transfers to Norway, write to us.", []),
        ("All data stays in Norway.", [("NO", "storage")]),
        ("Your files never leave the European Union.", [(None, "storage")]),
    ],
)
def test_countries_count_where_data_lies_or_goes(text: str, facts: list[tuple[str | None, str]]) -> None:
    assert [(fact.country, fact.mode) for fact in storage.find(policy(text))] == facts


@pytest.mark.parametrize(
    ("odds", "told"),
    [(-5.0, []), (-3.0, [("IE", "storage")]), (1.0, [("IE", "storage"), (None, "cross_border_transfer")])],
)
def test_a_place_is_not_told_where_the_network_is_sure_that_no_data_lies_or_goes_there(
    odds: float, told: list[tuple[str | None, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = policy("Our servers are in Ireland.\n\nWe may transfer your data to other countries.")
    scores = Scores(("storage_location",), np.full((len(read.clauses), 1), odds, np.float32), frozenset(range(len(read.clauses))))
    tools = Tools()
    monkeypatch.setattr(tools, "scores", lambda _: scores)
    assert [(fact.country, fact.mode) for fact in storage.find(read, tools)] == told


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("No personal data is transferred to Peru.", [("PE", "cross_border_transfer", "no")]),
        ("Nothing is sent outside the European Union.", [(None, "cross_border_transfer", "no")]),
        ("我们在中国境内收集的个人信息存储在中国境内，不会传输至境外。", [("CN", "storage", "yes"), (None, "cross_border_transfer", "no")]),
        (
            "It is stored in Chile and is not transferred outside of Chile.",
            [("CL", "storage", "yes"), (None, "cross_border_transfer", "no")],
        ),
        (
            "Data is never sent to Peru, but we may send it to Chile.",
            [("PE", "cross_border_transfer", "no"), ("CL", "cross_border_transfer", "yes")],
        ),
    ],
)
def test_each_place_is_stated_or_denied_for_itself(text: str, facts: list[tuple[str | None, str, str]]) -> None:
    assert {(fact.country, fact.mode, fact.polarity) for fact in storage.find(policy(text))} == set(facts)


def test_a_host_and_safeguards_are_named_and_a_denial_is_told() -> None:
    (fact,) = storage.find(policy("We host data with Amazon Web Services in Frankfurt."))
    assert (fact.country, fact.provider) == ("DE", "Amazon Web Services")
    (fact,) = storage.find(policy("Your tickets are stored on Quarrystone's servers."))
    assert fact.provider == "Quarrystone"
    (fact,) = storage.find(policy("Transfers to India rest on Standard Contractual Clauses."))
    assert (fact.country, fact.safeguards) == ("IN", ["scc"])
    for text in ("We do not transfer your data to third countries.", "No transfer to third countries takes place."):
        (fact,) = storage.find(policy(text))
        assert (fact.country, fact.polarity) == (None, "no")
    (fact,) = storage.find(policy("We will never:\n\n- transfer your data outside the EU\n", "markdown"))
    assert (fact.country, fact.polarity) == (None, "no")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Our service is not intended for anyone under the age of sixteen.", [(16, "not_intended")]),
        ("You must be at least 18 years old.", [(18, "not_intended")]),
        ("Users under 18 need the consent of a parent.", [(18, "guardian_consent")]),
        ("若您是14周岁以下的儿童，请在监护人同意后使用。", [(14, "guardian_consent")]),
        ("Passwords must have at least 12 characters.", []),
        ("We store logs for under 13 days.", []),
    ],
)
def test_ages_are_read_with_their_rule(text: str, facts: list[tuple[int | None, str]]) -> None:
    assert [(fact.age, fact.rule) for fact in children.find(policy(text))] == facts


def test_a_sentence_that_goes_on_takes_the_age_before_it() -> None:
    text = "We do not knowingly collect data from children under 13. If we learn that a child has sent us data, we will delete it."
    assert [(fact.age, fact.polarity) for fact in children.find(policy(text))] == [(13, "no"), (13, "yes")]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "In the event of a data breach, we will notify affected customers by e-mail within 72 hours.",
            [("PT72H", "customer", ["e-mail"])],
        ),
        ("We will inform the supervisory authority of any personal data breach.", [(None, "authority", [])]),
        ("We report a data breach to your employer within 24 hours.", [("PT24H", "customer", [])]),
        ("一旦发生个人信息安全事件，我们会以短信、公告等方式告知您。", [(None, "user", ["短信", "公告"])]),
        ("In the event of a security incident that affects your data we will let you know by e-mail.", [(None, "user", ["e-mail"])]),
        ("You will hear from us within three days if a data breach affects you.", [("P3D", "user", [])]),
        ("Logs are kept for 90 days; of a data breach we notify you within 72 hours.", [("PT72H", "user", [])]),
        ("Of a data breach that happened in the past 12 months we will notify you within three days.", [("P3D", "user", [])]),
        (
            "We will notify affected users of a security incident within 48 hours unless law enforcement asks us to wait.",
            [("PT48H", "user", [])],
        ),
        ("If you suspect a breach, please notify us at once.", []),
        ("We will notify you of changes.", []),
    ],
)
def test_who_is_told_of_an_incident(text: str, facts: list[tuple[str | None, str, list[str]]]) -> None:
    assert [(fact.deadline, fact.to, fact.channel) for fact in breach.find(policy(text))] == facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Write to privacy@acme.example for more.", [("email", "privacy@acme.example")]),
        ("Write to [us](mailto:privacy@acme.example).", [("email", "privacy@acme.example")]),
        ("您可以将问题发送至privacy@acme.example，我们会回复。", [("email", "privacy@acme.example")]),
        ("Schreiben Sie an müller@acme.example.", [("email", "müller@acme.example")]),
        (
            "来信请寄：\n北京市海淀区某某路1号某某大厦3层\n邮编：100000\n我们将在十五天内回复您。",
            [("address", "北京市海淀区某某路1号某某大厦3层, 邮编：100000")],
        ),
        ("Call us on +44 20 7946 0000.", [("phone", "+44 20 7946 0000")]),
        ("Call our hotline (0800 123 4567 or 116 117).", [("phone", "0800 123 4567")]),
        ("Call us on (020) 7946 0000.", [("phone", "(020) 7946 0000")]),
        ('Your chats with support ("one-on-one help") are kept.', []),
        ("To opt out, use [this form](https://acme.example/optout).", [("url", "https://acme.example/optout")]),
        ("Read our [Privacy Policy](https://acme.example/privacy).", []),
        ("You can delete your data in your account settings.", [("in_app", "account settings")]),
        ("You may close your account through your profile settings.", [("in_app", "profile settings")]),
        ("In the UK this is the [ICO](https://ico.org.uk/global/contact-us/).", [("url", "https://ico.org.uk/global/contact-us/")]),
        ("**Website:** [rep.example](https://rep.example/acme)", [("url", "https://rep.example/acme")]),
        ("Our [guide](https://acme.example/ico.org.uk) tells more.", []),
        ("如需投诉，请联系 https://kf.acme.example 。", [("url", "https://kf.acme.example")]),
        ("Write to dpo[at]acme[dot]example.\nOur offices are closed.", [("email", "dpo[at]acme[dot]example")]),
        ("Write to dpo (at) mail.acme (dot) example. We answer.", [("email", "dpo (at) mail.acme (dot) example")]),
    ],
)
def test_contacts_are_where_one_can_act(text: str, facts: list[tuple[str, str]]) -> None:
    assert [(fact.channel, fact.value) for fact in contact.find(policy(text, "markdown"))] == facts


def test_an_address_runs_from_the_name_to_its_last_line() -> None:
    text = "## Contact\n\nAcme Widgets, Inc.  \n12 Long Acre Street  \nSpringfield, IL 62704\n\nThank you.\n"
    (fact,) = contact.find(policy(text, "markdown"))
    assert (fact.channel, fact.value) == ("address", "Acme Widgets, Inc., 12 Long Acre Street, Springfield, IL 62704")


def test_a_document_says_what_it_is() -> None:
    text = (
        "# Acme Privacy Policy\n\n*Last updated: April 20, 2023*\n\nEffective date: 1 May 2023\n\n"
        "Acme Widgets, Inc. (“Acme”, “we”, “us”) respects you. Payments go to Stripe, Inc.\n\nThe English version prevails.\n"
    )
    facts = {(fact.field, fact.value) for fact in document.find(policy(text, "markdown"))}
    assert facts >= {
        ("title", "Acme Privacy Policy"),
        ("last_updated", "2023-04-20"),
        ("effective_date", "2023-05-01"),
        ("legal_entity", "Acme Widgets, Inc."),
        ("prevailing_language", "en"),
    }
    assert "Stripe, Inc." not in {value for _, value in facts}


def test_the_number_of_a_clause_is_no_part_of_the_company_it_names() -> None:
    found = document.find(policy('# Terms\n\n1.1 Quarrystone Data Limited ("Quarrystone", "we") provides the service.', "markdown"))
    assert [fact.value for fact in found if fact.field == "legal_entity"] == ["Quarrystone Data Limited"]


def test_dates_that_contradict_each_other_are_all_kept() -> None:
    front_matter = '+++\ntitle = "Privacy Policy"\ndescription = "Last updated on June 5, 2022"\nupdated = 2020-05-01T08:00:00Z\n+++\n'
    text = f"{front_matter}\n## Start\n\nHello.\n"
    facts = list(document.find(policy(text, "markdown")))
    assert sorted(fact.value for fact in facts if fact.field == "last_updated") == ["2020-05-01", "2022-06-05"]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("本政策详细介绍了甲乙（北京）科技有限公司（以下简称“我们”）如何处理您的信息。", "甲乙（北京）科技有限公司"),
        ("“某某”的运营主体甲乙文化传媒有限公司（以下简称“我们”）保护您的信息。", "甲乙文化传媒有限公司"),
        ("我们会保护您的信息。\n\n甲乙信息科技 (上海) 有限公司\n", "甲乙信息科技 (上海) 有限公司"),
    ],
)
def test_a_chinese_policy_says_whose_it_is(text: str, entity: str) -> None:
    assert [fact.value for fact in document.find(policy(text)) if fact.field == "legal_entity"] == [entity]


def test_companies_told_in_a_list_are_several() -> None:
    text = "It is shared within Acme Maps UK Limited, Acme Roads Ltd (UK), Acme Asia Pte. Ltd. and Acme Widgets, Inc. for support."
    names = [fact.value for fact in document.find(policy(text)) if fact.field == "legal_entity"]
    assert names == ["Acme Maps UK Limited", "Acme Roads Ltd", "Acme Asia Pte. Ltd.", "Acme Widgets, Inc."]


def test_a_list_for_android_is_no_version_of_the_policy() -> None:
    facts = list(document.find(policy("版本号：V3.2\n\nandroid版本：设备型号、IP地址2\n")))
    assert [fact.value for fact in facts if fact.field == "version"] == ["V3.2"]


def test_one_way_to_write_is_told_once_a_section() -> None:
    text = "# 权利\n\n您可以联系客服更正您的姓名。\n\n您可以联系客服删除您的照片。\n\n# 投诉\n\n如需投诉，请联系客服。\n"
    assert [(fact.value, fact.section) for fact in contact.find(policy(text, "markdown"))] == [("客服", ["权利"]), ("客服", ["投诉"])]
