# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Receives pictures and returns their answers: all together, or each as an event."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from venloc import answers
from venloc.web.locating import Located, finished
from venloc.web.openapi import FILE, UPLOAD_PROBLEMS, fails, form, named, returns
from venloc.web.problems import ProblemError
from venloc.web.service import Service
from venloc.web.uploads import Form, Upload, read_form

Reply: TypeAlias = dict[str, Any]
"""An answer or a failure."""

_EVENTS = "text/event-stream"


def router(service: Service) -> APIRouter:
    """`/api/v1/locate`."""
    routes = APIRouter()

    @routes.post(
        "/api/v1/locate",
        summary="Locate pictures",
        description="Returns the answers in the order of the pictures. With `together=true` the pictures are taken as those of "
        "one walk, and each answer takes the others into account. With `Accept: text/event-stream` each answer is sent as an "
        "event with its index, as soon as it is available; with `together=true` events named `progress` come before, with the "
        "number of pictures that are processed. Pictures are kept in memory only, and only while they are processed.",
        operation_id="locate",
        responses={**returns(named("Answers"), media_types=(_EVENTS,)), **fails(*UPLOAD_PROBLEMS)},
        openapi_extra=form(
            "pictures",
            optional=("together",),
            pictures={"type": "array", "items": FILE, "minItems": 1},
            together={"type": "string", "enum": ["true", "false"]},
        ),
    )
    async def locate(request: Request) -> Response:
        given = await read_form(request, service.settings, "pictures", "together")
        if not given.uploads:
            raise ProblemError(422, "the form holds no picture: send files in parts named pictures")
        work = _begun(service, given.uploads, together=_is_together(given))
        if accepts_events(request):
            return Events(work)
        return JSONResponse({"answers": await _all_of(work, request)})

    return routes


def _is_together(given: Form) -> bool:
    value = given.fields.get("together", "false")
    if value not in ("true", "false"):
        raise ProblemError(422, "send the field together with the value true or false, or leave it out")
    return value == "true"


@dataclass(frozen=True)
class Work:
    """The tasks of a request."""

    replies: list[asyncio.Task[Reply]]
    steps: list[asyncio.Task[Any]] = field(default_factory=list)
    """What is done before the first reply: a task for each picture of a walk."""

    def cancel(self) -> None:
        """Cancels what is not done; pictures in the queue are then skipped."""
        for task in (*self.steps, *self.replies):
            task.cancel()


def _begun(service: Service, pictures: Sequence[Upload], *, together: bool) -> Work:
    """Queues the pictures."""
    found = [_outcome(service, future) for future in service.queue.submit(pictures, service.queue.locate)]
    if not together:
        return Work([asyncio.ensure_future(_reply(service, *each)) for each in zip(pictures, found, strict=True)])
    steps = [asyncio.ensure_future(each) for each in found]
    walk = asyncio.ensure_future(_walk(service, steps))

    async def of(number: int) -> Located | ProblemError:
        return (await walk)[number]

    replies = [asyncio.ensure_future(_reply(service, picture, of(i))) for i, picture in enumerate(pictures)]
    return Work(replies, steps)


async def _outcome(service: Service, future: Future[Any]) -> Located | ProblemError:
    """The result for a picture, or the reason of its failure, after it was processed."""
    try:
        located: Located = await finished(future, service.settings)
    except ProblemError as error:
        return error
    return located


async def _walk(
    service: Service, steps: Sequence[asyncio.Task[Located | ProblemError]]
) -> list[Located | ProblemError]:
    """The results for pictures of one walk, given one another; failures and pictures of no place stay as they are."""
    found = await asyncio.gather(*steps)
    placed = {
        number: each
        for number, each in enumerate(found)
        if isinstance(each, Located) and answers.refusal(each.prediction) is None
    }
    if len(placed) < 2:
        return found
    combined = await run_in_threadpool(service.queue.combine, list(placed.values()))
    together = dict(zip(placed, combined, strict=True))
    return [together.get(number, each) for number, each in enumerate(found)]


async def _reply(service: Service, picture: Upload, result: Awaitable[Located | ProblemError]) -> Reply:
    """The answer for a picture, or its failure, when there is one."""
    metrics = service.metrics
    outcome = await result
    if isinstance(outcome, ProblemError):
        metrics.answers.labels("failure").inc()
        return answers.failure(picture.name, outcome.problem)
    found = await run_in_threadpool(
        answers.answer,
        picture.name,
        outcome.prediction,
        outcome.metadata,
        outcome.size,
        service.gazetteer,
        outcome.walk,
    )
    metrics.answers.labels(found["verdict"]).inc()
    for stage in outcome.prediction.timings:
        metrics.stage_seconds.labels(stage.stage).inc(stage.seconds)
    return found


async def _all_of(work: Work, request: Request) -> list[Reply]:
    """The replies in order. Raises ProblemError when the client disconnects; pictures in the queue are then skipped."""
    gone = asyncio.ensure_future(_disconnected(request))
    all_done = asyncio.ensure_future(asyncio.wait(work.replies))
    either: list[asyncio.Future[Any]] = [gone, all_done]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not all_done.done():
            raise ProblemError(400, "the connection was closed before the end of the request: send it again")
        return [task.result() for task in work.replies]
    finally:
        work.cancel()
        for task in either:
            task.cancel()


async def _disconnected(request: Request) -> None:
    """Returns when the client has disconnected."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.2)


async def _events(work: Work) -> AsyncIterator[bytes]:
    """Server-sent events: one event for each step and for each reply, then an event for the end."""

    async def numbered(index: int) -> tuple[int, Reply]:
        return index, await work.replies[index]

    total = len(work.replies)
    for done, step in enumerate(asyncio.as_completed(work.steps), 1):
        await step
        yield _event("progress", {"done": done, "total": total})
    for done, next_one in enumerate(asyncio.as_completed([numbered(i) for i in range(total)]), 1):
        index, reply = await next_one
        yield _event("answer", {"index": index, "done": done, "total": total, **reply})
    yield _event("end", {})


def _event(name: str, values: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(values)}\n\n".encode()


class Events(StreamingResponse):
    """The events of a request. When the client disconnects, the remaining tasks are cancelled."""

    def __init__(self, work: Work) -> None:
        super().__init__(_events(work), media_type=_EVENTS, headers={"Cache-Control": "no-store"})
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._work.cancel()


def accepts_events(request: Request) -> bool:
    """Whether the media types that are accepted (RFC 9110, 12.5.1) name events."""
    for entry in request.headers.get("accept", "").split(","):
        kind, *parameters = (part.strip().lower() for part in entry.split(";"))
        if kind == _EVENTS:
            return not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return False
