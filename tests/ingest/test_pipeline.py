from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import queries, snapshot
from index.domain import Policy, Vendor
from index.embedder import Encoder, Vectors, WordHashes
from index.errors import VendorUnknown
from index.facts import DocumentFact, Evidence, Retention
from index.settings import Settings
from ingest import fetch, pipeline
from ingest.evidence import evidence
from ingest.sources import Source
from tests.index import policies


class Counting(WordHashes):
    """Word hashes that remember what they were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode(texts)


def documents(settings: Settings, vendor: str) -> list[queries.Document]:
    with policies.searcher(settings).index.session() as session:
        return queries.versions(session, vendor)


def outcomes(report: pipeline.Report) -> dict[str, str]:
    return {receipt.vendor: receipt.outcome for receipt in report.receipts}


def test_a_second_run_reads_and_writes_nothing(settings: Settings, folder: Path) -> None:
    assert outcomes(policies.ingest([folder], settings)) == {"orbit": "new", "tide": "new", "hill": "new"}
    counting = Counting()
    again = policies.ingest([folder], settings, embedder=counting)
    assert outcomes(again) == {"orbit": "unchanged", "tide": "unchanged", "hill": "unchanged"}
    assert (again.published, again.snapshot, counting.encoded) == (False, "000001", [])


def test_a_changed_document_is_a_new_version_and_the_older_stays_dated(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    (folder / "tide.txt").write_text(policies.TIDE.replace("180 days", "90 days"), encoding="utf-8")
    counting = Counting()
    report = policies.ingest([folder], settings, embedder=counting)
    assert outcomes(report) == {"orbit": "unchanged", "tide": "new", "hill": "unchanged"}
    assert counting.encoded == ["Chat history is kept for 90 days on servers in Norway."]
    older, newer = documents(settings, "tide")
    assert (older.current, newer.current) == (False, True)
    assert older.retrieved_at <= newer.retrieved_at
    (folder / "tide.txt").write_text(policies.TIDE, encoding="utf-8")
    assert policies.ingest([folder], settings).published
    assert [document.id for document in documents(settings, "tide")] == [newer.id, older.id]


def test_one_bad_source_is_named_and_loses_nothing(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    (folder / "tide.txt").write_bytes(b"\x00" * 50)
    (folder / "hill.txt").unlink()
    (folder / "orbit.md").write_text(policies.ORBIT + "\nMore.\n", encoding="utf-8")
    report = policies.ingest([folder], settings)
    assert outcomes(report) == {"orbit": "new", "tide": "refused", "hill": "refused"}
    assert all(receipt.reason for receipt in report.refused)
    assert [document.current for document in documents(settings, "tide")] == [True]
    assert [document.current for document in documents(settings, "hill")] == [True]


def test_nothing_readable_publishes_nothing(settings: Settings, tmp_path: Path) -> None:
    report = policies.ingest([], settings)
    assert (report.snapshot, report.published) == (None, False)
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    report = policies.ingest([bad], settings)
    assert (outcomes(report), report.snapshot) == ({"bad": "refused"}, None)


def test_the_newest_version_that_cannot_be_read_leaves_the_one_before_current(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").write_text('[gale]\nversions = ["1.txt", "2.txt", "3.txt"]\n')
    for name, days in (("1.txt", "ten"), ("2.txt", "twenty"), ("3.txt", "thirty")):
        (tmp_path / name).write_text(f"Logs are kept for {days} days.\n")
    policies.ingest([tmp_path], settings)
    before = documents(settings, "gale")
    assert [document.current for document in before] == [False, False, True]
    (tmp_path / "3.txt").write_bytes(b"")
    policies.ingest([tmp_path], settings)
    assert documents(settings, "gale") == before


@pytest.mark.parametrize(
    ("before", "after", "current"),
    [
        ('files = ["a.txt", "b.txt"]', 'files = ["b.txt", "a.txt"]', {"a": True, "b": True}),
        ('file = "a.txt"', 'files = ["b.txt", "a.txt"]', {"a": True, "b": True}),
        ('files = ["a.txt", "b.txt"]', 'versions = ["a.txt", "b.txt"]', {"a": False, "b": True}),
        ('versions = ["b.txt", "a.txt"]', 'files = ["a.txt", "b.txt"]', {"a": True, "b": True}),
        ('files = ["a.txt", "same.txt"]', 'files = ["a.txt", "same.txt"]', {"a": True}),
    ],
)
def test_a_document_listed_in_another_place_moves_there(
    before: str, after: str, current: dict[str, bool], settings: Settings, tmp_path: Path
) -> None:
    for name, said in (("a.txt", "Logs"), ("b.txt", "Cookies"), ("same.txt", "Logs")):
        (tmp_path / name).write_text(f"{said} are kept for ten days.\n")
    for listed in (before, after):
        (tmp_path / "vendors.toml").write_text(f"[gale]\n{listed}\n")
        assert policies.ingest([tmp_path], settings).refused == []
    with policies.searcher(settings).index.session() as session:
        held = queries.documents(session, "gale").items
    assert {Path(document.source).stem.replace("same", "a"): document.current for document in held} == current
    assert not policies.ingest([tmp_path], settings).published


def test_new_rules_read_everything_again_and_embed_nothing(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policies.ingest([folder], settings)
    made = pipeline.versions.of(WordHashes())
    monkeypatch.setattr(
        pipeline.versions, "of", lambda embedder: snapshot.Made(made.model, made.model_name, made.taxonomy, "other rules", made.code)
    )
    counting = Counting()
    report = policies.ingest([folder / "tide.txt"], settings, find=lambda policy, encoder: (), embedder=counting)
    assert outcomes(report) == {"tide": "read again", "orbit": "read again", "hill": "read again"}
    assert counting.encoded == []
    assert snapshot.current(settings.data_dir).manifest.counts["facts"] == 0
    assert len(documents(settings, "tide")) == 1


def test_documents_of_an_index_that_held_whole_paths_are_named_by_their_files_once_read_again(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(fetch, "shown", str)
        policies.ingest([folder], settings)
    assert [document.source for document in documents(settings, "tide")] == [str(folder / "tide.txt")]
    made = pipeline.versions.of(WordHashes())
    monkeypatch.setattr(pipeline.versions, "of", lambda embedder: replace(made, rules="other rules"))
    policies.ingest([folder / "tide.txt"], settings)
    assert [documents(settings, vendor)[0].source for vendor in ("tide", "hill")] == ["tide.txt", "hill.txt"]


def test_another_model_embeds_everything_again(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    other = Counting()
    other.fingerprint = "other-weights"
    policies.ingest([], settings, embedder=other)
    assert len(other.encoded) >= snapshot.current(settings.data_dir).manifest.counts["clauses"]
    assert snapshot.current(settings.data_dir).manifest.made.model == "other-weights"


def test_a_quote_that_is_not_the_text_refuses_the_policy_and_keeps_the_others(settings: Settings, folder: Path) -> None:
    def wrong(policy: Policy, encoder: Encoder) -> Iterator[Evidence]:
        where = evidence(policy, 0, 10, "bad-rule")
        if policy.vendor.id == "tide":
            yield Retention(**where | {"quote": "not there"}, scope="x")

    report = policies.ingest([folder], settings, find=lambda policy, encoder: list(wrong(policy, encoder)))
    assert outcomes(report) == {"orbit": "new", "tide": "refused", "hill": "new"}
    assert "bad-rule" in (report.refused[0].reason or "")
    assert snapshot.current(settings.data_dir).manifest.counts["vendors"] == 3 - 1


def test_what_a_document_says_of_itself_is_listed(settings: Settings, folder: Path) -> None:
    def found(policy: Policy, encoder: Encoder) -> list[Evidence]:
        where = evidence(policy, 0, 10, "tests")
        said = {
            "title": "The Notice",
            "effective_date": "2026-02-01",
            "last_updated": "2026-01-15",
            "version": "3",
            "legal_entity": "Some Ltd.",
            "product": "Pad",
        }
        return [DocumentFact(**where, field=field, value=value) for field, value in said.items()]  # type: ignore[arg-type]

    policies.ingest([folder], settings, find=found)
    document = documents(settings, "tide")[0]
    assert (document.title, document.effective_date, document.last_updated, document.version) == (
        "The Notice",
        "2026-02-01",
        "2026-01-15",
        "3",
    )
    with policies.searcher(settings).index.session() as session:
        vendor = queries.vendor(session, "tide").vendor
    assert vendor == Vendor("tide", "Tide Chat", ("潮汐",), ("Pad",), "Some Ltd.", None)


def test_documents_that_are_no_longer_listed_stay_and_are_not_current(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("We keep logs.\n")
    (tmp_path / "b.txt").write_text("We are a processor.\n")
    (tmp_path / "vendors.toml").write_text('[gale]\nfiles = ["a.txt", "b.txt"]\n')
    policies.ingest([tmp_path], settings)
    (tmp_path / "vendors.toml").write_text('[gale]\nfile = "a.txt"\n')
    policies.ingest([tmp_path], settings)
    with policies.searcher(settings).index.session() as session:
        found = {each.id: each.current for each in queries.documents(session, "gale").items}
    assert sorted(found.values()) == [False, True]


def test_a_name_that_changed_is_kept_without_reading_the_policy_again(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    (folder / "vendors.toml").write_text(policies.VENDORS.replace("Tide Chat", "Tide"), encoding="utf-8")
    report = policies.ingest([folder], settings)
    assert outcomes(report)["tide"] == "unchanged"
    assert report.published
    with policies.searcher(settings).index.session() as session:
        assert queries.vendor(session, "tide").vendor.name == "Tide"


def test_a_file_alone_does_not_rename_a_vendor_that_is_known(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    path = folder / "newer" / "tide.txt"
    path.parent.mkdir()
    path.write_text(policies.TIDE.replace("180 days", "90 days"), encoding="utf-8")
    given: list[str] = []

    def find(policy: Policy, encoder: Encoder) -> Sequence[Evidence]:
        given.append(policy.vendor.name)
        return policies.found(policy, encoder)

    assert outcomes(policies.ingest([path], settings, find)) == {"tide": "new"}
    assert given == ["Tide Chat"]
    with policies.searcher(settings).index.session() as session:
        assert queries.vendor(session, "tide").vendor == Vendor("tide", "Tide Chat", ("潮汐",))
    assert [each.current for each in documents(settings, "tide")] == [False, True]
    # Nor what a list beside it says, whichever comes first.
    policies.ingest([folder, path], settings)
    with policies.searcher(settings).index.session() as session:
        assert queries.vendor(session, "tide").vendor.name == "Tide Chat"


def test_a_removed_vendor_is_gone_and_a_rollback_brings_it_back(settings: Settings, folder: Path) -> None:
    policies.ingest([folder], settings)
    pipeline.remove("tide", settings)
    with policies.searcher(settings).index.session() as session, pytest.raises(VendorUnknown):
        queries.vendor(session, "tide")
    snapshot.rollback(settings.data_dir)
    assert len(documents(settings, "tide")) == 1
    with pytest.raises(VendorUnknown):
        pipeline.remove("nobody", settings)


def test_progress_is_told_in_clauses(settings: Settings, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    source = Source(Vendor("tide", "Tide"), str(folder / "tide.txt"))
    pipeline.ingest([source], settings, WordHashes(), lambda policy, encoder: (), lambda done, total: told.append((done, total)))
    assert told[0] == (0, 3)
    assert told[-1] == (3, 3)
