"""What a statement is about: the words for data in it, verbatim, and their categories."""

from __future__ import annotations

import re

from index import lexicon
from index.domain import Clause
from index.lexicon import Mention
from ingest.rulebook import Rulebook

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


# What stands between two members of one list is no clause of its own ("call content when you make audio and video").
_PARTS = re.compile(
    r"\b(?:when(?:ever)?|if|while|where|that|which|who|because|so|until|once|unless|but|by|after|before|you|we|they|it|is|are|was|were|will|may|can)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:but|however|whereas|although|though|yet)\b|,\s+and\s+(?=we\b)", re.IGNORECASE)
# Between the turn and what is named next: then that is neither subject nor object of the verb ("but do not store it in our logs").
_NO_OBJECT = re.compile(
    r"\b(?:it|they|them|any of|(?:this|these|those|such)(?!\s+(?:[\w-]+\s+)?$))\b"
    r"|\b(?:in|on|to|with|from|for|at|by|after|when|as|unless|until|if)\b|[.;,]",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\b(?:kept|keep|retain|stor(?:e|ing)|sav(?:e|ing)|delet|eras|remov|discard|destroy)\w*", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;:.]\s|\s(?:and|or|as\s+well\s+as)\s|[，、；：。]", re.IGNORECASE)
_OPENS = re.compile(r"^(?:(?:and|or|your|their|its|our|the|an?|any|all)\s+)+", re.IGNORECASE)
_SAYS = re.compile(
    r"^(?:we|it|they|you)\s+(?:\w+\s+){0,2}?(?:retain|keep|store|hold|delete|erase|remove|save|log|process|collect|use)\s+", re.IGNORECASE
)
# An item without a word the lexicon knows is a name of data where it is this short.
ITEM_WORDS = 5


def of(clause: Clause, quote: str, at: tuple[int, int]) -> tuple[str, list[str]]:
    """The phrase for what is kept, and its categories (`any` where it is personal data as a whole); `at` is where the quote
    from the clause says so.

    The verb of keeping tells by its object or subject: "we retain personal data … to complete orders" is not about orders.

    In a table cell the row's own name, which the cell's lead carries, is the subject. A remark in brackets holds for the item before it
    alone, and what is said behind a "but" for what is named there, if anything is.
    """
    column = _COLUMN.match(clause.lead or "")
    if column:
        return column["subject"], _categories(column["subject"]) or ANY
    named = [mention for mention in lexicon.load().find(quote) if mention.category not in _UMBRELLAS and not _counted(quote, mention)]
    if remark := _remarked(quote, at):
        low, high = remark
        within = [mention for mention in named if low <= mention.start and mention.end <= high]
        if within:
            return _list(quote, within)
        if 0 < len(quote[low:high].split()) <= ITEM_WORDS:
            return quote[low:high], ANY
    if heading := _asked(clause, quote):
        return heading
    if behind := _behind_turn(quote, at, named):
        named = behind
    elif thing := _governed(quote, at, clause.language):
        low, high = thing
        within = [mention for mention in named if low <= mention.start and mention.end <= high]
        return _list(quote, within) if within else (quote[low:high], ANY)
    if named:
        return _list(quote, named)
    noun = _NOUN.search(quote)
    if noun:
        phrase = _VERBS.sub("", noun[0]).strip()
        return phrase or noun[0], ANY
    return "personal information", ANY


def _asked(clause: Clause, quote: str) -> tuple[str, list[str]] | None:
    """What a question as heading asks about, where the answer leaves it out ("IP addresses? / Dropped within an hour.")."""
    heading = clause.section[-1] if clause.section else ""
    elided = [rule for rule in Rulebook.load().of("retention", clause.language) if rule.fields.get("cue") == "thing_of_heading"]
    named = [mention for mention in lexicon.load().find(heading) if mention.category not in _UMBRELLAS]
    if named and heading.rstrip().endswith("?") and any(rule.pattern.search(quote) for rule in elided):
        return _list(heading, named)
    return None


