"""The typed client: against a real service, and against one that fails in every way a network and a proxy can."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.checks.rules import Rule
from app.client import (
    AsyncClient,
    Busy,
    Client,
    Forbidden,
    Malformed,
    NotFound,
    Patience,
    Refusal,
    ServiceBroken,
    Unreachable,
    Unreadable,
    Unsendable,
)
from index.facts import Retention
from tests.app.live import serving

TOP = Path(__file__).resolve().parents[2]
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Iterator[str]:
    with serving(data_dir=data_dir) as found:
        yield found


@pytest.fixture(scope="module")
def vpi(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def test_every_question_is_answered_with_the_models_of_the_service(vpi: Client) -> None:
    assert [(each.id, each.effective_date) for each in vpi.vendors()] == [("acme", "2026-04-01"), ("hush", None), ("nilsoft", None)]
    assert [each.id for each in vpi.vendors("艾克米")] == ["acme"]
    assert vpi.vendor("acme").legal_entity == "Acme Labs Ltd."
    assert vpi.collects("acme", category="email_address").groups[0].categories[0].facts[0].quote.startswith("We collect your email")
    assert vpi.answer("hush", "security").status == "silent"
    fact = next(iter(vpi.facts("retention", vendor="acme")))
    assert isinstance(fact, Retention)
    assert fact.period == "P30D"
    assert vpi.fact(fact.id).fact == fact
    assert [each.period for each in vpi.retention(sort="-period", at_least="P60D")] == ["P10Y", "P90D"]
    assert vpi.document("acme-2026").current
    text = vpi.text("acme-2026")
    assert text[fact.start : fact.end] == fact.quote
    assert "".join(each.text for each in vpi.clauses("acme-2024")) == "We collect your fax number."
    assert vpi.clause("acme-2026.0002").before[0].id == "acme-2026.0001"
    assert vpi.search("how long are invoices kept", vendor="acme", limit=1).items[0].clause.text.startswith("Invoices")
    assert vpi.ask("How long are server logs kept by Acme?").citations[0].quote == "Server logs are kept for 30 days"
    assert [cell.status for cell in vpi.compare(["acme", "hush"], ["right"]).items[0].cells] == ["stated", "silent"]
    assert vpi.changes("acme").from_ is not None
    assert vpi.coverage("acme", "gdpr").counts.stated > 0
    rule = Rule(kind="retention", values=["transactions"], at_most="P1Y")
    assert vpi.check(["chat retention at most one year", rule], ["acme"]).results[1].outcome == "fail"
    assert vpi.report("acme").startswith(b"# Acme Notes: what its privacy policy says")
    assert vpi.report("acme", "pdf").startswith(b"%PDF-")
    assert "email address" in next(each.draft for each in vpi.questionnaire("acme", "gdpr-art30").items if each.citations).lower()
    assert vpi.dpv("acme")["@graph"][0]["dpv:hasName"] == "Acme Notes"
    assert vpi.tilt("acme")["meta"]["name"] == "Acme Notes"
    assert any(term.id == "email_address" for group in vpi.taxonomy().groups for term in group.categories)
    assert vpi.version().snapshot == vpi.ready().snapshot == "000001"
    assert {each.vendor for each in vpi.documents()} == {"acme", "hush", "nilsoft"}


def test_asyncio_is_answered_alike(address: str, vpi: Client) -> None:
    async def questions() -> Any:
        async with AsyncClient(address) as client:
            facts = [fact async for fact in client.facts(vendor="acme")]
            return facts, await client.answer("acme", "retention"), await asyncio.gather(*(client.vendor("acme") for _ in range(5)))

    facts, answer, cards = asyncio.run(questions())
    assert facts == list(vpi.facts(vendor="acme"))
    assert answer == vpi.answer("acme", "retention")
    assert cards == [vpi.vendor("acme")] * 5


def test_both_clients_offer_the_same() -> None:
    def offered(client: type) -> dict[str, list[str]]:
        members = inspect.getmembers(client, inspect.isfunction)
        return {name: list(inspect.signature(member).parameters) for name, member in members if not name.startswith("_")}

    assert offered(Client) == offered(AsyncClient)
    assert {name: getattr(Client, name).__doc__ for name in offered(Client)} == {
        name: getattr(AsyncClient, name).__doc__ for name in offered(Client)
    }


def test_a_string_where_several_may_be_given_is_one_of_them(vpi: Client) -> None:
    assert vpi.check("chat retention at most one year", "acme") == vpi.check(["chat retention at most one year"], ["acme"])
    assert vpi.compare("acme,hush", "right") == vpi.compare(["acme", "hush"], ["right"])


def test_lists_are_read_to_their_end_page_by_page(vpi: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(vpi.facts())
    kept = vpi.answer("acme", "retention")
    monkeypatch.setattr("app.client.requests.PAGE", 2)
    assert list(vpi.facts()) == whole
    assert len(whole) == 9
    assert vpi.answer("acme", "retention") == kept
    assert (len(kept.items), kept.next) == (3, None)


def test_a_page_is_asked_for_when_it_is_needed_and_not_before(vpi: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.client.requests.PAGE", 2)
    sent: list[str] = []
    with Client(str(vpi._http.base_url)) as counting:
        counting._http.event_hooks["request"] = [lambda request: sent.append(str(request.url))]
        facts = counting.facts()
        assert sent == []
        next(facts)
        assert len(sent) == 1


def test_what_the_service_refuses_is_raised_by_its_kind_with_what_it_said(vpi: Client) -> None:
    with pytest.raises(NotFound, match="Did you mean acme") as unknown:
        vpi.vendor("acmee")
    assert (unknown.value.status, unknown.value.type) == (404, "urn:vendor-privacy-index:vendor-unknown")
    with pytest.raises(Malformed, match="did you mean email_address") as malformed:
        list(vpi.facts(category="email"))
    assert malformed.value.faults[0]["name"] == "category"
    with pytest.raises(Malformed, match="does not take 'colour'"):
        list(vpi.facts(colour="red"))
    with pytest.raises(NotFound):
        vpi.text("../../etc/passwd")
    with pytest.raises(NotFound):
        vpi.clause("a/b?c#d")


def test_a_key_is_shown_where_one_is_asked_for(data_dir: Path, tmp_path: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "app.keys", "bot"], cwd=TOP, capture_output=True, text=True, check=True)
    keys = tmp_path / "keys.toml"
    keys.write_text(made.stdout)
    with serving(data_dir=data_dir, keys_file=keys) as address:
        with Client(address) as stranger, pytest.raises(Forbidden, match="A key is needed"):
            stranger.taxonomy()
        with Client(address, key=made.stderr.split()[-1]) as known:
            assert known.vendor("acme").name == "Acme Notes"


VENDORS = {"items": [], "next": None, "total": 0}


class Failing:
    """A service that answers these one after another, the last for good; it notes what was slept between."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, **patience: Any) -> Client:
        return Client(transport=httpx.MockTransport(self), patience=Patience(chance=lambda: 0.0, **patience), sleep=self.slept.append)


