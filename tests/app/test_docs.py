"""The documentation page and the schema behind it."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from app.schemas import answers, changes, checks, comparison, coverage, questionnaire, records, service


@pytest.fixture(scope="module")
def schema(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").json())


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, methods in schema["paths"].items() for operation in methods.values()]


def test_the_page_loads_only_files_of_this_host(client: TestClient) -> None:
    page = client.get("/docs")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [address for address in loaded if "//" in address] == []
    assert {client.get(urljoin("/docs", address)).status_code for address in loaded} == {200}
    assert "SwaggerUIBundle" in client.get("/static/docs.js").text


def test_the_licence_of_swagger_ui_is_served_beside_it(client: TestClient) -> None:
    assert "Apache License" in client.get("/static/swagger-ui.LICENSE").text


def test_every_operation_has_an_id_of_its_own_and_a_description(schema: dict[str, Any]) -> None:
    found = operations(schema)
    ids = [operation["operationId"] for _, operation in found]
    assert len(set(ids)) == len(ids)
    assert [path for path, operation in found if not operation.get("description")] == []


def test_every_parameter_is_described(schema: dict[str, Any]) -> None:
    lacking = [
        (path, parameter["name"]) for path, operation in operations(schema) for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]  # fmt: skip
    assert lacking == []


def test_facts_are_told_apart_by_kind(schema: dict[str, Any]) -> None:
    page = schema["paths"]["/v1/facts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    items = schema["components"]["schemas"][page]["properties"]["items"]["items"]
    assert items["discriminator"]["propertyName"] == "kind"
    assert len(items["oneOf"]) == 11


def test_the_examples_of_parameters_are_answered(client: TestClient, schema: dict[str, Any]) -> None:
    """Posted one at a time; ids of the examples are those of the samples, so that 404 is an answer too."""
    asked = 0
    for path, methods in schema["paths"].items():
        parameters = methods.get("get", {}).get("parameters", [])
        example = {parameter["name"]: examples_of(parameter)[0] for parameter in parameters if examples_of(parameter)}
        required = {parameter["name"]: example[parameter["name"]] for parameter in parameters if parameter["required"]}
        for parameter in parameters:
            for value in examples_of(parameter):
                url = path.format(**{**required, parameter["name"]: value})
                query = {**required, parameter["name"]: value}
                answer = client.get(url, params={name: value for name, value in query.items() if "{" + name + "}" not in path})
                assert answer.status_code in (200, 404), (url, answer.text)
                asked += 1
    assert asked > 30


def examples_of(parameter: dict[str, Any]) -> list[Any]:
    return parameter.get("examples") or parameter["schema"].get("examples") or []


def models() -> list[type[records.Out]]:
    """Every model of an answer that stands on its own (`ListOf` needs to be told of what)."""
    named = [
        value
        for module in (records, answers, service, changes, comparison, coverage, checks, questionnaire)
        for value in vars(module).values()
        if isinstance(value, type)
    ]
    found = [model for model in named if issubclass(model, records.Out) and not model.__pydantic_generic_metadata__["parameters"]]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_the_examples_of_answers_fit_their_models(model: type[records.Out]) -> None:
    for name, field in model.model_fields.items():
        for example in field.examples or []:
            TypeAdapter(field.annotation).validate_python(example)
        assert field.is_required(), f"{model.__name__}.{name} has a default: it could be left out of an answer"
    extra = model.model_config.get("json_schema_extra")
    for example in extra.get("examples", []) if isinstance(extra, dict) else []:  # type: ignore[union-attr]
        model.model_validate(example)
