"""What each reader makes of a document: its text, its blocks, and which of them are not the policy."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from index.domain import BlockKind, Reading
from index.errors import FormatUnknown, PolicyError, Unreadable
from index.settings import Settings
from ingest import readers
from ingest.readers import html, layout, markers
from tests.ingest import samples

SETTINGS = Settings()
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def read(data: bytes | str, name: str = "policy.html", media_type: str | None = None) -> Reading:
    return readers.read(data.encode() if isinstance(data, str) else data, media_type=media_type, name=name, settings=SETTINGS)


def seen(reading: Reading) -> list[tuple[str, int, str]]:
    """Kind or flag, level and text of each block."""
    return [(block.flag or block.kind.value, block.level, reading.text[block.start : block.end]) for block in reading.blocks]


def page(body: str) -> list[tuple[str, int, str]]:
    reading = html.read(body)
    whole(reading)
    return seen(reading)


def whole(reading: Reading) -> None:
    """Blocks lie in the text, in order, apart from each other, and leave no character out."""
    at = 0
    for block in reading.blocks:
        assert at <= block.start < block.end <= len(reading.text)
        assert not reading.text[at : block.start].strip()
        assert reading.text[block.start : block.end].strip() == reading.text[block.start : block.end]
        at = block.end
    assert not reading.text[at:].strip()
    assert len(reading.plain) == len(reading.text)


# Which reader


@pytest.mark.parametrize(
    ("data", "name", "media_type", "expected"),
    [
        (b"# Policy", "policy.md", None, "text/markdown"),
        (b"# Policy", "policy.md", "text/plain; charset=utf-8", "text/markdown"),
        (b"Policy", "policy", None, "text/plain"),
        (b"Policy", "PRIVACY.TXT", "application/octet-stream", "text/plain"),
        (b"<!-- x -->\n<!DOCTYPE html><p>Policy", "privacy", None, "text/html"),
        (b"<p>Policy</p>", "privacy", "text/html; charset=utf-8", "text/html"),
        (b"<p>Policy</p>", "privacy.php", "text/html", "text/html"),
        (samples.pdf_policy(), "privacy.txt", "text/plain", "application/pdf"),
        (samples.word_policy(), "privacy", None, readers.DOCX),
    ],
)
def test_the_reader_is_picked_by_signature_then_media_type_then_name(data: bytes, name: str, media_type: str | None, expected: str) -> None:
    assert read(data, name, media_type).media_type == expected


@pytest.mark.parametrize(
    ("data", "name", "media_type", "why"),
    [
        (b"x", "policy.odt", None, r"No reader takes \.odt"),
        (b"{}", "policy", "application/json", "No reader takes application/json"),
        (b"\xd0\xcf\x11\xe0old", "policy.doc", None, "an old Word"),
        (b"{\\rtf1 x}", "policy.rtf", None, "an RTF"),
        (b"\x89PNG\r\n", "policy.txt", None, "a picture"),
        (b"\x7fELF", "policy", None, "a program"),
    ],
)
def test_a_format_without_a_reader_is_refused_by_name(data: bytes, name: str, media_type: str | None, why: str) -> None:
    with pytest.raises(FormatUnknown, match=why) as refused:
        read(data, name, media_type)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "policy.txt", "is empty"),
        (b" \r\n\t ", "policy.txt", "is empty"),
        (b"no pdf", "policy.pdf", "does not start like one"),
        (b"<script>1</script>", "policy.html", "holds no text"),
    ],
)
def test_a_source_without_text_is_refused(data: bytes, name: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(data, name)


def test_the_encoding_a_page_names_is_used() -> None:
    reading = read('<meta charset="gbk"><p>联通</p>'.encode("gbk"))
    assert (reading.text, reading.encoding) == ("联通", "gb18030")
    assert read("<p>Données</p>".encode("cp1252"), "p", "text/html; charset=latin1").text == "Données"


# HTML


def test_headings_paragraphs_and_lists_keep_their_depth() -> None:
    assert page(
        "<h1>A</h1><p>One\n two<h3>B</h3><ul><li>x<ul><li>y</ul><li><p>z</p><p>more</p></ul><ol start=3 type=a><li>u<li value=9>v</ol>"
    ) == [
        ("heading", 1, "A"),
        ("paragraph", 0, "One two"),
        ("heading", 3, "B"),
        ("item", 1, "- x"),
        ("item", 2, "- y"),
        ("item", 1, "- z"),
        ("paragraph", 1, "more"),
        ("item", 1, "c. u"),
        ("item", 1, "i. v"),
    ]


def test_bullets_are_markup_and_numbers_are_text() -> None:
    assert html.read("<ul><li>x</ul><ol><li>y</ol>").plain == "  x\n1. y"


def test_nothing_the_policy_says_is_dropped() -> None:
    assert page(
        "<details><summary>Hosts</summary>Acme Cloud</details><div hidden>Closed tab</div><div style='display:none'>Panel</div>"
        "<dl><dt>Logs<dd>14 days</dl><textarea>Old terms</textarea><button aria-expanded=false>How long?</button><div>A year.</div>"
        "<blockquote>Quoted</blockquote><x-panel>Custom</x-panel>"
    ) == [
        ("heading", 1, "Hosts"),
        ("paragraph", 0, "Acme Cloud"),
        ("paragraph", 0, "Closed tab"),
        ("paragraph", 0, "Panel"),
        ("item", 1, "Logs"),
        ("item", 2, "14 days"),
        ("line", 0, "Old terms"),
        ("heading", 2, "How long?"),
        ("paragraph", 0, "A year."),
        ("paragraph", 0, "Quoted"),
        ("paragraph", 0, "Custom"),
    ]


def test_a_table_is_read_by_rows_and_a_table_for_layout_by_its_blocks() -> None:
    assert page("<table><caption>Hosts</caption><tr><th>Name<th>Place<tr><td>Acme<br>Inc<td><ul><li>Bonn<li>Ulm</ul></table>") == [
        ("paragraph", 0, "Hosts"),
        ("row", 0, "Name | Place"),
        ("row", 0, "Acme\nInc | Bonn\nUlm"),
    ]
    assert page("<table><tr><td><h2>A</h2><p>b</p></table>") == [("heading", 2, "A"), ("paragraph", 0, "b")]


def test_scripts_styles_and_what_only_machines_read_are_no_text() -> None:
    assert page(
        "<title>T</title><style>p{}</style><script>a()</script><template><p>b</p></template><noscript><p>c</p></noscript>"
        "<svg><text>d</text></svg><p>e<!-- f -->g"
    ) == [("paragraph", 0, "eg")]


def test_links_keep_their_targets_where_the_words_do_not_say_them() -> None:
    reading = html.read(
        "<p>Ask <a href='mailto:dpo@acme.example'>our officer</a>, <a href='mailto:a@b.example'>a@b.example</a>,"
        " <a href='/rel'>rel</a>, see<a href='https://acme.example/x'> <b>this</b> page</a>."
    )
    assert reading.text == "Ask [our officer](mailto:dpo@acme.example), a@b.example, rel, see [this page](https://acme.example/x)."
    assert " ".join(reading.plain.split()) == "Ask our officer , a@b.example, rel, see this page ."


def test_an_address_hidden_from_harvesters_is_shown_as_readers_see_it() -> None:
    assert page('<p>Write to <a data-cfemail="2a474f6a484b04494547">[email&#160;protected]</a>.') == [
        ("paragraph", 0, "Write to me@ba.com.")
    ]


def test_page_furniture_is_flagged_and_kept() -> None:
    assert page(
        "<a class=skip-link href=#m>Skip to content</a><header><a href=/>Acme</a></header><nav><a href=/b>Blog</a></nav>"
        "<div id=cookie-banner><p>We use cookies.</p><button>OK</button></div><div class=breadcrumb><a href=/>Home</a> › Privacy</div>"
        "<ul><li><a href=#1>One</a><li><a href=#2>Two</a><li><a href=#3>Three</a></ul><h1>Privacy</h1><p>Text.</p>"
        "<form><label>Mail <input></label><button>Send</button></form><footer><p>© Acme</p></footer>"
    ) == [
        ("navigation", 0, "Skip to content"),
        ("banner", 0, "Acme"),
        ("navigation", 0, "Blog"),
        ("banner", 0, "We use cookies."),
        ("banner", 0, "OK"),
        ("navigation", 0, "Home › Privacy"),
        ("contents", 0, "One"),
        ("contents", 0, "Two"),
        ("contents", 0, "Three"),
        ("heading", 1, "Privacy"),
        ("paragraph", 0, "Text."),
        ("navigation", 0, "Mail Send"),
        ("footer", 0, "© Acme"),
    ]


def test_names_alone_do_not_make_furniture_of_the_policy() -> None:
    policy = "<h1>Privacy</h1>" + "<p>We keep your data for a year and no longer than that.</p>" * 20
    for wrapped in (
        f"<form id=aspnetForm><input>{policy}</form>",
        f"<nav>{policy}</nav>",
        f"<div class=cookie-notice>{policy}<input></div>",
        f"<header>{policy}</header>",
        f"<article>{policy}<footer>Contact us.</footer></article>",
    ):
        assert "flagged" not in {block.kind.value for block in html.read(wrapped).blocks}, wrapped[:30]
    assert page("<section id=cookie-notice><h2>Cookies</h2><p>We set two.</p></section>")[1] == ("paragraph", 0, "We set two.")


def test_a_line_that_is_bold_throughout_is_a_heading() -> None:
    assert page("<p><b>Your rights</b></p><p><b>Note:</b> none.</p><p><b>We never sell data.</b></p>") == [
        ("heading", 7, "Your rights"),
        ("paragraph", 0, "Note: none."),
        ("paragraph", 0, "We never sell data."),
    ]


def test_two_line_breaks_part_paragraphs_and_one_does_not() -> None:
    assert page("a<br>b<br><br>c") == [("paragraph", 0, "a\nb"), ("paragraph", 0, "c")]


TAGS = "div p ul ol li table tr td th h2 b a nav form dl dt dd details summary button header span template pre select x-y"
HTML = st.recursive(
    st.sampled_from(
        [
            "text ",
            " ",
            "我们",
            "<br>",
            "&amp;",
            "<li>",
            "</td>",
            "<a href='https://x.example'>",
            "<",
            "\u00ad",
            "<pre>\n a\n",
            "<table>",
            "<!--",
        ]
    ),
    lambda inner: st.builds(
        "<{0} {1}>{2}</{0}>".format,
        st.sampled_from(TAGS.split()),
        st.sampled_from(
            ["", "class=cookie-banner", "href=mailto:a@b.c", "href=#x", "role=dialog", "start=4", "type=i", "data-cfemail=aabbccddee"]
        ),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=25,
)


@given(st.one_of(HTML, st.text()))
def test_any_page_becomes_blocks_that_leave_nothing_out(source: str) -> None:
    whole(html.read(source))


# PDF


def test_a_pdf_becomes_paragraphs_with_its_running_heads_flagged() -> None:
    reading = read(samples.pdf_policy(), "policy.pdf")
    whole(reading)
    paragraph = (
        "We keep the records of your visits for ninety days and erase them afterwards. Our third-party hosts see them "
        "only where a fault has to be found, and no advertiser sees them at all."
    )
    body = [("line", 0, paragraph), ("line", 0, "We collect:"), ("item", 1, "• your name;"), ("item", 1, "• your address.")]
    shown = [block for block in seen(reading) if block[0] != "page_header"]
    assert shown == [block for page in (1, 2, 3) for block in [("heading", 1, f"{page}. What we keep"), *body]]
    heads = [text for kind, _, text in seen(reading) if kind == "page_header"]
    assert sorted(heads) == ["Acme privacy notice"] * 3 + ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


def test_a_paragraph_that_goes_on_over_a_page_stays_whole() -> None:
    def draw(canvas: samples.Canvas, page: int) -> None:
        samples.lines(canvas, ["Acme policy"], 820, size=8)
        words = "We never sell what you entrust to us, and we ask the same of all those who"
        samples.lines(canvas, [words] if page == 0 else ["work for us under a contract."], 780)

    assert seen(read(samples.pdf(draw, 2), "p.pdf"))[1][2].endswith("those who work for us under a contract.")


def test_a_scanned_pdf_is_refused_by_name() -> None:
    data = samples.pdf(lambda canvas, _page: canvas.rect(100, 100, 300, 300, fill=1))
    with pytest.raises(Unreadable, match=r"scan\.pdf has no text layer: it was scanned"):
        read(data, "scan.pdf")


def test_an_encrypted_pdf_is_refused() -> None:
    with pytest.raises(Unreadable, match="is encrypted"):
        read(samples.pdf(samples.policy_page, encrypt="secret"), "p.pdf")


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    with pytest.raises(Unreadable, match="has 3 pages, more than the 2"):
        readers.read(samples.pdf_policy(), media_type=None, name="p.pdf", settings=Settings(pdf_pages=2))


def test_hyphens_at_a_lines_end_go_where_they_broke_a_word() -> None:
    known = layout.Counter({"information": 2, "opt-in": 1})
    for above, below, expected in (
        ("infor-", "mation", "information"),
        ("opt-", "in", "opt-in"),
        ("third-", "party", "third-party"),
        ("the", "end", "the end"),
    ):
        assert layout.joined([above, below], known) == expected
    assert layout.joined(["我们收集", "信息"], known) == "我们收集信息"


# DOCX


def test_a_word_document_keeps_headings_lists_and_tables() -> None:
    reading = read(samples.word_policy(), "policy.docx")
    whole(reading)
    assert reading.title == "Acme Privacy Notice"
    assert seen(reading) == [
        ("page_header", 0, "Acme running head"),
        ("heading", 1, "Privacy Notice"),
        ("heading", 2, "Data"),
        ("paragraph", 0, "We collect:"),
        ("item", 1, "- your name"),
        ("item", 1, "1. your address"),
        ("item", 1, "2. your age"),
        ("heading", 7, "Short bold line"),
        ("row", 0, "Data | Kept"),
        ("row", 0, "Logs | 30 days"),
    ]


def test_deleted_words_are_left_out_and_inserted_and_linked_ones_are_not() -> None:
    def build(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph("We keep data for ")
        for tag, text_tag, words in (("w:del", "w:delText", "ten"), ("w:ins", "w:t", "two")):
            change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
            text.text = words
            run.append(text)
            change.append(run)
            paragraph._p.append(change)
        paragraph.add_run(" years, see ")
        link, run = OxmlElement("w:hyperlink"), paragraph.add_run("here")
        link.set(
            qn("r:id"), document.part.relate_to("https://acme.example/p", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        )
        link.append(run._r)
        paragraph._p.append(link)

    assert seen(read(samples.word(build), "p.docx")) == [("paragraph", 0, "We keep data for two years, see [here](https://acme.example/p)")]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(120 * 2**20))
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Unreadable, match="unpacks to 125,829,120 bytes"):
        read(out.getvalue(), "bomb.docx")


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (3, "lowerLetter", "c"),
        (28, "upperLetter", "BB"),
        (14, "lowerRoman", "xiv"),
        (21, "chineseCounting", "二十一"),
        (10, "chineseCounting", "十"),
        (7, "x", "7"),
    ],
)
def test_list_numbers_are_written_as_word_writes_them(number: int, form: str, expected: str) -> None:
    assert markers.numeral(number, form) == expected


# Limits


def test_a_parser_that_needs_too_long_or_too_much_is_stopped() -> None:
    with pytest.raises(Unreadable, match=r"deep\.html takes longer than 1 s"):
        readers.read(b"<div>" * 200_000, media_type=None, name="deep.html", settings=Settings(parse_timeout_s=1))
    with pytest.raises(Unreadable, match="needs more than 200 MB"):
        readers.read(b"<p>a" * 2_000_000, media_type=None, name="wide.html", settings=Settings(parse_memory_mb=200))


# The real ones


@pytest.mark.skipif(not CORPORA.exists(), reason="../shared/corpora is not here")
def test_a_page_and_its_markdown_source_hold_the_same_words() -> None:
    folder = CORPORA / "mozilla-accounts"
    from_html = read((folder / "2026-05-13.html").read_bytes(), "a.html")
    from_markdown = read((folder / "2026-05-13.md").read_bytes(), "a.md")
    words = ["".join(c if c.isalnum() else " " for c in reading.plain).split() for reading in (from_html, from_markdown)]
    assert words[0] == words[1]


@pytest.mark.skipif(not CORPORA.exists(), reason="../shared/corpora is not here")
@pytest.mark.parametrize("path", sorted(CORPORA.rglob("*.*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_real_document_is_read_whole(path: Path) -> None:
    try:
        reading = read(path.read_bytes(), path.name)
    except PolicyError as error:
        pytest.fail(f"{path.name}: {error}")
    whole(reading)
    assert any(block.kind is BlockKind.HEADING or block.kind is BlockKind.LINE for block in reading.blocks)
