# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Queries to a source of pictures, and the records that it returns."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, fields

from venloc._core import BoundingBox, LatLng
from venloc.errors import InvalidArgumentError

BOXES = {"venice": BoundingBox(45.395688, 12.248631, 45.468072, 12.396624)}
"""Areas with a name; that of Venice is the published one."""

OPEN_LICENCES = ("CC0-1.0", "PDM-1.0", "CC-BY", "CC-BY-SA", "NKCR", "US-GOV")
"""What `open` stands for: licences that let pictures be passed on and changed, of every version."""

ACCURACIES = ("street", "district", "city", "region")
"""Accuracies of places, the finest first; a record's accuracy is empty where the source does not state it."""


@dataclass(frozen=True)
class Size:
    """One copy of a picture that a source offers."""

    side_px: int
    """Longer side; 0 = unknown, which stands for the original."""
    address: str


@dataclass(frozen=True)
class Record:
    """A geotagged picture of a source."""

    source: str
    id: str
    """Unique in its source."""
    lat: float
    lng: float
    page: str = ""
    """Public page."""
    author: str = ""
    licence: str = ""
    """SPDX-like name, e.g. CC-BY-SA-2.0; `ARR` = all rights reserved, `NKCR` = no known copyright restrictions."""
    taken: str = ""
    """ISO 8601, to the accuracy that the source gives."""
    title: str = ""
    accuracy: str = ""
    """One of ACCURACIES, or empty."""
    level: int = 0
    """Accuracy on the source's own scale, the larger the finer; 0 = unknown."""
    width: int = 0
    height: int = 0
    """Of the original [px]; 0 = unknown."""
    sizes: tuple[Size, ...] = ()

    @property
    def key(self) -> str:
        """The name it has in a gallery."""
        return f"{self.source}:{self.id}"


@dataclass(frozen=True)
class Query:
    """Which pictures to collect. Raises InvalidArgumentError where that is nothing."""

    box: BoundingBox
    keywords: str = ""
    """Free text, for sources that have texts."""
    since: str = ""
    until: str = ""
    """Days (ISO 8601) on which pictures were taken, both included; empty: any."""
    licences: tuple[str, ...] = ()
    """Names or their beginnings, such as CC-BY; `open` = OPEN_LICENCES. Empty: any."""
    maximum: int = 0
    """Maximum pictures of a run; 0 = all."""

    def __post_init__(self) -> None:
        if not (self.box.south < self.box.north and self.box.west < self.box.east):
            raise InvalidArgumentError("a box needs south < north and west < east")
        for name in ("since", "until"):
            value = getattr(self, name)
            if value:
                try:
                    well_formed = datetime.date.fromisoformat(value).isoformat() == value
                except ValueError:
                    well_formed = False
                if not well_formed:
                    raise InvalidArgumentError(f"{name} is a day like 2019-05-31, got {value!r}")
        if self.since and self.until and self.since > self.until:
            raise InvalidArgumentError(f"since ({self.since}) is after until ({self.until})")
        if self.maximum < 0:
            raise InvalidArgumentError(f"maximum must be 0 (all) or more, got {self.maximum}")

    def wants(self, record: Record) -> bool:
        """Whether the record has a licence, a day and a place that match the query.

        A picture of unknown day is wanted, as sources that have days filter by them.
        """
        if not self.box.contains(LatLng(record.lat, record.lng)):
            return False
        day = record.taken[:10]
        if day and ((self.since and day < self.since[: len(day)]) or (self.until and day > self.until)):
            return False
        return self.wants_licence(record.licence)

    def wants_licence(self, licence: str) -> bool:
        """Whether a picture under this licence is wanted."""
        return self.licences == () or any(_is_of(licence, wanted) for wanted in self.wanted_licences)

    @property
    def wanted_licences(self) -> tuple[str, ...]:
        """With `open` written out."""
        return tuple(name for wanted in self.licences for name in (OPEN_LICENCES if wanted == "open" else (wanted,)))

    def to_json(self, **about: str) -> str:
        """The same text for the same query, with further values about it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({**values, "box": self.box.to_dict(), **about}, sort_keys=True)


def _is_of(licence: str, wanted: str) -> bool:
    """CC-BY is CC-BY-2.0 and CC-BY-4.0, but not CC-BY-NC-2.0."""
    return licence == wanted or (
        licence.startswith(f"{wanted}-") and licence[len(wanted) + 1 :].replace(".", "").isdigit()
    )
