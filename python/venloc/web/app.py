# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The server: an HTTP interface around a locator, and the page that uses it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from venloc import answers, pages
from venloc._core import LatLng, Locator, encode_jpeg, is_valid, read_image, version
from venloc.web import problems
from venloc.web.answers import Answer
from venloc.web.contributions import Contributions
from venloc.web.locating import Desk, finished
from venloc.web.metrics import CONTENT_TYPE_LATEST, Metrics
from venloc.web.problems import Problem, ProblemError
from venloc.web.settings import Settings
from venloc.web.uploads import Upload, read_form

_log = logging.getLogger("venloc.web")

PAGE = Path(__file__).parent / "static"
"""Where the built page is."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data: https:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_SAMPLE_PX = 320  # longer side of a sample's small copy
_MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp")


class Limits(BaseModel):
    """What a request may bring."""

    max_bytes: int = Field(description="of a picture")
    max_pixels: int = Field(description="of a picture")
    max_pictures: int = Field(description="of a request")


class Area(BaseModel):
    """The area that the model knows [deg]."""

    south: float
    west: float
    north: float
    east: float


class Tiles(BaseModel):
    """Raster tiles that a visitor may switch on."""

    url: str
    attribution: str


class Model(BaseModel):
    """What the server locates with."""

    city: str
    kind: str
    photos: int
    version: str
    area: Area
    limits: Limits
    tiles: Tiles | None
    basemap: bool = Field(description="whether there is a GeoJSON to draw below the answers")
    contributions: bool = Field(description="whether places that visitors know are taken")


class Places(BaseModel):
    """Where the known photos were made."""

    places: list[Annotated[list[float], Field(min_length=2, max_length=2)]] = Field(
        description="latitude and longitude of each [deg]"
    )


class Sample(BaseModel):
    """A picture to try."""

    name: str
    title: str
    credit: str
    url: str = Field(description="relative to the page")
    thumbnail: str = Field(description="a small copy, relative to the page")


class Failure(BaseModel):
    """A picture that could not be located."""

    file: str
    problem: Problem


class Answers(BaseModel):
    """In the order of the pictures."""

    answers: list[Answer | Failure]


class Contribution(BaseModel):
    """What was kept."""

    id: str


_PROBLEM: dict[str, Any] = {
    "model": Problem,
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return dict.fromkeys(statuses, _PROBLEM)


def _form(files: str, **parts: dict[str, Any]) -> dict[str, Any]:
    """The request of a route that reads its form itself; the part of this name holds pictures."""
    schema = {"type": "object", "required": list(parts), "properties": parts, "additionalProperties": False}
    content = {"schema": schema, "encoding": {files: {"contentType": ", ".join(_MEDIA_TYPES)}}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": content}}}


_FILE = {"type": "string", "format": "binary"}
_UPLOAD_PROBLEMS = (400, 408, 413, 415, 422, 503)


def create_app(locator: Locator, settings: Settings | None = None) -> FastAPI:
    """The server of a locator. Raises InvalidArgumentError, FormatError or OSError for settings that can not be used."""
    chosen = settings or Settings()
    chosen.validate()
    desk = Desk(locator, chosen)
    metrics = Metrics(lambda: desk.taken)
    tiles = answers.tiles(chosen.tiles, chosen.tiles_credit)
    gazetteer = None if chosen.gazetteer is None else answers.Gazetteer.read(chosen.gazetteer)
    basemap = None if chosen.basemap is None else json.dumps(answers.read_land(chosen.basemap)).encode()
    contributions = (
        None if chosen.contributions is None else Contributions(chosen.contributions, chosen.max_contributions)
    )
    samples = [] if chosen.samples is None else _samples(chosen.samples)
    sample_files = {sample.name: Path(chosen.samples or "") / sample.name for sample in samples}
    small = {
        name: encode_jpeg(read_image(file).shrunk_to(_SAMPLE_PX), quality=72) for name, file in sample_files.items()
    }
    about = answers.about(locator)
    area = locator.info().area

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(desk.close)

    app = FastAPI(
        title="venloc",
        version=version(),
        description=f"Where in {about['city'] or 'this city'} was this picture made?",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.stop = desk.stop
    _add_problems(app)

    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/metrics", include_in_schema=False)
    async def metrics_text() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/api/v1/model", summary="What the server locates with", operation_id="model")
    async def model() -> Model:
        return Model(
            **about,
            limits=Limits(max_bytes=chosen.max_bytes, max_pixels=chosen.max_pixels, max_pictures=chosen.max_pictures),
            tiles=None if tiles is None else Tiles(**tiles),
            basemap=basemap is not None,
            contributions=contributions is not None,
        )

    places = Places(places=answers.places(locator))

    @app.get("/api/v1/gallery", summary="Where the known photos were made", operation_id="gallery")
    async def gallery() -> Places:
        return places

    @app.get("/api/v1/samples", summary="Pictures to try", operation_id="samples")
    async def sample_list() -> list[Sample]:
        return samples

    @app.get(
        "/api/v1/basemap",
        summary="GeoJSON to draw below the answers",
        operation_id="basemap",
        responses={200: {"content": {"application/geo+json": {}}}, **_responses(404)},
    )
    async def basemap_json() -> Response:
        if basemap is None:
            raise ProblemError(404, "this server has no base map: draw the places of /api/v1/gallery")
        return Response(basemap, media_type="application/geo+json")

    async def answered(picture: Upload, future: Any) -> Answer | Failure:
        try:
            outcome = await finished(future, chosen)
        except ProblemError as error:
            metrics.answers.labels("failure").inc()
            return Failure(file=picture.name, problem=error.problem)
        made = await run_in_threadpool(
            answers.answer, picture.name, outcome.prediction, outcome.exif, outcome.size, gazetteer
        )
        found = Answer(**made)
        metrics.answers.labels(found.verdict).inc()
        for stage in outcome.prediction.timings:
            metrics.stage_seconds.labels(stage.stage).inc(stage.seconds)
        return found

    @app.post(
        "/api/v1/locate",
        summary="Where pictures were made",
        description="Answers in the order of the pictures. With `Accept: text/event-stream` each answer comes as an event as soon "
        "as it is there, with its index. Pictures are kept in memory while they are looked at, and nowhere else.",
        operation_id="locate",
        responses={200: {"content": {"text/event-stream": {}}}, **_responses(*_UPLOAD_PROBLEMS)},
        openapi_extra=_form("pictures", pictures={"type": "array", "items": _FILE, "minItems": 1}),
    )
    async def locate(request: Request) -> Answers:
        pictures = (await read_form(request, chosen, "pictures")).uploads
        if not pictures:
            raise ProblemError(422, "the form holds no picture: send files in parts named pictures")
        futures = desk.take(pictures, desk.locate)
        tasks = [asyncio.ensure_future(answered(p, future)) for p, future in zip(pictures, futures, strict=True)]
        if _wants_events(request):
            return _Events(tasks)  # type: ignore[return-value] # FastAPI sends a response as it is
        gone = asyncio.ensure_future(_disconnected(request))
        all_done = asyncio.ensure_future(asyncio.wait(tasks))
        either: list[asyncio.Future[Any]] = [gone, all_done]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not all_done.done():
                raise ProblemError(400, "the request was cut off")
            return Answers(answers=[task.result() for task in tasks])
        finally:
            # Whoever hangs up need not be worked for.
            for task in [*either, *tasks]:
                task.cancel()

    if contributions is not None:

        @app.post(
            "/api/v1/contributions",
            summary="The place of a picture, from somebody who knows",
            operation_id="contribute",
            status_code=201,
            responses=_responses(*_UPLOAD_PROBLEMS, 403, 504, 507),
            openapi_extra=_form(
                "picture",
                picture=_FILE,
                lat={"type": "number", "minimum": -90, "maximum": 90},
                lng={"type": "number", "minimum": -180, "maximum": 180},
                consent={"type": "string", "enum": ["true"]},
            ),
        )
        async def contribute(request: Request) -> Contribution:
            if not _from_here(request, chosen.cors_origins):
                raise ProblemError(403, "pages of other servers may not send contributions here")
            form = await read_form(request, chosen, "picture", "lat", "lng", "consent")
            if len(form.uploads) != 1:
                raise ProblemError(422, f"one picture is needed, in a part named picture; got {len(form.uploads)}")
            if form.fields.get("consent") != "true":
                raise ProblemError(422, "nothing is kept without consent: send the field consent with the value true")
            place = _place(form.fields)
            if not area.contains(place):
                raise ProblemError(422, f"the place is outside {about['city'] or 'the area of this server'}")

            def keep(upload: Upload) -> str:
                try:
                    return contributions.add(upload.data, desk.decode(upload), place)
                except OSError:
                    raise ProblemError(507, "the picture could not be kept: tell who runs this server") from None

            return Contribution(id=await finished(desk.take(form.uploads, keep)[0], chosen))

    @app.get("/samples/{name}", include_in_schema=False)
    async def sample(name: str) -> Response:
        if name not in sample_files:
            raise ProblemError(404, "there is no such sample")
        return FileResponse(sample_files[name])

    @app.get("/samples/small/{name}", include_in_schema=False)
    async def small_sample(name: str) -> Response:
        if name not in small:
            raise ProblemError(404, "there is no such sample")
        return Response(small[name], media_type="image/jpeg")

    _add_page(app)
    app.add_middleware(GZipMiddleware, compresslevel=5)
    app.add_middleware(_Envelope, metrics=metrics, max_held=chosen.max_held, policy=_policy(chosen.tiles))
    if chosen.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=chosen.cors_origins, allow_methods=["GET", "POST"])
    return app


async def _events(tasks: list[asyncio.Task[Answer | Failure]]) -> AsyncIterator[bytes]:
    """Server-sent events: an answer each, then the end."""

    async def numbered(index: int) -> tuple[int, Answer | Failure]:
        return index, await tasks[index]

    for done, next_one in enumerate(asyncio.as_completed([numbered(i) for i in range(len(tasks))]), 1):
        index, found = await next_one
        values = {"index": index, "done": done, "total": len(tasks), **found.model_dump(mode="json")}
        yield f"event: answer\ndata: {json.dumps(values)}\n\n".encode()
    yield b"event: end\ndata: {}\n\n"


class _Events(StreamingResponse):
    """The events of these answers, until whoever asked hangs up: then the rest need not be worked for."""

    def __init__(self, tasks: list[asyncio.Task[Answer | Failure]]) -> None:
        super().__init__(_events(tasks), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
        self._tasks = tasks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in self._tasks:
                task.cancel()


def _wants_events(request: Request) -> bool:
    """Whether the media types that are accepted (RFC 9110, 12.5.1) name events."""
    for entry in request.headers.get("accept", "").split(","):
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        if kind == "text/event-stream":
            return not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return False


async def _disconnected(request: Request) -> None:
    """Returns when whoever asks is gone."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.2)


