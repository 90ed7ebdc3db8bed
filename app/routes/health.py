"""Is the process up, is an index loaded, which versions answer?"""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from app.deps import ServiceDep
from app.endpoint import Endpoint
from app.schemas.service import Health, Ready, VersionOut
from index.errors import IndexError_

router = APIRouter(route_class=Endpoint, tags=["service"])


@router.get("/healthz", operation_id="healthz")
def healthz() -> Health:
    """The process is up."""
    return Health(status="ok")


@router.get("/readyz", operation_id="readyz")
def readyz(service: ServiceDep) -> Ready:
    """An index is loaded and verified; 503 with the reason while there is none."""
    return Ready(status="ready", snapshot=service.index.manifest.number, problem=service.problem)


@router.get("/version", operation_id="version")
def version(service: ServiceDep) -> VersionOut:
    """Versions of code, model, taxonomy, rules and index."""
    try:
        manifest = service.index.manifest
    except IndexError_:
        manifest = None
    return VersionOut(
        code=installed("vendor-privacy-index"),
        python=platform.python_version(),
        model=manifest.made.model if manifest else None,
        model_name=manifest.made.model_name if manifest else None,
        taxonomy=manifest.made.taxonomy if manifest else None,
        rules=manifest.made.rules if manifest else None,
        snapshot=manifest.number if manifest else None,
        created_at=manifest.created_at if manifest else None,
        counts=manifest.counts if manifest else None,
    )


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, service: ServiceDep) -> Response:
    """For Prometheus."""
    service.measure()
    return Response(request.app.state.metrics.page(), media_type=CONTENT_TYPE_LATEST)
