"""How endpoints are called, beside what each answers."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRouter
from fastapi.testclient import TestClient
from pydantic import BaseModel, field_serializer

from app.endpoint import Endpoint

threads: list[str] = []


class Said(BaseModel):
    word: str

    @field_serializer("word")
    def noted(self, word: str) -> str:
        threads.append(threading.current_thread().name)
        return word


def answering(found: Any) -> TestClient:
    """A service of one endpoint that finds this."""
    router = APIRouter(route_class=Endpoint)

    @router.get("/said", response_model=Said)
    def said() -> Any:
        threads.append(threading.current_thread().name)
        return found

    app = FastAPI()
    app.state.service = SimpleNamespace(index=SimpleNamespace(manifest=None))
    app.include_router(router)
    return TestClient(app, raise_server_exceptions=False)


def test_an_answer_is_written_by_the_thread_that_found_it() -> None:
    threads.clear()
    answer = answering({"word": "kept"}).get("/said")
    assert (answer.content, answer.headers["content-type"]) == (b'{"word":"kept"}', "application/json")
    assert len(threads) == 2
    assert len(set(threads)) == 1


@pytest.mark.parametrize("found", [{"word": 7}, {}, None])
def test_what_is_no_answer_of_the_model_is_not_served(found: Any) -> None:
    answer = answering(found).get("/said")
    assert (answer.status_code, "7" in answer.text) == (500, False)
