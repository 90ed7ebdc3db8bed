"""The page of a document: its canonical text and nothing else, each clause and fact a place to link to, what facts rest on marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.main import create_app
from app.pages.marking import Block, blocks, steps
from index import facts
from index.domain import Heading, Policy, Span
from index.embedder import Encoder, WordHashes
from index.queries import IndexedClause
from index.settings import Settings
from ingest import pipeline, sources
from ingest.evidence import evidence
from tests.app import hostile
from tests.app.pages import INLINE, one, page, text, words
from tests.app.policies import ACME_NOW

TOP = Path(__file__).resolve().parents[2]
SHARED = TOP.parent / "shared" / "policies"
FOLDERS = [TOP / "samples", pytest.param(SHARED, marks=pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/policies is not here"))]


def overlapping(policy: Policy, encoder: Encoder) -> Sequence[facts.Evidence]:
    """Two facts a clause, the second beginning inside the first and reaching into what follows."""
    found: list[facts.Evidence] = []
    for clause in policy.clauses:
        middle = (clause.start + clause.end) // 2
        found.append(facts.PracticeFact(**evidence(policy, clause.start, clause.end, "test"), practice="cookies"))
        beyond = min(clause.end + 30, len(policy.text))
        if policy.text[middle:beyond].strip():
            found.append(facts.Security(**evidence(policy, middle, beyond, "test"), measure="access_control"))
    return found


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service over documents read by a real ingest: text, Markdown, HTML, PDF and DOCX, in English and Chinese."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("read"), log_level="ERROR")
    assert pipeline.ingest(sources.of([str(request.param)]), settings, WordHashes(), overlapping).refused == []
    with TestClient(create_app(settings, WordHashes())) as client:
        yield client


def documents(client: TestClient) -> list[str]:
    return [str(document["id"]) for document in client.get("/v1/documents?limit=500").json()["items"]]


def test_the_text_of_the_article_is_the_canonical_text(read: TestClient) -> None:
    assert len(documents(read)) >= 5
    for document in documents(read):
        canonical = read.get(f"/v1/documents/{document}/text").content.decode()
        middle = len(canonical) // 2
        for address in (f"/documents/{document}", f"/documents/{document}?at={middle}-{middle + 300}"):
            assert text(one(page(read, address), "article.policy")) == canonical, address


def test_line_ends_and_page_breaks_of_a_file_stay_as_they_are(tmp_path: Path) -> None:
    """HTML's own reading would make line feeds of carriage returns."""
    source = tmp_path / "ends.txt"
    source.write_bytes(b"We collect your name.\r\nWe keep it.\r\n\r\n1. More\x0cWe share nothing.\tEver.\r")
    settings = Settings(data_dir=tmp_path / "data", log_level="ERROR")
    pipeline.ingest(sources.of([str(source)]), settings, WordHashes(), overlapping)
    with TestClient(create_app(settings, WordHashes())) as client:
        (document,) = documents(client)
        canonical = client.get(f"/v1/documents/{document}/text").content.decode()
        assert "\r\n" in canonical
        assert text(one(page(client, f"/documents/{document}"), "article.policy")) == canonical


def test_every_clause_and_every_fact_is_a_place_to_link_to(read: TestClient) -> None:
    for document in documents(read):
        ids = [node.attributes["id"] for node in page(read, f"/documents/{document}").css("[id]")]
        assert len(ids) == len(set(ids))
        clauses = read.get(f"/v1/documents/{document}/clauses?limit=500").json()["items"]
        assert [clause["id"] for clause in clauses if f"c-{clause['id'].rpartition('.')[2]}" not in ids] == []
        stated = read.get(f"/v1/facts?document={document}&limit=500").json()["items"]
        assert stated
        assert [fact["id"] for fact in stated if fact["id"] not in ids] == []


def test_a_clause_is_its_own_words_at_its_place(read: TestClient) -> None:
    for document in documents(read):
        tree = page(read, f"/documents/{document}")
        for clause in read.get(f"/v1/documents/{document}/clauses?limit=500").json()["items"]:
            assert text(one(tree, f"#c-{clause['id'].rpartition('.')[2]}")) == clause["text"]


