"""Durations, days and questions that callers give: checked, and handed on as they were written."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from index.periods import period_days
from index.words import wordless


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


def question(value: str) -> str:
    """The question as given, once it holds a word."""
    if wordless(value):
        raise ValueError("there is no word in it to look for")
    return value


Duration = Annotated[str, StringConstraints(max_length=20), AfterValidator(duration)]
Day = Annotated[str, StringConstraints(max_length=10), AfterValidator(day)]
Question = Annotated[str, AfterValidator(question)]