def _from_here(request: Request, others: tuple[str, ...]) -> bool:
    """Whether a request is of this server's own page, of one that may ask it, or of no page at all."""
    origin = request.headers.get("origin", "")
    if origin in others:
        return True
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


def _policy(tiles: str) -> str:
    """The content security policy of the page. Pictures come from https, and from the server of the tiles."""
    address = urlsplit(tiles)
    extra = f" http://{address.netloc}" if address.scheme == "http" else ""
    return _POLICY.replace("https:", "https:" + extra)


def _place(fields: dict[str, str]) -> LatLng:
    try:
        place = LatLng(float(fields["lat"]), float(fields["lng"]))
    except (KeyError, ValueError):
        place = None
    if place is None or not is_valid(place):
        raise ProblemError(422, "lat and lng are needed in degrees, e.g. lat 45.43390 and lng 12.33790")
    return place


def _cells(line: str) -> list[str]:
    """What a line of a table says."""
    return [re.sub(r"[`*]", "", cell).strip() for cell in line.strip("|- ").split("|")]


def _samples(folder: Path) -> list[Sample]:
    """The pictures of a folder. A line of its CREDITS.md, `file | title | credit`, names them; else they go by their file."""
    about = folder / "CREDITS.md"
    lines = about.read_text(encoding="utf-8", errors="replace").splitlines() if about.exists() else []
    rows = {cells[0]: cells[1:] for cells in map(_cells, lines) if cells}
    found = []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in _PICTURES:
            continue
        cells = rows.get(file.name, [])
        title = next(filter(None, cells), file.stem.replace("-", " "))
        credit = "; ".join(cells[1:])
        found.append(
            Sample(
                name=file.name,
                title=title[0].upper() + title[1:],
                credit=credit,
                url=f"samples/{quote(file.name)}",
                thumbnail=f"samples/small/{quote(file.name)}",
            )
        )
    return found


