from __future__ import annotations

import threading
from pathlib import Path

from index import queries
from index.settings import Settings
from tests.index import policies
from tests.index.killing import kill_ingests


def test_a_killed_ingest_is_not_noticed_by_readers_and_leaves_nothing_to_clean(settings: Settings, folder: Path) -> None:
    """A few kills; `python -m tests.bench_kill` makes 25, against the service itself."""
    policies.ingest([folder], settings)
    searcher = policies.searcher(settings)
    stop, answers, failures = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                searcher.refresh()
                index = searcher.index
                hit = next(hit for hit in index.find("chat history kept days", vendor="tide").items if "days" in hit.clause.text)
                with index.session() as session:
                    text = queries.text(session, hit.clause.document)
                assert text[hit.clause.start : hit.clause.end] == hit.clause.text
                answers.append(hit.clause.text)
            except BaseException as failure:
                failures.append(failure)
                raise

    reader = threading.Thread(target=read)
    reader.start()
    try:
        kill_ingests(2, folder, settings, seed=2)
    finally:
        stop.set()
        reader.join()
    assert failures == []
    assert len(answers) > 3
    report = policies.ingest([folder], settings)
    assert report.refused == []
    assert not list((settings.data_dir / "snapshots").glob(".draft-*"))
    index = policies.searcher(settings).index
    with index.session() as session:
        assert "202 days" in queries.text(session, queries.versions(session, "tide")[-1].id)
