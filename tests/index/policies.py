"""Policies written for these tests, and an index made of them by the ingest itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from index import queries
from index.archive import archive
from index.domain import Policy
from index.embedder import Encoder, WordHashes
from index.facts import Collection, Evidence, Retention
from index.search import Searcher
from index.settings import Settings
from ingest import pipeline, sources
from ingest.evidence import evidence
from ingest.findings import Find

ORBIT = """# Orbit Mail privacy notice

## 1. What we collect

We collect your name, your phone number and the time of each login.

We never sell personal information to anyone.

## 2. How long

Server logs are deleted after thirty days. Invoices are kept for ten years because tax law wants it.

We encrypt mail on our servers with AES.
"""
TIDE = """1. Scope
Tide Chat is a messenger for teams.
2. Storage
Chat history is kept for 180 days on servers in Norway.
3. Children
Tide Chat is not meant for children under sixteen.
"""
HILL = """一、我们收集的信息
我们会收集您的手机号和设备信息。
二、保存期限
聊天记录保存两年，之后予以删除。
三、联系我们
如有疑问，请发送邮件至 privacy@hill.example。
"""
PERIODS = {"thirty days": "P30D", "ten years": "P10Y", "180 days": "P180D", "90 days": "P90D", "两年": "P2Y"}
VENDORS = """
[orbit]
name = "Orbit Mail"
aliases = ["Orbit"]
file = "orbit.md"

[tide]
name = "Tide Chat"
aliases = ["潮汐"]
file = "tide.txt"

[hill]
name = "Hill Office"
aliases = ["山丘办公"]
file = "hill.txt"
"""


def folder(at: Path) -> Path:
    """A folder of three policies with its `vendors.toml`."""
    at.mkdir()
    for name, text in (("orbit.md", ORBIT), ("tide.txt", TIDE), ("hill.txt", HILL), ("vendors.toml", VENDORS)):
        (at / name).write_text(text, encoding="utf-8")
    return at


def found(policy: Policy, encoder: Encoder) -> list[Evidence]:
    """Facts without rules or models: every clause that says how long something is kept, and what is collected."""
    facts: list[Evidence] = []
    for clause in policy.clauses:
        period = next((iso for words, iso in PERIODS.items() if words in clause.text), None)
        where = evidence(policy, clause.start, clause.end, "tests")
        if period:
            facts.append(Retention(**where, scope=clause.text.split()[0], period=period))
        if (at := clause.text.find("phone number")) >= 0:
            start = clause.start + at
            facts.append(
                Collection(**where, span="phone number", span_start=start, span_end=start + 12, category="phone_number", group="contact")
            )
    return facts


def ingest(given: Iterable[Path], settings: Settings, find: Find = found, embedder: Encoder | None = None) -> pipeline.Report:
    return pipeline.ingest(sources.of(map(str, given)), settings, embedder or WordHashes(), find)


def tools() -> tuple[Encoder, Find]:
    """What a worker process finds things with here."""
    return WordHashes(), found


def searcher(settings: Settings) -> Searcher:
    return Searcher(settings, WordHashes())


def held(settings: Settings) -> dict[str, Any]:
    """Everything an index says, as text: documents, clauses, facts and what is found."""
    with archive(settings).open().session() as session:
        documents = queries.documents(session, limit=500).items
        return {
            "documents": [(each.id, each.vendor, each.current, queries.text(session, each.id)) for each in documents],
            "clauses": [queries.clauses(session, each.id, limit=500).items for each in documents],
            "facts": json.dumps([fact.model_dump(mode="json") for fact in queries.every_fact(session, queries.ALL)]),
            "found": [hit.clause.id for hit in searcher(settings).index.find("how long are logs kept").items],
        }
