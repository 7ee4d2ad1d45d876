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
"""Named areas. The area of Venice is the published one (FDHProject)."""

OPEN_LICENCES = ("CC0-1.0", "PDM-1.0", "CC-BY", "CC-BY-SA", "NKCR", "US-GOV")
"""The licences that `open` includes, in all versions: they allow sharing and changing pictures."""

ACCURACIES = ("street", "district", "city", "region")
"""Accuracies of places, the finest first. The accuracy of a record is empty when the source does not report it."""


@dataclass(frozen=True)
class Size:
    """One copy of a picture that a source offers."""

    side_px: int
    """Longer side [px]; 0 = unknown: the original."""
    address: str
    """Address of the copy."""


@dataclass(frozen=True)
class Record:
    """A geotagged picture of a source."""

    source: str
    """Name of the source."""
    id: str
    """Id of the picture, unique within its source."""
    lat: float
    """Latitude [deg]."""
    lng: float
    """Longitude [deg]."""
    page: str = ""
    """Address of the public page."""
    author: str = ""
    """Name of the author, as the source gives it."""
    licence: str = ""
    """SPDX-like name, e.g. CC-BY-SA-2.0; `ARR` = all rights reserved, `NKCR` = no known copyright restrictions."""
    taken: str = ""
    """Time of the exposure (ISO 8601), as precise as the source reports it."""
    title: str = ""
    """Title of the picture."""
    accuracy: str = ""
    """Accuracy of the place: one of ACCURACIES, or empty."""
    level: int = 0
    """Accuracy on the scale of the source, larger is finer; 0 = unknown."""
    width: int = 0
    """Width of the original [px]; 0 = unknown."""
    height: int = 0
    """Height of the original [px]; 0 = unknown."""
    sizes: tuple[Size, ...] = ()
    """The copies that the source offers."""

    @property
    def key(self) -> str:
        """The id of the picture in a gallery."""
        return f"{self.source}:{self.id}"


@dataclass(frozen=True)
class Query:
    """Which pictures to collect. Raises InvalidArgumentError for an impossible query."""

    box: BoundingBox
    """The area in which pictures were made."""
    keywords: str = ""
    """Search words, for sources that have texts."""
    since: str = ""
    """First day (ISO 8601) on which pictures were taken; empty: any."""
    until: str = ""
    """Last day on which pictures were taken, included; empty: any."""
    licences: tuple[str, ...] = ()
    """Licence names without or with version, such as CC-BY; `open` = OPEN_LICENCES. Empty: any."""
    maximum: int = 0
    """Maximum pictures of a run; 0 = all."""

    def __post_init__(self) -> None:
        if not (self.box.south < self.box.north and self.box.width_deg() > 0):
            raise InvalidArgumentError("the box must have south < north and west other than east")
        for name in ("since", "until"):
            value = getattr(self, name)
            if value:
                try:
                    well_formed = datetime.date.fromisoformat(value).isoformat() == value
                except ValueError:
                    well_formed = False
                if not well_formed:
                    raise InvalidArgumentError(f"{name} must be a day like 2019-05-31, got {value!r}")
        if self.since and self.until and self.since > self.until:
            raise InvalidArgumentError(f"since ({self.since}) is after until ({self.until})")
        if self.maximum < 0:
            raise InvalidArgumentError(f"maximum must be 0 (all) or more, got {self.maximum}")

    @property
    def areas(self) -> list[list[float]]:
        """The box as west, south, east and north [deg], for interfaces; two such areas when it crosses the antimeridian."""
        box = self.box
        if box.west <= box.east:
            return [[box.west, box.south, box.east, box.north]]
        return [[box.west, box.south, 180.0, box.north], [-180.0, box.south, box.east, box.north]]

    def wants(self, record: Record) -> bool:
        """Whether the record has a licence, a day and a place that match the query.

        A picture of unknown day matches, because sources that have days filter by day themselves.
        """
        if not self.box.contains(LatLng(record.lat, record.lng)):
            return False
        day = record.taken[:10]
        if day and ((self.since and day < self.since[: len(day)]) or (self.until and day > self.until)):
            return False
        return self.wants_licence(record.licence)

    def wants_licence(self, licence: str) -> bool:
        """Whether this licence matches the query."""
        return self.licences == () or any(_is_of(licence, wanted) for wanted in self.wanted_licences)

    @property
    def wanted_licences(self) -> tuple[str, ...]:
        """The licences of the query, with `open` expanded."""
        return tuple(name for wanted in self.licences for name in (OPEN_LICENCES if wanted == "open" else (wanted,)))

    def to_json(self, **about: str) -> str:
        """The query and further values as JSON; equal queries give equal text."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({**values, "box": self.box.to_dict(), **about}, sort_keys=True)


def _is_of(licence: str, wanted: str) -> bool:
    """Whether a licence is a version of the wanted one: CC-BY matches CC-BY-2.0, but not CC-BY-NC-2.0."""
    return licence == wanted or (
        licence.startswith(f"{wanted}-") and licence[len(wanted) + 1 :].replace(".", "").isdigit()
    )
