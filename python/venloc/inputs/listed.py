# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A picture that was named, and how several are located at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from venloc._core import ImageOptions, Locator, Metadata, Prediction, decode_metadata, read_metadata
from venloc.answers import refusal
from venloc.answers.outputs.located import Located
from venloc.errors import CancelledError, Error
from venloc.failures import Failure
from venloc.pictures import as_image

if TYPE_CHECKING:
    from venloc._core import Posterior

_AHEAD = 4  # pictures per thread that may wait for one before them

Load: TypeAlias = Callable[[threading.Event], bytes]
"""Loads a picture from the web; it ends early when the event is set. Raises SourceError."""
PriorOf: TypeAlias = Callable[[Metadata], "Posterior | None"]
"""What the metadata of a file state about its place before it is located."""


@dataclass(frozen=True)
class Handling:
    """How pictures are read and located."""

    limits: ImageOptions | None = None
    """Limits of picture files; None = the defaults."""
    prior_of: PriorOf | None = None
    """The prior of a file."""
    any_content: bool = False
    """Whether pages of text, screenshots and blank pictures are located too, and not reported as failures."""


@dataclass(frozen=True)
class Listed:
    """A picture that a command shall locate."""

    file: str
    """Its path or address, by which it is reported; "-" for the standard input."""
    source: Path | bytes | Load | Failure
    """Where it is read from; a failure where it is known already that it cannot be read."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The further columns of the list that named it."""
    target: str = ""
    """Address of the IIIF canvas or of the picture on the web; empty for files."""

    def located(
        self,
        locator: Locator,
        stopped: threading.Event,
        handling: Handling,
    ) -> Located:
        """Reads and locates the picture. Raises CancelledError when it is stopped."""
        result, metadata = self._result(locator, stopped, handling)
        return Located(self.file, result, metadata, self.columns, self.target)

    def _result(
        self, locator: Locator, stopped: threading.Event, handling: Handling
    ) -> tuple[Prediction | Failure, Metadata]:
        if isinstance(self.source, Failure):
            return self.source, Metadata()
        try:
            source = self.source(stopped) if callable(self.source) else self.source
            image = as_image(source, self.file, handling.limits)
            metadata = read_metadata(source) if isinstance(source, Path) else decode_metadata(source)
            prior_of = handling.prior_of
            prior = prior_of(metadata) if prior_of is not None and isinstance(source, Path) else None
            answer = locator.locate(image, prior=prior)
            reason = None if handling.any_content else refusal(answer)
            return answer if reason is None else Failure(self.file, f"{self.file}: {reason}"), metadata
        except CancelledError:
            raise
        except Error as error:
            return Failure(self.file, str(error)), Metadata()
        except MemoryError:
            reason = "there is not enough memory for this picture: make it smaller, or use fewer --jobs"
            return Failure(self.file, f"{self.file}: {reason}"), Metadata()


def files_of(pictures: Iterable[Listed]) -> list[Path]:
    """The files among the pictures."""
    return [picture.source for picture in pictures if isinstance(picture.source, Path)]


def located(
    locator: Locator,
    pictures: Iterable[Listed],
    jobs: int,
    handling: Handling | None = None,
    done: Callable[[], None] = lambda: None,
) -> Generator[Located, None, None]:
    """The results in the order of the pictures, of which `jobs` are located at once.

    `done` is called for each picture before its result is returned.
    """

    def first() -> Located:
        result = waiting.popleft().result()
        done()
        return result

    stopped = threading.Event()
    pool = ThreadPoolExecutor(max_workers=jobs)
    waiting: deque[Future[Located]] = deque()
    try:
        for picture in pictures:
            waiting.append(pool.submit(picture.located, locator, stopped, handling or Handling()))
            if len(waiting) >= _AHEAD * jobs:
                yield first()
        while waiting:
            yield first()
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)


def together(results: Iterable[Located], locator: Locator) -> Generator[Located, None, None]:
    """The results of pictures of one walk, given one another: in their order, after all of them were located.

    Times and cameras are those of the metadata; pictures of one camera share a clock.
    """
    from venloc import walks

    found = list(results)
    answers = [each.result for each in found if isinstance(each.result, Prediction)]
    sources = [each.metadata for each in found if isinstance(each.result, Prediction)]
    times = walks.comparable([metadata.taken for metadata in sources])
    combined = iter(locator.combine_walk(answers, times, [metadata.camera for metadata in sources]))
    for each in found:
        yield replace(each, result=next(combined)) if isinstance(each.result, Prediction) else each
