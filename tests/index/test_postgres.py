"""Snapshots in PostgreSQL: many writers, many readers, and answers that are those of a folder."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from index import queries
from index.archive import archive
from index.embedder import Encoder, WordHashes
from index.errors import IngestOvertaken, SettingRefused, SnapshotDamaged, SnapshotMissing, StoreUnreachable
from index.postgres.archive import PostgresArchive, prune
from index.search import Searcher
from index.settings import Settings
from ingest import pipeline, sources
from tests import bench_stores, postgres
from tests.index import policies


@pytest.fixture
def settings() -> Settings:
    return Settings(database_url=SecretStr(postgres.database()))


def one(folder: Path, vendor: str) -> list[sources.Source]:
    """A vendor of the folder, as an ingest of its own."""
    return [source for source in sources.of([str(folder)]) if source.vendor.id == vendor]


def ingest(given: list[sources.Source], settings: Settings, find: Any = policies.found) -> pipeline.Report:
    return pipeline.ingest(given, settings, WordHashes(), find)


def held(settings: Settings) -> list[str]:
    with archive(settings).open().session() as session:
        return [f"{each.vendor} {'current' if each.current else 'older'}" for each in queries.documents(session, limit=500).items]


def asked(settings: Settings, statement: str, **values: Any) -> Any:
    """What the database itself says."""
    home = archive(settings)
    assert isinstance(home, PostgresArchive)
    with home.engine(home.open().id).connect() as connection:
        return connection.execute(text(statement), values).scalar_one()


def test_a_search_finds_what_it_finds_over_a_folder_with_the_same_scores(settings: Settings, folder: Path, tmp_path: Path) -> None:
    in_folder = Settings(data_dir=tmp_path / "data")
    for each in (settings, in_folder):
        assert policies.ingest([folder], each).refused == []
    here, there = (Searcher(each, WordHashes()).index for each in (settings, in_folder))
    assert here.manifest.counts == there.manifest.counts
    for question in ("server logs deleted", "how long is chat history kept", "聊天记录保存多久", "phone number"):
        for mode in ("hybrid", "semantic", "keyword"):
            found = [[(hit.score, hit.clause, hit.highlight) for hit in each.find(question, mode=mode).items] for each in (here, there)]
            assert found[0] == found[1] != []
    with here.session() as one_, there.session() as other:
        assert queries.every_fact(one_, queries.ALL) == queries.every_fact(other, queries.ALL)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each of them gives back or raises, when they run at the same time."""
    found: list[Any] = [None] * len(jobs)

    def run(at: int) -> None:
        try:
            found[at] = jobs[at]()
        except Exception as error:
            found[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def together(writers: int) -> Any:
    """A finder of facts that waits until so many ingests are at work, all from the same snapshot."""
    barrier = threading.Barrier(writers)

    def find(policy: Any, encoder: Encoder) -> Any:
        barrier.wait(timeout=60)
        return policies.found(policy, encoder)

    return find


def test_ingests_of_several_vendors_at_once_all_survive_and_readers_see_them_without_a_restart(settings: Settings, folder: Path) -> None:
    ingest(one(folder, "hill"), settings)
    searcher = Searcher(settings, WordHashes())
    before = searcher.index
    find = together(2)
    reports = at_once(*(lambda vendor=vendor: ingest(one(folder, vendor), settings, find) for vendor in ("orbit", "tide")))  # type: ignore[misc]
    assert sorted(report.snapshot for report in reports) == ["000002", "000003"]
    assert held(settings) == ["hill current", "orbit current", "tide current"]
    assert archive(settings).manifest().counts["vendors"] == 3
    assert searcher.refresh()
    assert searcher.index.find("server logs deleted", limit=1).items[0].clause.vendor == "orbit"
    assert searcher.index.find("chat history", vendor="tide", limit=1).items[0].clause.vendor == "tide"
    # A request under way goes on with the snapshot it took.
    with before.session() as session:
        assert [each.id for each in queries.all_vendors(session)] == ["hill"]
    assert {hit.clause.vendor for hit in before.find("server logs deleted").items} <= {"hill"}


def test_versions_of_one_policy_that_come_at_once_are_both_kept_and_one_is_current(settings: Settings, folder: Path) -> None:
    ingest(sources.of([str(folder)]), settings)
    versions = []
    for days in ("90", "60"):
        path = folder / f"tide-{days}.txt"
        path.write_text(policies.TIDE.replace("180", days), encoding="utf-8")
        versions.append([sources.Source(one(folder, "tide")[0].vendor, str(path))])
    find = together(2)
    reports = at_once(*(lambda given=given: ingest(given, settings, find) for given in versions))  # type: ignore[misc]
    assert [report.published for report in reports] == [True, True]
    assert sorted(held(settings)) == ["hill current", "orbit current", "tide current", "tide older", "tide older"]
    assert archive(settings).manifest().counts["documents"] == 5


def test_an_ingest_by_other_rules_is_not_mixed_with_what_was_published_meanwhile(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(one(folder, "hill"), settings)
    made = pipeline.versions.of(WordHashes())

    def find(policy: Any, encoder: Encoder) -> Any:
        if policy.vendor.id == "orbit":  # while this one is at work, another publishes
            pipeline.remove("hill", settings)
            monkeypatch.setattr(pipeline.versions, "of", lambda _: made)
        return policies.found(policy, encoder)

    other = type(made)(made.model, made.model_name, made.taxonomy, "other rules", made.code)
    monkeypatch.setattr(pipeline.versions, "of", lambda _: other)
    with pytest.raises(IngestOvertaken, match="000002"):
        ingest(one(folder, "orbit"), settings, find)
    assert archive(settings).manifest().counts["documents"] == 0
    assert ingest(one(folder, "orbit"), settings).published


def test_an_ingest_that_dies_leaves_what_was_served_and_no_row_behind(settings: Settings, folder: Path) -> None:
    ingest(one(folder, "hill"), settings)
    rows = asked(settings, "SELECT count(*) FROM kept_clause")

    def find(policy: Any, encoder: Encoder) -> Any:
        if policy.vendor.id == "tide":
            raise KeyboardInterrupt
        return policies.found(policy, encoder)

    with pytest.raises(KeyboardInterrupt):
        ingest([*one(folder, "orbit"), *one(folder, "tide")], settings, find)
    assert archive(settings).pointer() == "000001"
    assert asked(settings, "SELECT count(*) FROM kept_clause") == rows
    assert held(settings) == ["hill current"]


def test_going_back_and_on_keeps_every_snapshot_as_it_was(settings: Settings, folder: Path) -> None:
    ingest(one(folder, "hill"), settings)
    ingest(one(folder, "tide"), settings)
    home = archive(settings)
    assert home.rollback().number == "000001"
    assert held(settings) == ["hill current"]
    ingest(one(folder, "orbit"), settings)
    now = home.manifest()
    assert (now.number, now.parent) == ("000003", "000001")
    assert held(settings) == ["hill current", "orbit current"]
    home.rollback()
    with pytest.raises(SnapshotMissing, match="nothing to roll back to"):
        home.rollback()


def test_what_no_kept_snapshot_shows_is_deleted_unless_somebody_reads_it(settings: Settings, folder: Path) -> None:
    tide = folder / "tide.txt"
    for days in ("180", "90", "60"):
        tide.write_text(policies.TIDE.replace("180", days), encoding="utf-8")
        pipeline.remove("tide", settings) if days != "180" else None
        ingest(one(folder, "tide"), settings)
    home = archive(settings)
    assert isinstance(home, PostgresArchive)
    count = "SELECT count(*) FROM kept_document_text"
    assert asked(settings, count) == 3
    read = home.open()
    ingest(one(folder, "orbit"), settings)

    def pruned() -> int:
        with home._writing.begin() as connection:
            prune(connection, 1, datetime.now(UTC) + timedelta(minutes=2))
        return int(asked(settings, count))

    assert pruned() == 2
    with read.session() as session:
        assert "60 days" in queries.text(session, queries.documents(session, "tide").items[0].id)
    pipeline.remove("tide", settings)
    del read, session
    gc.collect()
    assert pruned() == 1
    assert held(settings) == ["orbit current"]


def test_only_what_is_new_is_read_when_a_snapshot_follows_another(settings: Settings, folder: Path) -> None:
    home = archive(settings)
    ingest([*one(folder, "hill"), *one(folder, "orbit")], settings)
    first = home.open().contents
    pipeline.remove("orbit", settings)
    ingest(one(folder, "tide"), settings)
    second, anew = home.open().contents, archive(settings).open().contents
    assert len(second.readings & first.readings) == 1
    assert second.rows.tolist() == anew.rows.tolist()
    assert np.array_equal(second.vectors.matrix, anew.vectors.matrix)
    for contents in (second, anew):
        words = contents.said.execute("SELECT rowid, words FROM clause_words ORDER BY rowid").fetchall()
        assert [row for row, _ in words] == contents.rows.tolist()
        assert not [said for _, said in words if "Invoices" in said]


def test_what_was_begun_earlier_and_published_later_stands_in_its_place(settings: Settings) -> None:
    with archive(settings).draft() as first:
        bench_stores.save(first.rows, 1)
        first.publish(bench_stores.MADE)
    searcher = Searcher(settings, WordHashes())
    with archive(settings).draft() as slow:
        bench_stores.save(slow.rows, 2)
        with archive(settings).draft() as quick:
            bench_stores.save(quick.rows, 3)
            quick.publish(bench_stores.MADE)
        assert searcher.refresh()
        slow.publish(bench_stores.MADE)
    assert searcher.refresh()
    index, anew = searcher.index, Searcher(settings, WordHashes()).index
    for here in (index, anew):
        # By the number of the reading: the slow one's came first.
        assert [here._positions.documents[at].vendor for at in here._positions.document[::100]] == ["vendor-1", "vendor-2", "vendor-3"]
    assert np.array_equal(index._vectors.matrix, anew._vectors.matrix)
    for vendor in ("vendor-2", "vendor-3"):
        found = [[(hit.score, hit.clause) for hit in each.find("We keep letters", vendor=vendor).items] for each in (index, anew)]
        assert found[0] == found[1] != []


def test_the_database_knows_how_much_there_is_after_much_was_written(settings: Settings, folder: Path) -> None:
    ingest(sources.of([str(folder)]), settings)
    known = asked(settings, "SELECT reltuples::int FROM pg_class WHERE oid = 'kept_clause'::regclass")
    assert known == archive(settings).manifest().counts["clauses"] > 0


def test_a_count_that_fails_once_all_is_published_does_not_make_the_ingest_one_that_failed(settings: Settings, folder: Path) -> None:
    ingest(one(folder, "hill"), settings)
    home = archive(settings)
    assert isinstance(home, PostgresArchive)
    with home._writing.connect() as other:
        name = other.execute(text("SELECT current_database()")).scalar_one()
        other.execute(text(f"ALTER DATABASE {name} SET lock_timeout TO 200"))
        other.commit()
        # It keeps nobody from reading and writing, only from counting.
        other.execute(text("LOCK TABLE kept_clause IN SHARE UPDATE EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            PostgresArchive(settings.database_url.get_secret_value(), 3).count()
        assert ingest(one(folder, "tide"), settings).snapshot == "000002"
    assert held(settings) == ["hill current", "tide current"]


def test_rows_altered_by_hand_are_refused(settings: Settings, folder: Path) -> None:
    ingest(sources.of([str(folder)]), settings)
    home = archive(settings)
    assert home.manifest().counts["documents"] == 3
    asked(settings, "UPDATE kept_document SET title = 'other' WHERE vendor = 'tide' RETURNING 1")
    with pytest.raises(SnapshotDamaged, match="altered by hand"):
        home.manifest()
    asked(settings, "WITH gone AS (DELETE FROM kept_clause WHERE vendor = 'tide' RETURNING 1) SELECT count(*) FROM gone")
    with pytest.raises(SnapshotDamaged, match="clauses"):
        Searcher(settings, WordHashes())


@pytest.mark.parametrize(
    ("altered", "found"),
    [
        ("UPDATE kept_document_text SET raw = 'other'", "its bytes have another sha256"),
        ("UPDATE kept_clause SET text = upper(text)", "is not the text at"),
        ("UPDATE kept_clause SET vector = (SELECT vector + vector FROM kept_clause LIMIT 1)", "the vector of clause"),
        ("UPDATE kept_fact SET polarity = 'no'", "does not say what it said"),
        ("UPDATE kept_fact SET body = (replace(body::text, '\"yes\"', '\"no\"'))::json", "does not say what it said"),
        ("UPDATE kept_fact SET body = '{}'", "cannot be read"),
    ],
)
def test_what_a_document_says_is_verified_too(settings: Settings, folder: Path, altered: str, found: str) -> None:
    ingest(one(folder, "hill"), settings)
    home = archive(settings)
    assert home.manifest().counts["documents"] == 1
    asked(settings, f"WITH changed AS ({altered} RETURNING 1) SELECT count(*) FROM changed")
    with pytest.raises(SnapshotDamaged, match=found):
        home.manifest()


def test_a_database_that_goes_away_is_named_and_taken_up_again(settings: Settings, folder: Path) -> None:
    ingest(one(folder, "hill"), settings)
    searcher = Searcher(settings, WordHashes())

    def asks() -> list[str]:
        with searcher.index.session() as session:
            return [each.id for each in queries.all_vendors(session)]

    assert asks() == ["hill"]
    asked(
        settings,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with pytest.raises(StoreUnreachable, match="asked again with the next request"):
        asks()
    assert asks() == ["hill"]
    with pytest.raises(SnapshotMissing, match="python -m ingest run"):
        archive(Settings(database_url=SecretStr(postgres.database()))).open()


def test_an_address_is_refused_without_showing_its_password() -> None:
    away = Settings(database_url=SecretStr("postgresql://me:hunter2@127.0.0.1:9/none?sslmode=disable"))
    assert "hunter2" not in repr(away)
    with pytest.raises(StoreUnreachable, match=r"postgresql\+pg8000://me:\*\*\*@127\.0\.0\.1:9/none") as refused:
        archive(away).pointer()
    assert "hunter2" not in str(refused.value)
    for address, why in (
        ("mysql://me:hunter2@host/db", "names mysql"),
        ("hunter2", "is no address"),
        ("postgresql:///db", "names no user"),
        ("postgresql://:hunter2@host/db", "names no user"),
        ("postgresql://me:hunter2@host/db?pool=3", "pool is not known"),
        ("postgresql://me:a@b:hunter2/x@host/db", "is no address"),
        ("postgresql://me:hunter2@host/db?sslmode=verify_full", "sslmode=verify_full is not known"),
        ("postgresql://me:hunter2@host/db?sslmode=verify-full&sslrootcert=/no/roots.pem", "/no/roots.pem cannot be read"),
    ):
        with pytest.raises(SettingRefused, match=why) as refusal:
            archive(Settings(database_url=SecretStr(address)))
        assert "hunter2" not in str(refusal.value)


def test_without_the_driver_the_setting_is_refused_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(SettingRefused, match="pip install"):
        archive(Settings(database_url=SecretStr("postgresql://me@host/db")))
