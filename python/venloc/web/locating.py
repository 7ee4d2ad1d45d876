# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures are located by a few threads, and only so many may wait."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from venloc._core import Exif, Locator, Prediction, decode_exif, decode_image
from venloc.errors import Error
from venloc.web.problems import ProblemError
from venloc.web.settings import Settings
from venloc.web.uploads import Upload


@dataclass(frozen=True)
class Located:
    """What is known of a picture."""

    prediction: Prediction
    exif: Exif
    size: tuple[int, int]  # width and height [px]


@dataclass(frozen=True)
class Refused:
    """Why a picture could not be looked at.

    No exception, whose traceback would hold the picture in memory.
    """

    detail: str


Outcome: TypeAlias = "Located | Refused"


class Desk:
    """Takes pictures in and hands answers out. May be used from one event loop."""

    def __init__(self, locator: Locator, settings: Settings) -> None:
        self.locator = locator
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.num_workers, thread_name_prefix="venloc")
        self._lock = threading.Lock()
        self._taken = 0
        self._mean_s = 0.5  # a picture takes

    @property
    def taken(self) -> int:
        """Pictures that wait or are worked on."""
        return self._taken

    def take(self, uploads: Sequence[Upload]) -> list[Future[Outcome]]:
        """Starts on these pictures. Raises ProblemError (503) where not all of them find room."""
        with self._lock:
            if self._taken > 0 and self._taken + len(uploads) > self._settings.max_waiting:
                wait = math.ceil(self._taken * self._mean_s / self._settings.num_workers)
                raise ProblemError(
                    503, "too many pictures are waiting: try again in a moment", retry_after_s=max(1, wait)
                )
            self._taken += len(uploads)
        futures = []
        for upload in uploads:
            future = self._threads.submit(self._answer, upload)
            future.add_done_callback(self._leave)
            futures.append(future)
        return futures

    def close(self) -> None:
        """Ends the threads, after what they are working on."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _answer(self, upload: Upload) -> Outcome:
        started = time.monotonic()
        try:
            image = decode_image(
                upload.data, upload.name, max_bytes=self._settings.max_bytes, max_pixels=self._settings.max_pixels
            )
            located = Located(self.locator.locate(image), decode_exif(upload.data), (image.width, image.height))
        except Error as error:
            return Refused(str(error))
        with self._lock:
            self._mean_s += 0.1 * (time.monotonic() - started - self._mean_s)
        return located

    def _leave(self, _future: object) -> None:
        with self._lock:
            self._taken -= 1


async def finished(future: Future[Outcome], settings: Settings) -> Outcome:
    """The answer; one that is no longer waited for is not begun."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), settings.answer_timeout_s)
    except asyncio.TimeoutError:
        raise ProblemError(
            504, f"the picture was not located within {settings.answer_timeout_s:g} s: try again later"
        ) from None
