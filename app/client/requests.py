"""What is asked and how an answer is read: one function a question, the same for both clients. Nothing here does I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from app.checks.rules import Rule
from app.client.errors import Unreadable, Unsendable
from app.schemas.answers import Answer, CardOut, CollectsOut, FactContextOut, SearchOut
from app.schemas.asking import AskOut
from app.schemas.changes import ChangesOut
from app.schemas.checks import CheckOut
from app.schemas.comparison import CompareOut
from app.schemas.coverage import CoverageOut
from app.schemas.questionnaire import QuestionnaireOut
from app.schemas.records import ClauseContextOut, ClauseList, DocumentList, DocumentOut, FactList, RetentionList, VendorList
from app.schemas.service import Ready, TaxonomyOut, VersionOut

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Read = Callable[[httpx.Response], T_co]
Of = Literal["retention", "sharing", "storage", "security", "rights", "practices", "children", "breach", "contacts"]
Mode = Literal["hybrid", "semantic", "keyword"]
Sort = Literal["period", "-period"]
Form = Literal["markdown", "html", "pdf"]
# Items a page where a list is read to its end: the most the service gives at once.
PAGE = 500


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """A request, and how its answer is read."""

    path: str
    read: Read[T_co]
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None

    @property
    def request(self) -> dict[str, Any]:
        """As httpx takes it; parameters that are None are left out. Raises Unsendable."""
        params = {name: value for name, value in self.params.items() if value is not None}
        for name, value in {**params, **(self.body or {})}.items():
            sendable(name, value)
        return {"method": "GET" if self.body is None else "POST", "url": self.path, "params": params, "json": self.body}

    def after(self, cursor: str | None) -> Call[T_co]:
        """The same list from a cursor on."""
        return Call(self.path, self.read, {**self.params, "cursor": cursor})


def sendable(name: str, value: Any) -> None:
    """Raises Unsendable where a text, or one within a list or a rule, cannot be written as UTF-8."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as fault:
            raise Unsendable(f"{name}: {value[:60]!r} holds half a character at {fault.start}, which UTF-8 cannot write.") from fault
    elif isinstance(value, Mapping):
        for part, held in value.items():
            sendable(f"{name}.{part}", held)
    elif isinstance(value, Sequence):
        for held in value:
            sendable(name, held)


def service(address: str) -> str:
    """The address as given, once requests can be sent there. Raises Unsendable."""
    try:
        url = httpx.URL(address)
        if url.scheme in ("http", "https") and re.fullmatch(r"[^\s%/]+", url.host):
            return address
        why = "it does not begin with http:// or https:// and a host"
    except (httpx.InvalidURL, UnicodeError) as fault:
        why = str(fault)
    raise Unsendable(f"{address[:100]!r} is no address of a service ({why}). Give one such as http://127.0.0.1:8000.")


def reading(model: Any) -> Read[Any]:
    """Answers as a model; raises Unreadable."""
    adapter: TypeAdapter[Any] = TypeAdapter(model)

    def read(response: httpx.Response) -> Any:
        try:
            return adapter.validate_json(response.content)
        except ValidationError as error:
            raise Unreadable(f"{response.url} answered what is no {model.__name__}: is it this service, of this version?") from error

    return read


def text(response: httpx.Response) -> str:
    # The service writes UTF-8 and says so; line ends are left as they are, since offsets count them.
    try:
        return response.content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{response.url} answered what is no UTF-8: is it this service?") from fault


def content(response: httpx.Response) -> bytes:
    return response.content


VENDORS: Read[VendorList] = reading(VendorList)
CARD: Read[CardOut] = reading(CardOut)
COLLECTS: Read[CollectsOut] = reading(CollectsOut)
ANSWER: Read[Answer] = reading(Answer)
FACTS: Read[FactList] = reading(FactList)
FACT: Read[FactContextOut] = reading(FactContextOut)
RETENTION: Read[RetentionList] = reading(RetentionList)
DOCUMENTS: Read[DocumentList] = reading(DocumentList)
DOCUMENT: Read[DocumentOut] = reading(DocumentOut)
CLAUSES: Read[ClauseList] = reading(ClauseList)
CLAUSE: Read[ClauseContextOut] = reading(ClauseContextOut)
FOUND: Read[SearchOut] = reading(SearchOut)
ASKED: Read[AskOut] = reading(AskOut)
COMPARED: Read[CompareOut] = reading(CompareOut)
CHANGED: Read[ChangesOut] = reading(ChangesOut)
COVERED: Read[CoverageOut] = reading(CoverageOut)
CHECKED: Read[CheckOut] = reading(CheckOut)
DRAFTED: Read[QuestionnaireOut] = reading(QuestionnaireOut)
DOCUMENTED: Read[dict[str, Any]] = reading(dict)
TAXONOMY: Read[TaxonomyOut] = reading(TaxonomyOut)
VERSION: Read[VersionOut] = reading(VersionOut)
READY: Read[Ready] = reading(Ready)


