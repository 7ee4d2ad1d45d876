# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of the server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from venloc import answers
from venloc.errors import InvalidArgumentError

LIMITS = (
    "max_bytes",
    "max_pixels",
    "max_pictures",
    "max_waiting",
    "max_held",
    "max_contributions",
    "upload_timeout_s",
    "answer_timeout_s",
    "workers",
)
"""The settings that are numbers."""


@dataclass(frozen=True)
class Settings:
    """Limits and files of the server. The defaults are for a server on one computer."""

    max_bytes: int = 20_000_000
    """Maximum bytes of a picture."""
    max_pixels: int = 50_000_000
    """Maximum pixels of a picture."""
    max_pictures: int = 20
    """Maximum pictures of a request."""
    max_waiting: int = 64
    """Maximum pictures that wait or are being processed. Requests above the limit are refused with 503."""
    max_held: int = 400_000_000
    """Maximum bytes of all current requests together. Requests above the limit are refused with 503."""
    upload_timeout_s: float = 60.0
    """Maximum time to receive a request [s]."""
    answer_timeout_s: float = 60.0
    """Maximum time to locate a picture, including the time in the queue [s]."""
    workers: int = 0
    """Number of pictures that are processed in parallel; 0 = one for each core."""
    tiles: str = ""
    """Address of raster tiles, with {z}, {x} and {y}, that a visitor can switch on; empty: none."""
    tiles_credit: str = ""
    """Attribution of the tiles."""
    basemap: Path | None = None
    """GeoJSON of polygons that the page draws below the answers."""
    gazetteer: Path | None = None
    """CSV with columns name, lat and lng (or lon): names of places."""
    samples: Path | None = None
    """Folder of sample pictures for visitors; lines `file | title | credit` of its CREDITS.md describe them."""
    contributions: Path | None = None
    """Folder for the contributions of visitors; None: contributions are refused. Only one server may write to it."""
    max_contributions: int = 10_000
    """Maximum contributions that the folder may hold."""
    cors_origins: tuple[str, ...] = ()
    """Origins of other pages that may send requests to this server."""

    def validate(self) -> None:
        """Raises InvalidArgumentError that names the field."""
        for name in LIMITS:
            value, whole = getattr(self, name), not name.endswith("_s")
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise InvalidArgumentError(f"{name} must be a {'whole ' if whole else ''}number, got {value!r}")
            if whole and name != "workers" and value < 1:
                raise InvalidArgumentError(f"{name} must be at least 1, got {value}")
        if self.max_held < self.max_body:
            raise InvalidArgumentError(
                f"max_held must be at least {self.max_body}, the maximum size of a request, got {self.max_held}"
            )
        for name in ("upload_timeout_s", "answer_timeout_s"):
            if not getattr(self, name) > 0:
                raise InvalidArgumentError(f"{name} must be above 0, got {getattr(self, name)}")
        if self.workers < 0:
            raise InvalidArgumentError(f"workers must be 0 (all cores) or more, got {self.workers}")
        for origin in self.cors_origins:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
                raise InvalidArgumentError(f"an origin must be like https://museum.example, got {origin!r}")
        answers.tiles(self.tiles)

    @property
    def max_body(self) -> int:
        """Maximum bytes of a whole request: a few large pictures, or many small ones."""
        return self.max_bytes * (3 if self.max_pictures > 1 else 1) + 64_000

    @property
    def num_workers(self) -> int:
        """Threads that locate."""
        return self.workers or os.cpu_count() or 1
