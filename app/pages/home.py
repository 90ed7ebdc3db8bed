"""The first page: which vendors are indexed, and where any of them speaks of something."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from app.deps import SessionDep
from app.pages import render
from index import queries

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, session: SessionDep) -> Any:
    return render(request, "home.html", vendors=queries.vendors(session, limit=500).items)