def path(*parts: str) -> str:
    """A path below `/v1`, whatever is in its parts. Raises Unsendable."""
    for part in parts:
        sendable("id", part)
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def several(given: str | Sequence[T]) -> list[str | T]:
    """What was given as a list. A string is one of them: to Python it is a sequence too, of its letters."""
    return [given] if isinstance(given, str) else list(given)


def vendors(q: str | None) -> Call[VendorList]:
    return Call(path("vendors"), VENDORS, {"q": q, "limit": PAGE})


def vendor(vendor: str) -> Call[CardOut]:
    return Call(path("vendors", vendor), CARD)


def collects(vendor: str, filters: Mapping[str, str | None]) -> Call[CollectsOut]:
    return Call(path("vendors", vendor, "collects"), COLLECTS, filters)


def answer(vendor: str, of: Of) -> Call[Answer]:
    return Call(path("vendors", vendor, of), ANSWER, {"limit": PAGE})


def facts(kind: str | Sequence[str] | None, filters: Mapping[str, str | None]) -> Call[FactList]:
    return Call(path("facts"), FACTS, {"kind": kind, **filters, "limit": PAGE})


def fact(fact: str) -> Call[FactContextOut]:
    return Call(path("facts", fact), FACT)


def retention(vendor: str | None, category: str | None, at_least: str | None, at_most: str | None, sort: str | None) -> Call[RetentionList]:
    asked = {"vendor": vendor, "category": category, "min": at_least, "max": at_most, "sort": sort, "limit": PAGE}
    return Call(path("retention"), RETENTION, asked)


def documents(vendor: str | None) -> Call[DocumentList]:
    return Call(path("documents"), DOCUMENTS, {"vendor": vendor, "limit": PAGE})


def document(document: str) -> Call[DocumentOut]:
    return Call(path("documents", document), DOCUMENT)


def document_text(document: str) -> Call[str]:
    return Call(path("documents", document, "text"), text)


def clauses(document: str) -> Call[ClauseList]:
    return Call(path("documents", document, "clauses"), CLAUSES, {"limit": PAGE})


def clause(clause: str) -> Call[ClauseContextOut]:
    return Call(path("clauses", clause), CLAUSE)


def search(q: str, vendor: str | None, limit: int, mode: str, language: str | None, since: str | None) -> Call[SearchOut]:
    return Call(path("search"), FOUND, {"q": q, "vendor": vendor, "limit": limit, "mode": mode, "language": language, "since": since})


def ask(question: str, vendor: str | None) -> Call[AskOut]:
    return Call(path("ask"), ASKED, body={"question": question, "vendor": vendor})


def compare(vendors: Sequence[str], kinds: Sequence[str], by: str, silent: bool, sort: str | None, column: str | None) -> Call[CompareOut]:
    asked = {"vendors": ",".join(several(vendors)), "kind": several(kinds) or None, "by": by, "silent": str(silent).lower()}
    return Call(path("compare"), COMPARED, {**asked, "sort": sort, "column": column})


def changes(vendor: str, older: str | None, newer: str | None) -> Call[ChangesOut]:
    return Call(path("vendors", vendor, "changes"), CHANGED, {"from": older, "to": newer})


def coverage(vendor: str, against: str) -> Call[CoverageOut]:
    return Call(path("vendors", vendor, "coverage"), COVERED, {"against": against})


def check(rules: str | Sequence[str | Rule], vendors: Sequence[str] | None) -> Call[CheckOut]:
    written = [rule if isinstance(rule, str) else rule.model_dump(mode="json", exclude_unset=True) for rule in several(rules)]
    return Call(path("check"), CHECKED, body={"rules": written, "vendors": several(vendors) if vendors is not None else None})


def report(vendor: str, form: str) -> Call[bytes]:
    return Call(path("vendors", vendor, "report"), content, {"format": form})


def questionnaire(vendor: str, questions: str) -> Call[QuestionnaireOut]:
    return Call(path("vendors", vendor, "questionnaire"), DRAFTED, {"set": questions})


def dpv(vendor: str) -> Call[dict[str, Any]]:
    return Call(path("vendors", vendor, "dpv"), DOCUMENTED)


def tilt(vendor: str) -> Call[dict[str, Any]]:
    return Call(path("vendors", vendor, "tilt"), DOCUMENTED)


def taxonomy() -> Call[TaxonomyOut]:
    return Call(path("taxonomy"), TAXONOMY)


def version() -> Call[VersionOut]:
    return Call("/version", VERSION)


def ready() -> Call[Ready]:
    return Call("/readyz", READY)


def headers(key: str | None) -> dict[str, str]:
    """What every request carries. Raises Unsendable."""
    if key and not (key.isascii() and key.isprintable()):
        raise Unsendable("`key` holds what no header can carry: a line end, perhaps, or a letter that is not ASCII.")
    return {"accept": "application/json, text/plain;q=0.9", **({"authorization": f"Bearer {key}"} if key else {})}
