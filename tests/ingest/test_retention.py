"""Retention: period, bound, rule, event, items and scope of what a clause says, and nothing where it says nothing of keeping."""

import numpy as np
import pytest

from ingest.extract import Tools, retention
from ingest.tagger.topics import Scores
from tests.ingest.reading import policy


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(fact.rule, fact.period, fact.bound) for fact in retention.find(policy(text, "markdown"))]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("We store log files for up to fourteen (14) days.", [("fixed_period", "P14D", "at_most")]),
        ("We blind all visitor statistics after 30 days.", [("fixed_period", "P30D", "exact")]),
        ("Network addresses are truncated after 7 days.", [("fixed_period", "P7D", "exact")]),
        ("Recordings are kept for 90 days by default.", [("fixed_period", "P90D", "default")]),
        ("Invoices are kept for at least six months.", [("fixed_period", "P6M", "at_least")]),
        ("If you close your account, we erase your files within 60 days.", [("period_after_event", "P60D", "at_most")]),
        ("Your files are erased 30 days after the contract ends.", [("period_after_event", "P30D", "exact")]),
        ("We keep your data for as long as necessary to provide the service.", [("as_long_as_needed", None, None)]),
        ("We keep your profile until you close your account.", [("until_event", None, None)]),
        ("Messages are deleted as soon as they have been delivered.", [("until_event", None, None)]),
        ("We do not store your card number.", [("not_retained", None, None)]),
        ("Voice data is processed locally on your phone and is never uploaded or stored.", [("on_device_only", None, None)]),
        ("Statistics may be kept indefinitely.", [("indefinite", None, None)]),
        ("The law obliges us to keep some records.", [("legal_requirement", None, None)]),
        ("Administrators can set how long messages are kept.", [("customer_instruction", None, "configurable")]),
        ("We retain only the latest 20 records.", [("last_n_items", None, None)]),
        ("Invoices are kept for ten years because tax rules require it.", [("legal_requirement", "P10Y", "exact")]),
        (
            "We hold records for a year, or longer if the law requires.",
            [("fixed_period", "P1Y", "exact"), ("legal_requirement", None, None)],
        ),
        ("By law we have to keep basic records for six years.", [("legal_requirement", "P6Y", "exact")]),
        ("Slips are kept for eight years under the Accounting Act.", [("fixed_period", "P8Y", "exact"), ("legal_requirement", None, None)]),
        ("Session cookies expire when you close the window.", [("until_event", None, None)]),
        ("We may also keep figures in an aggregated form.", [("indefinite", None, None)]),
        ("If a post breaks the rules and violates our terms, we will remove it.", []),
        ("Boards that nobody has opened for a year are erased.", [("period_after_event", "P1Y", "exact")]),
        ("We keep it for the term of the contract plus five years.", [("period_after_event", "P5Y", "exact")]),
        ("We store it for a period of 90 days, after which it is deleted.", [("fixed_period", "P90D", "exact")]),
        ("It will be removed from our backups within six (6) months.", [("period_after_event", "P6M", "at_most")]),
        ("We keep no logs of your visits.", [("not_retained", None, None)]),
        ("Your diary never leaves your phone.", [("on_device_only", None, None)]),
        ("We **keep** your [photos](https://a.example) for **30 days**.", [("fixed_period", "P30D", "exact")]),
        (
            "Logs are kept until the case is closed and for up to two years after the verdict.",
            [("period_after_event", "P2Y", "at_most"), ("until_event", None, None)],
        ),
        ("Badges are kept for the life of the account + 2 years.", [("period_after_event", "P2Y", "exact")]),
        ("Scans are destroyed in no event after 2 years.", [("period_after_event", "P2Y", "at_most")]),
        ("Deleting your account erases every board.", [("until_event", None, None)]),
        ("We keep notes as long as required by the administrator of your account.", [("customer_instruction", None, "configurable")]),
        ("We process your address until you unsubscribe.", [("until_event", None, None)]),
        ("We may keep it for a longer period in the event of a complaint.", [("as_long_as_needed", None, None)]),
        ("We do not read the sketch or ever store it.", [("not_retained", None, None)]),
        ("If you do not log in for a year, your boards are erased.", [("period_after_event", "P1Y", "exact")]),
        ("We may access, preserve and disclose records to answer a court order.", [("legal_requirement", None, None)]),
        ("Invoices are kept for the time required by applicable tax and accounting laws.", [("legal_requirement", None, None)]),
        ("It is kept until we decide that it is no longer needed.", [("as_long_as_needed", None, None)]),
        ("Your answers may remain visible after you close your account.", [("indefinite", None, None)]),
        ("We won’t store your card number.", [("not_retained", None, None)]),
        ("Call records are kept for twenty-four (24) months.", [("fixed_period", "P24M", "exact")]),
        ("日志的保存期限不少于六个月。", [("fixed_period", "P6M", "at_least")]),
        ("我们不会保存您的人脸图像。", [("not_retained", None, None)]),
        ("当您注销账号后，我们将删除您的个人信息。", [("until_event", None, None)]),
        ("管理员可自行设置聊天记录的保存时长。", [("customer_instruction", None, "configurable")]),
    ],
)
def test_a_statement_on_keeping_is_read_with_its_rule(text: str, facts: list[tuple[str, str | None, str | None]]) -> None:
    assert found(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "We answer your request within 30 days.",
        "In the past 12 months we have sold nothing.",
        "Please keep your password safe.",
        "You can delete your account at any time.",
        "We keep your data secure.",
        "We never store your password in plain text.",
        "You can delete a message within 48 hours of sending it.",
        "We may access, preserve and disclose records if it is necessary to stop fraud.",
        "This applies to every use, including without limitation any copy you use.",
        "If you want your name to be removed from our list, write to us.",
        "You can learn more about retention periods in our policy.",
        "Log in within 30 days to accept the new terms.",
        "You retain all rights that the law gives you in your pictures.",
        "You may remain signed in after you close the window.",
        "Our games are not meant for kids below 13 years, and we erase what they have given us.",
        "我们将在15个工作日内答复您。",
    ],
)
def test_what_is_not_about_keeping_gives_nothing(text: str) -> None:
    assert found(text) == []


