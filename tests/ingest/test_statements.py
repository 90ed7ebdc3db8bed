"""Rules of sharing, rights, security and practices, what denies them, and the judge that weighs them."""

from __future__ import annotations

import math

import pytest

from index.domain import Clause
from ingest.context import Context
from ingest.extract.rights import _deadline
from ingest.tagger.topics import Topics, bag, odds


def clause(text: str, section: tuple[str, ...] = (), lead: str | None = None, language: str = "en") -> Clause:
    return Clause("d.0000", 0, 0, len(text), text, text, section, None, lead, language)


@pytest.mark.parametrize(
    ("language", "text", "word", "denied"),
    [
        ("en", "We do not sell your data, but we share it with couriers.", "sell", True),
        ("en", "We do not sell your data, but we share it with couriers.", "share", False),
        ("en", "We have ruled out selling your data.", "selling", True),
        ("en", "We not only store addresses but also rent them out.", "rent", False),
        ("en", "We never show it to anyone except our accountants.", "anyone", True),
        ("en", "We never show it to anyone except our accountants.", "accountants", False),
        ("en", "If you do not agree, we disclose nothing.", "disclose", False),
        ("en", "We do **not** sell your data.".replace("*", " "), "sell", True),
        ("en", "We show it to no third party.", "third", True),
        ("en", "We share nothing with couriers.", "couriers", True),
        ("en", "While we do not sell it, we may lend it to partners.", "lend", False),
        ("en", "It cannot be ruled out that authorities read it.", "authorities", False),
        ("en", "Pages may not work without a login that we share with partners.", "share", False),
        ("zh", "我们不会出售您的信息。", "出售", True),
        ("zh", "我们从未出售过您的信息。", "出售", True),
        ("zh", "我们从未成年人处收集并出售信息。", "出售", False),
        ("zh", "我们收集的信息包括但不限于共享的内容。", "共享", False),
    ],
)
def test_a_denial_reaches_to_its_terminator(language: str, text: str, word: str, denied: bool) -> None:
    assert Context.of(language).denied(text, text.index(word)) is denied


@pytest.mark.parametrize(
    ("section", "lead", "denied"),
    [
        ("Privacy", "We do not:", True),
        ("Privacy", "The app never does this. It may:", False),
        ("What we never do", None, True),
        ("3. Information we don’t collect", None, True),
        ("What we do if you do not agree", None, False),
        ("Do not track", None, False),
    ],
)
def test_a_lead_in_or_a_heading_denies_what_its_list_holds(section: str, lead: str | None, denied: bool) -> None:
    assert Context.of("en").denies_list(clause("- sell your data", (section,), lead)) is denied


def test_a_sentence_may_deny_the_words_it_begins_with() -> None:
    text = "Passing data on to partners is not something we do."
    assert Context.of("en").denied_after(text, text.index(" is not"))
    assert not Context.of("en").denied_after("Passing data on to partners is something we do.", 28)


def test_a_frame_tells_who_gives_from_who_receives() -> None:
    given, got = clause("We pass your address to partners."), clause("We receive your address from partners.")
    context = Context.of("en")
    frames = {c.text: context.frame("sharing", c, c.text.index("partners"), c.text.index("partners") + 8) for c in (given, got)}
    assert frames[given.text]["before_disclose"] is False or frames[given.text]["before_from"] is False
    assert frames[got.text]["before_from"] is True


@pytest.mark.parametrize(
    ("text", "iso", "working"),
    [
        ("We answer your request within 30 days.", "P30D", False),
        ("Requests are processed within fifteen working days.", "P15D", True),
        ("We keep the request for 30 days.", None, False),
        ("We will respond as soon as we can.", None, False),
        ("We confirm receipt of your request within 10 business days and come back with an answer within 45 days.", "P45D", False),
    ],
)
def test_a_deadline_is_the_time_in_which_a_request_is_answered(text: str, iso: str | None, working: bool) -> None:
    period = _deadline(clause(text))
    assert (period.iso if period else None) == iso
    assert (period.working_days if period else False) is working


def test_the_judge_is_a_logistic_model_one_can_do_by_hand() -> None:
    assert odds({"hit": 2.0, "denied": -1.0}, -1.0, {"hit": 1.0, "denied": 1.0, "unknown": 5.0}) == pytest.approx(0.5)
    assert odds({"hit": 2.0}, -1.0, {"hit": 1.0}) == pytest.approx(1 / (1 + math.exp(-1)))


def test_words_of_a_heading_are_told_from_words_of_the_clause() -> None:
    assert set(bag("security")).isdisjoint(bag("", heading="security"))
    assert bag("We share data") == bag("we SHARE data")


def test_without_the_heads_word_the_other_judge_decides() -> None:
    topics = Topics.load()
    silent = {"hit": 0.0}
    assert [topics.believes(kind, silent) for kind in ("sharing", "right", "security", "practice")] == [False] * 4
