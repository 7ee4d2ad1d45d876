# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Information about the server: its model, the known photos, the outline of the land, sample pictures."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, JSONResponse, Response

from venloc.web.openapi import fails, named, returns
from venloc.web.problems import ProblemError
from venloc.web.samples import Sample
from venloc.web.service import Service


def router(service: Service) -> APIRouter:
    """`/api/v1/model`, `gallery`, `samples` and `basemap`, and the files of the samples."""
    routes = APIRouter()

    @routes.get(
        "/api/v1/model",
        summary="The model of the server",
        operation_id="model",
        responses=returns(named("Model")),
    )
    async def model() -> Response:
        return JSONResponse(service.model)

    @routes.get(
        "/api/v1/gallery",
        summary="Where the known photos were made",
        operation_id="gallery",
        responses=returns(named("Gallery")),
    )
    async def gallery() -> Response:
        return JSONResponse(service.places)

    @routes.get(
        "/api/v1/samples",
        summary="Sample pictures",
        operation_id="samples",
        responses=returns({"type": "array", "items": named("Sample")}),
    )
    async def samples() -> Response:
        return JSONResponse([sample.about for sample in service.samples.values()])

    @routes.get(
        "/api/v1/basemap",
        summary="GeoJSON to draw below the answers",
        operation_id="basemap",
        responses={200: {"content": {"application/geo+json": {"schema": named("Land")}}}, **fails(404)},
        response_class=_GeoJson,
    )
    async def basemap() -> Response:
        if service.basemap is None:
            raise ProblemError(404, "this server has no base map: use the places of /api/v1/gallery instead")
        return Response(service.basemap, media_type=_GeoJson.media_type)

    @routes.get("/samples/{name}", include_in_schema=False)
    async def sample(name: str) -> Response:
        return FileResponse(_sample(service, name).file)

    @routes.get("/samples/small/{name}", include_in_schema=False)
    async def small_sample(name: str) -> Response:
        return Response(_sample(service, name).small, media_type="image/jpeg")

    return routes


class _GeoJson(JSONResponse):
    media_type = "application/geo+json"


def _sample(service: Service, name: str) -> Sample:
    if name not in service.samples:
        raise ProblemError(404, f"there is no sample '{name}': see /api/v1/samples")
    return service.samples[name]
