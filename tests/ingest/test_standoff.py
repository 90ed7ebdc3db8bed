import json
from hashlib import sha256
from pathlib import Path

import pytest

from index.facts import FACT
from ingest.learning import standoff

TEXT = "# Logs\n\nWe record your IP address. We do not sell it.\n"
SALE = {"kind": "practice", "quote": "We do not sell it.", "start": 35, "end": 53, "polarity": "no", "practice": "sale", "note": "our own"}
ADDRESS = {
    "kind": "collection", "quote": "We record your IP address", "start": 8, "end": 33, "polarity": "yes",
    "span": "IP address", "span_start": 23, "span_end": 33, "category": "ip_address", "source": "automatic", "role": "unspecified",
    "necessity": "unspecified", "purpose": None, "purpose_category": None, "generic": False,
}  # fmt: skip
FACTS = [SALE, ADDRESS]


def annotated(folder: Path, text: str = TEXT) -> Path:
    """A folder of one annotation, beside a folder of texts."""
    head = {"repository": "acme/site", "path": "privacy.md", "commit": "0" * 40, "sha256": sha256(text.encode()).hexdigest()}
    (folder / "annotations").mkdir()
    (folder / "annotations" / "acme.jsonl").write_text(
        "\n".join(json.dumps(row) for row in [head, *standoff.apart(FACTS)]), encoding="utf-8"
    )
    (folder / "texts").mkdir()
    return folder / "annotations"


def test_annotations_kept_apart_hold_offsets_and_labels_and_no_word_of_the_policy() -> None:
    assert standoff.apart(FACTS) == [
        {"kind": "collection", "start": 8, "end": 33, "span_start": 23, "span_end": 33, "category": "ip_address", "source": "automatic"},
        {"kind": "practice", "start": 35, "end": 53, "polarity": "no", "practice": "sale"},
    ]


def test_with_their_text_they_are_facts_again(tmp_path: Path) -> None:
    folder = annotated(tmp_path)
    (tmp_path / "texts" / "acme.md").write_text(TEXT, encoding="utf-8")
    (policy,) = standoff.read(tmp_path / "texts", folder)
    collected, denied = policy.facts
    assert policy.text[collected["span_start"] : collected["span_end"]] == "IP address"
    assert (collected["polarity"], collected["role"], collected["generic"]) == ("yes", "unspecified", False)
    assert policy.text[denied["start"] : denied["end"]] == "We do not sell it."


def test_without_a_folder_of_texts_nothing_is_learned_of_them(tmp_path: Path) -> None:
    assert standoff.read(None, annotated(tmp_path)) == []


def test_a_text_that_is_missing_or_another_is_refused_with_where_it_was_published(tmp_path: Path) -> None:
    folder = annotated(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"acme\.md is missing: the text of acme/site, privacy\.md at commit 0{40}"):
        standoff.read(tmp_path / "texts", folder)
    (tmp_path / "texts" / "acme.md").write_text(TEXT + "Changed.", encoding="utf-8")
    with pytest.raises(ValueError, match=r"acme\.md is not the text that was annotated"):
        standoff.read(tmp_path / "texts", folder)


def test_every_annotation_that_ships_names_its_source_and_is_of_the_schema() -> None:
    files = sorted(standoff.FOLDER.glob("*.jsonl"))
    assert len(files) >= 40
    for path in files:
        head, *facts = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        assert set(head) == {"repository", "path", "commit", "sha256"}, path
        for fact in facts:
            whole = standoff.ALWAYS | standoff.FIELDS[fact["kind"]] | fact
            assert 0 <= fact["start"] < fact["end"], (path, fact)
            assert not {"quote", "span", "note"} & set(fact), (path, fact)
            if fact["kind"] in ("practice", "right", "security", "children"):
                FACT.validate_python({"vendor": "v", "document": "d", "quote": "q", **whole})


def test_a_policy_of_which_only_questions_are_told_comes_without_facts_and_is_checked_alike(tmp_path: Path) -> None:
    head = {
        "name": "acme",
        "repository": "acme/site",
        "path": "privacy.md",
        "commit": "0" * 40,
        "sha256": sha256(TEXT.encode()).hexdigest(),
    }
    sources, texts = tmp_path / "sources.jsonl", tmp_path / "texts"
    sources.write_text(json.dumps(head) + "\n", encoding="utf-8")
    texts.mkdir()
    assert standoff.questioned(None, sources) == []
    with pytest.raises(FileNotFoundError, match=r"acme\.md is missing: the text of acme/site"):
        standoff.questioned(texts, sources)
    (texts / "acme.md").write_text(TEXT, encoding="utf-8")
    (policy,) = standoff.questioned(texts, sources)
    assert (policy.name, policy.text, policy.facts) == ("acme", TEXT, ())


def test_every_question_on_real_policies_is_about_one_with_a_source_and_its_answers_are_offsets() -> None:
    lines = [json.loads(line) for line in standoff.QUESTIONS.read_text(encoding="utf-8").splitlines()]
    sources = [json.loads(line) for line in standoff.SOURCES.read_text(encoding="utf-8").splitlines()]
    assert all(set(source) == {"name", "repository", "path", "commit", "sha256"} for source in sources)
    annotated, others = {path.stem for path in standoff.FOLDER.glob("*.jsonl")}, {source["name"] for source in sources}
    assert not annotated & others
    assert others <= {line["doc"] for line in lines} <= annotated | others
    assert all(0 <= start < end for line in lines for start, end in line["answers"])
    assert sum(not line["answers"] for line in lines) > 100
