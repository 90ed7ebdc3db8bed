"""The documentation page, from files of our own: it works with no network. `app/static/README.md` says where they come from."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse

from app.endpoint import Endpoint

router = APIRouter(route_class=Endpoint, include_in_schema=False)

STATIC = Path(__file__).parent.parent / "static"
# Swagger UI sets styles from its script and draws icons from data: addresses; everything comes from this host.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>API · Vendor privacy index</title>
  <link rel="icon" href="static/favicon-32x32.png">
  <link rel="stylesheet" href="static/swagger-ui.css">
  <link rel="stylesheet" href="static/docs.css">
</head>
<body>
  <header class="site">
    <a class="home" href="./">Vendor privacy index</a>
    <nav aria-label="Site">
      <ul>
        <li><a href="./">Vendors</a></li>
        <li><a href="compare">Compare</a></li>
        <li><a href="ask">Ask</a></li>
        <li><a href="docs" aria-current="page">API</a></li>
      </ul>
    </nav>
  </header>
  <div id="docs"></div>
  <noscript>
    <main>
      <h1>API</h1>
      <p>This page needs JavaScript; <a href="openapi.json">openapi.json</a> says the same.</p>
    </main>
  </noscript>
  <script src="static/swagger-ui-bundle.js"></script>
  <script src="static/docs.js"></script>
</body>
</html>
"""


@router.get("/docs")
def docs() -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
