"""`python -m app.mcp`: the tools over stdin and stdout, for a chatbot that starts the server itself. Logs go to stderr."""

from __future__ import annotations

import logging.config
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app import logs
from app.hosts import address
from app.mcp.server import build
from app.mcp.tools import Tools
from app.metrics import Metrics
from app.service import Service
from app.usage import only_settings
from index.embedder import Encoder
from index.errors import SettingRefused
from index.query_encoder import QueryEncoder
from index.search import Index
from index.settings import Settings, from_environment


class Loading(Service):
    """A service that is known at once and answers once model and snapshot are loaded, so that a bot learns its tools without waiting."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._tried = threading.Event()

    def start(self) -> None:
        try:
            super().start()
        finally:
            self._tried.set()

    @property
    def index(self) -> Index:
        self._tried.wait()
        return super().index


def serve(settings: Settings, embedder: Encoder) -> None:
    """Answers until stdin ends."""
    logging.config.dictConfig(logs.configuration(settings.log_level))
    service = Loading(settings, embedder, Metrics())

    @asynccontextmanager
    async def loading(_: Any) -> AsyncIterator[None]:
        threading.Thread(target=service.start, name="loading", daemon=True).start()
        yield
        service.stop()

    build(Tools(service, address(settings)), loading).run("stdio")


def main() -> None:
    only_settings("vpi-mcp", "Hands the index to a chatbot: the Model Context Protocol on stdin and stdout, until stdin ends.")
    try:
        settings = from_environment()
        serve(settings, QueryEncoder(settings.embedding_model))
    except SettingRefused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
