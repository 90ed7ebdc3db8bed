from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.domain import Clause, Document, Policy, Vendor
from index.embedder import WordHashes, digest
from index.errors import EvidenceBroken, VendorUnknown
from index.facts import Collection, Retention
from index.saving import Whole, row_of
from index.store import Store
from ingest.evidence import evidence

VENDOR = Vendor("gale", "Gale")
TEXT = "We keep letters for two years. We collect your shoe size."


def whole(text: str = TEXT, id: str = "gale-1", facts: tuple[Retention | Collection, ...] | None = None) -> Whole:
    end = text.index(".") + 1
    spans = [(0, end), (end + 1, len(text))]
    clauses = tuple(
        Clause(f"{id}.{at:04d}", at, start, stop, text[start:stop], text[start:stop], ("Keeping",), None, None, "en")
        for at, (start, stop) in enumerate(spans, 1)
    )
    policy = Policy(id, VENDOR, text, text, clauses, (), ())
    if facts is None:
        facts = (Retention(**evidence(policy, 0, end, "rule-1"), scope="letters", period="P2Y"),)
    document = Document(id, "gale", None, "en", ("en",), None, None, None, digest(text), "here", "text/plain", "2026-01-01T00:00:00Z", True)
    texts = [clause.plain for clause in clauses]
    hashes = WordHashes()
    return Whole(
        document, "policy", None, text.encode(), "made", policy, facts, hashes.encode(texts), [digest(each) for each in texts],
        {"Keeping": hashes.encode_query("Keeping")}, [bytes(64)] * len(texts),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "policies.db")
    store.save_vendor(VENDOR)
    return store


def test_a_policy_is_saved_whole(store: Store) -> None:
    store.save(whole())
    assert store.counts() == {"vendors": 1, "documents": 1, "clauses": 2, "facts": 1}
    assert store.source_of("gale-1") == (VENDOR, TEXT.encode(), "text/plain")


@pytest.mark.parametrize("field", ["quote", "start"])
def test_a_quote_that_is_not_the_text_stores_nothing_at_all(store: Store, field: str) -> None:
    good = whole()
    wrong = good.facts[0].model_copy(update={"quote": "We keep letters for ten years."} if field == "quote" else {"start": 1})
    with pytest.raises(EvidenceBroken, match="rule-1"):
        store.save(replace(good, facts=(wrong,)))
    assert store.counts()["documents"] == 0


def test_a_span_that_is_not_the_text_stores_nothing_at_all(store: Store) -> None:
    good = whole()
    start = TEXT.index("We collect")
    fact = Collection(
        **evidence(good.policy, start, len(TEXT), "tagger"), span="hat size", span_start=TEXT.index("shoe"), span_end=len(TEXT) - 1,
        category="other_data", group="other",
    )  # fmt: skip
    with pytest.raises(EvidenceBroken, match="tagger"):
        store.save(replace(good, facts=(fact,)))
    assert store.counts()["documents"] == 0


def test_a_failure_half_way_leaves_what_was_held(store: Store) -> None:
    store.save(whole())
    again = whole(TEXT.replace("shoe", "hat"))
    with pytest.raises(ValueError, match="zip"):
        store.save(replace(again, vectors=again.vectors[:1]))
    assert store.counts() == {"vendors": 1, "documents": 1, "clauses": 2, "facts": 1}
    assert store.source_of("gale-1")[1] == TEXT.encode()


def test_saving_a_document_again_replaces_all_of_it(store: Store) -> None:
    store.save(whole())
    store.save(whole(facts=()))
    assert store.counts() == {"vendors": 1, "documents": 1, "clauses": 2, "facts": 0}


def test_the_last_version_arranged_is_the_current_one(store: Store) -> None:
    store.save(whole())
    store.save(whole(TEXT.replace("two", "six"), id="gale-2"))
    assert store.arrange("gale", "policy", ["gale-1", "gale-2"])
    assert {id: held.current for id, held in store.held().items()} == {"gale-1": False, "gale-2": True}
    assert not store.arrange("gale", "policy", ["gale-1", "gale-2"])
    assert store.arrange("gale", "policy", ["gale-1"])
    assert {id: held.current for id, held in store.held().items()} == {"gale-1": True, "gale-2": False}


def test_a_removed_vendor_leaves_nothing(store: Store) -> None:
    store.save(whole())
    store.remove("gale")
    assert store.counts() == {"vendors": 0, "documents": 0, "clauses": 0, "facts": 0}
    with pytest.raises(VendorUnknown):
        store.remove("gale")


def test_a_clause_is_found_by_its_own_vector_and_some_of_its_title(store: Store) -> None:
    found = whole()
    store.save(found)
    matrix = store.matrix()
    title = WordHashes().encode_query("Keeping")
    assert matrix.shape == (2, 384)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-5)
    assert (matrix @ title > found.vectors @ title).all()


def test_a_known_text_needs_no_second_embedding(store: Store) -> None:
    found = whole()
    store.save(found)
    known = store.vectors_of("gale")
    assert np.allclose(known[digest("We collect your shoe size.")], found.vectors[1])
    assert digest("Keeping") in known


def test_a_fact_is_filed_under_every_category_it_covers() -> None:
    policy = whole().policy
    kept = Retention(**evidence(policy, 0, 30, "rule"), scope="letters", categories=["email_address", "phone_number"], period="P2Y")
    row = row_of(kept)
    assert (row.covers, row.groups) == ("|email_address|phone_number|", "|contact|")
    assert row.period_days == pytest.approx(730.5)
