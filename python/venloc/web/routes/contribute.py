# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Contributions of visitors: pictures with their places."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from venloc._core import LatLng, is_valid
from venloc.web.contributions import Contributions
from venloc.web.locating import finished
from venloc.web.openapi import FILE, UPLOAD_PROBLEMS, fails, form, named, returns
from venloc.web.problems import ProblemError
from venloc.web.service import Service
from venloc.web.uploads import Form, Upload, read_form


def router(service: Service, contributions: Contributions) -> APIRouter:
    """`/api/v1/contributions`."""
    routes = APIRouter()

    @routes.post(
        "/api/v1/contributions",
        summary="Contribute a picture with its place",
        operation_id="contribute",
        status_code=201,
        responses={**returns(named("Contribution"), status=201), **fails(*UPLOAD_PROBLEMS, 403, 504, 507)},
        openapi_extra=form(
            "picture",
            picture=FILE,
            lat={"type": "number", "minimum": -90, "maximum": 90},
            lng={"type": "number", "minimum": -180, "maximum": 180},
            consent={"type": "string", "enum": ["true"]},
        ),
    )
    async def contribute(request: Request) -> Response:
        if not _from_here(request, service.settings.cors_origins):
            raise ProblemError(403, "pages of other servers may not send contributions: use the page of this server")
        given = await read_form(request, service.settings, "picture", "lat", "lng", "consent")
        place = _checked(given, service)

        def keep(upload: Upload) -> str:
            try:
                return contributions.add(upload.data, service.queue.decode(upload), place)
            except OSError:
                raise ProblemError(507, "the picture could not be stored: contact the owner of this server") from None

        kept = await finished(service.queue.submit(given.uploads, keep)[0], service.settings)
        return JSONResponse({"id": kept}, status_code=201)

    return routes


def _checked(given: Form, service: Service) -> LatLng:
    """The place of a contribution. Raises ProblemError when the form is incomplete or the place is outside the city."""
    if len(given.uploads) != 1:
        raise ProblemError(422, f"send one picture, in a part named picture; got {len(given.uploads)}")
    if given.fields.get("consent") != "true":
        raise ProblemError(422, "nothing is stored without consent: send the field consent with the value true")
    place = _place(given.fields)
    if not service.area.contains(place):
        area = service.model["city"] or "the area of this server"
        raise ProblemError(422, f"the place is outside {area}: send a place inside it")
    return place


def _place(fields: dict[str, str]) -> LatLng:
    try:
        place = LatLng(float(fields["lat"]), float(fields["lng"]))
    except (KeyError, ValueError):
        place = None
    if place is None or not is_valid(place):
        raise ProblemError(422, "send the fields lat and lng in degrees, e.g. lat 45.43390 and lng 12.33790")
    return place


def _from_here(request: Request, others: tuple[str, ...]) -> bool:
    """Whether a request comes from the page of this server, from one of the other origins, or from no page at all."""
    origin = request.headers.get("origin", "")
    if origin in others:
        return True
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")
