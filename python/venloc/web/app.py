# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The server: an HTTP interface around a locator, and the page that uses it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from venloc._core import Locator, version
from venloc.web import openapi, problems
from venloc.web.middleware import Envelope, content_policy
from venloc.web.routes import about, contribute, documents, health, locate
from venloc.web.routes.page import add_page
from venloc.web.service import Service
from venloc.web.settings import Settings


def create_app(locator: Locator, settings: Settings | None = None) -> FastAPI:
    """Creates the server of a locator. Raises InvalidArgumentError, FormatError or OSError for invalid settings."""
    chosen = settings or Settings()
    service = Service(locator, chosen)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(service.queue.close)

    app = FastAPI(
        title="venloc",
        version=version(),
        description=f"Where in {service.model['city'] or 'this city'} was this picture made?",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        # A redirect would have the address that this server sees, not that of a proxy before it.
        redirect_slashes=False,
    )
    app.state.stop = service.queue.stop
    problems.add_handlers(app)
    for module in (health, about, locate):
        app.include_router(module.router(service))
    app.include_router(documents.router())
    if service.contributions is not None:
        app.include_router(contribute.router(service, service.contributions))
    add_page(app)
    openapi.describe(app)
    app.add_middleware(GZipMiddleware, compresslevel=5)
    app.add_middleware(Envelope, metrics=service.metrics, max_held=chosen.max_held, policy=content_policy(chosen.tiles))
    if chosen.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=chosen.cors_origins, allow_methods=["GET", "POST"])
    return app
