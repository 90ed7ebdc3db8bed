from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from index import queries, snapshot
from index.embedder import WordHashes
from index.errors import ModelMismatch, SnapshotMissing, VendorUnknown
from index.late_interaction import SIZE
from index.search import Hit, Index, Searcher
from index.settings import Settings
from index.tables import ClauseRow
from index.topic_bonus import WEIGHT
from tests.index import policies


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_every_mode_finds_the_clause_that_answers(index: Index, mode: str) -> None:
    best = index.find("server logs deleted", mode=mode).items[0]  # type: ignore[arg-type]
    assert best.clause.text == "Server logs are deleted after thirty days."
    assert (best.meaning is None) == (mode == "keyword")
    assert (best.words is None) == (mode == "semantic")


def test_a_vendor_named_in_the_question_narrows_the_search_and_the_reply_says_so(index: Index) -> None:
    found = index.find("how long does 潮汐 keep chat")
    assert [vendor.id for vendor in found.vendors] == ["tide"]
    assert {hit.clause.vendor for hit in found.items} == {"tide"}
    assert found.items[0].clause.text.startswith("Chat history is kept for 180 days")


def test_the_vendor_of_the_request_wins_over_the_one_in_the_question(index: Index) -> None:
    assert {hit.clause.vendor for hit in index.find("does Tide Chat delete logs", vendor="orbit").items} == {"orbit"}


def test_an_unknown_vendor_is_refused_and_a_misspelt_name_suggested(index: Index) -> None:
    with pytest.raises(VendorUnknown, match="orbit"):
        index.find("logs", vendor="orbitt")
    found = index.find("what does Orbitt Mail collect")
    assert (found.vendors, [vendor.id for vendor in found.near]) == ([], ["orbit"])


def test_language_and_limit_narrow_the_hits(index: Index) -> None:
    chinese = index.find("聊天记录保存多久", language="zh")
    assert {hit.clause.language for hit in chinese.items} == {"zh"}
    assert chinese.items[0].clause.text == "聊天记录保存两年，之后予以删除。"
    assert len(index.find("logs", limit=2).items) == 2
    assert index.find("logs", since="2099-01-01").items == []


def test_hits_are_in_order_of_their_scores_and_highlights_are_verbatim(index: Index) -> None:
    hits = index.find("how long are server logs kept").items
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    with index.session() as session:
        for hit in hits:
            text = queries.text(session, hit.clause.document)
            assert text[hit.highlight.start : hit.highlight.end] == hit.highlight.quote != ""
            assert hit.clause.start <= hit.highlight.start < hit.highlight.end <= hit.clause.end


