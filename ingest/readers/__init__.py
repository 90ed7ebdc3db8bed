"""One format each: bytes in, a `Reading` out. Which reader is picked by what the bytes are, then by what they are called."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.domain import Reading
from index.errors import FormatUnknown, Unreadable
from ingest.readers import child, encoding, markdown, plain
from ingest.readers.legible import legible, words

if TYPE_CHECKING:  # the child process of a parser imports this package too, and pays for every import
    from index.settings import Settings

PLAIN, MARKDOWN, HTML, PDF = "text/plain", "text/markdown", "text/html", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MEDIA_TYPES = {
    PLAIN: PLAIN,
    MARKDOWN: MARKDOWN,
    "text/x-markdown": MARKDOWN,
    HTML: HTML,
    "application/xhtml+xml": HTML,
    PDF: PDF,
    "application/x-pdf": PDF,
    DOCX: DOCX,
}
EXTENSIONS = {
    "txt": PLAIN,
    "text": PLAIN,
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "mdx": MARKDOWN,
    "html": HTML,
    "htm": HTML,
    "xhtml": HTML,
    "pdf": PDF,
    "docx": DOCX,
}
ADVICE = "Give it as plain text, Markdown, HTML, PDF or DOCX."

# What other programs leave at the head of a file, so that a refusal can say what the thing is.
FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file, or one with a password"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)


def read(data: bytes, *, media_type: str | None, name: str, settings: Settings) -> Reading:
    """The text of a source and its blocks; `media_type` is what a server declared (parameters included), `name` a file's name."""
    if not data.strip(b" \t\r\n\0"):
        raise Unreadable(f"{name} is empty. Give the file or address that holds the policy's text.")
    limit = settings.fetch_limit_mb * 2**20
    if len(data) > limit:
        raise Unreadable(
            f"{name} is {len(data):,} bytes, more than the {settings.fetch_limit_mb} MB accepted. VPI_FETCH_LIMIT_MB raises that."
        )
    kind = format_of(data, media_type, name)
    if kind in (PDF, DOCX):
        reading = child.parse("pdf" if kind == PDF else "docx", data, name, settings)
    else:
        text, codec = encoding.decode(data, name, declared=declared_charset(data, media_type, kind))
        if kind == HTML:
            reading = replace(child.parse("html", text.encode(), name, settings), encoding=codec)
        else:
            reading = markdown.read(text, codec) if kind == MARKDOWN or markdown.looks_like(text) else plain.read(text, codec)
    if not reading.text.strip():
        raise Unreadable(f"{name} holds no text. Check that the policy is in the document itself and not loaded by a script.")
    if not legible(reading.text):
        found, of = words(reading.text)
        raise Unreadable(
            f"{name} holds no text that a person would read: {found} of {of} pieces in it are words. "
            "Give the file or address that holds the policy's text."
        )
    return reading


def format_of(data: bytes, media_type: str | None, name: str) -> str:
    """The media type whose reader should take these bytes: their own signature wins, then the server's word, then the name's ending."""
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        if b"word/" in data:
            return DOCX
        raise FormatUnknown(f"{name} is a zip archive and not a Word document. Unpack it and give the policy itself.")
    for signature, what in FOREIGN:
        if data.startswith(signature):
            raise FormatUnknown(f"{name} is {what}, which no reader takes. {ADVICE}")
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    declared = (media_type or "").split(";")[0].strip().lower()
    if declared in ("", "application/octet-stream", "binary/octet-stream"):
        kind = EXTENSIONS.get(extension)
    elif declared == PLAIN and EXTENSIONS.get(extension) == MARKDOWN:
        kind = MARKDOWN  # raw file servers call Markdown plain text
    elif declared in MEDIA_TYPES:
        kind = MEDIA_TYPES[declared]
    else:
        raise FormatUnknown(f"No reader takes {declared} ({name}). {ADVICE}")
    if kind in (PDF, DOCX):
        raise Unreadable(
            f"{name} is called a {'PDF' if kind == PDF else 'Word document'} but does not start like one. It may be cut or damaged."
        )
    if kind is None and re.fullmatch(r"[a-z]{2,5}", extension):
        raise FormatUnknown(f"No reader takes .{extension} files ({name}). {ADVICE}")
    return kind or (HTML if looks_like_html(data) else PLAIN)


def looks_like_html(data: bytes) -> bool:
    return (
        re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype html|html|head|body)\b", data[:2048], re.I | re.S) is not None
    )


def declared_charset(data: bytes, media_type: str | None, kind: str) -> str | None:
    """The encoding a server's header names, or else the one an HTML page names in its first 1024 bytes."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", media_type or "", re.I)
    if found is None and kind == HTML:
        head = data[:1024].decode("latin-1")
        found = re.search(r"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", head, re.I)
        found = found or re.match(r"<\?xml\b[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", head)
    return found[1] if found else None
