"""The one place that knows which refusal is which HTTP status. Every error is `application/problem+json` (RFC 9457).

A browser that asks for a page is answered with one that says the same (`app.pages.refusal`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.pages.refusal import for_reader
from index import errors

# A refusal is answered with the status of its nearest ancestor named here; a test holds that none is missing.
STATUS: dict[type[errors.VpiError], int] = {
    errors.NotIndexed: 404,
    errors.RequestRefused: 422,
    errors.IndexError_: 503,
    # A source cannot be handed in over HTTP: seen here, it is a defect of ours.
    errors.PolicyError: 500,
    # Nor does a request meet one of these: the service does not start.
    errors.SettingRefused: 500,
}
TITLES: dict[type[errors.VpiError], str] = {
    errors.VendorUnknown: "Vendor not indexed",
    errors.DocumentUnknown: "Document not indexed",
    errors.ClauseUnknown: "Clause not indexed",
    errors.FactUnknown: "Fact not indexed",
    errors.VersionUnknown: "Version not indexed",
    errors.RuleUnknown: "Rule not understood",
    errors.CursorInvalid: "Cursor not valid",
    errors.ParameterUnknown: "Parameter not known",
    errors.SnapshotMissing: "No index yet",
    errors.SnapshotDamaged: "Index damaged",
    errors.ModelMismatch: "Index of another model",
    errors.WeightsDamaged: "Weights damaged",
    errors.StoreUnreachable: "Database does not answer",
}
NEXT_STEP = {
    404: "No such page. GET /docs lists what there is.",
    408: "The body did not arrive in time. Send it again.",
    413: "A request body may hold 64 KiB. Send a shorter one.",
}


class ProblemResponse(Response):
    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        # A lone surrogate in what the caller sent has no UTF-8; written as \udXXX it is valid JSON and can be echoed.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def problem(status: int, detail: str, instance: str, title: str | None = None, kind: str | None = None, **more: Any) -> ProblemResponse:
    """A problem document; `kind` names the type of refusal where HTTP's own status does not say enough."""
    return ProblemResponse(
        {
            "type": f"urn:vendor-privacy-index:{kind}" if kind else "about:blank",
            "title": title or HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "instance": instance[:500],
            **more,
        },
        status_code=status,
    )


def status_of(error: type[errors.VpiError]) -> int:
    """The HTTP status of a refusal: that of the nearest class in its family that has one."""
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def choices(request: Request) -> dict[str, list[str]]:
    """The values of each parameter of the query that takes one of a few."""
    route = request.scope.get("route")
    operation = request.app.openapi()["paths"].get(getattr(route, "path_format", ""), {}).get(request.method.lower(), {})
    return {each["name"]: each["schema"]["enum"] for each in operation.get("parameters", ()) if "enum" in each["schema"]}


def fault(found: Mapping[str, Any], choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where a request is malformed and how; in our words where the framework's would speak of itself."""
    place, *path = found["loc"]
    kind, context = found["type"], found.get("ctx", {})
    if kind == "json_invalid":
        return {"in": "body", "name": "", "reason": f"not JSON at character {path[0]}: {context['error']}"}
    if place == "body" and not path:
        return {"in": "body", "name": "", "reason": "a JSON object is needed, sent with `Content-Type: application/json`"}
    # A parameter that may be repeated is named without the place of the one at fault, a part without which of its forms it was read as.
    name = ".".join(str(part) for part in (path[:1] if place == "query" else path) if not str(part).startswith("("))
    if kind == "missing" and place == "query" and name in choices:
        return {"in": "query", "name": name, "reason": f"give one of {', '.join(choices[name])}"}
    return {"in": str(place), "name": name, "reason": str(context["error"]) if kind == "value_error" else found["msg"]}


def install(app: FastAPI) -> None:
    """Answers every refusal, ours and the framework's, as a problem document, or as a page where a person asked for one."""

    @app.exception_handler(errors.VpiError)
    def refused(request: Request, error: errors.VpiError) -> Response:
        status = status_of(type(error))
        kind = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__).strip("-_")
        # Of a malformed request the parts at fault are listed; here the message says it all.
        more: dict[str, Any] = {"errors": []} if status == 422 else {}
        answer = problem(status, str(error), request.url.path, TITLES.get(type(error)), kind, **more)
        if status == 503:
            answer.headers["Retry-After"] = "5"
        return for_reader(request, answer)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        faults = [fault(found, choices(request)) for found in error.errors()]
        said = "; ".join(f"{each['name'] or each['in']}: {each['reason']}" for each in faults[:5])
        return for_reader(
            request,
            problem(
                422, f"{said}. GET /docs describes each parameter.", request.url.path, "Malformed request", "malformed", errors=faults[:20]
            ),
        )

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:  # FastAPI's word for a body whose bytes are not UTF-8; other malformed bodies are 422
            said = "The body is not JSON in UTF-8. GET /docs shows one."
            return problem(422, said, request.url.path, "Malformed request", "malformed", errors=[])
        said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else NEXT_STEP.get(error.status_code, error.detail)
        if error.status_code == 405 and error.headers:
            said = f"{request.method} is not offered here. Ask with {error.headers['Allow']}."
        answer = problem(error.status_code, said, request.url.path)
        answer.headers.update(error.headers or {})
        return for_reader(request, answer)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        request_id = request.scope.get("state", {}).get("request_id", "")
        detail = f"A defect of ours, logged as request {request_id}. Please report it with that id."
        answer = problem(500, detail, request.url.path)
        answer.headers["X-Request-ID"] = request_id
        return for_reader(request, answer)
