"""What a document says of itself: title, vendor, legal entities, dates, version, languages, governing law.

Dates that contradict each other are all kept: a reader must see that a policy carries two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.countries import country
from index.domain import Heading, Policy
from index.facts import DocumentFact, DocumentField
from ingest.dates import dates
from ingest.evidence import evidence
from ingest.extract.tools import Tools
from ingest.phrases import phrase
from ingest.rulebook import Rule, Rulebook

# Where a document speaks of its own date: its first and its last characters.
HEAD, TAIL = 3500, 2500
# A clause this short ("Last updated: May 2, 2024") dates the notice it heads: several may stand in one document.
A_LINE = 50
# In its first sentences a document names nobody but its own company.
OPENING = 1200
LANGUAGE_TAGS = {
    "english": "en", "simplified chinese": "zh-Hans", "traditional chinese": "zh-Hant", "chinese": "zh", "german": "de", "french": "fr",
    "spanish": "es", "portuguese": "pt", "japanese": "ja", "korean": "ko", "italian": "it", "dutch": "nl", "swedish": "sv", "danish": "da",
    "norwegian": "no", "finnish": "fi", "polish": "pl", "czech": "cs", "russian": "ru", "turkish": "tr",
    "简体中文": "zh-Hans", "繁体中文": "zh-Hant", "中文": "zh", "英文": "en",
}  # fmt: skip
_OWN_DATE = re.compile(
    r"\b(?:this|our|the) (?:\w+ ){0,3}?(?:policy|notice|statement|agreement|version|document)\b|本[^。；]{0,8}(?:政策|声明|协议|指引)",
    re.IGNORECASE,
)
_FRONT_TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(?P<title>[^\n]+?)[\"']?\s*$", re.MULTILINE)
_NEXT_COMPANY = re.compile(
    r"(?:(?<=\b(?:Inc|Ltd|B\.V|S\.A|K\.K)\.)|(?<=Corp\.)|(?<=\b(?:LLC|Ltd|PLC|SAS|PBC))|(?<=\b(?:AG|AS|AB|SE|SA|BV|KK|Oy|UG))|(?<=GmbH)|(?<=Limited))"
    r"(?: \([^()\n]{2,30}\))?(?:,? and |, (?!Inc|LLC|Ltd|Limited))"
)
# A sentence's full stop is no part of a company's name; that of an abbreviation ("Inc.", "B.V.") is.
_FULL_STOP = re.compile(
    r"(?<=GmbH)\.$|(?<=Limited)\.$|(?<=Corporation)\.$|(?<=\b(?:LLC|LLP|PLC|plc|PBC))\.$|(?<=\b(?:AG|AS|AB|SE|SA|BV|NV|KK|Oy|UG|KG))\.$"
)
_SECOND_TITLE = re.compile(r"\b(?:policy|notice|statement)\W*$", re.IGNORECASE)
_SLUG_WORD = re.compile(r"[A-Za-z0-9]{3,}|[\u4e00-\u9fff]{2,}")
_COMMON_NAMES = {"the", "mail", "for", "app", "stack", "face", "cloud", "tech", "labs", "data", "group", "company", "online"}
# "HUAWEI CLOUD WeLink Privacy Statement" names itself in running text; of "Proton's Privacy Policy" the title is what follows the name.
_TITLE_IN_TEXT = re.compile(
    r"(?P<title>(?:(?!This|Our|The|In|Your|Please|Read|See|If|For|By)[A-Z][\w.]*[ ]){0,5}[Pp]rivacy (?:[Pp]olicy|[Nn]otice|[Ss]tatement))"
)


def find(policy: Policy, tools: Tools | None = None) -> Iterator[DocumentFact]:
    """The document facts of a policy, each value of a field once."""
    seen: set[tuple[str, str]] = set()
    for fact in _all(policy):
        if (fact.field, fact.value) not in seen:
            seen.add((fact.field, fact.value))
            yield fact


def _all(policy: Policy) -> Iterator[DocumentFact]:
    rules = [rule for language in ("en", "zh") for rule in Rulebook.load().of("document", language)]
    titles = list(_titles(policy, [rule for rule in rules if rule.fields["field"] == "title"]))
    yield from titles
    yield from _languages(policy, titles)
    yield from _vendor(policy)
    for rule in rules:
        if rule.fields["field"] != "title":
            yield from _by_rule(policy, rule)


def _by_rule(policy: Policy, rule: Rule) -> Iterator[DocumentFact]:
    field: DocumentField = rule.fields["field"]
    for low, high in _where(policy, rule):
        # The end of one block and the start of the next are never one phrase, but a label and its date may stand on two lines.
        for match in rule.pattern.finditer(policy.plain, low, high):
            if rule.without and rule.without.search(policy.plain, *phrase(policy.plain, match.start(), match.end(), low, high)):
                continue
            for first, last in _parts(policy.plain, field, match.start(field), match.end(field)):
                value, last = _value(policy, rule, field, first, last)
                if value:
                    yield _fact(policy, field, value, *_quote(policy, field, match, first, last), rule.id)


def _parts(text: str, field: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Companies named one after the other ("Acme Inc., Umbra LLC") are several values; anything else is one."""
    if field == "legal_entity":
        for cut in _NEXT_COMPANY.finditer(text, start, end):
            yield start, cut.start()
            start = cut.end()
    yield start, end


_DATES = ("last_updated", "effective_date")