def good() -> httpx.Response:
    return httpx.Response(200, json=VENDORS)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_service_is_asked_again_after_longer_and_longer(status: int) -> None:
    service = Failing(*[httpx.Response(status, text="<html>busy</html>")] * 3, good())
    assert list(service.client().vendors()) == []
    assert (service.asked, service.slept) == (4, [0.25, 0.5, 1.0])


@pytest.mark.parametrize(
    "fault",
    [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("broken off"), httpx.ConnectTimeout("no route")],
)
def test_a_connection_that_fails_is_tried_again_and_then_given_up(fault: httpx.TransportError) -> None:
    service = Failing(fault, good())
    assert list(service.client().vendors()) == []
    dead = Failing(fault)
    with pytest.raises(Unreachable, match=f"{type(fault).__name__} after 3 tries"):
        list(dead.client(tries=3).vendors())
    assert (dead.asked, len(dead.slept)) == (3, 2)


def test_questions_by_post_are_tried_again_too() -> None:
    answer = {name: [] for name in ("vendors", "citations", "facts", "nearest", "near")} | {"status": "unclear", "answer": "Name a vendor."}
    service = Failing(httpx.Response(503), httpx.Response(200, json=answer))
    assert service.client().ask("how long?").status == "unclear"
    assert service.asked == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 413, 422, 500, 501, 301])
def test_what_will_not_pass_is_not_asked_again(status: int) -> None:
    service = Failing(httpx.Response(status))
    with pytest.raises(Refusal) as refused:
        list(service.client().vendors())
    assert (service.asked, refused.value.status) == (1, status)
    assert isinstance(refused.value, ServiceBroken) == (status in (500, 501))


def test_the_service_is_given_the_time_it_asks_for_and_no_more_than_there_is_patience() -> None:
    service = Failing(httpx.Response(503, headers={"Retry-After": "7"}), good())
    list(service.client().vendors())
    assert service.slept == [7.0]
    long = Failing(
        httpx.Response(429, headers={"Retry-After": "3600"}, json={"title": "Too Many Requests", "detail": "Ask again in 3600 s."})
    )
    with pytest.raises(Busy, match=r"Ask again in 3600 s\.") as busy:
        list(long.client().vendors())
    assert (long.asked, busy.value.retry_after) == (1, 3600.0)


