"""More than 200 damaged, hostile and odd inputs: each is read, or refused with words that name it; nothing else happens."""

from __future__ import annotations

import gzip
import io
import random
import resource
import zipfile
from collections.abc import Iterator

import pytest

from index.domain import Reading
from index.errors import PolicyError
from index.settings import Settings
from ingest import readers
from tests.ingest import samples

Case = tuple[str, bytes]

SETTINGS = Settings(parse_memory_mb=400, parse_timeout_s=3.0)
SENTENCE = "We collect your e-mail address and keep it for 30 days. 我们收集您的信息。Données.\n"
PAGE = f"<!doctype html><html><head><title>P</title></head><body><nav><a href=/>x</a></nav><h1>P</h1><p>{SENTENCE}</p></body></html>"
MEMORY_MB = 300  # by how much one case may raise the peak of this process


def damaged(name: str, data: bytes, times: int, seed: int) -> Iterator[Case]:
    """The same bytes cut short, with bytes turned over, with a hole, and with a piece written twice."""
    chance = random.Random(seed)
    for time in range(times):
        at, length = chance.randrange(1, len(data)), chance.randrange(1, max(2, len(data) // 4))
        broken = bytearray(data)
        for _ in range(1 + len(data) // 200):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        kinds = (data[:at], bytes(broken), data[:at] + data[at + length :], data[:at] + data[at : at + length] + data[at:])
        yield f"{time}-{name}", kinds[time % 4]


def texts() -> Iterator[Case]:
    """Text, Markdown and HTML in right and wrong encodings, cut at odd bytes, and mixed with bytes that are no text."""
    for name, source in (
        ("policy.txt", SENTENCE * 5),
        ("隐私政策", "我们收集您的个人信息。\r\n" * 9 + "一、存储"),
        ("policy.md", f"---\ntitle: x\n---\n# P\n\n* {SENTENCE}\n| a | b |\n|---|---|\n"),
        ("policy.html", PAGE),
    ):
        codecs = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "cp1252", "utf-7")
        for codec in codecs[:3] if name.endswith("html") else codecs:  # each HTML case costs a process
            data = source.encode(codec, errors="replace")
            yield f"{codec}-{name}", data
            yield f"{codec}-cut-{name}", data[: len(data) // 2 + 1]
            yield f"{codec}-odd-{name}", data[1:]
        for what, data in (
            ("nul", b"\0"),
            ("nul-inside", source.encode()[:40] + b"\0" + source.encode()[40:]),
            ("nuls", bytes(5000)),
            ("noise", random.Random(1).randbytes(4000)),
            ("half-noise", source.encode() + random.Random(2).randbytes(400)),
            ("control", bytes(range(1, 32)) * 100),
            ("surrogates", source.encode() + b"\xed\xa0\x80\xed\xb0\x80"),
            ("two-encodings", source.encode() + source.encode("gb18030", errors="replace")),
            ("marks-only", b"\xef\xbb\xbf"),
            ("mark-16-only", b"\xff\xfe"),
            ("empty", b""),
            ("blank", b" \t\r\n" * 10),
            ("gzip", gzip.compress(source.encode())),
        ):
            yield f"{what}-{name}", data


def pages() -> Iterator[Case]:
    """HTML that browsers survive and parsers may not."""
    for name, body in {
        "script": f"<script>while(1);</script><p onload=x()>{SENTENCE}<script>'<p>no</p>'",
        "script-only": "<script>document.write('policy')</script>",
        "open-script": f"<p>{SENTENCE}<script>never closed",
        "open-comment": f"<p>{SENTENCE}<!-- never closed",
        "open-attribute": '<p class="never closed>' + SENTENCE,
        "open-noscript": "<noscript>" * 5000 + SENTENCE,
        "end-tags": "</p></div></table>" * 3000 + SENTENCE,
        "tables": "<table><tr><td>" * 300 + SENTENCE,
        "lists": "<ul><li>" * 800 + SENTENCE,
        "formatting": "".join(f"<b a={i}>" for i in range(300)) + "<p>x" * 100,
        "links": "<a href=https://x.example>" * 2000 + SENTENCE,
        "attributes": "<p " + " ".join(f"a{i}=1" for i in range(3000)) + ">" + SENTENCE,
        "long-href": f"<p>{SENTENCE}<a href='https://x.example/{'a' * 100_000}'>x</a>",
        "data-uri": f"<p>{SENTENCE}<img src='data:image/png;base64,{'A' * 100_000}'>",
        "entities": "&amp;&lt;&#0;&#xD800;&#x110000;&nosuch;" * 100 + SENTENCE,
        "numbers": "<ol start=99999999999999999999><li value=-5>a<li value=x>b</ol>",
        "frameset": "<frameset><frame src=x></frameset>",
        "xml": f'<?xml version="1.0" encoding="nonsense"?><!DOCTYPE x [<!ENTITY a "b">]><html><p>&a;{SENTENCE}',
        "foreign": f"<svg><foreignObject><p>{SENTENCE}</p></foreignObject></svg><math><mi>x</mi></math><p>y",
        "template": f"<template><p>x</template><p>{SENTENCE}",
        "select": f"<select><option>{SENTENCE}<table><p>x</select><p>y",
        "no-body": "<head><title>x</title></head>",
        "furniture-only": "<nav><a href=/>x</a></nav><footer>y</footer>",
        "email": "<p><a data-cfemail=zz>x</a><a data-cfemail=00>y</a><a data-cfemail=ffffffffffff>z</a>",
        "charset": f"<meta charset=utf-16><p>{SENTENCE}",
    }.items():
        yield f"{name}.html", body.encode()


def archives() -> Iterator[Case]:
    """Zip files that call themselves Word documents."""

    def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()

    with zipfile.ZipFile(io.BytesIO(samples.word_policy())) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    document = parts["word/document.xml"]
    yield "bomb.docx", packed({**parts, "word/document.xml": bytes(110 * 2**20)})
    yield "many.docx", packed({**parts, **{f"word/{i}.xml": b"" for i in range(2_100)}}, zipfile.ZIP_STORED)
    yield "no-document.docx", packed({name: data for name, data in parts.items() if "document.xml" not in name})
    yield "no-types.docx", packed({name: data for name, data in parts.items() if "Content_Types" not in name})
    yield "no-styles.docx", packed({name: data for name, data in parts.items() if "styles" not in name})
    yield "empty-document.docx", packed({**parts, "word/document.xml": b""})
    yield "broken-xml.docx", packed({**parts, "word/document.xml": document[: len(document) // 2]})
    yield "not-word.docx", packed({**parts, "word/document.xml": b"<a/>"})
    yield "empty-body.docx", packed({**parts, "word/document.xml": document[: document.index(b"<w:body>")] + b"<w:body/></w:document>"})
    entities = (
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c, *[c - 1] * 4) for c in range(98, 112))
        + b"]>"
    )
    yield "entities.docx", packed({**parts, "word/document.xml": entities + document.partition(b"?>")[2].replace(b"We collect:", b"&o;")})
    deep = b"<w:sdt><w:sdtContent>" * 20_000 + b"</w:sdtContent></w:sdt>" * 20_000
    yield "deep.docx", packed({**parts, "word/document.xml": document.replace(b"<w:body>", b"<w:body>" + deep)})
    yield "odd-numbers.docx", packed({**parts, "word/document.xml": document.replace(b'w:val="ListNumber"', b'w:val="NoSuchStyle"')})
    yield "a-zip.docx", packed({"readme.txt": b"x"})
    yield "a-zip.txt", packed({"readme.txt": b"x"})
    yield "only-a-signature.docx", b"PK\x03\x04word/"
    yield "encrypted.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def documents() -> Iterator[Case]:
    """PDF and Word files damaged at random places, and PDFs that are not what they seem."""
    yield from damaged("policy.pdf", samples.pdf_policy(), 12, seed=3)
    yield from damaged("policy.docx", samples.word_policy(), 8, seed=4)
    for name, data in {
        "header-only": b"%PDF-1.7\n",
        "noise": b"%PDF-1.7\n" + random.Random(5).randbytes(3000),
        "no-pages": pdf_objects(b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj"),
        "circle": pdf_objects(b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj"),
        "scan": samples.pdf(lambda canvas, _page: canvas.circle(200, 200, 90)),
        "locked": samples.pdf(samples.policy_page, encrypt="secret"),
        "html": b"%PDF-" + PAGE.encode(),
    }.items():
        yield f"{name}.pdf", data


def pdf_objects(objects: bytes) -> bytes:
    return b"%PDF-1.4\n" + objects + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def large() -> Iterator[Case]:
    yield "50-mb-of-one-line.txt", b"x" * (50 * 2**20)
    yield "one-line.txt", (SENTENCE.strip() * 20_000).encode()
    yield "one-line.md", ("*a* [b](c) " * 50_000).encode()
    yield "one-word.html", b"<p>" + b"x" * 2**20
    yield "many-breaks.html", b"<br>x" * 50_000
    yield "many-lines.txt", b"a\n" * 100_000


CASES = [*texts(), *pages(), *archives(), *documents(), *large()]


def test_there_are_more_than_200_cases_and_each_has_a_name() -> None:
    assert len(CASES) >= 200
    assert len({name for name, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("name", "data"), CASES, ids=[name for name, _ in CASES])
def test_each_input_is_read_or_refused_in_clear_words(name: str, data: bytes) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        reading = readers.read(data, media_type=None, name=name, settings=SETTINGS)
    except PolicyError as error:
        check_refusal(name, str(error))
    else:
        check_reading(reading)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MEMORY_MB * 1024


def check_refusal(name: str, words: str) -> None:
    assert name in words
    assert words.count(". ") >= 1, f"no next step: {words}"
    assert words.endswith(".")
    assert len(words) < 500
    assert "Traceback" not in words


def check_reading(reading: Reading) -> None:
    assert reading.text.strip()
    assert "\0" not in reading.text
    reading.text.encode()
    at = 0
    for block in reading.blocks:
        assert at <= block.start < block.end <= len(reading.text)
        assert not reading.text[at : block.start].strip()
        at = block.end
    assert not reading.text[at:].strip()
    assert len(reading.plain) == len(reading.text)
