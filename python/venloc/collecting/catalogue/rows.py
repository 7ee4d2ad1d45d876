# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The rows that a catalogue stores."""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from venloc.collecting.records import Record, Size
from venloc.errors import InvalidArgumentError

_MOST_NUMBER = (1 << 31) - 1

COLUMNS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True)
class Run:
    """One execution of a query to a source."""

    number: int
    """Number of the run."""
    source: str
    """Name of the source."""
    query: str
    """JSON of the Query."""
    began: str
    """When the run began (ISO 8601)."""
    ended: str
    """When the run ended (ISO 8601); empty while it has not."""


@dataclass(frozen=True)
class Finding:
    """A reason to doubt the place of a photo."""

    source: str
    id: str
    reason: str
    """One word."""
    doubt: float
    """Probability that the photo is unusable at its place, by this reason alone."""
    detail: str
    """Explanation for people."""
    lat: float | None = None
    lng: float | None = None
    """Another place where it may have been made; None when unknown."""


@dataclass(frozen=True)
class Decision:
    """The decision of a person on a photo. Raises InvalidArgumentError for an unknown verdict or an incomplete place."""

    source: str
    id: str
    verdict: str
    """keep or drop."""
    lat: float | None = None
    lng: float | None = None
    """Place where it was made, when the source reports another place."""
    note: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in ("keep", "drop"):
            raise InvalidArgumentError(f"{self.source}:{self.id}: a decision is keep or drop, got '{self.verdict}'")
        if (self.lat is None) != (self.lng is None) or (
            self.lat is not None and not (abs(self.lat) <= 90 and abs(self.lng or 0) <= 180)
        ):
            raise InvalidArgumentError(f"{self.source}:{self.id}: {self.lat}, {self.lng} is not a place")


@dataclass(frozen=True)
class Picture:
    """The result of requesting a photo's picture."""

    source: str
    id: str
    file: str = ""
    """Path relative to the folder of the catalogue; empty when no file was stored. A local file may be missing now."""
    digest: str = ""
    """SHA-256 of the file, hexadecimal."""
    bytes: int = 0
    """Size of the file; 0 without a file."""
    width: int = 0
    height: int = 0
    """Size in upright orientation [px]."""
    exif_lat: float | None = None
    exif_lng: float | None = None
    """The place in the metadata of the file."""
    problem: str = ""
    """Why the picture is unusable, for people; empty when it is usable."""
    local: bool = False
    """Whether it is a file of the user, which is never moved or deleted."""


@dataclass(frozen=True)
class Positions:
    """A photo with several places reported by its source."""

    source: str
    id: str
    places: list[tuple[float, float]]
    """Latitude and longitude of each place."""
    corrected: bool
    """Whether the place in use was reported after all others, as after a correction."""


@dataclass(frozen=True)
class Page:
    """One request of a run."""

    task: str
    """JSON."""
    fetched: str
    """Time of the request; empty when it was not made yet."""
    total: int
    """Total number of pictures that the source reported; 0 = unknown."""
    count: int
    """Number of pictures in the reply."""
    new: int
    """Number of them that were new to the catalogue."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Number of entries that were left out, by reason."""


def as_row(record: Record) -> tuple[Any, ...]:
    if not (math.isfinite(record.lat) and math.isfinite(record.lng)):
        raise InvalidArgumentError(f"{record.key}: {record.lat}, {record.lng} is not a place")
    *values, sizes = astuple(record)
    # JSON may hold halves of characters, which are no text in UTF-8.
    clean = (value.encode(errors="replace").decode() if isinstance(value, str) else _bounded(value) for value in values)
    return (*clean, json.dumps(sizes, separators=(",", ":")))


def _bounded(value: float) -> float:
    """Limits a number from a server to the 64 bits of SQLite."""
    return max(-_MOST_NUMBER, min(value, _MOST_NUMBER)) if isinstance(value, int) else value


def as_record(row: tuple[Any, ...]) -> Record:
    *values, sizes = row
    return Record(**dict(zip(COLUMNS, values, strict=False)), sizes=tuple(Size(*size) for size in json.loads(sizes)))
