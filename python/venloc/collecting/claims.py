# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Combines reports on a photo from several times into one record.

For each field the latest non-empty value is used. A place has the finest level, the finest accuracy and the latest time of
its reports. Among several places the finest is used, and among equally fine places the latest. Each choice is a maximum, so
the order in which reports are combined and repeated reports do not change the result.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from typing import Any

from venloc.collecting.records import ACCURACIES, Record

_FIELDS = ("page", "author", "licence", "taken", "title", "width", "height", "sizes")
_PLACE = "place"  # among the times of fields


@dataclass(frozen=True)
class Place:
    """The combined reports on a place."""

    level: int
    accuracy: str
    reported: str
    """Time of the latest report (ISO 8601, UTC); empty: unknown, counts as the earliest."""


@dataclass(frozen=True)
class Claims:
    """All reports on a photo."""

    record: Record
    """The combined record."""
    reported: dict[str, str]
    """Time of the report of each field, for fields that have a value."""
    places: dict[tuple[float, float], Place]
    """The reported places by latitude and longitude."""

    @property
    def last(self) -> str:
        """The time of the latest report."""
        return max(*self.reported.values(), self.place.reported, "")

    @property
    def place(self) -> Place:
        """The place that is used."""
        return self.places[self.record.lat, self.record.lng]

    def earlier(self) -> str:
        """JSON with the times of the values that were reported before the latest report."""
        times = {**self.reported, _PLACE: self.place.reported}
        return json.dumps({name: reported for name, reported in sorted(times.items()) if reported != self.last})


def claims(record: Record, last: str, earlier: str, places: dict[tuple[float, float], Place]) -> Claims:
    """The claims of a photo from its stored values: record, Claims.last, Claims.earlier(), and places if it has several."""
    times = json.loads(earlier)
    reported = {name: times.get(name, last) for name in _FIELDS if getattr(record, name)}
    own = Place(record.level, record.accuracy, times.get(_PLACE, last))
    here = (record.lat, record.lng)
    return Claims(record, reported, {**places, here: _both(own, places[here]) if here in places else own})


def together(a: Claims, b: Claims) -> Claims:
    """Combines two claims about the same photo."""
    values: dict[str, Any] = {}
    reported = {}
    for name in _FIELDS:
        found = [(one.reported[name], getattr(one.record, name)) for one in (a, b) if name in one.reported]
        if found:
            reported[name], values[name] = max(found, key=lambda claim: (claim[0], _order(claim[1])))
    places = dict(a.places)
    for here, place in b.places.items():
        places[here] = _both(places[here], place) if here in places else place
    (lat, lng), place = max(places.items(), key=lambda entry: (entry[1].level, entry[1].reported, entry[0]))
    record = Record(a.record.source, a.record.id, lat, lng, accuracy=place.accuracy, level=place.level, **values)
    return Claims(record, reported, places)


def _order(value: Any) -> Any:
    return [astuple(size) for size in value] if isinstance(value, tuple) else value


def _both(a: Place, b: Place) -> Place:
    return Place(max(a.level, b.level), max(a.accuracy, b.accuracy, key=_fineness), max(a.reported, b.reported))


def _fineness(accuracy: str) -> tuple[int, str]:
    """The rank of an accuracy. An unknown accuracy ranks above an empty one."""
    rank = len(ACCURACIES) - ACCURACIES.index(accuracy) if accuracy in ACCURACIES else 0
    return (rank, accuracy)
