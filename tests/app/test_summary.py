from typing import Any

from app.summary import in_short
from index.facts import BreachNotification, Collection, Retention, Right, Sharing

SAID: dict[str, Any] = {"vendor": "acme", "document": "acme-1", "quote": "words", "start": 0, "end": 5}


def test_a_denial_is_said_once() -> None:
    kept = Retention(**SAID, scope="chats", rule="not_retained", polarity="no")
    email = {"span": "email", "span_start": 0, "span_end": 5, "category": "email_address", "group": "contact"}
    assert in_short(kept) == "chats: not retained"
    assert in_short(Collection(**SAID, **email, polarity="no")) == "not email"


def test_a_recipient_that_is_not_named_is_left_out() -> None:
    assert in_short(Sharing(**SAID, recipient=None, recipient_category="authority")) == "Authorities and courts"


def test_periods_and_deadlines_are_said_in_words() -> None:
    assert in_short(Retention(**SAID, scope="chats", period="P1Y6M")) == "chats: 1 year 6 months"
    assert in_short(Right(**SAID, right="erasure", deadline="P15D", working_days=True)) == "Delete: 15 working days"
    assert in_short(BreachNotification(**SAID, deadline="PT72H")) == "72 hours"
    assert in_short(Retention(**SAID, scope="codes", rule="last_n_items", items=20)) == "codes: latest 20"
