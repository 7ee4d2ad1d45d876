# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Monitoring: a health check and the metrics of the server."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from venloc.web.metrics import CONTENT_TYPE_LATEST
from venloc.web.service import Service


def router(service: Service) -> APIRouter:
    """`/healthz` and `/metrics`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @routes.get("/metrics")
    async def metrics_text() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes
