# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Receives pictures and returns their answers: all together, or each as an event."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from typing import Any, TypeAlias

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from venloc import answers
from venloc.web.locating import finished
from venloc.web.openapi import FILE, UPLOAD_PROBLEMS, fails, form, named, returns
from venloc.web.problems import ProblemError
from venloc.web.service import Service
from venloc.web.uploads import Upload, read_form

Reply: TypeAlias = dict[str, Any]
"""An answer or a failure."""

_EVENTS = "text/event-stream"


def router(service: Service) -> APIRouter:
    """`/api/v1/locate`."""
    routes = APIRouter()

    @routes.post(
        "/api/v1/locate",
        summary="Locate pictures",
        description="Returns the answers in the order of the pictures. With `Accept: text/event-stream` each answer is sent as an "
        "event with its index, as soon as it is available. Pictures are kept in memory only, and only while they are processed.",
        operation_id="locate",
        responses={**returns(named("Answers"), media_types=(_EVENTS,)), **fails(*UPLOAD_PROBLEMS)},
        openapi_extra=form("pictures", pictures={"type": "array", "items": FILE, "minItems": 1}),
    )
    async def locate(request: Request) -> Response:
        pictures = (await read_form(request, service.settings, "pictures")).uploads
        if not pictures:
            raise ProblemError(422, "the form holds no picture: send files in parts named pictures")
        futures = service.queue.submit(pictures, service.queue.locate)
        tasks = [asyncio.ensure_future(_reply(service, *each)) for each in zip(pictures, futures, strict=True)]
        if accepts_events(request):
            return Events(tasks)
        return JSONResponse({"answers": await _all_of(tasks, request)})

    return routes


async def _reply(service: Service, picture: Upload, future: Future[Any]) -> Reply:
    """The answer for a picture, or its failure, after it was processed."""
    metrics = service.metrics
    try:
        outcome = await finished(future, service.settings)
    except ProblemError as error:
        metrics.answers.labels("failure").inc()
        return answers.failure(picture.name, error.problem)
    found = await run_in_threadpool(
        answers.answer, picture.name, outcome.prediction, outcome.metadata, outcome.size, service.gazetteer
    )
    metrics.answers.labels(found["verdict"]).inc()
    for stage in outcome.prediction.timings:
        metrics.stage_seconds.labels(stage.stage).inc(stage.seconds)
    return found


async def _all_of(tasks: Sequence[asyncio.Task[Reply]], request: Request) -> list[Reply]:
    """The replies in order. Raises ProblemError when the client disconnects; pictures in the queue are then skipped."""
    gone = asyncio.ensure_future(_disconnected(request))
    all_done = asyncio.ensure_future(asyncio.wait(tasks))
    either: list[asyncio.Future[Any]] = [gone, all_done]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not all_done.done():
            raise ProblemError(400, "the connection was closed before the end of the request: send it again")
        return [task.result() for task in tasks]
    finally:
        for task in [*either, *tasks]:
            task.cancel()


async def _disconnected(request: Request) -> None:
    """Returns when the client has disconnected."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.2)


async def _events(tasks: Sequence[asyncio.Task[Reply]]) -> AsyncIterator[bytes]:
    """Server-sent events: one event for each reply, then an event for the end."""

    async def numbered(index: int) -> tuple[int, Reply]:
        return index, await tasks[index]

    for done, next_one in enumerate(asyncio.as_completed([numbered(i) for i in range(len(tasks))]), 1):
        index, reply = await next_one
        values = {"index": index, "done": done, "total": len(tasks), **reply}
        yield f"event: answer\ndata: {json.dumps(values)}\n\n".encode()
    yield b"event: end\ndata: {}\n\n"


class Events(StreamingResponse):
    """The events of these tasks. When the client disconnects, the remaining tasks are cancelled."""

    def __init__(self, tasks: Sequence[asyncio.Task[Reply]]) -> None:
        super().__init__(_events(tasks), media_type=_EVENTS, headers={"Cache-Control": "no-store"})
        self._tasks = tasks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in self._tasks:
                task.cancel()


def accepts_events(request: Request) -> bool:
    """Whether the media types that are accepted (RFC 9110, 12.5.1) name events."""
    for entry in request.headers.get("accept", "").split(","):
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        if kind == _EVENTS:
            return not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return False
