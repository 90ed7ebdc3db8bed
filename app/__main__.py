"""`python -m app` serves; host and port are settings. Says on stdout what to try, as soon as it can be tried."""

from __future__ import annotations

import socket
import sys
from urllib.parse import quote_plus

import uvicorn

from app import hosts, logs
from app.main import create_app
from app.service import Service
from app.usage import only_settings
from index import heap, queries
from index.errors import IndexError_, SettingRefused
from index.queries import FactFilter
from index.settings import from_environment


class Server(uvicorn.Server):
    """uvicorn, which greets once it listens."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            print(greeting(self._service, hosts.address(self._service.settings)), flush=True)


def greeting(service: Service, address: str) -> str:
    """Three questions that this index can answer, ready to paste."""
    try:
        index = service.index
    except IndexError_ as refusal:
        return f"Serving on {address}, without an index yet: {refusal}"
    with index.session() as session:
        entries = queries.vendors(session, limit=500)
        collecting = queries.counts(session, FactFilter(kinds=("collection",)), by="vendor")
    if not entries.items:
        return f"Serving on {address}; the index is empty. Run `python -m ingest run FOLDER`."
    told = max((entry.vendor for entry in entries.items), key=lambda vendor: collecting.get(vendor.id, 0))
    question = quote_plus(f"how long does {told.name} keep data")
    return f"""
Serving {entries.total} vendors on {address}; {address}/docs describes everything. Try:

  curl -s '{address}/v1/vendors/{told.id}/collects'
  curl -s '{address}/v1/retention?sort=-period&limit=5'
  curl -s '{address}/v1/search?q={question}&limit=3'
"""


def main() -> None:
    only_settings("python -m app", "Serves the index over HTTP until it is stopped.")
    heap.few_heaps()
    try:
        settings = from_environment()
        app = create_app(settings)
    except SettingRefused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
    log = logs.configuration(settings.log_level)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, log_config=log, access_log=False, server_header=False, ws="none")
    Server(config, app.state.service).run()


if __name__ == "__main__":
    main()
