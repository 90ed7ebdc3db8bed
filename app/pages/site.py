"""Every page there is."""

from __future__ import annotations

from fastapi import FastAPI

from app.pages import ask, changes, compare, document, home, vendor

PAGES = (home, vendor, changes, document, compare, ask)


def install(app: FastAPI) -> None:
    for page in PAGES:
        app.include_router(page.router)
