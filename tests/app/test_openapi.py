"""Whether a client can be generated from `/openapi.json`: it is valid, and says what a generator and a reader need."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.openapi import JSON, PROBLEM, examples

METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def schema(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").json())


@pytest.fixture(scope="module")
def operations(schema: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def answers(schema: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each status and what it comes with, wherever that is told."""
    for status, answer in operation["responses"].items():
        yield status, schema["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer


def test_the_description_is_valid(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_every_operation_has_a_name_that_is_one_in_any_language(operations: dict[str, Any]) -> None:
    assert [name for name in operations if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", name)] == []
    assert {method for _, method, _ in operations.values()} == METHODS


def test_every_tag_is_explained_and_used(schema: dict[str, Any], operations: dict[str, Any]) -> None:
    explained = {tag["name"] for tag in schema["tags"] if tag["description"]}
    assert {tag for _, _, operation in operations.values() for tag in operation["tags"]} == explained
    assert [name for name, (_, _, operation) in operations.items() if len(operation["tags"]) != 1] == []


def test_no_schema_has_a_name_that_nobody_would_write(schema: dict[str, Any]) -> None:
    assert [name for name in schema["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z]{2,30}", name)] == []


def test_every_field_says_what_it_holds(schema: dict[str, Any]) -> None:
    silent = [
        f"{model}.{name}"
        for model, shape in schema["components"]["schemas"].items()
        for name, field in shape.get("properties", {}).items()
        if not field.get("description")
    ]
    assert silent == []


def test_no_description_is_of_a_field_that_is_gone_or_says_so_itself(schema: dict[str, Any]) -> None:
    told = tomllib.loads((files("app") / "descriptions.toml").read_text(encoding="utf-8"))
    shown = {
        f"{model}.{name}": field["description"]
        for model, shape in schema["components"]["schemas"].items()
        for name, field in shape.get("properties", {}).items()
    }
    assert [field for field, said in told["of"].items() if shown.get(field) != said] == []
    assert [name for name, said in told["field"].items() if said not in shown.values()] == []


def test_a_probe_lists_no_refusal_that_it_cannot_give(operations: dict[str, Any]) -> None:
    refusals = {name: {status for status in operations[name][2]["responses"] if status[0] in "45"} for name in ("healthz", "readyz")}
    assert refusals == {"healthz": {"422"}, "readyz": {"422", "503"}}


def test_every_refusal_comes_as_a_problem_document_with_an_example(schema: dict[str, Any], operations: dict[str, Any]) -> None:
    for name, (path, _, operation) in operations.items():
        refusals = {status: answer for status, answer in answers(schema, operation) if status[0] in "45"}
        if path.startswith("/v1/"):
            assert {"422", "429", "401"} <= set(refusals), name
            assert name == "taxonomy" or {"404", "503"} <= set(refusals), name
        for status, answer in refusals.items():
            assert list(answer["content"]) == [PROBLEM], (name, status)
            told = answer["content"][PROBLEM]
            assert told["schema"]["$ref"].endswith("/MalformedProblem" if status == "422" else "/Problem")
            assert told["example"]["status"] == int(status)
            fits(schema, told)


def fits(schema: dict[str, Any], told: dict[str, Any]) -> None:
    """Raises where an example is none of what it is an example of."""
    Draft202012Validator({**told["schema"], "components": schema["components"]}).validate(told["example"])


def test_every_answer_in_json_has_an_example_that_fits(schema: dict[str, Any], operations: dict[str, Any]) -> None:
    shown = set()
    for name, (_, _, operation) in operations.items():
        told = operation["responses"]["200"].get("content", {}).get(JSON)
        if told and "example" in told:
            fits(schema, told)
            shown.add(name)
    assert shown == set(examples()), "an example of an operation that is no more"
    modelled = {name for name, (_, _, operation) in operations.items() if named(operation)}
    assert modelled - shown == set()


def named(operation: dict[str, Any]) -> bool:
    """Whether it answers with a model of ours; foreign formats are described elsewhere."""
    return "$ref" in operation["responses"]["200"].get("content", {}).get(JSON, {}).get("schema", {})


def test_every_parameter_has_an_example_but_the_opaque_one(operations: dict[str, Any]) -> None:
    lacking = {
        parameter["name"]
        for _, _, operation in operations.values()
        for parameter in operation.get("parameters", ())
        if not parameter["schema"].get("examples")
    }
    assert lacking == {"cursor"}


def test_what_a_reader_may_ask_again_is_described(schema: dict[str, Any], operations: dict[str, Any]) -> None:
    for name, (path, method, operation) in operations.items():
        conditional = method == "get" and path.startswith("/v1/")
        assert ("304" in operation["responses"]) == conditional, name
        assert ("ETag" in operation["responses"]["200"].get("headers", {})) == conditional, name
    listed = {name for name, (_, _, operation) in operations.items() if "Link" in operation["responses"]["200"].get("headers", {})}
    assert {"list_vendors", "list_facts", "document_clauses", "vendor_rights"} <= listed
    assert "vendor_card" not in listed


def test_what_an_answer_names_can_be_asked_of_next(client: TestClient, schema: dict[str, Any], operations: dict[str, Any]) -> None:
    asked = {
        "list_vendors": "/v1/vendors", "vendor_card": "/v1/vendors/acme", "list_documents": "/v1/documents",
        "document_clauses": "/v1/documents/acme-2026/clauses", "one_clause": "/v1/clauses/acme-2026.0001", "search": "/v1/search?q=email",
        "list_facts": "/v1/facts", "list_retention": "/v1/retention", "vendor_retention": "/v1/vendors/acme/retention",
    }  # fmt: skip
    followed = set()
    for name, (_, method, operation) in operations.items():
        for target, link in operation["responses"]["200"].get("links", {}).items():
            told = client.get(asked[name]) if method == "get" else client.post("/v1/ask", json={"question": "what does acme collect?"})
            ((parameter, where),) = link["parameters"].items()
            body: Any = told.json()
            for step in where.removeprefix("$response.body#/").split("/"):
                body = body[int(step)] if step.isdigit() else body[step]
            path = operations[link["operationId"]][0].replace(f"{{{parameter}}}", body)
            assert client.get(path).status_code == 200, (name, target, path)
            followed.add(name)
    assert followed == {*asked, "ask"}


def test_a_key_may_be_shown_and_need_not_be(schema: dict[str, Any], operations: dict[str, Any]) -> None:
    assert schema["security"] == [{}, {"key": []}]
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert [name for name, (_, _, operation) in operations.items() if "security" in operation] == []


@pytest.mark.parametrize(
    ("path", "faults"),
    [
        ("/v1/facts?limit=0", 1),
        ("/v1/facts?limit=0&polarity=maybe", 2),
        ("/v1/facts?colour=red", 0),
        ("/v1/facts?cursor=x", 0),
        ("/v1/search", 1),
    ],
)
def test_a_malformed_request_is_answered_as_described(client: TestClient, schema: dict[str, Any], path: str, faults: int) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    fits(schema, {"schema": {"$ref": "#/components/schemas/MalformedProblem"}, "example": answer.json()})
    assert len(answer.json()["errors"]) == faults
    body = client.post("/v1/ask", content=b"\xff", headers={"content-type": "application/json"})
    assert (body.status_code, body.json()["title"]) == (422, "Malformed request")
    fits(schema, {"schema": {"$ref": "#/components/schemas/MalformedProblem"}, "example": body.json()})
