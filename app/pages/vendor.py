"""A vendor's report: what its policy says, what it denies and what it leaves out, each with its words."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from app.deps import IndexDep, SessionDep, VendorDep
from app.pages import render
from app.pages.dossier import dossier

router = APIRouter(include_in_schema=False)


@router.get("/vendors/{vendor}")
def report(request: Request, vendor: VendorDep, index: IndexDep, session: SessionDep) -> Any:
    return render(request, "vendor.html", report=dossier(vendor, index, session), vendor=vendor.vendor)
