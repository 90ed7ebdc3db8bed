"""`python -m app` serves; host and port are settings."""

from __future__ import annotations

import uvicorn

from app import logs
from app.main import create_app
from index.settings import Settings


def main() -> None:
    settings = Settings()
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, log_config=logs.configuration(settings.log_level), access_log=False
    )


if __name__ == "__main__":
    main()
