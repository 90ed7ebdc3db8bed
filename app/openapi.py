"""What `/openapi.json` says beyond what each endpoint declares: tags, keys, problem documents, tags of answers, examples.

Enough to generate a client from: `tests/app/test_openapi.py` holds it to that.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI

from app.caching import PREFIX

TAGS = [
    {"name": "vendors", "description": "Who is indexed, and each at a glance."},
    {"name": "facts", "description": "What policies state and deny, each statement with the words it rests on."},
    {"name": "documents", "description": "The documents themselves: origin, canonical text, clauses."},
    {"name": "search", "description": "Clauses by meaning and words."},
    {"name": "ask", "description": "Questions in words, answered with quotes."},
    {"name": "comparison", "description": "Vendors and versions side by side; policies held against laws and a buyer's own rules."},
    {"name": "exports", "description": "A vendor as a file, for people and for other programs."},
    {"name": "taxonomy", "description": "The vocabularies that facts are written in."},
    {"name": "service", "description": "Whether the service is up, what it serves, and how it fares."},
]
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "Only where whoever runs the service asks for keys; a service on one's own machine does not.",
}
PROBLEM, JSON = "application/problem+json", "application/json"
# status → an example of what is answered.
PROBLEMS: dict[str, dict[str, Any]] = {
    "400": {"title": "Bad Request", "detail": "A request names the host it is meant for, once, in its `Host` header."},
    "401": {"title": "Unauthorized", "detail": "A key is needed here: `Authorization: Bearer vpi_…`."},
    "403": {"title": "Forbidden", "detail": "The key of chatbot has no scope 'metrics'."},
    "404": {
        "type": "urn:vendor-privacy-index:vendor-unknown",
        "title": "Vendor not indexed",
        "detail": "No policy of 'fernli' is indexed. Did you mean fernly?",
    },
    "406": {"title": "Not Acceptable", "detail": "image/png is not offered here. Ask for application/json, text/csv, text/markdown."},
    "413": {"title": "Content Too Large", "detail": "A request body may hold 64 KiB. Send a shorter one."},
    "414": {"title": "URI Too Long", "detail": "A query may hold 16 KiB. Ask for less at once."},
    "421": {
        "title": "Misdirected Request",
        "detail": "'vpi.example' is not a host of this service. Ask by an address that is, or let whoever runs this service add it to "
        "VPI_TRUSTED_HOSTS.",
    },
    "422": {
        "type": "urn:vendor-privacy-index:malformed",
        "title": "Malformed request",
        "detail": "limit: Input should be greater than or equal to 1. GET /docs describes each parameter.",
        "errors": [{"in": "query", "name": "limit", "reason": "Input should be greater than or equal to 1"}],
    },
    "429": {"title": "Too Many Requests", "detail": "More than 1200 requests a minute. Ask again in 3 s."},
    "503": {
        "type": "urn:vendor-privacy-index:snapshot-missing",
        "title": "No index yet",
        "detail": "Nothing has been ingested yet. Run `python -m ingest run FOLDER`, or name the folder of an index in `VPI_DATA_DIR`.",
    },
}
ETAG = {
    "description": "Names this answer: hand it back as `If-None-Match`, and what has not changed is 304.",
    "schema": {"type": "string", "examples": ['"6d3c5f0b1e2a4978a1b2c3d4e5f60718"']},
}
LINK = {
    "description": 'The next page, as `<?…&cursor=…>; rel="next"`; left out on the last.',
    "schema": {"type": "string", "examples": ['<?limit=50&cursor=WzEsMl0>; rel="next"']},
}
# What an answer names → the operations that can be asked of it next, and their parameter: generated clients and fuzzers follow these.
ASKABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "vendor": ("vendor", ("vendor_card", "vendor_collects", "vendor_retention", "vendor_changes", "vendor_report")),
    "document": ("document", ("one_document", "document_text", "document_clauses")),
    "clause": ("clause", ("one_clause",)),
    "fact": ("fact", ("one_fact",)),
}
# Operation → where its answer (RFC 6901) names something that can be asked of.
NAMES: dict[str, dict[str, str]] = {
    "list_vendors": {"vendor": "/items/0/id"},
    "vendor_card": {"document": "/documents/0/id"},
    "list_documents": {"document": "/items/0/id", "vendor": "/items/0/vendor"},
    "document_clauses": {"clause": "/items/0/id"},
    "one_clause": {"document": "/document"},
    "search": {"clause": "/items/0/clause/id", "vendor": "/items/0/clause/vendor"},
    "list_facts": {"fact": "/items/0/id", "clause": "/items/0/clause", "vendor": "/items/0/vendor"},
    "list_retention": {"fact": "/items/0/id"},
    "vendor_retention": {"fact": "/items/0/id"},
    "ask": {"fact": "/facts/0/id"},
}
# Probes are answered before host, key and rate are looked at, and take no place that others wait for; one asks for no index.
AT_THE_DOOR = ("400", "401", "403", "414", "421", "429")
NEVER = {"/healthz": (*AT_THE_DOOR, "503"), "/readyz": AT_THE_DOOR}
NOT_MODIFIED = {"description": "What the caller holds, by the tag in `If-None-Match`, still is the answer."}


class DescribedAPI(FastAPI):
    """The framework, which describes itself more fully."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            completed(super().openapi())
        return self.openapi_schema or {}