def _governed(quote: str, at: tuple[int, int], language: str) -> tuple[int, int] | None:
    """What the last verb of keeping up to the statement's end has for its object or subject; None where that is a pronoun."""
    rules = Rulebook.load().of("retention", language)
    things = [match for rule in rules if rule.fields.get("cue") == "thing" for match in rule.find(quote) if match.start("thing") < at[1]]
    opens = [rule.pattern for rule in rules if rule.fields.get("cue") == "thing_of_event"]
    things = [match for match in things if not any(opened.search(quote[: match.start("thing")]) for opened in opens)]
    if not things:
        return None
    last = max(things, key=lambda match: match.start("thing"))
    thing = re.sub(r"^(?:and|or)\s+", "", last["thing"]).rstrip(" ,\n")
    start = last.start("thing") + last["thing"].index(thing)
    return start, start + len(thing)


def _counted(quote: str, mention: Mention) -> bool:
    """Whether a number stands before it: 30 minutes are no minutes of a meeting."""
    return bool(re.search(r"\d\s+$", quote[: mention.start]))


def _list(quote: str, named: list[Mention]) -> tuple[str, list[str]]:
    """The first list among what is named: its members stand side by side, and it closes the brackets it opens."""
    first = last = named[0]
    for mention in named[1:]:
        gap = quote[last.end : mention.start]
        if len(gap) > 30 or _PARTS.search(gap):
            break
        last = mention
    start, end = _balanced(quote, first.start, last.end)
    return quote[start:end], list(dict.fromkeys(mention.category for mention in named if first.start <= mention.start < end))


def _remarked(quote: str, at: tuple[int, int]) -> tuple[int, int] | None:
    """The item before the bracket that all of the statement stands in; None where it stands in none."""
    opened = _opening(quote, at[0])
    if opened is None or not _REMARK.search(quote, opened, at[1]) or ")" in quote[at[0] : at[1]]:
        return None
    return _item(quote, opened)


def _item(quote: str, opened: int) -> tuple[int, int]:
    """The item that ends at an opening bracket: from the last separator before it that stands in no bracket of its own."""
    cuts = [cut.end() for cut in _SEPARATOR.finditer(quote, 0, opened) if _opening(quote, cut.start()) == _opening(quote, opened)]
    start = max(cuts, default=0)
    end = start + len(quote[start:opened].rstrip())
    for begins in (_SAYS, _OPENS):
        found = begins.match(quote[start:end])
        start += found.end() if found else 0
    return start, end


def _opening(quote: str, place: int) -> int | None:
    """Where the innermost bracket was opened that is still open before the place."""
    open_: list[int] = []
    for bracket in re.finditer(r"[()（）]", quote[:place]):
        if bracket[0] in "(（":
            open_.append(bracket.start())
        elif open_:
            open_.pop()
    return open_[-1] if open_ else None


def _balanced(quote: str, start: int, end: int) -> tuple[int, int]:
    """The range with the brackets it cuts in two made whole: from the item before one that it only closes, to the end of one it opens."""
    opened = _opening(quote, start)
    if opened is not None and _opening(quote, end) != opened and _opening(quote[opened:end], end - opened) is None:
        start = _item(quote, opened)[0]
    inside = _opening(quote[start:end], end - start)
    if inside is not None:
        closed = next(
            (at for at in range(end, len(quote)) if quote[at] in ")）" and (_opening(quote, at + 1) or -1) < start + inside), None
        )
        end = closed + 1 if closed is not None else start + len(quote[start : start + inside].rstrip())
    return start, end


def _behind_turn(quote: str, at: tuple[int, int], named: list[Mention]) -> list[Mention]:
    """What is named behind the last turn before the statement, as subject or object of its verb; nothing where that is a pronoun."""
    turn = max((turn.end() for turn in _TURN.finditer(quote, 0, at[1])), default=len(quote))
    behind = [mention for mention in named if mention.start >= turn]
    return behind if behind and not _NO_OBJECT.search(quote[turn : behind[0].start]) else []


def _categories(text: str) -> list[str]:
    return list(dict.fromkeys(mention.category for mention in lexicon.load().find(text) if mention.category not in _UMBRELLAS))
