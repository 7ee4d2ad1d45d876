# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A picture that was named, and how several are located at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from venloc._core import Exif, Locator, Prediction, decode_exif, read_exif
from venloc.answers.outputs.located import Located
from venloc.errors import CancelledError, Error
from venloc.failures import Failure
from venloc.pictures import as_image

if TYPE_CHECKING:
    from venloc._core import Posterior

_AHEAD = 4  # pictures per thread that may wait for one before them

Load: TypeAlias = Callable[[threading.Event], bytes]
"""Loads a picture from the web; it ends early when the event is set. Raises SourceError."""
PriorOf: TypeAlias = Callable[[Path], "Posterior | None"]
"""What is known of the place of a file before it is located."""


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

    def located(self, locator: Locator, stopped: threading.Event, prior_of: PriorOf | None = None) -> Located:
        """Reads and locates the picture. Raises CancelledError when it is stopped."""
        result, exif = self._result(locator, stopped, prior_of)
        return Located(self.file, result, exif, self.columns, self.target)

    def _result(
        self, locator: Locator, stopped: threading.Event, prior_of: PriorOf | None
    ) -> tuple[Prediction | Failure, Exif]:
        if isinstance(self.source, Failure):
            return self.source, Exif()
        try:
            source = self.source(stopped) if callable(self.source) else self.source
            image = as_image(source, self.file)
            exif = read_exif(source) if isinstance(source, Path) else decode_exif(source)
            known = prior_of is not None and isinstance(source, Path)
            return locator.locate(image, prior=prior_of(source) if known else None), exif
        except CancelledError:
            raise
        except Error as error:
            return Failure(self.file, str(error)), Exif()
        except MemoryError:
            reason = "there is not enough memory for this picture: make it smaller, or use fewer --jobs"
            return Failure(self.file, f"{self.file}: {reason}"), Exif()


def files_of(pictures: Iterable[Listed]) -> list[Path]:
    """The files among the pictures."""
    return [picture.source for picture in pictures if isinstance(picture.source, Path)]


def located(
    locator: Locator, pictures: Iterable[Listed], jobs: int, prior_of: PriorOf | None = None
) -> Iterator[Located]:
    """The results in the order of the pictures, of which `jobs` are located at once, with the priors of the files."""
    stopped = threading.Event()
    pool = ThreadPoolExecutor(max_workers=jobs)
    waiting: deque[Future[Located]] = deque()
    try:
        for picture in pictures:
            waiting.append(pool.submit(picture.located, locator, stopped, prior_of))
            if len(waiting) >= _AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
