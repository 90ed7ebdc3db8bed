"""Bytes to text: which encoding a file is in, and a refusal where it is in none."""

from __future__ import annotations

import codecs
import re

from index.errors import Unreadable

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels mean what browsers take them for: a page that says Latin-1 or GB2312 means the larger set it grew into.
LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
TEXT_CODECS = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|gb18030|big5(hkscs)?|cp(125\d|932|949|950|874|866)|euc_(jp|kr)|iso8859-\d+|koi8-[ru]|iso2022_jp|mac-roman"
)

# The words and marks any Chinese policy is full of. Nothing but Chinese decodes to them by accident.
CHINESE = re.compile(r"[的一是不我您你了在有个人信息和用户服务，。、：；（）]")
WESTERN = re.compile(r"[À-ÿ‘’“”–—•…€™®©§°«»·¡¿ŒœŠšŽžŸ\xa0£ªº½¼¾²³´±¶µ]")
READABLE = re.compile(
    r"[\t\n\r -~\xa0-\u024f\u2010-\u2044\u2190-\u22ff\u2500-\u25ff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef\u0370-\u05ff]"
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# What charset-normalizer may answer, once UTF-8, Chinese and Western are ruled out; left free it finds Mac encodings in Windows pages.
GUESSED = ["cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r"]
GUESSED += ["big5hkscs", "cp932", "euc_jp", "cp949", "gb18030", "cp1252"]

SAMPLE = 2**16  # bytes looked at where an encoding has to be guessed: a guess is no better for more, and takes seconds on megabytes


def decode(data: bytes, name: str, declared: str | None = None) -> tuple[str, str]:
    """The text of `data`, byte order mark left out and nothing else changed, and the name of the encoding it was in."""
    text, codec = marked(data, name) or utf16_unmarked(data) or as_declared(data, declared) or unmarked(data, name)
    if "\0" in text:
        at = text.index("\0")
        raise Unreadable(f"{name} holds a NUL character at position {at:,}: it is damaged or not a text. Save it again as UTF-8 text.")
    if len(CONTROL.findall(text)) > max(4, len(text) // 100):
        raise Unreadable(f"{name} is binary: it is full of control characters. Give the policy as text, HTML, PDF or DOCX.")
    return text, codec


def marked(data: bytes, name: str) -> tuple[str, str] | None:
    for mark, codec in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            text = body.decode(codec, errors="replace")
            if text.count("\ufffd") > max(4, len(text) // 50):
                raise Unreadable(f"{name} begins as {codec.upper()} but does not go on so: it is damaged. Save it again as UTF-8 text.")
            return text, codec
    return None


def utf16_unmarked(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without its mark: NUL bytes, in one half of the pairs only, and characters that people write."""
    if b"\0" not in data[:SAMPLE]:
        return None
    even, odd = data[:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    codec = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    head = text[:SAMPLE]
    return (text, codec) if min(even, odd) == 0 and len(READABLE.findall(head)) >= 0.95 * len(head) else None


def as_declared(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """What the source says of itself, where it holds. Valid UTF-8 is believed over a declared Latin-1, which anything satisfies."""
    try:
        codec = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    codec = LARGER.get(codec, codec)
    if not TEXT_CODECS.fullmatch(codec) or (codec == "cp1252" and strictly(data, "utf-8") is not None):
        return None
    text = strictly(data, codec)
    return None if text is None else (text, codec)


def unmarked(data: bytes, name: str) -> tuple[str, str]:
    text = strictly(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if 2 * broken <= len(re.findall(r"[^\x00-\x7f\ufffd]", text)):  # UTF-8 with a few bytes lost, not something else
        return text, "utf-8"
    sample = data[:SAMPLE]
    high = len(sample) - len(sample.translate(None, bytes(range(0x80, 0x100))))
    chinese = sample.decode("gb18030", errors="ignore")
    if strictly(data, "gb18030") is not None and len(CHINESE.findall(chinese)) >= max(1, high // 40):
        return data.decode("gb18030"), "gb18030"
    western = sample.decode("cp1252", errors="replace")
    if len(WESTERN.findall(western)) >= 0.95 * high and 3 * high < len(sample):
        text = strictly(data, "cp1252")
        return (text, "cp1252") if text is not None else (data.decode("latin-1"), "latin-1")
    import charset_normalizer  # a third of the start of each parser's process, which needs no guess

    best = None if b"\0" in data else charset_normalizer.from_bytes(sample, cp_isolation=GUESSED).best()
    text = strictly(data, best.encoding) if best else None
    if best is None or text is None:
        raise Unreadable(f"{name} is in no encoding that reads as text: binary or damaged. Save it again as UTF-8 text.")
    return text, best.encoding


def strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
