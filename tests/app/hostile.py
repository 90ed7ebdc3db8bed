"""A vendor whose policy is written against whoever shows it: formulas, markup, terminal escapes, turned text, long words; and Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from app.main import create_app
from index import facts, snapshot
from index.domain import Vendor
from index.embedder import WordHashes
from index.settings import Settings
from index.store import Store
from index.vectors import Vectors
from tests.app.policies import MADE, collected, policy, said, save

EVIL = Vendor("evil", "Evil <b>Corp</b> & Söhne", ("=Evil",), (), '=HYPERLINK("x")', "https://evil.example/?a=1&b=<x>")
TORN = Vendor("torn", "Torn")
SOON, LATER = "We answer a request for deletion within 15 days", "We answer each request for deletion within 30 days"
FORMULA = '=cmd|"/c calc"!A1 is how our list of e-mail addresses begins'
SCRIPT = "We collect <script>alert('name')</script> & your </p></para><font color=\"red\">full name</font> ]]>"
ESCAPE = "We collect your \x1b[31mphone number\x1b[0m and \x07ring"
TURNED = "We never sell \u202eatad lanosrep\u202c to anybody"
CHINESE = "我们收集您的手机号码，用于登录；聊天记录保存九十天，到期后删除。"
LONG = "We share data with " + "Unbreakable" * 40 + " under a contract"
LINK = "We keep [your logs](javascript:alert(1)) | and `more` for 30 days"
SECTION = "1 <i>What</i> | =we \x1b[2J collect"
TEXT = "\n".join([SECTION, FORMULA, SCRIPT, ESCAPE, TURNED, CHINESE, LONG, LINK, ""])
QUOTES = (FORMULA, SCRIPT, ESCAPE, TURNED, CHINESE, LONG, LINK)


def publish(data_dir: Path) -> None:
    """Writes a snapshot of the hostile vendor and of one that contradicts itself."""
    with snapshot.lock(data_dir), snapshot.draft(data_dir) as draft:
        store = Store(draft.database)
        found = policy(EVIL, "evil-1", TEXT)
        stated: list[facts.Evidence] = [
            collected(found, FORMULA, "e-mail addresses", "email_address", source="provided", role="controller"),
            collected(found, SCRIPT, "full name", "name", purpose="<script>", purpose_category="advertising"),
            collected(found, ESCAPE, "\x1b[31mphone number\x1b[0m", "phone_number", necessity="optional", source="third_party"),
            collected(found, CHINESE, "手机号码", "phone_number", purpose="登录", purpose_category="account_management"),
            facts.Retention(**said(found, CHINESE), scope="聊天记录", categories=["messages"], period="P90D", bound="exact"),
            facts.Retention(**said(found, LINK), scope="[your logs](javascript:alert(1))", period="P30D"),
            facts.PracticeFact(**{**said(found, TURNED), "polarity": "no"}, practice="sale"),
            facts.Sharing(**said(found, LONG), recipient="Unbreakable" * 40, recipient_category="service_provider"),
        ]
        save(store, found, True, stated, effective_date="2026-01-01")
        store.arrange("evil", "policy", ["evil-1"])
        split = policy(TORN, "torn-1", f"{SOON}\n{LATER}\n")
        deadlines = [
            facts.Right(**said(split, quote), right="erasure", deadline=period) for quote, period in ((SOON, "P15D"), (LATER, "P30D"))
        ]
        save(store, split, True, deadlines)
        store.arrange("torn", "policy", ["torn-1"])
        Vectors.of(store.matrix()).save(draft.vectors)
        counts = store.counts()
        store.close()
        snapshot.publish(data_dir, draft, MADE, counts, keep=3)


@contextmanager
def opened(data_dir: Path) -> Iterator[TestClient]:
    """The service over that snapshot."""
    publish(data_dir)
    with TestClient(create_app(Settings(data_dir=data_dir, log_level="ERROR"), WordHashes())) as client:
        yield client