def test_several_periods_of_one_sentence_are_several_facts() -> None:
    assert found("Cookies are stored between 3 months and 1 year.") == [
        ("fixed_period", "P3M", "at_least"),
        ("fixed_period", "P1Y", "at_most"),
    ]


def test_a_period_below_a_lead_in_runs_from_the_event_that_it_names() -> None:
    text = (
        "## Retention\n\nAfter an account is closed, the following periods apply:\n\n- Without a purchase: 3 years\n- Invoices: ten years\n"
    )
    facts = [fact for fact in retention.find(policy(text, "markdown")) if fact.period]
    assert [(fact.period, fact.rule, fact.event) for fact in facts] == [
        ("P3Y", "period_after_event", "an account is closed"),
        ("P10Y", "period_after_event", "an account is closed"),
    ]


def test_an_event_ends_where_the_sentence_goes_on_to_something_else() -> None:
    (fact, *_) = retention.find(policy("We keep it for as long as your account is open or as otherwise needed to serve you.", "markdown"))
    events = [other.event for other in retention.find(policy("We keep it until the lease ends, unless you ask us otherwise.", "markdown"))]
    assert fact.rule == "as_long_as_needed"
    assert events == ["the lease ends"]


def test_a_table_of_periods_is_read_by_its_columns() -> None:
    rows = "| Data | Retention period |\n| --- | --- |\n| Log files | 30 days |\n| Newsletter | Until you unsubscribe |\n"
    facts = list(retention.find(policy(f"# Policy\n\n{rows}", "markdown")))
    assert [(fact.scope, fact.rule, fact.period) for fact in facts] == [
        ("Log files", "fixed_period", "P30D"),
        ("Newsletter", "until_event", None),
    ]


def test_each_of_two_things_has_its_own_period() -> None:
    facts = list(retention.find(policy("Backups are overwritten after 30 days, access logs after 90 days.")))
    assert [(fact.scope, fact.period) for fact in facts] == [("Backups", "P30D"), ("access logs", "P90D")]


def test_a_question_as_heading_says_what_an_answer_without_a_subject_is_about() -> None:
    (fact,) = retention.find(policy("## IP addresses?\n\nErased within a day.\n", "markdown"))
    assert (fact.scope, fact.categories, fact.period) == ("IP addresses", ["ip_address"], "P1D")


