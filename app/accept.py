"""Which form an answer is wanted in: `?format=` names it, or the `Accept` header does; what is not offered is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Header, Query
from starlette.exceptions import HTTPException

Name = TypeVar("Name", bound=str)
Form = Literal["json", "csv", "markdown"]
# The first is what a caller gets who does not say.
TABLES: dict[str, Form] = {"application/json": "json", "text/csv": "csv", "text/markdown": "markdown"}
QUALITY = re.compile(r"[01](?:\.\d{0,3})?")
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+|[\w.+-]+/\*|\*/\*")
NOT_OFFERED: dict[int | str, dict[str, Any]] = {
    406: {"description": "`Accept` names no form that is offered; `detail` says which are.", "content": {"application/problem+json": {}}}
}


async def form(
    format: Annotated[
        Form | None,
        Query(description="`csv` or `markdown` for a table; wins over the `Accept` header. `json` when neither says.", examples=["csv"]),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Form:
    return format or preferred(accept, TABLES)


FormDep = Annotated[Form, Depends(form)]


def preferred(accept: str, offered: Mapping[str, Name]) -> Name:
    """The form of the highest weight in an `Accept` header; the first of `offered` where the header leaves it open. Refuses with 406."""
    weighed: list[tuple[float, int, Name]] = []
    asked: list[str] = []
    for place, entry in enumerate(accept.lower().split(",")):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        weight = float(quality) if QUALITY.fullmatch(quality) else 1.0
        if not MEDIA_TYPE.fullmatch(media_type) or weight == 0:
            continue
        asked.append(media_type)
        found = _meant(media_type, offered)
        if found is not None:
            # "text/csv, */*" names CSV: what is named goes before what a wildcard leaves open.
            weighed.append((-weight, place + (1000 if "*" in media_type else 0), found))
    if weighed:
        return min(weighed)[2]
    if asked:
        raise HTTPException(406, f"{', '.join(asked)[:100]} is not offered here. Ask for {', '.join(offered)}.")
    return next(iter(offered.values()))


def _meant(media_type: str, offered: Mapping[str, Name]) -> Name | None:
    if media_type.endswith("*"):
        beginning = media_type.rstrip("*").lstrip("*/")
        return next((name for each, name in offered.items() if each.startswith(beginning)), None)
    return offered.get(media_type)