def _add_page(app: FastAPI) -> None:
    if (PAGE / "index.html").exists():

        @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
        async def index() -> Response:
            return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

        app.mount("/assets", StaticFiles(directory=PAGE / "assets"), name="assets")
        return

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def without_page() -> Response:
        html = (
            "<h1>venloc</h1><p>The server runs, but its page was not built: <code>make web</code> builds it. The interface "
            'for programs is described in <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>'
        )
        return HTMLResponse(pages.page("venloc", html))


def _add_problems(app: FastAPI) -> None:
    """Every error in the one form."""

    @app.exception_handler(ProblemError)
    async def _problem(_request: Request, error: ProblemError) -> Response:
        return problems.response(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        told = {404: "there is nothing at this address", 405: "this address does not take this method"}
        reply = problems.response(ProblemError(error.status_code, told.get(error.status_code, str(error.detail))))
        reply.headers.update(error.headers or {})
        return reply


class _Envelope:
    """Around every answer: the headers that keep a browser careful, the counters, and what all requests hold together."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_held: int, policy: str) -> None:
        self._app = app
        self._metrics = metrics
        self._max_held = max_held
        self._held = 0
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500
        begun = False
        brought = 0

        async def receive_counted() -> Message:
            nonlocal brought
            message = await receive()
            size = len(message.get("body", b""))
            if self._held + size > self._max_held:
                raise ProblemError(503, "too many pictures arrive at once: try again in a moment", retry_after_s=5)
            brought += size
            self._held += size
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status = message["status"]
                begun = True
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        try:
            await self._app(scope, receive_counted, send_with_headers)
        except Exception:
            # In the same form as every problem; what was begun can only be cut off.
            _log.exception("a mistake in the server")
            if not begun:
                reply = problems.response(ProblemError(500, "a mistake in the server: it is in its log; try again"))
                await reply(scope, receive, send_with_headers)
        finally:
            self._held -= brought
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.request_seconds.labels(route).observe(time.monotonic() - started)
