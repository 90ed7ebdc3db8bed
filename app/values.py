"""Durations and days that callers give: checked, and handed on as they were written."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from index.periods import period_days


def duration(value: str) -> str:
    """The duration as given, once it is one."""
    if period_days(value) is None:
        raise ValueError("not an ISO 8601 duration such as P90D, P6M or P1Y")
    return value


def day(value: str) -> str:
    """The date as given, once it is one."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as fault:
        raise ValueError("not an ISO date such as 2026-04-01") from fault


Duration = Annotated[str, StringConstraints(max_length=20), AfterValidator(duration)]
Day = Annotated[str, StringConstraints(max_length=10), AfterValidator(day)]
