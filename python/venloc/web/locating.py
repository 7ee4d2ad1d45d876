# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures are processed by a few threads, and only a limited number may wait."""

from __future__ import annotations

import asyncio
import functools
import heapq
import itertools
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from traceback import format_tb
from typing import Any, TypeAlias

from venloc._core import Image, ImageOptions, Locator, Metadata, Prediction, decode_metadata
from venloc.answers import Walk, problem, walks
from venloc.errors import Error
from venloc.pictures import as_image
from venloc.walks import comparable
from venloc.web.problems import ProblemError
from venloc.web.settings import Settings
from venloc.web.uploads import Upload

_log = logging.getLogger("venloc.web")


@dataclass(frozen=True)
class Located:
    """The result for a picture."""

    prediction: Prediction
    metadata: Metadata
    size: tuple[int, int]  # width and height of the picture as it was read [px]
    walk: Walk | None = None


@dataclass(frozen=True)
class Refused:
    """The reason why a picture could not be processed.

    It is not an exception, because a traceback would keep the picture in memory.
    """

    problem: dict[str, Any]
    """The description that the server sends ("Problem")."""


Handler: TypeAlias = Callable[[Upload], Any]


@dataclass(order=True)
class _Job:
    """One picture to process. First pictures of requests are processed before second pictures and so on, so that a request
    with one picture does not wait for all pictures of another request.
    """

    position: int  # in its request
    number: int  # of all
    upload: Upload = field(compare=False)
    handler: Handler = field(compare=False)
    future: Future[Any] = field(compare=False, default_factory=Future)


class PictureQueue:
    """The queue of pictures and the threads that process them. Use it from one event loop only."""

    def __init__(self, locator: Locator, settings: Settings) -> None:
        self.locator = locator
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.num_workers, thread_name_prefix="venloc")
        self._lock = threading.Lock()
        self._jobs: list[_Job] = []  # a heap
        self._numbers = itertools.count()
        self._pending = 0
        self._mean_s = 0.5  # mean time to process a picture
        self._stopping = False

    @property
    def pending(self) -> int:
        """Pictures that wait or are being processed."""
        return self._pending

    def submit(self, uploads: Sequence[Upload], handler: Handler) -> list[Future[Any]]:
        """Queues these pictures. Each future holds the return value of the handler, or Refused.

        Raises ProblemError (503) when the queue has no space for all of them. An idle queue accepts every allowed request.
        """
        jobs = [_Job(position, next(self._numbers), upload, handler) for position, upload in enumerate(uploads)]
        with self._lock:
            if self._stopping:
                raise _stopping()
            if self._pending > 0 and self._pending + len(jobs) > self._settings.max_waiting:
                wait = math.ceil(self._pending * self._mean_s / self._settings.num_workers)
                raise ProblemError(
                    503, "too many pictures are waiting: try again in a moment", retry_after_s=max(1, wait)
                )
            self._pending += len(jobs)
            for job in jobs:
                heapq.heappush(self._jobs, job)
        for job in jobs:
            job.future.add_done_callback(functools.partial(self._leave, job.upload))
            self._threads.submit(self._next)
        return [job.future for job in jobs]

    def stop(self) -> None:
        """Refuses new and waiting pictures, and finishes those in process. May be called by a signal handler."""
        self._stopping = True

    def close(self) -> None:
        """Ends the threads as soon as no picture is being processed."""
        self._stopping = True
        self._threads.shutdown(wait=True)

    def decode(self, upload: Upload) -> Image:
        """The picture. Raises ImageError."""
        limits = self._settings
        options = ImageOptions(max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
        return as_image(upload.data, upload.name, options)

    def locate(self, upload: Upload) -> Located:
        """The handler that locates a picture."""
        image = self.decode(upload)
        return Located(self.locator.locate(image), decode_metadata(upload.data), (image.width, image.height))

    def combine(self, located: Sequence[Located]) -> list[Located]:
        """The results for pictures of one walk, given one another."""
        taken = comparable([each.metadata.taken for each in located])
        cameras = [each.metadata.camera for each in located]
        predictions = self.locator.combine_walk([each.prediction for each in located], taken, cameras, num_threads=1)
        return [
            replace(each, prediction=prediction, walk=walk)
            for each, prediction, walk in zip(located, predictions, walks(taken), strict=True)
        ]

    def _next(self) -> None:
        with self._lock:
            job = heapq.heappop(self._jobs)
        if job.future.set_running_or_notify_cancel():
            job.future.set_result(self._outcome(job))

    def _outcome(self, job: _Job) -> Any:
        started = time.monotonic()
        try:
            if self._stopping:
                raise _stopping()
            outcome = job.handler(job.upload)
        except ProblemError as error:
            return Refused(error.problem)
        except Error as error:
            return Refused(problem(422, str(error)))
        except Exception as error:
            # Where it happened, but nothing that may be part of the picture.
            _log.error(
                "%s while a picture was processed\n%s", type(error).__name__, "".join(format_tb(error.__traceback__))
            )
            return Refused(problem(500, "an internal error, recorded in the log of the server: try another picture"))
        with self._lock:
            self._mean_s += 0.1 * (time.monotonic() - started - self._mean_s)
        return outcome

    def _leave(self, upload: Upload, _future: object) -> None:
        upload.data = b""  # other references to the upload may remain
        with self._lock:
            self._pending -= 1


def _stopping() -> ProblemError:
    return ProblemError(503, "the server is being stopped: try again in a moment")


async def finished(future: Future[Any], settings: Settings) -> Any:
    """The return value of the handler. Raises the ProblemError of a refused picture, or 504 after the time limit.

    A picture whose client has disconnected is not processed.
    """
    try:
        outcome = await asyncio.wait_for(asyncio.wrap_future(future), settings.answer_timeout_s)
    except asyncio.TimeoutError:
        raise ProblemError(
            504, f"the picture was not located within {settings.answer_timeout_s:g} s: try again later"
        ) from None
    if isinstance(outcome, Refused):
        raise ProblemError(outcome.problem["status"], outcome.problem["detail"])
    return outcome
