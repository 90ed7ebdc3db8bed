"""From findings to facts: who is responsible, what is denied, where a statement begins. The findings are made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from index.domain import Policy, Vendor
from index.settings import Settings
from ingest import readers, split
from ingest.extract import collection
from ingest.tagger.model import Finding
from ingest.tagger.view import CATEGORIES


def policy(text: str) -> Policy:
    reading = readers.read(text.encode(), media_type="text/markdown", name="policy.md", settings=Settings())
    return split.policy(reading, "harbourly", Vendor("harbourly", "Harbourly"), lambda words: len(words.split()))


def finding(read: Policy, words: str, category: str, denied: float = 0.1, stated: float = 0.9) -> Finding:
    """A finding of the tagger that has no opinion on source, role, necessity and purpose."""
    start = read.text.index(words)
    clause = read.clause_at(start)
    assert clause is not None
    row = np.zeros(len(CATEGORIES), np.float32)
    row[CATEGORIES.index(category)] = 1
    answers = {
        "category": row, "source": np.asarray([0, 0, 0, 1.0]), "role": np.asarray([0, 0, 1.0]), "necessity": np.asarray([0, 0, 1.0]),
        "purpose": np.asarray([1.0, *[0.0] * 21]), "denied": np.asarray([1 - denied, denied]), "generic": np.asarray([1.0, 0]),
    }  # fmt: skip
    return Finding(start, start + len(words), clause, 0.9, 0.9, category, 1.0, True, answers, stated)


def told(text: str, words: str, category: str, **opinion: float) -> list[collection.Collection]:
    read = policy(text)
    return list(collection.stated(read, [finding(read, words, category, **opinion)]))


def test_a_statement_is_quoted_from_its_verb_to_the_words() -> None:
    (fact,) = told(
        "To send parcels on time, we collect your street and house number, and little else.", "street and house number", "postal_address"
    )
    assert (fact.quote, fact.span, fact.group, fact.polarity) == (
        "we collect your street and house number", "street and house number", "contact", "yes",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Our staff do not intentionally collect sensitive details.", "sensitive details"),
        ("Your full card number is never stored by us.", "card number"),
    ],
)
def test_a_denial_is_quoted_with_the_words_that_deny(text: str, words: str) -> None:
    (fact,) = told(text, words, "payment_account", denied=0.97)
    assert (fact.polarity, fact.quote) == ("no", text)


def test_of_a_long_sentence_a_denial_is_quoted_from_the_word_that_denies() -> None:
    text = f"Whenever you call us {'about one of your orders or parcels, ' * 14}we do not record your voice."
    (fact,) = told(text, "your voice", "audio", denied=0.97)
    assert (fact.polarity, fact.quote) == ("no", "do not record your voice")


def test_what_the_judge_doubts_is_not_served() -> None:
    assert told("We collect your nickname.", "nickname", "username", stated=0.2) == []


@pytest.mark.parametrize(
    ("text", "words", "category"),
    [
        ("We do not collect your fingerprint.", "fingerprint", "fingerprint"),
        ("Your contacts are stored locally on your device and never sent to us.", "contacts", "address_book"),
        ("The content of your notes is never uploaded.", "notes", "work_content"),
        ("We store no IP addresses.", "IP addresses", "ip_address"),
        ("We have no access to your messages.", "messages", "messages"),
        ("We never store:\n\n* the card number", "card number", "payment_account"),
    ],
)
def test_a_denial_is_served_as_one(text: str, words: str, category: str) -> None:
    assert [fact.polarity for fact in told(text, words, category)] == ["no"]


@pytest.mark.parametrize(
    ("text", "words", "category"),
    [
        ("We do not sell data, but we collect your nickname.", "nickname", "username"),
        ("This includes, but is not limited to, your nickname.", "nickname", "username"),
        ("If you do not object, we record your nickname.", "nickname", "username"),
    ],
)
def test_a_denial_of_something_else_does_not_reach_the_words(text: str, words: str, category: str) -> None:
    assert [fact.polarity for fact in told(text, words, category)] == ["yes"]


def test_doubt_between_rule_and_tagger_gives_nothing() -> None:
    assert told("We record the length of a call (other than its content).", "content", "meeting_recording") == []


@pytest.mark.parametrize(
    ("text", "words", "category"),
    [
        (
            "No names, street addresses, licence plates, voice samples or holiday photos of yours end up with us.",
            "holiday photos",
            "photos_videos",
        ),
        ("You can read the forum without an account, a nickname, a postcode or a date of birth.", "date of birth", "age_birth_date"),
        ("The app works without:\n\n* your contacts", "contacts", "address_book"),
    ],
)
def test_a_word_that_may_deny_is_heeded_however_long_the_list(text: str, words: str, category: str) -> None:
    assert [fact for fact in told(text, words, category) if fact.polarity == "yes"] == []


@pytest.mark.parametrize(
    ("text", "words", "category"),
    [
        ("This policy does not apply to messages that we handle for a school.", "messages", "messages"),
        ("We never use your drawings for advertising.", "drawings", "work_content"),
        ("Please do not send us medical records.", "medical records", "health"),
        ("Cookies are small files that are stored on your device.", "Cookies", "cookies_trackers"),
    ],
)
@pytest.mark.parametrize("denied", [0.1, 0.97])
def test_a_denial_of_something_else_is_no_denial_of_the_taking(text: str, words: str, category: str, denied: float) -> None:
    assert [fact for fact in told(text, words, category, denied=denied) if fact.polarity == "no"] == []


def test_what_is_only_kept_is_not_denied_with_what_is_not() -> None:
    text = "We do not keep card numbers, we only keep your surname."
    assert [fact.polarity for fact in told(text, "card numbers", "payment_account")] == ["no"]
    assert [fact for fact in told(text, "surname", "name") if fact.polarity == "no"] == []


def test_of_a_lead_in_only_the_last_sentence_denies_its_list() -> None:
    text = "{} We record:\n\n* your nickname"
    assert [fact.polarity for fact in told(text.format("Public records do not count."), "nickname", "username")] == ["yes"]
    text = "We like it short. We never record:\n\n* your nickname"
    assert [fact.polarity for fact in told(text, "nickname", "username")] == ["no"]


def test_the_controller_of_the_whole_policy_answers_for_every_fact() -> None:
    statement = "# Who we are\n\nHarbourly Ltd is the data controller.\n\n# Data\n\nWe collect your nickname."
    assert [fact.role for fact in told(statement, "nickname", "username")] == ["controller"]
    other = "# Who we are\n\nOur customer is the data controller.\n\n# Data\n\nWe collect your nickname."
    assert [fact.role for fact in told(other, "nickname", "username")] == ["unspecified"]
    nobody = "We are not responsible for what others do with your data: their collection is their own.\n\nWe collect your nickname."
    assert [fact.role for fact in told(nobody, "nickname", "username")] == ["unspecified"]


def test_who_stands_under_a_heading_for_the_controller_is_it() -> None:
    text = "# 2. The data controller\n\nTidewater Parcels Ltd, 4 Quay Street\n\n# Data\n\nWe collect your nickname."
    assert [fact.role for fact in told(text, "nickname", "username")] == ["controller"]
    customers = "# Your role as data controller\n\nCustomers decide on their own data.\n\n# Data\n\nWe collect your nickname."
    assert [fact.role for fact in told(customers, "nickname", "username")] == ["unspecified"]


def test_a_controller_of_one_region_answers_for_its_section_only() -> None:
    text = (
        "# Data\n\nWe collect your nickname.\n\n# Notice for the UK\n\nHarbourly Ltd is the data controller.\n\nWe collect your tax number."
    )
    assert [fact.role for fact in told(text, "nickname", "username")] == ["unspecified"]
    assert [fact.role for fact in told(text, "tax number", "government_id")] == ["controller"]


@pytest.mark.parametrize(
    "statement",
    [
        "In all this Harbourly acts on its own account as an independent data controller.",
        "Tidewater Parcels Ltd is the company responsible for the processing of your data.",
        "We alone determine the purposes and the means of processing.",
        "Tidewater is the controller of what this notice speaks of, save where it says otherwise.",
        "This notice tells how Tidewater Parcels, in its capacity as data controller, handles what it knows.",
        "This policy applies where we act as data controller.",
    ],
)
def test_a_vendor_says_in_many_ways_that_it_is_the_controller(statement: str) -> None:
    assert [fact.role for fact in told(f"{statement}\n\nWe collect your nickname.", "nickname", "username")] == ["controller"]


def test_data_entrusted_by_a_customer_has_a_processor() -> None:
    text = "# Data we process on behalf of your employer\n\nWe store your working hours."
    assert [fact.role for fact in told(text, "working hours", "attendance_record")] == ["processor"]


def test_choice_and_condition_are_read_from_the_sentence() -> None:
    assert [fact.necessity for fact in told("If you choose to, you can add a photo.", "photo", "profile")] == ["optional"]
    assert [fact.necessity for fact in told("You must provide a phone number.", "phone number", "phone_number")] == ["required"]


def test_data_from_others_has_a_third_party_source() -> None:
    assert [fact.source for fact in told("We receive your job title from our partners.", "job title", "job_role")] == ["third_party"]


def test_a_denial_behind_a_but_reaches_nothing_before_it() -> None:
    text = "We handle street names and house numbers of your guests but will not read or keep their letters."
    assert told(text, "house numbers", "postal_address", denied=0.95) == []
    (fact,) = told(text, "letters", "messages", denied=0.95)
    assert (fact.polarity, fact.span) == ("no", "letters")
    # With no denial on either side the tagger may know more than the rules do, as of a sentence that goes on with one before it.
    assert [fact.polarity for fact in told("This goes for letters and drawings.", "letters", "messages", denied=0.95)] == ["no"]
