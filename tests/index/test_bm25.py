"""Word scores worked out from where words stand are FTS5's own."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np
import pytest
from sqlalchemy import StaticPool, create_engine
from sqlmodel import Session

from index import postings, words
from index.bm25 import Bm25, kept_as
from index.domain import Clause
from index.postings import FIND, Postings
from index.search import Index
from index.tables import WORDS
from tests.bench_ingest import ROOT


def table(said: list[tuple[str, str]]) -> Session:
    """A table of words of clauses, each with its context; the row of the first is 11, of the next 18, and so on."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute(WORDS)
    for number, (text, context) in enumerate(said):
        connection.execute(
            "INSERT INTO clause_words(rowid, words, context, han) VALUES (?, ?, ?, ?)", (11 + 7 * number, *words.columns(text, context))
        )
    connection.commit()
    return Session(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool))


def everything(session: Session) -> list[str]:
    """Every word that is kept."""
    connection = session.connection()
    connection.exec_driver_sql("CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, clause_words, row)")
    return [word for (word,) in connection.exec_driver_sql("SELECT term FROM temp.held")]


def differing(session: Session) -> list[str]:
    """Words of which FTS5 finds other rows or other scores."""
    held = np.array(session.connection().exec_driver_sql("SELECT rowid FROM clause_words").scalars().all(), np.int64)
    asking: Any = session.connection().connection.cursor()
    bm25, found = Bm25(held, asking), []
    for word in everything(session):
        at, scores = bm25.of(asking, word)
        # What is kept is a stem, and a stem may have another: then no phrase finds it as it stands.
        if kept_as(f'"{word}"') != word:
            continue
        expected = session.connection().exec_driver_sql(FIND, (f'"{word}"',)).all()
        if list(zip(held[at].tolist(), scores.tolist(), strict=True)) != [tuple(each) for each in expected]:
            found.append(word)
    return found


def test_every_word_of_the_policies_has_the_score_fts5_gives_it_to_the_last_bit(index: Index) -> None:
    with index.session() as session:
        assert len(everything(session)) > 100
        assert differing(session) == []


def test_long_clauses_contexts_and_words_in_most_clauses_count_as_in_fts5() -> None:
    texts = [
        ("We keep records " + "and more records " * 9_000, "Keeping records"),
        ("word " * 127, "how long"),
        ("word " * 128, ""),
        ("记录会保存多久", "聊天记录"),
        ("", ""),
        ("records", "records records"),
        ("most", ""), ("most", ""), ("most", "most"), ("most words", ""), ("most", ""), ("most", ""),
    ]  # fmt: skip
    with table(texts) as session:
        assert differing(session) == []
    with table([]) as session:
        asking: Any = session.connection().connection.cursor()
        assert Bm25(np.zeros(0, np.int64), asking).of(asking, "record")[0].tolist() == []


@pytest.mark.parametrize(
    ("phrase", "kept"),
    [
        ('"locations"', "locat"), ('"naïve"', "naiv"), ('"记录"', "记录"), ('"ISO27001"', "iso27001"),
        ('"third party"', None), ('"记"*', None), ('"e-mail"', None), ('"…"', None),
    ],
)  # fmt: skip
def test_a_phrase_of_one_word_is_known_as_fts5_keeps_it(phrase: str, kept: str | None) -> None:
    assert kept_as(phrase) == kept


def test_ranking_is_the_same_however_scores_come_about(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = words.phrases(["keep", "delete", "server logs", "third party", "手机", "encrypt", "account"])
    every = np.ones(len(index._positions.row), np.bool_)
    ranked = []
    for many in (1, 10**9):
        monkeypatch.setattr(postings, "MANY", many)
        ranked.append([array.tolist() for array in Postings(index._positions.row, index._opened.words).best(asked, every, 1000)])
    assert ranked[0] == ranked[1]
    assert len(ranked[0][0]) > 5


def test_every_word_of_real_policies_has_the_score_fts5_gives_it() -> None:
    from ingest import pipeline

    files = sorted((ROOT.parent / "shared" / "policies").glob("*.txt"))
    if not files:
        pytest.skip("../shared is not here")
    clauses: list[Clause] = [clause for file in files for clause in pipeline.read_policy(file, "vendor").clauses]
    with table([(clause.plain, " ".join(clause.section)) for clause in clauses]) as session:
        assert differing(session) == []
