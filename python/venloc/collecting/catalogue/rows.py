# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The values that a catalogue stores, as they go in and come out."""

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
    """A query to a source, once."""

    number: int
    source: str
    query: str
    """JSON of the Query."""
    began: str
    ended: str
    """Empty while it is not."""


@dataclass(frozen=True)
class Finding:
    """A reason to doubt the place of a photo."""

    source: str
    id: str
    reason: str
    """One word."""
    doubt: float
    """Probability that the photo is of no use there, as far as this reason goes."""
    detail: str
    """For people."""
    lat: float | None = None
    lng: float | None = None
    """Where it may have been made instead."""


@dataclass(frozen=True)
class Decision:
    """What a person decided on a photo. Raises InvalidArgumentError for another verdict, or half a place."""

    source: str
    id: str
    verdict: str
    """keep or drop."""
    lat: float | None = None
    lng: float | None = None
    """Where it was made, when that is not the place that the source gives."""
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
    """As seen from the catalogue's folder; empty where none was kept. Of a local one, even where it is not there now."""
    digest: str = ""
    """SHA-256 of the file, hexadecimal."""
    bytes: int = 0
    """0 where no file came."""
    width: int = 0
    height: int = 0
    """Upright [px]."""
    exif_lat: float | None = None
    exif_lng: float | None = None
    """The place in the file's own metadata."""
    problem: str = ""
    """Why it is of no use, for people; empty where it is good."""
    local: bool = False
    """Whether it is a file of the user, which is read where it is and never moved or deleted."""


@dataclass(frozen=True)
class Positions:
    """A photo with several places reported by its source."""

    source: str
    id: str
    places: list[tuple[float, float]]
    """Latitude and longitude, all of them."""
    corrected: bool
    """Whether the place that counts was reported after all others, as after a correction."""


@dataclass(frozen=True)
class Page:
    """One request of a run."""

    task: str
    """JSON."""
    fetched: str
    """When; empty where it has not been."""
    total: int
    """Pictures that the source announced; 0 = it did not."""
    count: int
    """Pictures that it brought."""
    new: int
    """Those of them that the catalogue did not have."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many entries were not taken in, by reason."""


def as_row(record: Record) -> tuple[Any, ...]:
    if not (math.isfinite(record.lat) and math.isfinite(record.lng)):
        raise InvalidArgumentError(f"{record.key}: {record.lat}, {record.lng} is not a place")
    *values, sizes = astuple(record)
    # JSON may hold halves of characters, which are no text in UTF-8.
    clean = (value.encode(errors="replace").decode() if isinstance(value, str) else _bounded(value) for value in values)
    return (*clean, json.dumps(sizes, separators=(",", ":")))


def _bounded(value: float) -> float:
    """Numbers of pixels and levels may be any that a server sends; SQLite has 64 bits."""
    return max(-_MOST_NUMBER, min(value, _MOST_NUMBER)) if isinstance(value, int) else value


def as_record(row: tuple[Any, ...]) -> Record:
    *values, sizes = row
    return Record(**dict(zip(COLUMNS, values, strict=False)), sizes=tuple(Size(*size) for size in json.loads(sizes)))
