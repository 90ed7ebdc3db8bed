"""The client for programs that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import httpx

from app.checks.rules import Rule
from app.client import requests
from app.client.errors import Unsendable
from app.client.requests import Call, Form, Mode, Of, Sort, headers
from app.client.retrying import Outcome, Patience, result
from app.coverage import Law
from app.schemas.answers import Answer, CardOut, CollectsOut, FactContextOut, SearchOut
from app.schemas.asking import AskOut
from app.schemas.changes import ChangesOut
from app.schemas.checks import CheckOut
from app.schemas.comparison import CompareOut
from app.schemas.coverage import CoverageOut
from app.schemas.questionnaire import QuestionnaireOut, Set
from app.schemas.records import ClauseContextOut, ClauseOut, DocumentOut, ListOf, VendorOut
from app.schemas.service import Ready, TaxonomyOut, VersionOut
from index.facts import Fact, Retention

T = TypeVar("T")


class Client:
    """One service. Keeps its connections, so that one client is made and used; closed by `close` or a `with`."""

    def __init__(
        self,
        address: str = "http://127.0.0.1:8000",
        *,
        key: str | None = None,
        timeout: float = 10.0,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`key`: an API key, where the service asks for one. `timeout`: seconds to connect, and between two pieces of an answer."""
        self._http = httpx.Client(base_url=requests.service(address), timeout=timeout, transport=transport, headers=headers(key))
        self._patience = patience or Patience()
        self._sleep = sleep

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def vendors(self, q: str | None = None) -> Iterator[VendorOut]:
        """Every vendor whose policy is indexed; with `q`, those with it in a name, alias, product or legal entity."""
        return self._each(requests.vendors(q))

    def vendor(self, vendor: str) -> CardOut:
        """A vendor at a glance."""
        return self._send(requests.vendor(vendor))

    def collects(self, vendor: str, **filters: str | None) -> CollectsOut:
        """What it says it collects, by group and category. Filters: category, group, source, role, necessity, polarity."""
        return self._send(requests.collects(vendor, filters))

    def answer(self, vendor: str, of: Of) -> Answer:
        """What it says on one kind of fact: `stated`, `denied` or `silent`, with every fact."""
        call = requests.answer(vendor, of)
        found = page = self._send(call)
        while page.next:
            page = self._send(call.after(page.next))
            found.items.extend(page.items)
        found.next = None
        return found

    def facts(self, kind: str | Sequence[str] | None = None, **filters: str | None) -> Iterator[Fact]:
        """Every fact that passes. Filters: vendor, document, category, group, polarity, source, role, necessity, purpose_category,
        recipient_category, right, measure, practice, country."""
        return self._each(requests.facts(kind, filters))

    def fact(self, fact: str) -> FactContextOut:
        """One fact with its clause."""
        return self._send(requests.fact(fact))

    def retention(
        self,
        vendor: str | None = None,
        category: str | None = None,
        at_least: str | None = None,
        at_most: str | None = None,
        sort: Sort | None = None,
    ) -> Iterator[Retention]:
        """Retention across vendors; `at_least` and `at_most` are ISO 8601 durations."""
        return self._each(requests.retention(vendor, category, at_least, at_most, sort))

    def documents(self, vendor: str | None = None) -> Iterator[DocumentOut]:
        """Every version of every document."""
        return self._each(requests.documents(vendor))

    def document(self, document: str) -> DocumentOut:
        return self._send(requests.document(document))

    def text(self, document: str) -> str:
        """The canonical text: `text[fact.start:fact.end] == fact.quote`."""
        return self._send(requests.document_text(document))

    def clauses(self, document: str) -> Iterator[ClauseOut]:
        """A document's clauses in order."""
        return self._each(requests.clauses(document))

    def clause(self, clause: str) -> ClauseContextOut:
        """One clause with its neighbours and its facts."""
        return self._send(requests.clause(clause))

    def search(
        self,
        q: str,
        vendor: str | None = None,
        limit: int = 10,
        mode: Mode = "hybrid",
        language: str | None = None,
        since: str | None = None,
    ) -> SearchOut:
        """The clauses nearest to a question."""
        return self._send(requests.search(q, vendor, limit, mode, language, since))

    def ask(self, question: str, vendor: str | None = None) -> AskOut:
        """A question in words, answered from facts and quotes."""
        return self._send(requests.ask(question, vendor))

    def compare(
        self,
        vendors: Sequence[str],
        kinds: Sequence[str] = (),
        by: Literal["group", "category"] = "group",
        silent: bool = False,
        sort: Sort | None = None,
        column: str | None = None,
    ) -> CompareOut:
        """Vendors side by side, one row a topic; sorted by the periods of one of them where `column` names it."""
        return self._send(requests.compare(vendors, kinds, by, silent, sort, column))

    def changes(self, vendor: str, older: str | None = None, newer: str | None = None) -> ChangesOut:
        """What changed between two versions: document ids, versions or days."""
        return self._send(requests.changes(vendor, older, newer))

    def coverage(self, vendor: str, against: Law) -> CoverageOut:
        """What a law wants stated, and whether it is."""
        return self._send(requests.coverage(vendor, against))

    def check(self, rules: str | Sequence[str | Rule], vendors: Sequence[str] | None = None) -> CheckOut:
        """A buyer's rules, for these vendors or all."""
        return self._send(requests.check(rules, vendors))

    def report(self, vendor: str, form: Form = "markdown") -> bytes:
        """The due-diligence report as a file: Markdown, HTML or PDF."""
        return self._send(requests.report(vendor, form))

    def questionnaire(self, vendor: str, questions: Set) -> QuestionnaireOut:
        """What buyers ask, prefilled as a draft with its quotes."""
        return self._send(requests.questionnaire(vendor, questions))

    def dpv(self, vendor: str) -> dict[str, Any]:
        """The vendor as JSON-LD with terms of the Data Privacy Vocabulary."""
        return self._send(requests.dpv(vendor))

    def tilt(self, vendor: str) -> dict[str, Any]:
        """The vendor in TILT, the Transparency Information Language."""
        return self._send(requests.tilt(vendor))

    def taxonomy(self) -> TaxonomyOut:
        return self._send(requests.taxonomy())

    def version(self) -> VersionOut:
        return self._send(requests.version())

    def ready(self) -> Ready:
        """Returns once an index is served, or raises Busy with the reason when patience ends."""
        return self._send(requests.ready())

    def _each(self, call: Call[ListOf[Any]]) -> Iterator[Any]:
        page = self._send(call)
        yield from page.items
        while page.next:
            page = self._send(call.after(page.next))
            yield from page.items

    def _send(self, call: Call[T]) -> T:
        tried = 0
        while True:
            tried += 1
            outcome: Outcome
            try:
                outcome = self._http.request(**call.request)
            except httpx.RequestError as error:
                outcome = error
            except httpx.InvalidURL as error:
                raise Unsendable(f"{call.path}: {error}.") from error
            pause = self._patience.pause(tried, outcome)
            if pause is None:
                return result(call, outcome, tried)
            self._sleep(pause)
