"""A vendor's report: what its policy says, what it denies and what it leaves out, each with its words."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
