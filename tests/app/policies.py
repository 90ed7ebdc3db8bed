"""A small real index, written through the store: three vendors nobody has heard of, one with an older version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app.main import create_app
from index import facts, snapshot, taxonomy
from index.archive import archive
from index.domain import Clause, Document, Policy, Vendor
from index.embedder import WordHashes
from index.saving import Saving, Whole
from index.settings import Settings
from ingest.evidence import evidence

MADE = snapshot.Made(WordHashes.fingerprint, WordHashes.name, "taxonomy-1", "rules-1", "code-1")

ACME = Vendor("acme", "Acme Notes", ("Acme", "艾克米"), ("Acme Notes Pro",), "Acme Labs Ltd.", "https://acme.example/privacy")
NILSOFT = Vendor("nilsoft", "Nilsoft")
HUSH = Vendor("hush", "Hush")

ACME_NOW = """1. What we collect
We collect your email address and phone number when you register.
We do not record your precise location.
=HYPERLINK("https://evil.example") is how the log of IP addresses begins.
2. How long
Server logs are kept for 30 days.
Invoices are kept for ten years, because the law wants it.
We answer a request for deletion within 15 days.
操作日志保存九十天。
"""
ACME_BEFORE = "We collect your fax number.\n"
NILSOFT_NOW = "We do not collect any personal data.\n"
HUSH_NOW = "We like quiet software.\nTo learn more, see our Cookie Notice.\n"


def policy(vendor: Vendor, document: str, text: str) -> Policy:
    """A policy of one clause a line; a line that begins with a number is the section of those below it."""
    clauses, section, at = [], (), 0
    for line in text.splitlines(keepends=True):
        said = line.strip()
        if said[:1].isdigit():
            section = (said,)
        else:
            language = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in said) else "en"
            ordinal = len(clauses) + 1
            clauses.append(Clause(f"{document}.{ordinal:04d}", ordinal, at, at + len(said), said, said, section, None, None, language))
        at += len(line)
    return Policy(document, vendor, text, text, tuple(clauses), (), ())


def said(policy: Policy, quote: str) -> dict[str, Any]:
    start = policy.text.index(quote)
    return evidence(policy, start, start + len(quote), "written-by-hand")


def collected(policy: Policy, quote: str, span: str, category: str, **fields: Any) -> facts.Collection:
    start = policy.text.index(span, policy.text.index(quote))
    group = taxonomy.group_of(category)
    return facts.Collection(
        **said(policy, quote), **fields, span=span, span_start=start, span_end=start + len(span), category=category, group=group
    )


def acme_facts(acme: Policy) -> list[facts.Evidence]:
    contact = "We collect your email address and phone number"
    return [
        collected(acme, contact, "email address", "email_address", source="provided", necessity="required"),
        collected(acme, contact, "phone number", "phone_number", source="provided", necessity="required"),
        collected(acme, "We do not record your precise location", "precise location", "location_precise", polarity="no"),
        collected(
            acme,
            '=HYPERLINK("https://evil.example") is how the log of IP addresses begins',
            "IP addresses",
            "ip_address",
            source="automatic",
        ),
        facts.Retention(**said(acme, "Server logs are kept for 30 days"), scope="Server logs", period="P30D", bound="exact"),
        facts.Retention(**said(acme, "Invoices are kept for ten years"), scope="Invoices", categories=["transactions"], period="P10Y"),
        facts.Retention(**said(acme, "操作日志保存九十天"), scope="操作日志", period="P90D"),
        facts.Right(**said(acme, "We answer a request for deletion within 15 days"), right="erasure", deadline="P15D"),
    ]


def save(store: Saving, found: Policy, current: bool, facts_found: list[Any], language: str = "en", **dates: str) -> None:
    document = Document(
        id=found.document, vendor=found.vendor.id, title=f"{found.vendor.name} Privacy Policy", language=language, languages=(language,),
        effective_date=dates.get("effective_date"), last_updated=dates.get("last_updated"), version=None, sha256="0" * 64,
        source=f"{found.vendor.id}.txt", media_type="text/plain", retrieved_at="2026-01-01T00:00:00+00:00", current=current,
    )  # fmt: skip
    vectors = WordHashes().encode([clause.plain for clause in found.clauses])
    embedded = [clause.id for clause in found.clauses]
    titles = {clause.section[-1]: WordHashes().encode_query(clause.section[-1]) for clause in found.clauses if clause.section}
    store.save_vendor(found.vendor)
    tokens = [b""] * len(found.clauses)
    store.save(Whole(document, "policy", "utf-8", found.text.encode(), "hand", found, facts_found, vectors, embedded, titles, tokens))


def serving(data_dir: Path, *policies: tuple[Policy, list[Any]]) -> TestClient:
    """A client, to be used in a `with`, of a service over these policies alone, each with its facts."""
    settings = Settings(data_dir=data_dir, log_level="ERROR")
    with archive(settings).draft() as draft:
        for read, held in policies:
            save(draft.rows, read, True, held)
            draft.rows.arrange(read.vendor.id, "policy", [read.document])
        draft.publish(MADE)
    return TestClient(create_app(settings, WordHashes()))


def publish(data_dir: Path, invoices: str = "ten years") -> snapshot.Snapshot:
    """Writes a snapshot of the three vendors; `invoices` changes a word of it."""
    publish_to(Settings(data_dir=data_dir), invoices)
    return snapshot.current(data_dir)


def publish_to(settings: Settings, invoices: str = "ten years") -> snapshot.Manifest:
    """The same wherever the settings say that snapshots are kept."""
    with archive(settings).draft() as draft:
        store = draft.rows
        acme = policy(ACME, "acme-2026", ACME_NOW.replace("ten years", invoices))
        save(store, policy(ACME, "acme-2024", ACME_BEFORE), False, [], effective_date="2024-01-01")
        found = acme_facts(acme) if invoices == "ten years" else []
        save(store, acme, True, found, effective_date="2026-04-01", last_updated="2026-03-18")
        store.arrange("acme", "policy", ["acme-2024", "acme-2026"])
        nilsoft = policy(NILSOFT, "nilsoft-1", NILSOFT_NOW)
        denial = collected(nilsoft, "We do not collect any personal data", "personal data", "personal_data_unspecified", polarity="no")
        save(store, nilsoft, True, [denial])
        store.arrange("nilsoft", "policy", ["nilsoft-1"])
        save(store, policy(HUSH, "hush-1", HUSH_NOW), True, [])
        store.arrange("hush", "policy", ["hush-1"])
        return draft.publish(MADE)