def _where(policy: Policy, rule: Rule) -> Iterator[tuple[int, int]]:
    if rule.fields.get("front_matter"):
        yield from ((block.start, block.end) for block in policy.flagged if block.flag == "front_matter")
    elif rule.fields.get("head"):
        yield 0, min(OPENING, len(policy.plain))
    elif rule.fields.get("edge"):
        size = len(policy.plain)
        yield 0, min(HEAD, size)
        yield max(HEAD, size - TAIL) if size > HEAD else size, size
        for clause in policy.clauses if rule.fields["field"] != "legal_entity" else ():
            if HEAD < clause.start < size - TAIL and (len(clause.plain) < A_LINE or _OWN_DATE.search(clause.plain)):
                yield clause.start, clause.end
    else:
        yield 0, len(policy.plain)


def _value(policy: Policy, rule: Rule, field: str, start: int, end: int) -> tuple[str | None, int]:
    """The normalised value of a group and where it ends; None where it is no value of its field."""
    written = policy.plain[start:end]
    if field in _DATES:
        dated = next(iter(dates(written)), None)
        return (dated.iso, start + dated.end) if dated and dated.start <= 2 else (None, end)
    if field == "prevailing_language":
        return LANGUAGE_TAGS.get(written.lower()), end
    if field == "governing_law":
        return country(written), end
    if field == "legal_entity" and rule.fields.get("own_name") and not is_own(policy, written):
        return None, end
    if field == "legal_entity" and (stop := _FULL_STOP.search(written)):
        written, end = written[: stop.start()], start + stop.start()
    return " ".join(written.split()).strip(" *_“”\"'") or None, end


def _quote(policy: Policy, field: str, match: re.Match[str], start: int, end: int) -> tuple[int, int]:
    if field in _DATES:
        return match.start(), end
    if field == "legal_entity":
        return start, end
    return phrase(policy.plain, match.start(), match.end(), *_line(policy.plain, match.start(), match.end()))


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return first, last if last >= 0 else len(text)


def _titles(policy: Policy, rules: list[Rule]) -> Iterator[DocumentFact]:
    """The title in front matter, and the outermost heading that reads like one; in a bilingual document one for each language."""
    for block in policy.flagged:
        if block.flag == "front_matter" and (match := _FRONT_TITLE.search(policy.text, block.start, block.end)):
            yield _fact(policy, "title", match["title"].strip(), match.start(), match.end(), "document.front_matter")
    for rule in rules:
        named = [heading for heading in policy.headings if heading.number is None and _is_title(rule, heading)]
        # In a bilingual document the second language's title stands where its half begins.
        near = [heading for heading in named if heading.start < HEAD or _has_han(policy)]
        if near:
            level = min(heading.level for heading in near)
            best = max((heading for heading in near if heading.level == level), key=lambda heading: len(heading.text))
            # A notice for one country, or a second policy, may follow in the same document.
            others = (
                heading for heading in named if heading.level == level and heading.start >= HEAD and _SECOND_TITLE.search(heading.text)
            )
            for heading in (best, *others):
                yield _fact(policy, "title", _clean(heading.text), heading.start, heading.end, rule.id)
            continue
        opening = next((clause for clause in policy.clauses[:4] if len(clause.plain) < 90 and any(rule.find(clause.plain.strip()))), None)
        if opening:
            yield _fact(policy, "title", _clean(opening.plain), opening.start, opening.end, rule.id)
        elif rule.language == "en" and not _has_han(policy) and (match := _TITLE_IN_TEXT.search(policy.plain, 0, HEAD)):
            yield _fact(
                policy, "title", match["title"][:1].upper() + match["title"][1:], match.start(), match.end(), "document.title_in_text"
            )


def _is_title(rule: Rule, heading: Heading) -> bool:
    return len(heading.text) < 100 and any(rule.find(_clean(heading.text)))


def _has_han(policy: Policy) -> bool:
    """Whether any clause is written in Chinese."""
    return any(clause.language.startswith("zh") for clause in policy.clauses)


def _languages(policy: Policy, titles: list[DocumentFact]) -> Iterator[DocumentFact]:
    """The languages the document is written in, shown by its title or its first clause."""
    counted = [clause.language for clause in policy.clauses]
    for language in sorted(set(counted), key=counted.count, reverse=True):
        if counted.count(language) >= max(3, len(counted) // 10):
            first = next(clause for clause in policy.clauses if clause.language == language)
            start, end = (titles[0].start, titles[0].end) if titles and language == counted[0] else (first.start, first.end)
            yield _fact(policy, "language", language, start, end, "document.language")


def _vendor(policy: Policy) -> Iterator[DocumentFact]:
    """The first place that names the vendor, and each of its products."""
    for field, names in (("vendor", (policy.vendor.name,)), ("product", policy.vendor.products)):
        for name in names:
            if name and (match := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", policy.plain, re.IGNORECASE)):
                yield _fact(policy, field, match[0], match.start(), match.end(), f"document.{field}")  # type: ignore[arg-type]


def is_own(policy: Policy, entity: str) -> bool:
    """Whether a company's name shares a telling word with the vendor's: "Acme Ireland Ltd." is Acme's, "Stripe, Inc." is not."""
    words = {word.lower() for word in _SLUG_WORD.findall(f"{policy.vendor.id} {policy.vendor.name} {' '.join(policy.vendor.aliases)}")}
    return any(word.lower() in words - _COMMON_NAMES for word in _SLUG_WORD.findall(entity))


def _clean(text: str) -> str:
    return " ".join(text.split()).strip(" #*_=|").rstrip(".")


def _fact(policy: Policy, field: DocumentField, value: str, start: int, end: int, origin: str) -> DocumentFact:
    return DocumentFact(**evidence(policy, start, end, origin), field=field, value=value)
