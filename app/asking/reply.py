"""An answer in words: the vendor's own, in quotation marks, with nothing around them that a citation does not carry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.asking.answer import Found
from app.asking.citations import Citation
from app.asking.question import Question
from app.asking.spoken import spoken

# Of an answer over all vendors: how many are quoted, the others being named only; and where a quote is cut.
READ_OUT_ALL = 5
LONGEST = 280

WHAT_CAN_BE_ASKED = (
    "Ask what a vendor collects, how long it keeps data, with whom it shares it, where it lies, how it is protected, "
    "which rights people have, or whether it sells data, advertises, or trains AI."
)
WHAT_CAN_BE_ASKED_ZH = (
    "可以询问供应商收集哪些数据、保存多久、与谁共享、存储在哪里、如何保护、用户有哪些权利，以及是否出售数据、投放广告或训练人工智能。"
)

ONLY_READ = "Questions are understood in English and Chinese (英文和中文); this one seems to be in another language."


def one(question: Question, name: str, found: Found) -> str:
    """One vendor's answer: its best quotes, read out; or that its policy does not say."""
    if found.status == "silent":
        return silence(question, name)
    quotes = _quotes(found.citations[: found.read_out], question.chinese)
    return _ended(f"{name}的政策写道：{quotes}", "。") if question.chinese else _ended(f"The policy of {name} says: {quotes}", ".")


def every(question: Question, found: Sequence[Found], names: dict[str, str]) -> str:
    """All vendors that say something, each with its shortest quote."""
    said = [f"{names[one.citations[0].vendor]} ({_quotes(one.citations[:1], question.chinese)})" for one in found[:READ_OUT_ALL]]
    rest = [names[one.citations[0].vendor] for one in found[READ_OUT_ALL:]]
    if question.chinese:
        return f"以下供应商的政策提到了这一点：{'；'.join(said)}{'；另有：' + '、'.join(rest) if rest else ''}。"
    return f"The policies that say so: {'; '.join(said)}{'; and also ' + ', '.join(rest) if rest else ''}."


def silence(question: Question, name: str | None) -> str:
    """That nothing was found, and what can be asked where the question was about something else or in another language."""
    if question.foreign:
        return ONLY_READ
    if question.off_topic:
        return WHAT_CAN_BE_ASKED_ZH if question.chinese else WHAT_CAN_BE_ASKED
    if question.chinese:
        return f"{name or '已收录的政策'}没有说明这一点。"
    return f"The policy of {name} does not say." if name else "None of the indexed policies says so."


# What to do where no name is like the one asked for.
LISTED, LISTED_ZH = "GET /v1/vendors lists those that are.", "GET /v1/vendors 列出已收录的供应商。"


def not_indexed(question: Question, near: Sequence[str]) -> str:
    """That no vendor of this name is indexed, and which may be meant."""
    if question.chinese:
        named = f"没有收录“{question.stranger}”的政策。" if question.stranger else "没有收录所问供应商的政策。"
        meant = f"您要问的是{'、'.join(near)}吗？"
        return f"{named}{meant if near else LISTED_ZH}"
    hint = f"Did you mean {' or '.join(near)}?" if near else LISTED
    return f"No policy of “{question.stranger or 'that vendor'}” is indexed. {hint}"


def of_whom(question: Question) -> str:
    """That a vendor is to be named."""
    if question.chinese:
        return "请说明是哪个供应商，或询问全部供应商（“哪些供应商……”）。"
    return "Name a vendor, or ask about all of them (“which vendors …”)."


def _quotes(citations: Sequence[Citation], chinese: bool) -> str:
    """Their words in quotation marks, what leads into some of them once before the first of them."""
    parts: list[str] = []
    said: set[str] = set()
    for citation in citations:
        lead, words = (spoken(each.quote) if each else "" for each in (citation.lead, citation))
        before = "" if not lead or lead in said else _quoted(lead) + (" " if lead.endswith(":") else "" if chinese else ": ")
        parts += [] if words in said else [before + _quoted(words)]
        said |= {lead, words}
    return ("；" if chinese else "; ").join(parts)


def _ended(sentence: str, mark: str) -> str:
    """With the mark that ends it, unless the words quoted last have one."""
    return sentence if re.search("[.!?。！？]”$", sentence) else sentence + mark


def _quoted(words: str) -> str:
    return f"“{words if len(words) <= LONGEST else words[:LONGEST].rsplit(' ', 1)[0] + ' …'}”"
