"""How an endpoint is called: nothing is done for a caller who holds the answer, misspelt parameters are refused, and what it finds is
written as JSON where it was found.

FastAPI would hand the answer of a plain function to a second thread to check it, and write it on the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.caching import unless_unchanged
from app.deps import only_known_parameters


class Endpoint(APIRoute):
    """A route of ours."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else self._written(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            unless_unchanged(request)
            only_known_parameters(request)
            return await answer(request)

        return handle

    def _written(self, endpoint: Callable[..., Any]) -> Callable[..., Any]:
        """The endpoint, whose answer is checked against its model and written down by the thread that runs it."""

        @wraps(endpoint)
        def answered(**given: Any) -> Any:
            found = endpoint(**given)
            if isinstance(found, Response) or self.response_field is None:
                return found
            value, errors = self.response_field.validate(found, {}, loc=("response",))
            if errors:
                raise ResponseValidationError(errors=errors, body=found)
            return Response(self.response_field.serialize_json(value), self.status_code or 200, media_type="application/json")

        return answered