def test_only_the_current_version_is_searched_unless_every_one_is_asked_for(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    (folder / "tide.txt").write_text(policies.TIDE.replace("180 days", "90 days"), encoding="utf-8")
    policies.ingest([folder], settings)
    index = policies.searcher(settings).index

    def days(every: bool) -> list[str]:
        hits = index.find("chat history kept days", vendor="tide", every_version=every).items
        return sorted(hit.clause.text.split()[5] for hit in hits if hit.clause.text.startswith("Chat history"))

    assert days(False) == ["90"]
    assert days(True) == ["180", "90"]


class ByWord:
    """Topics for a test: one, certain of any question that says `money`; answered by facts about ten years."""

    id = "money"
    kind = "retention"

    @property
    def all(self) -> list[ByWord]:
        return [self]

    def holds(self, fact: object) -> bool:
        return getattr(fact, "period", None) == "P10Y"

    def likely(self, question: str) -> list[tuple[float, ByWord]]:
        return [(0.81 if "money" in question else 0.0, self)]


def test_a_clause_with_a_fact_on_the_topic_comes_first(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    found = Searcher(settings, WordHashes(), ByWord()).index.find("money kept server", vendor="orbit")
    assert found.items[0].clause.text.startswith("Invoices are kept for ten years")
    assert found.items[0].topic == pytest.approx(WEIGHT * 0.9)
    assert Searcher(settings, WordHashes(), ByWord()).index.find("server", vendor="orbit").items[0].topic == 0


def test_the_clause_that_holds_the_questions_wordpieces_comes_first(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    east = np.eye(SIZE, dtype=np.float32)[:1]
    question = "server logs deleted"
    before = index.find(question).items
    wanted = next(row for row, hit in zip(_rows(index, before), before, strict=True) if hit.clause.text.startswith("Invoices are kept"))
    monkeypatch.setattr(WordHashes, "question_tokens", lambda self, text: east)
    kept = {True: (127 * east).astype(np.int8).tobytes(), False: b""}
    monkeypatch.setattr(index.read_cache, "tokens", lambda rows: [kept[row == wanted] for row in rows])
    after = index.find(question).items
    assert after[0].clause.text.startswith("Invoices are kept")
    assert after[0].tokens == pytest.approx(1.0)
    assert [hit.tokens for hit in after[1:]] == [0.0] * (len(before) - 1)
    assert [hit.tokens for hit in index.find(question, mode="keyword").items] == [0.0] * len(index.find(question, mode="keyword").items)


def _rows(index: Index, hits: list[Hit]) -> list[int]:
    with index.session() as session:
        return [session.exec(select(ClauseRow.row).where(ClauseRow.id == hit.clause.id)).one() for hit in hits]  # type: ignore[misc]


def test_nothing_ingested_is_refused(settings: Settings) -> None:
    with pytest.raises(SnapshotMissing):
        policies.searcher(settings)


def test_an_index_of_other_weights_is_refused_with_the_command_that_rebuilds_it(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    other = WordHashes()
    other.fingerprint = "other-weights"
    with pytest.raises(ModelMismatch, match="python -m ingest run"):
        Searcher(settings, other)


def test_a_newer_snapshot_is_picked_up_and_a_damaged_one_leaves_the_old_one_served(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    searcher = policies.searcher(settings)
    assert not searcher.refresh()
    (folder / "tide.txt").write_text(policies.TIDE.replace("180", "90"), encoding="utf-8")
    policies.ingest([folder], settings)
    assert searcher.refresh()
    assert searcher.index.manifest.number == "000002"
    (folder / "tide.txt").write_text(policies.TIDE.replace("180", "60"), encoding="utf-8")
    policies.ingest([folder], settings)
    vectors = snapshot.current(settings.data_dir).vectors
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    assert not searcher.refresh()
    assert searcher.index.manifest.number == "000002"
    assert searcher.problem is not None
    assert "clauses.faiss" in searcher.problem
    snapshot.rollback(settings.data_dir)
    searcher.refresh()
    assert searcher.problem is None


def test_one_answer_never_mixes_two_snapshots(settings: Settings, folder: Path) -> None:
    """Readers ask while policies change: each answer's clauses are all of the snapshot it was asked of."""
    policies.ingest([folder], settings)
    searcher = policies.searcher(settings)
    stop, wrong, asked = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            index = searcher.index
            hits = index.find("chat history", vendor="tide").items
            with index.session() as session:
                text = queries.text(session, hits[0].clause.document)
            wrong.extend(hit for hit in hits if text[hit.clause.start : hit.clause.end] != hit.clause.text)
            asked.append(index.manifest.number)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for days in ("90", "60", "30"):
        (folder / "tide.txt").write_text("\n" * int(days) + policies.TIDE.replace("180", days), encoding="utf-8")
        policies.ingest([folder], settings)
        searcher.refresh()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(asked) > 10


def test_a_database_that_refuses_is_a_problem_named_and_the_next_look_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.ingest([policies.folder(tmp_path / "policies")], settings)
    searcher = policies.searcher(settings)

    def refuses() -> str:
        raise ProgrammingError("SELECT", {}, PermissionError("no rights"))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(searcher._archive, "pointer", refuses)
        assert not searcher.refresh()
        assert searcher.problem == "The database refused to say which snapshot is published: PermissionError."
    assert (searcher.refresh(), searcher.problem) == (False, None)


@pytest.mark.parametrize("failure", [PermissionError(13, "Permission denied", "/srv/secret"), RuntimeError("could not open /srv/secret")])
def test_a_snapshot_that_cannot_be_opened_is_a_problem_named_without_its_path(
    failure: Exception, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.ingest([policies.folder(tmp_path / "policies")], settings)
    searcher = policies.searcher(settings)

    def fails() -> str:
        raise failure

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(searcher._archive, "pointer", fails)
        assert not searcher.refresh()
        assert searcher.problem is not None
        assert type(failure).__name__ in searcher.problem
        assert "/srv" not in searcher.problem
    assert (searcher.refresh(), searcher.problem) == (False, None)