def test_the_outline_leads_to_every_heading(read: TestClient) -> None:
    for document in documents(read):
        tree = page(read, f"/documents/{document}")
        outline = {str(link.attributes["href"])[1:]: text(link) for link in tree.css("nav.outline a")}
        headings = {
            str(heading.attributes["id"]): text(heading)
            for heading in tree.css("article h2, article h3, article h4, article h5, article h6")
        }
        assert list(outline) == list(headings)
        # In the outline a heading stands without its markup.
        assert [name for place, name in outline.items() if name not in headings[place]] == []


def test_headings_go_down_one_step_at_a_time(read: TestClient) -> None:
    for document in documents(read):
        tree = page(read, f"/documents/{document}")
        levels = [int(str(heading.tag)[1]) for heading in tree.css("h1, h2, h3, h4, h5, h6")]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (document, levels)


def test_the_words_asked_for_are_marked_and_no_others(client: TestClient) -> None:
    start, end = ACME_NOW.index("phone number"), ACME_NOW.index("precise location")
    marked = page(client, f"/documents/acme-2026?at={start}-{end}").css("article mark.at")
    assert "".join(text(mark) for mark in marked) == ACME_NOW[start:end].replace("\n", "")
    assert page(client, "/documents/acme-2026").css("article mark.at") == []


@pytest.mark.parametrize("at", ["999999999-999999999", "50-20", "0-0"])
def test_a_place_that_holds_no_words_marks_none(client: TestClient, at: str) -> None:
    assert page(client, f"/documents/acme-2026?at={at}").css("article mark.at") == []


@pytest.mark.parametrize("at", ["x", "1", "1-", "-1-2", "1-2-3", "1e3-2", "99999999999-1"])
def test_a_place_that_is_none_is_refused(client: TestClient, at: str) -> None:
    assert words(one(page(client, f"/documents/acme-2026?at={at}", 422), "h1")) == "Malformed request"


def test_an_older_version_says_that_answers_come_from_another(client: TestClient) -> None:
    assert words(one(page(client, "/documents/acme-2024"), ".notice")).startswith("An older version")
    assert page(client, "/documents/acme-2026").css(".notice") == []


def test_a_denial_is_marked_as_one_and_says_what_it_denies(client: TestClient) -> None:
    denied = one(page(client, "/documents/acme-2026"), "article mark.no.span")
    assert text(denied) == "precise location"
    assert denied.attributes["title"] == "What is collected: Denied: Precise location"


# --- how marks overlap ----------------------------------------------------------------------------------------------------------


def clause(text: str, start: int, end: int, ordinal: int = 1) -> IndexedClause:
    return IndexedClause(f"d.{ordinal:04d}", "v", "d", ordinal, (), None, text[start:end], start, end, "en", None)


def fact(text: str, quote: str, **fields: Any) -> Any:
    start = text.index(quote)
    at = {"vendor": "v", "document": "d", "quote": quote, "start": start, "end": start + len(quote), **fields}
    return facts.FACT.validate_python(at)


def joined(made: Sequence[Block]) -> str:
    return "".join(segment.text for block in made for part in block.parts for segment in part.segments)


def test_words_outside_any_clause_have_a_place_too_once(client: TestClient) -> None:
    assert ACME_NOW.startswith("1. What")
    there = page(client, "/documents/acme-2026?at=3-60")
    assert text(one(there, "#at")) == "What we collect\n"
    assert len(there.css("article mark.at")) > 1


def test_markup_is_told_from_what_it_marks_up() -> None:
    said = "We **never** sell."
    (block,) = blocks(said, [], [clause(said, 0, len(said))], [], [], Span(3, 10), [Span(3, 5), Span(10, 12)])
    assert [(segment.text, segment.classes) for segment in block.parts[0].segments] == [
        ("We ", ()),
        ("**", ("at", "markup")),
        ("never", ("at",)),
        ("**", ("markup",)),
        (" sell.", ()),
    ]


def test_facts_that_overlap_are_cut_where_either_begins_or_ends() -> None:
    said = "We keep your name and e-mail address for ten days."
    kept = fact(said, "We keep your name and e-mail address", kind="retention", scope="name", period="P10D")
    shown = fact(said, "e-mail address for ten days", kind="security", measure="access_control", polarity="no")
    (block,) = blocks(said, [], [clause(said, 0, len(said))], [], [kept, shown])
    assert [(segment.text, segment.classes, segment.ids) for segment in block.parts[0].segments] == [
        ("We keep your name and ", ("time",), (kept.id,)),
        ("e-mail address", ("time", "terms", "no"), (shown.id,)),
        (" for ten days", ("terms", "no"), ()),
        (".", (), ()),
    ]


