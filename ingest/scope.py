"""What a statement is about: the words for data in it, verbatim, and their categories."""

from __future__ import annotations

import re

from index import lexicon

ANY = ["any"]
_UMBRELLAS = {"personal_data_unspecified", "other_data"}
# A determiner and the words up to a noun for data; the lexicon may know none of them ("this content").
_NOUN = re.compile(
    r"\b(?:(?:your|their|its|our|the|this|that|these|those|any|all|such|certain|some|other)\s+)?(?:[\w’'-]+\s+){0,3}?"
    r"(?:data|information|PII|contents?|records?|logs?|files?|copies|cop(?:y|ies)|details|correspondence|transcripts?|backups?|materials?)\b"
    r"|(?:你的|您的|用户的?|上述|相关|该等?|此类|部分)?[\u4e00-\u9fff]{0,6}?(?:个人信息|信息|数据|记录|资料|日志|内容)",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"^(?P<subject>.+?)\s+–\s+[^–]+:\s*$")
_VERBS = re.compile(r"^(?:\w+\s+)*?(?:retain|keep|store|hold|delete|erase|remove|save|log|preserve|process|maintain)\w*\s+", re.IGNORECASE)


def of(quote: str, lead: str | None = None) -> tuple[str, list[str]]:
    """The phrase for what is kept, and its categories (`any` where it is personal data as a whole).

    In a table cell the row's own name, which the cell's lead carries, is the subject.
    """
    column = _COLUMN.match(lead or "")
    if column:
        return column["subject"], _categories(column["subject"]) or ANY
    mentions = lexicon.load().find(quote)
    named = [mention for mention in mentions if mention.category not in _UMBRELLAS]
    if named:
        first = named[0]
        last = first
        for mention in named[1:]:
            # The members of one list stand side by side.
            if mention.start - last.end > 30:
                break
            last = mention
        return quote[first.start : last.end], list(dict.fromkeys(mention.category for mention in named if mention.start <= last.start))
    noun = _NOUN.search(quote)
    if noun:
        phrase = _VERBS.sub("", noun[0]).strip()
        return phrase or noun[0], ANY
    return "personal information", ANY


def _categories(text: str) -> list[str]:
    return list(dict.fromkeys(mention.category for mention in lexicon.load().find(text) if mention.category not in _UMBRELLAS))
