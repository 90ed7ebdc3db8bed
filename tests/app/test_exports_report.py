"""The due-diligence report as Markdown, HTML and PDF: one model, every line with its quote, and nothing in it does anything."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from threading import BoundedSemaphore, Event

import pypdfium2
import pytest
from fastapi.testclient import TestClient

from app.exports.in_pdf import marked, written
from app.exports.report import Block, Citation, Line, Part, Report
from app.routes import exports
from tests.app import hostile
from tests.app.test_service import serving

PARTS = [
    "At a glance", "What the document says of itself", "What is collected", "How long it is kept", "Who receives it", "Where it is stored",
    "Security and certificates", "Rights", "Practices", "Children", "After a breach", "Contact", "Denied", "Silent", "Contradictions",
    "Missing annexes", "Versions",
]  # fmt: skip


def report(client: TestClient, form: str, vendor: str = "acme") -> str:
    answer = client.get(f"/v1/vendors/{vendor}/report?format={form}")
    assert answer.status_code == 200, answer.text
    return answer.text


def section(text: str, title: str) -> str:
    """One part of the Markdown report."""
    return re.split(r"^## \d+\. ", text, flags=re.MULTILINE)[PARTS.index(title) + 1]


def pages(client: TestClient, vendor: str) -> str:
    """The text of the PDF, as a reader of PDFs finds it."""
    file = pypdfium2.PdfDocument(client.get(f"/v1/vendors/{vendor}/report?format=pdf").content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in file)
    finally:
        file.close()


def test_the_report_has_its_parts_in_order(client: TestClient) -> None:
    assert re.findall(r"^## \d+\. (.*)$", report(client, "markdown"), re.MULTILINE) == PARTS


def test_who_collects_nothing_is_said_so_at_a_glance_with_the_words_that_deny(client: TestClient) -> None:
    glance = section(report(client, "markdown", "nilsoft"), "At a glance")
    assert "Nothing: the policy denies it" in glance
    assert "“We do not collect any personal data”" in glance


def test_every_quote_in_the_report_stands_where_it_says(client: TestClient) -> None:
    text = client.get("/v1/documents/acme-2026/text").text
    cited = re.findall(r"> “(.*)”  \n  > (?:.*; )?acme-2026, characters (\d+) to (\d+)", report(client, "markdown"))
    assert len(cited) >= 8
    for quote, start, end in cited:
        assert re.sub(r"\\(.)", r"\1", quote) == text[int(start) : int(end)]


def test_a_line_says_what_the_quote_states(client: TestClient) -> None:
    text = report(client, "markdown")
    assert (
        "- Email address (given by the person or their organisation; required)\n"
        "  > “We collect your email address and phone number”  \n"
        "  > 1\\. What we collect; acme-2026, characters 19 to 65\n"
    ) in section(text, "What is collected")
    assert "- Server logs: 30 days\n" in section(text, "How long it is kept")
    assert "- Delete: within 15 days\n" in section(text, "Rights")
    assert "“操作日志保存九十天”" in section(text, "How long it is kept")


def test_a_denial_is_no_statement(client: TestClient) -> None:
    text = report(client, "markdown")
    collected = section(text, "What is collected")
    assert "precise location" not in collected
    assert "1 denial stands under “Denied”." in collected
    assert "- Denied: Precise location" in section(text, "Denied")


def test_a_policy_that_denies_everything_collects_nothing(client: TestClient) -> None:
    text = report(client, "markdown", "nilsoft")
    assert section(text, "What is collected").split("\n\n")[1] == "**denied** · 1 denial stands under “Denied”."
    assert "“We do not collect any personal data”" in section(text, "Denied")
    assert "Groups of data" not in section(text, "Silent")


def test_silence_is_said_with_the_clauses_to_check(client: TestClient) -> None:
    text = report(client, "markdown", "hush")
    silent = section(text, "Silent")
    assert section(text, "How long it is kept").strip().endswith("**silent** · The policy does not say.")
    assert "### How long it is kept\n\n- The policy does not say.\n- Nearest clause, to check\n  > “We like quiet software.”" in silent
    assert "Biometrics: the policy does not say." in silent
    assert "- Cookie Notice\n  > “Cookie Notice”  \n  > hush-1, characters 47 to 60" in section(text, "Missing annexes")


def test_what_contradicts_itself_stands_side_by_side(evil: TestClient) -> None:
    told = section(report(evil, "markdown", "torn"), "Contradictions")
    assert told.startswith("Contradictions\n\nStatements that cannot all hold.\n\n### answer to requests\n\n")
    assert re.findall(r"^- (.*)\n  > “(.*)”", told, re.MULTILINE) == [
        ("Delete: within 15 days", hostile.SOON),
        ("Delete: within 30 days", hostile.LATER),
    ]
    assert section(report(evil, "markdown", "evil"), "Contradictions").strip().endswith("None was found.")


def test_versions_are_listed_with_their_sums(client: TestClient) -> None:
    versions = section(report(client, "markdown"), "Versions")
    assert "acme-2026, current" in versions
    assert f"acme-2024, older): in effect from 2024-01-01; retrieved 2026-01-01; source acme.txt; SHA-256 {'0' * 64}" in versions


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/markdown; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/pdf", "application/pdf"),
        ("text/markdown;q=0.5, application/pdf;q=0.6", "application/pdf"),
    ],
)
def test_the_form_follows_the_accept_header(client: TestClient, accept: str, media_type: str) -> None:
    assert client.get("/v1/vendors/acme/report", headers={"Accept": accept}).headers["content-type"] == media_type


def test_a_form_of_report_that_is_not_offered_is_refused(client: TestClient) -> None:
    assert client.get("/v1/vendors/acme/report", headers={"Accept": "application/json"}).status_code == 406
    assert client.get("/v1/vendors/acme/report?format=docx").status_code == 422
    assert client.get("/v1/vendors/acmee/report").status_code == 404


@pytest.mark.parametrize("form", ["markdown", "html", "pdf"])
def test_the_same_snapshot_gives_the_same_bytes(client: TestClient, form: str) -> None:
    first, second = (client.get(f"/v1/vendors/acme/report?format={form}").content for _ in range(2))
    assert first == second


def test_pdfs_that_are_waited_for_leave_room_for_other_requests(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PDFS", BoundedSemaphore(1))
    begun, go_on = Event(), Event()

    def slow(_: Report) -> bytes:
        begun.set()
        go_on.wait(60)
        return b"%PDF-"

    monkeypatch.setattr(exports.in_pdf, "written", slow)
    with serving(data_dir) as client, ThreadPoolExecutor(1) as others:
        first = others.submit(client.get, "/v1/vendors/acme/report?format=pdf")
        assert begun.wait(60)
        refused = client.get("/v1/vendors/hush/report?format=pdf")
        go_on.set()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert "`format=html`" in refused.json()["detail"]
        assert first.result().status_code == 200
        assert client.get("/v1/vendors/hush/report?format=pdf").status_code == 200


def test_reports_written_at_once_do_not_mix() -> None:
    def told(name: str) -> Report:
        lines = tuple(Line(f"{name} {number}", Citation(f"{name}收集{number}", name, (), 0, 1)) for number in range(60))
        return Report(name, name, "2026-01-01", (("Vendor", name),), (Part("collection", name, "stated", "", (Block("", lines),)),))

    names = ["acme", "hush", "nilsoft"]
    alone = {name: written(told(name)) for name in names}
    with ThreadPoolExecutor(6) as callers:
        together = list(callers.map(lambda name: (name, written(told(name))), names * 4))
    assert [name for name, content in together if content != alone[name]] == []


class Tags(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.addresses += [value or "" for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_words_are_text_in_the_html_report(evil: TestClient) -> None:
    answer = evil.get("/v1/vendors/evil/report?format=html")
    page = Tags()
    page.feed(answer.text)
    assert page.names == {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "table", "tr", "th", "td", "nav", "ol", "ul", "li", "a",
        "section", "p", "span", "blockquote", "cite",
    }  # fmt: skip
    assert page.attributes == {"lang", "charset", "name", "content", "scope", "dir", "aria-label", "href", "id", "class"}
    assert [address for address in page.addresses if not address.startswith("#")] == []
    for quote in (hostile.FORMULA, hostile.SCRIPT, hostile.CHINESE, hostile.LONG, hostile.LINK):
        assert quote in page.text
    assert "We never sell ⟨202E⟩atad lanosrep⟨202C⟩ to anybody" in page.text
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", answer.text) == []
    assert "script" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_hostile_words_are_text_in_the_markdown_report(evil: TestClient) -> None:
    text = report(evil, "markdown", "evil")
    assert re.findall(r"(?<!\\)[<`]", text) == []
    assert re.findall(r"(?<!\\)\]\(", text) == []
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) == []


def test_hostile_words_long_words_and_chinese_are_text_in_the_pdf(evil: TestClient) -> None:
    text = pages(evil, "evil")
    flat = "".join(text.split())
    for quote in (hostile.FORMULA, hostile.SCRIPT, hostile.CHINESE, hostile.LONG, hostile.LINK):
        assert "".join(quote.split()) in flat
    assert "Wecollectyour‹1B›[31mphonenumber‹1B›[0m" in flat


def test_the_pdf_has_bookmarks_and_no_date_but_the_snapshots(client: TestClient) -> None:
    answer = client.get("/v1/vendors/acme/report?format=pdf")
    file = pypdfium2.PdfDocument(answer.content)
    assert [bookmark.get_title() for bookmark in file.get_toc()] == [f"{number}. {title}" for number, title in enumerate(PARTS, 1)]
    assert file.get_metadata_dict()["CreationDate"].startswith("D:2000")
    assert file.get_metadata_dict()["Title"] == "Acme Notes: what its privacy policy says"
    file.close()


def test_each_page_says_which_of_how_many_it_is_and_a_bookmark_leads_to_its_own(client: TestClient) -> None:
    file = pypdfium2.PdfDocument(client.get("/v1/vendors/acme/report?format=pdf").content)
    said = [page.get_textpage().get_text_range() for page in file]
    assert len(said) > 1
    assert [re.findall(r"\d+ of \d+", page) for page in said] == [[f"{at} of {len(said)}"] for at in range(1, len(said) + 1)]
    for bookmark in file.get_toc():
        assert bookmark.get_title() in said[bookmark.get_dest().get_index()]
    file.close()


def test_a_statement_its_quote_and_its_place_stand_on_one_page_and_a_heading_on_that_of_its_first() -> None:
    lines = tuple(Line(f"Said{at}", Citation(f"Quote{at} " + "word " * (7 * at), f"Place{at}", (), 0, 1)) for at in range(120))
    blocks = tuple(Block(f"Block{at}", lines[at : at + 3]) for at in range(0, 120, 3))
    parts = tuple(Part("collection", f"Part{at}", "stated", f"Note{at}.", blocks[at : at + 2]) for at in range(0, 40, 2))
    file = pypdfium2.PdfDocument(written(Report("v", "v", "2026-01-01", (("Vendor", "v"),), parts)))
    on: dict[str, int] = {
        word: at for at, page in enumerate(file) for word in re.findall(r"[A-Z][a-z]+\d+", page.get_textpage().get_text_range())
    }
    file.close()
    assert on["Said119"] > 5
    assert [at for at in range(120) if not on[f"Said{at}"] == on[f"Quote{at}"] == on[f"Place{at}"]] == []
    assert [at for at in range(0, 120, 3) if on[f"Block{at}"] != on[f"Said{at}"]] == []
    assert [at for at in range(0, 40, 2) if not on[f"Part{at}"] == on[f"Note{at}"] == on[f"Said{3 * at}"]] == []


def test_the_report_names_the_language_of_the_policy(client: TestClient) -> None:
    assert "| Language | English |" in report(client, "markdown")


def test_no_length_of_name_heading_or_quote_breaks_the_pdf() -> None:
    long = "Unbreakable" * 150
    # No two alike: pdfium takes what is repeated for one character drawn twice.
    han = "".join(chr(0x4E00 + 7 * number) for number in range(700))
    line = Line(long[:700], Citation(han, "d", (long, long), 0, 1))
    part = Part("collection", long[:300], "stated", long[:700], (Block(long[:300], (line,) * 3),))
    told = Report("v", long, "2026-01-01", (("Vendor", han * 5),), (part,))
    file = pypdfium2.PdfDocument(written(told))
    text = "".join(page.get_textpage().get_text_range() for page in file)
    assert sum("\u4e00" <= letter <= "\u9fff" for letter in text) == 8 * 700
    file.close()


def test_each_letter_is_set_in_a_font_that_has_it() -> None:
    assert marked("Söhne <b>华为</b> 🙂") == (
        '<font name="Helvetica">Söhne &lt;b&gt;</font><font name="STSong-Light">华为</font>'
        '<font name="Helvetica">&lt;/b&gt; [U+1F642]</font>'
    )