@pytest.mark.parametrize(
    "text",
    [
        "An answer might take two weeks; the legal limit of a month we do keep.", "We get back to you in two weeks.",
        "The trial lasts 14 days.", "Our certificate is valid for three years.",
    ],
)  # fmt: skip
def test_how_long_an_answer_a_trial_or_a_certificate_takes_is_no_retention(text: str) -> None:
    assert list(retention.find(policy(f"## How long we keep data\n\n{text}\n", "markdown"))) == []


def test_scope_event_and_items_are_verbatim() -> None:
    (fact,) = retention.find(policy("We keep chat messages until you leave the workspace."))
    assert (fact.scope, fact.categories, fact.event) == ("chat messages", ["messages"], "you leave the workspace")
    (fact,) = retention.find(policy("We retain only the last 10,000 messages."))
    assert fact.items == 10000


def test_the_quote_is_the_text_at_its_offsets() -> None:
    text = "# Policy\n\nWe like data. We keep *log files* for 30 days, and we never sell them.\n"
    read = policy(text, "markdown")
    (fact,) = retention.find(read)
    assert fact.quote == read.text[fact.start : fact.end] == "We keep *log files* for 30 days"


def test_a_column_and_a_label_below_a_heading_on_storage_say_how_long() -> None:
    assert found("## Cookies\n\n| Name | Duration |\n| --- | --- |\n| session | 2 days |\n") == [("fixed_period", "P2D", "exact")]
    assert found("## Storage\n\n- Messages: 12 months.\n") == [("fixed_period", "P12M", "exact")]
    assert found("## Support\n\n- Messages: 12 months.\n") == []


@pytest.mark.parametrize(
    ("text", "what", "categories"),
    [
        # Behind a "but" another thing may be named; a pronoun leads back.
        ("We process phone numbers and settings but will not collect or store your email content.", "email content", ["email_content"]),
        ("We read your email address but do not store it in our logs.", "email address", ["email_address"]),
        ("We check your IP address, although we do not keep messages or photos.", "messages or photos", ["messages", "photos_videos"]),
        # A remark in brackets holds for the item before it.
        (
            "It takes account data (such as the name, phone number and email address), server logs, and clipboard (seen but not stored).",
            "clipboard", ["clipboard"],
        ),
        ("We use your name, phone number, and badge colour (not stored), for the raffle.", "badge colour", ["any"]),
        ("(Your IP address is not stored.)", "IP address", ["ip_address"]),
        # A list ends where another clause begins, and its brackets are whole.
        ("We do not store your email content when you send photos and videos.", "email content", ["email_content"]),
        ("We keep invoices (e.g. receipts) for 7 years.", "invoices (e.g. receipts)", ["transactions"]),
        ("We keep facts (such as name and phone number) and logs for a year.", "facts (such as name and phone number) and logs", None),
        # The verb's object or subject is what is kept, not what the sentence names beside it.
        ("We retain personal data as long as we need it to complete your transactions.", "personal data", ["any"]),
        ("We keep the VAT bookkeeping for ten years.", "the VAT bookkeeping", ["any"]),
        ("If you record a meeting, the chat messages are stored for a week.", "chat messages", ["messages"]),
        ("We keep your email address until the owner deletes the photo.", "email address", ["email_address"]),
        ("We delete photos after 30 days.", "photos", ["photos_videos"]),
    ],
)  # fmt: skip
def test_scope_is_what_the_statement_holds_for_in_whole_phrases(text: str, what: str, categories: list[str] | None) -> None:
    facts = list(retention.find(policy(text)))
    assert {fact.scope for fact in facts} == {what}
    assert what in text
    assert categories is None or facts[0].categories == categories


def test_a_list_of_what_is_never_done_states_no_keeping() -> None:
    assert found("We never:\n\n- keep your messages indefinitely\n") == []
    assert found("We also:\n\n- keep your messages indefinitely\n") == [("indefinite", None, None)]


@pytest.mark.parametrize(("odds", "rules"), [(-5.0, ["fixed_period"]), (1.0, ["until_event", "fixed_period"])])
def test_a_rule_without_a_period_is_not_told_where_the_network_is_sure_that_nothing_is_kept(
    odds: float, rules: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = policy("Once a lease is ended, all files are erased.\n\nLogs are kept for 30 days.")
    scores = Scores(("retention",), np.full((len(read.clauses), 1), odds, np.float32), frozenset(range(len(read.clauses))))
    tools = Tools()
    monkeypatch.setattr(tools, "scores", lambda _: scores)
    assert [fact.rule for fact in retention.find(read, tools)] == rules
