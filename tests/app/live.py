"""The service on a port of its own, over the small index of these tests, for clients that speak HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from app.main import create_app
from index.embedder import WordHashes
from index.settings import Settings


@contextmanager
def serving(**settings: Any) -> Iterator[str]:
    """The address of a running service; it has stopped when the block is left."""
    app = create_app(Settings(log_level="ERROR", **settings), WordHashes())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, name="live")
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
