"""The service against its own OpenAPI schema: no 5xx, and every answer has the shape the schema says."""

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from app.main import create_app
from index.settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    (path, method.upper()): operation
    for path, methods in create_app(Settings()).openapi()["paths"].items()
    for method, operation in methods.items()
}
# What the index holds: a name made up would be 404 nearly always.
KNOWN = {"vendor": "acme", "document": "acme-2026", "clause": "acme-2026.0001"}


@pytest.fixture(scope="module")
def schema(client: TestClient) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", client.app)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_is_asked_well_is_answered_in_the_shape_of_the_schema(schema: BaseSchema, path: str, method: str) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def ask(case: schemathesis.Case) -> None:
        for values in (case.path_parameters, case.query):
            values.update({name: value for name, value in KNOWN.items() if name in values})
        case.query.pop("cursor", None)
        case.call_and_validate(checks=CHECKS)

    ask()


@pytest.mark.parametrize(
    ("path", "method"), [key for key, operation in OPERATIONS.items() if operation.get("parameters") or operation.get("requestBody")]
)
def test_what_is_asked_badly_is_refused_in_the_shape_of_the_schema(schema: BaseSchema, path: str, method: str) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


def test_what_one_answer_names_is_asked_of_next_and_answered_in_the_shape_of_the_schema(schema: BaseSchema) -> None:
    wanted = {"/v1/clauses/{clause}", "/v1/documents/{document}", "/v1/facts/{fact}", "/v1/vendors/{vendor}"}
    asked: set[str] = set()
    for turn in range(10):  # which of them a few scenarios come by is chance
        asked |= {path for path, _ in follow(schema, scenarios=15, turn=turn)}
        if wanted <= asked:
            return
    raise AssertionError(f"never asked of what was named: {wanted - asked}")


def follow(schema: BaseSchema, scenarios: int, turn: int) -> list[tuple[str, int]]:
    """Path and status of each request in so many scenarios of up to ten, made with what earlier answers named; a wrong answer raises."""
    asked = []

    class Caller(schema.as_state_machine()):  # type: ignore[misc]
        def validate_response(self, response: schemathesis.Response, case: schemathesis.Case, **kwargs: object) -> None:
            case.validate_response(response, checks=CHECKS)
            asked.append((case.path, response.status_code))

    run = settings(max_examples=scenarios, stateful_step_count=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    seed(turn)(Caller).run(settings=run)
    return asked
