"""Everything the service is, in the order it is put together."""

from __future__ import annotations

import logging.config
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app import caching, errors, logs
from app.access import Access, rates
from app.answer_cache import Answers
from app.compression import Compression
from app.hosts import hosts
from app.keys import wanted
from app.mcp import gateway
from app.metrics import Metrics
from app.middleware import Surroundings
from app.openapi import DescribedAPI
from app.pages import site
from app.routes import (
    ask,
    changes,
    check,
    collects,
    compare,
    coverage,
    docs,
    documents,
    exports,
    facts,
    health,
    kinds,
    retention,
    search,
    taxonomy,
    vendors,
)
from app.schemas.service import MalformedProblem, Problem
from app.service import Service
from index.embedder import Encoder
from index.query_encoder import QueryEncoder
from index.settings import Settings, from_environment

DESCRIPTION = """What does vendor X collect? Answers from privacy policies, each with the verbatim words it rests on.

`start` and `end` count Unicode characters of a document's canonical text (`/v1/documents/{document}/text`), half-open.
A list answers `items`, `next` and `total` and takes `limit` and `cursor`.
Any list or card comes as CSV or Markdown too, with `?format=csv`, `?format=markdown` or an `Accept` header.
Every error is `application/problem+json`. `silent` (the policy does not say) is an answer, not an error."""

PROBLEM: dict[str, Any] = {"model": Problem, "content": {"application/problem+json": {}}}
# What any request may meet before its endpoint is reached.
AT_THE_DOOR: dict[int | str, dict[str, Any]] = {
    401: {**PROBLEM, "description": "A key is needed, where the service asks for keys."},
    403: {**PROBLEM, "description": "The key has not this scope."},
    400: {**PROBLEM, "description": "The request does not say which host it is meant for."},
    414: {**PROBLEM, "description": "The query is too long."},
    421: {**PROBLEM, "description": "Meant for a host that is none of this service's; `detail` says which setting names them."},
    429: {**PROBLEM, "description": "Too many requests; `Retry-After` says when to come back."},
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEM, "description": "Not indexed; `detail` suggests near names."},
    413: {**PROBLEM, "description": "The request body is too large."},
    422: {**PROBLEM, "model": MalformedProblem, "description": "A parameter is malformed; `detail` says which and how."},
    503: {**PROBLEM, "description": "There is no index to answer from, or too much is asked at once; `detail` says which."},
}


def create_app(settings: Settings | None = None, embedder: Encoder | None = None) -> FastAPI:
    """The service over the snapshots of `settings.data_dir`; the embedder is the one the settings name unless another is handed in."""
    settings = settings or from_environment()
    logging.config.dictConfig(logs.configuration(settings.log_level))
    metrics = Metrics()
    service = Service(settings, embedder or QueryEncoder(settings.embedding_model), metrics)
    bots = gateway.Gateway(service, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.openapi()  # takes a second, which the first caller need not wait for
        await run_in_threadpool(service.start)
        async with bots.running():
            yield
        await run_in_threadpool(service.stop)

    app = DescribedAPI(
        title="vendor-privacy-index",
        version=version("vendor-privacy-index"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        responses=AT_THE_DOOR,
        docs_url=None,
        # The redirect would go to whatever host the caller names.
        redirect_slashes=False,
        redoc_url=None,
        # The framework's own spans would carry whole URLs, and with them what was asked.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.metrics = metrics
    app.add_middleware(Compression)
    app.add_middleware(caching.Conditional)
    keys = wanted(settings)
    access = Access(keys, rates(settings, keys), settings.at_once)
    app.add_middleware(Surroundings, metrics=metrics, hosts=hosts(settings), access=access, answers=Answers(settings.answers_mb))
    errors.install(app)
    caching.install(app)
    # What is asked most comes first: a request tries them in turn.
    for question in (search, ask, vendors, collects, kinds, facts, retention, documents, changes, compare, coverage, check, exports):
        app.include_router(question.router, responses=REFUSALS)
    app.include_router(taxonomy.router, responses={422: REFUSALS[422]})
    app.include_router(health.router, responses={422: REFUSALS[422], 503: REFUSALS[503]})
    gateway.install(app, bots)
    site.install(app)
    docs.install(app)
    return app