def test_a_collected_type_is_named_where_its_span_begins() -> None:
    said = "We log your IP address."
    start = said.index("IP address")
    stated = fact(
        said, said, kind="collection", span="IP address", span_start=start, span_end=start + 10, category="ip_address", group="device"
    )
    (block,) = blocks(said, [], [clause(said, 0, len(said))], [], [stated])
    assert [(segment.text, segment.classes, segment.title) for segment in block.parts[0].segments] == [
        ("We log your ", ("data",), ""),
        ("IP address", ("data", "span"), "What is collected: IP address"),
        (".", ("data",), ""),
    ]


def test_a_fact_over_two_clauses_is_marked_in_both_and_linked_once() -> None:
    said = "We log it. Always."
    stated = fact(said, "log it. Always", kind="practice", practice="cookies")
    (block,) = blocks(said, [], [clause(said, 0, 10), clause(said, 11, 18, 2)], [], [stated])
    marked = [segment for part in block.parts for segment in part.segments if segment.classes]
    assert [segment.text for segment in marked] == ["log it.", " ", "Always"]
    assert [segment.ids for segment in marked] == [(stated.id,), (), ()]


@pytest.mark.parametrize(
    ("given_", "expected"), [([1, 3, 2, 1], [2, 3, 3, 2]), ([3, 1], [2, 2]), ([1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 6, 6])]
)
def test_levels_never_skip_a_step(given_: list[int], expected: list[int]) -> None:
    assert list(steps(given_)) == expected


@given(st.data())
def test_nothing_is_lost_added_or_moved_however_pieces_and_marks_lie(data: st.DataObject) -> None:
    said = data.draw(st.text("ab \n\t\r\u3000<&", max_size=60))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(said)), max_size=12)))
    pieces = list(zip(cuts[::2], cuts[1::2], strict=False))
    kinds = [data.draw(st.sampled_from(["heading", "clause", "flagged"])) for _ in pieces]
    of = {kind: [piece for piece, each in zip(pieces, kinds, strict=True) if each == kind] for kind in ("heading", "clause", "flagged")}
    ranges = st.tuples(st.integers(0, len(said)), st.integers(0, len(said))).filter(lambda each: each[0] < each[1])
    marks = data.draw(st.lists(ranges, max_size=6)) if said else []
    stated = [
        facts.Security(vendor="v", document="d", quote=said[start:end], start=start, end=end, measure="disclaimer") for start, end in marks
    ]
    made = blocks(
        said,
        [Heading(start, end, said[start:end], data.draw(st.integers(1, 5)), None) for start, end in of["heading"]],
        [clause(said, start, end, at) for at, (start, end) in enumerate(of["clause"])],
        [(start, end, "banner") for start, end in of["flagged"]],
        stated,
        data.draw(st.none() | ranges.map(lambda each: Span(*each))) if said else None,
    )
    assert joined(made) == said


# --- policies written against whoever shows them -----------------------------------------------------------------------------------


def test_a_hostile_text_is_shown_as_it_is_and_is_never_markup(evil: TestClient) -> None:
    answer = evil.get("/documents/evil-1")
    tree = page(evil, "/documents/evil-1")
    assert text(one(tree, "article.policy")) == hostile.TEXT
    assert not INLINE.search(re.sub(r"<article.*?</article>", "", answer.text, flags=re.DOTALL))
    assert tree.css("article script, article font, article i, article a, article para") == []


def test_what_turns_text_or_drives_a_terminal_is_written_as_a_reference(evil: TestClient) -> None:
    source = evil.get("/documents/evil-1").text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", source)
    assert "&#x202e;atad lanosrep&#x202c;" in source
    assert "&#x1b;[31mphone number" in source


def test_a_turned_clause_ends_where_it_ends(evil: TestClient) -> None:
    """Each clause and paragraph is isolated: what turns its direction does not reach the next."""
    turned = next(node for node in page(evil, "/documents/evil-1").css(".clause") if "\u202e" in text(node))
    assert text(turned) == hostile.TURNED
    assert turned.parent is not None
    assert turned.parent.attributes["dir"] == "auto"
    assert re.search(r"\.clause \{[^}]*unicode-bidi: isolate", evil.get("/static/style.css").text)
