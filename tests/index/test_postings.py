from __future__ import annotations

import threading

import numpy as np
import pytest

from index import postings, words
from index.postings import FIND, Postings
from index.search import Index

ASKED = ("server logs", "chat history", "delete", "encrypt", "手机", "privacy", "third party", "keep")


@pytest.fixture
def known(index: Index) -> Postings:
    return Postings(index._positions.row, index._opened.words)


def everywhere(index: Index) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(len(index._positions.row), np.bool_)


def asked(*terms: str) -> list[str]:
    return words.phrases(terms)


@pytest.mark.parametrize("terms", [ASKED, ASKED[:1], ASKED[3:6], ("手机", "设备信息")])
def test_word_scores_are_those_of_fts5_for_the_whole_question(index: Index, known: Postings, terms: tuple[str, ...]) -> None:
    phrases = asked(*terms)
    with index.session() as session:
        positions, scores = known.best(phrases, everywhere(index), 1000)
        rows = session.connection().exec_driver_sql(FIND, (" OR ".join(phrases),)).all()
    expected = {int(np.searchsorted(index._positions.row, row)): score for row, score in rows}
    assert dict(zip(positions.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert len(positions) > 1


def test_only_clauses_that_are_allowed_are_found_and_the_best_of_them(index: Index, known: Postings) -> None:
    phrases, some = asked(*ASKED), everywhere(index)
    all_, scores = known.best(phrases, some, 1000)
    some[all_[0]] = some[all_[3]] = False
    found, left = known.best(phrases, some, 2)
    some[:] = False
    nothing, _ = known.best(phrases, some, 2)
    assert found.tolist() == [all_[1], all_[2]]
    assert left.tolist() == [scores[1], scores[2]]
    assert len(nothing) == 0


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_phrase_that_tells_how_high_the_best_are_changes_nothing(index: Index, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    phrases, some = asked(*ASKED), everywhere(index)
    for at in range(3):
        some[at::4] = False
        expected = [array[:limit].tolist() for array in Postings(index._positions.row, index._opened.words).best(phrases, some, 1000)]
        monkeypatch.setattr(postings, "TELLING", 1)
        found = Postings(index._positions.row, index._opened.words).best(phrases, some, limit)
        assert [array.tolist() for array in found] == expected
        assert expected[0]
        monkeypatch.undo()


def test_a_phrase_that_stands_in_most_clauses_counts_only_alone(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "COMMON_AT_LEAST", 1)
    monkeypatch.setattr(postings, "COMMON_SHARE", 0.0)
    known, every = Postings(index._positions.row, index._opened.words), everywhere(index)
    counts = {phrase: len(known.best([phrase], every, 1000)[0]) for phrase in asked(*ASKED)}
    rare = next(phrase for phrase, count in counts.items() if count == 1)
    common = max(counts, key=lambda phrase: counts[phrase])
    assert counts[common] > 1
    assert len(known.best([rare, common], every, 1000)[0]) == 1


def test_memory_is_bounded_and_what_was_let_go_is_asked_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "KEPT_BYTES", 16)
    known, every = Postings(index._positions.row, index._opened.words), everywhere(index)
    first = known.best(asked(*ASKED), every, 1000)
    again = known.best(asked(*ASKED), every, 1000)
    assert [array.tolist() for array in first] == [array.tolist() for array in again]
    assert len(known._kept) == 1


def test_threads_may_ask_at_once(index: Index) -> None:
    known, every = Postings(index._positions.row, index._opened.words), everywhere(index)
    expected = known.best(asked(*ASKED), every, 1000)[1].tolist()
    found: list[list[float]] = []
    shared = Postings(index._positions.row, index._opened.words)

    def ask() -> None:
        found.append(shared.best(asked(*ASKED), every, 1000)[1].tolist())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
