"""Durations, days, countries, languages and questions that callers give: checked, and handed on as they were written."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from index.periods import period_days
from index.words import wordless

COUNTRY = re.compile("^[A-Za-z]{2}$")
LANGUAGE = re.compile("^[a-z]{2}(-[A-Za-z]{2,4})?$")


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


def country(value: str) -> str:
    """The code in capitals, once it is one of two letters."""
    if not COUNTRY.fullmatch(value):
        raise ValueError("not an ISO 3166 code of two letters such as DE")
    return value.upper()


def language(value: str) -> str:
    """The tag as given, once it is one."""
    if not LANGUAGE.fullmatch(value):
        raise ValueError("not a language tag such as en or zh")
    return value


def question(value: str) -> str:
    """The question as given, once it holds a word."""
    if wordless(value):
        raise ValueError("there is no word in it to look for")
    return value


Duration = Annotated[str, StringConstraints(max_length=20), AfterValidator(duration)]
Day = Annotated[str, StringConstraints(max_length=10), AfterValidator(day)]
Country = Annotated[str, AfterValidator(country), WithJsonSchema({"type": "string", "pattern": COUNTRY.pattern})]
Language = Annotated[str, AfterValidator(language), WithJsonSchema({"type": "string", "pattern": LANGUAGE.pattern})]
Question = Annotated[str, AfterValidator(question)]
