"""A headless Chromium, and two services it visits: a small index written by hand, and one made by a real ingest with the real model."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from app.main import create_app
from index.embedder import Embedder, Encoder, WordHashes
from index.settings import Settings
from ingest import pipeline, sources
from tests.app.policies import publish

TOP = Path(__file__).resolve().parents[2]
SHARED = TOP.parent / "shared" / "policies"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# CI machines are slow: nothing waits this long unless it fails.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass
class Visit:
    """A page of the browser, and everything it complained of since it was opened."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Opens a path of the service."""
        self.page.goto(self.address + path)
        return self.page


Open = Callable[..., Visit]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: `apt-get install chromium` brings one")
    # Closed at the end of these tests: as long as it is open, no other test of the process can run an event loop of its own.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield opened
        opened.close()


@contextmanager
def served(data_dir: Path, embedder: Encoder) -> Iterator[str]:
    """The address of a service over this index, listening on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(data_dir=data_dir, log_level="ERROR", port=port), embedder)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    try:
        until = time.monotonic() + PATIENCE / 1000
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            assert time.monotonic() < until, "the service took too long to start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three vendors nobody has heard of: one with two versions, one that denies, one that is silent."""
    folder = tmp_path_factory.mktemp("small")
    publish(folder)
    with served(folder, WordHashes()) as address:
        yield address


@pytest.fixture(scope="package")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Real policies, read by a real ingest and searched with the shipped model."""
    if not SHARED.is_dir():
        pytest.skip("../shared/policies is not here")
    folder = tmp_path_factory.mktemp("real")
    settings, embedder = Settings(data_dir=folder, log_level="ERROR"), Embedder()
    policies = [source for source in sources.of([str(SHARED)]) if source.vendor.id in ("welink", "mingwork")]
    assert pipeline.ingest(policies, settings, embedder).refused == []
    with served(folder, embedder) as address:
        yield address


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A profile of the browser with these options, made once: nothing here is kept between pages."""
    made: dict[str, BrowserContext] = {}

    def context_(**options: Any) -> BrowserContext:
        options = {"viewport": DESKTOP, **options}
        if repr(options) not in made:
            made[repr(options)] = browser.new_context(**options)
            made[repr(options)].set_default_timeout(PATIENCE)
        return made[repr(options)]

    yield context_
    for each in made.values():
        each.close()


@pytest.fixture
def opens(context: Callable[..., BrowserContext]) -> Iterator[Open]:
    """Opens pages of a service; when the test is over, none of them may have complained of anything."""
    visits: list[Visit] = []

    def open_(address: str, **options: Any) -> Visit:
        visit = Visit(context(**options).new_page(), address)
        watch(visit)
        visits.append(visit)
        return visit

    yield open_
    for visit in visits:
        visit.page.close()
    assert [complaint for visit in visits for complaint in visit.complaints] == []


def watch(visit: Visit) -> None:
    """Errors and warnings of the console (what the content security policy refuses is one), failed and foreign requests."""
    page, said = visit.page, visit.complaints
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    # A load that is broken off because the reader goes elsewhere is none of ours.
    page.on(
        "requestfailed",
        lambda request: None if request.failure == "net::ERR_ABORTED" else said.append(f"failed: {request.url} {request.failure}"),
    )
    page.on("request", lambda request: said.append(f"foreign: {request.url}") if not request.url.startswith(visit.address) else None)


def follow(link: Locator) -> None:
    """Clicks where a link can be seen: the words in it that are for screen readers alone have a place of their own."""
    link.click(position={"x": 6, "y": 6})