def completed(schema: dict[str, Any]) -> None:
    """Adds to the schema of an app what holds for all endpoints alike."""
    schema["tags"] = TAGS
    schema["servers"] = [{"url": "/", "description": "The service that serves this description."}]
    # One of the two: without a key, or with one.
    schema["security"] = [{}, {"key": []}]
    components = schema["components"]
    _describe(components["schemas"])
    components["securitySchemes"] = {"key": KEY}
    components["headers"] = {"ETag": ETAG, "Link": LINK}
    shared: dict[str, Any] = components.setdefault("responses", {})
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation, shared)


def _describe(models: dict[str, Any]) -> None:
    """Says of each field what it holds where its model does not: what many have in common is told once, in `descriptions.toml`."""
    told = tomllib.loads((files("app") / "descriptions.toml").read_text(encoding="utf-8"))
    for model, shape in models.items():
        for name, field in shape.get("properties", {}).items():
            said = told["of"].get(f"{model}.{name}") or told["field"].get(name)
            if said and not field.get("description"):
                field["description"] = said


def _complete(path: str, method: str, operation: dict[str, Any], shared: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in NEVER.get(path, ()):
        responses.pop(status, None)
    for status in [status for status in responses if status[0] in "45"]:
        # Told once for all endpoints: a refusal is the same wherever it is met.
        shared.setdefault(f"Refused{status}", _problem(status, responses[status]["description"]))
        responses[status] = {"$ref": f"#/components/responses/Refused{status}"}
    answer = responses["200"]
    if method == "get" and path.startswith(PREFIX):
        answer.setdefault("headers", {})["ETag"] = {"$ref": "#/components/headers/ETag"}
        responses["304"] = NOT_MODIFIED
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ())):
            answer["headers"]["Link"] = {"$ref": "#/components/headers/Link"}
    links = _links(operation["operationId"])
    if links:
        answer["links"] = links
    example = examples().get(operation["operationId"])
    if example is not None and JSON in answer.get("content", {}):
        answer["content"][JSON]["example"] = example
    operation["responses"] = dict(sorted(responses.items()))


def _links(operation: str) -> dict[str, Any]:
    """By the operation that can be asked next: what to ask it of."""
    found: dict[str, Any] = {}
    for named, pointer in NAMES.get(operation, {}).items():
        parameter, targets = ASKABLE[named]
        found |= {target: {"operationId": target, "parameters": {parameter: f"$response.body#{pointer}"}} for target in targets}
    return found


def _problem(status: str, description: str) -> dict[str, Any]:
    """A refusal comes as a problem document, and as nothing else."""
    shape = "MalformedProblem" if status == "422" else "Problem"
    told = {"type": "about:blank", **PROBLEMS[status], "status": int(status), "instance": "/v1/vendors/fernli"}
    return {"description": description, "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{shape}"}, "example": told}}}


@cache
def examples() -> dict[str, Any]:
    """By operation: an answer of the sample vendors, cut short."""
    found: dict[str, Any] = json.loads((files("app") / "examples.json").read_text(encoding="utf-8"))
    return found