def test_a_date_is_a_time_to_wait_too_and_nonsense_is_none() -> None:
    soon = Failing(httpx.Response(503, headers={"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=30))}), good())
    list(soon.client().vendors())
    assert 25 < soon.slept[0] <= 30
    past = Failing(httpx.Response(503, headers={"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"}), good())
    list(past.client().vendors())
    assert past.slept == [0.0]
    for nonsense in ("soon", "-1", "", "1e9"):
        odd = Failing(httpx.Response(503, headers={"Retry-After": nonsense}), good())
        list(odd.client().vendors())
        assert odd.slept == [0.25]


def test_many_clients_do_not_come_back_at_one_moment() -> None:
    patience = Patience()
    pauses = {patience.pause(3, httpx.Response(503)) for _ in range(50)}
    assert len(pauses) > 40
    assert all(pause is not None and 0.5 <= pause <= 1.0 for pause in pauses)
    assert Patience(chance=lambda: 0.0, tries=99).pause(20, httpx.Response(503)) == 8.0


@pytest.mark.parametrize("body", [b"", b"<html>a portal</html>", b'{"items": []}', b"[]", b"\xff\xfe"])
def test_an_answer_of_another_shape_is_named_as_such(body: bytes) -> None:
    with pytest.raises(Unreadable, match="is it this service"):
        list(Failing(httpx.Response(200, content=body)).client().vendors())


def test_a_problem_that_is_none_is_told_by_its_status() -> None:
    for body in (b"", b"<html>", b"[1]", b'{"errors": ["x"], "title": null}'):
        with pytest.raises(NotFound, match="404 Not Found") as refused:
            Failing(httpx.Response(404, content=body)).client().vendor("x")
        assert refused.value.faults == []


def test_asyncio_has_the_same_patience() -> None:
    service = Failing(httpx.Response(503), httpx.ConnectError("refused"), good())
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def vendors() -> list[Any]:
        patience = Patience(chance=lambda: 0.0)
        async with AsyncClient(transport=httpx.MockTransport(service), patience=patience, sleep=sleep) as client:
            listed: AsyncIterator[Any] = client.vendors()
            return [each async for each in listed]

    assert asyncio.run(vendors()) == []
    assert slept == [0.25, 0.5]


async def every(listed: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in listed]


HALF = "lo\ud800gs"
ASKED: list[Callable[[Any], Any]] = [
    lambda client: client.vendor(HALF),
    lambda client: client.vendors(HALF),
    lambda client: client.facts(HALF, vendor="acme"),
    lambda client: client.facts(vendor=HALF),
    lambda client: client.search(HALF),
    lambda client: client.ask(HALF),
    lambda client: client.check(["chat retention at most one year", HALF]),
    lambda client: client.compare(["acme", HALF]),
    lambda client: client.text(HALF),
]


@pytest.mark.parametrize("ask", ASKED)
def test_what_no_request_can_carry_is_named_and_not_sent(ask: Callable[[Any], Any]) -> None:
    service = Failing(good())
    with pytest.raises(Unsendable, match=r"'(acme,)?lo\\ud800gs' holds half a character at (2|7)"):
        list(ask(service.client()))

    async def awaited() -> None:
        async with AsyncClient(transport=httpx.MockTransport(service)) as client:
            found = ask(client)
            await (found if inspect.isawaitable(found) else every(found))

    with pytest.raises(Unsendable, match="holds half a character"):
        asyncio.run(awaited())
    assert service.asked == 0


def test_a_query_too_long_for_an_address_is_not_sent() -> None:
    service = Failing(good())
    with pytest.raises(Unsendable, match=r"/v1/vendors: .*too long"):
        list(service.client().vendors("x" * 100_000))
    assert service.asked == 0


@pytest.mark.parametrize("made", [Client, AsyncClient])
def test_an_address_or_key_that_is_none_is_refused_when_the_client_is_made(made: Any) -> None:
    for address in ("127.0.0.1:8000", "localhost", "", "ftp://vpi.example", "http://", "http://[::1", "http://a b", "http://a:port", "/v1"):
        with pytest.raises(Unsendable, match=r"is no address of a service .* such as http://127"):
            made(address)
    for key in ("vpi_a\n", "vpi_é", "vpi_\x00"):
        with pytest.raises(Unsendable, match="`key`"):
            made(key=key)


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("slow"), httpx.ConnectTimeout("no route"), httpx.PoolTimeout("all taken")])
def test_asyncio_is_told_of_time_that_ran_out_as_threads_are(fault: httpx.TransportError) -> None:
    async def asked() -> None:
        dead = httpx.MockTransport(Failing(fault))
        async with AsyncClient(transport=dead, patience=Patience(tries=2, first=0.0)) as client:
            await client.vendor("acme")

    with pytest.raises(Unreachable, match=f"/v1/vendors/acme: {type(fault).__name__} after 2 tries"):
        asyncio.run(asked())


def test_a_text_that_is_no_unicode_is_named_as_such() -> None:
    with pytest.raises(Unreadable, match="no UTF-8"):
        Failing(httpx.Response(200, content=b"\xff\xfe")).client().text("acme-2026")


def test_the_client_loads_neither_framework_nor_database_nor_model() -> None:
    heavy = ["fastapi", "starlette", "torch", "faiss", "sqlmodel", "sqlalchemy", "numpy", "onnxruntime", "sentence_transformers", "mcp"]
    said = subprocess.run(
        [sys.executable, "-c", "import sys, json, app.client; print(json.dumps(sorted(sys.modules)))"],
        cwd=TOP, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [name for name in heavy if name in json.loads(said.stdout)] == []
