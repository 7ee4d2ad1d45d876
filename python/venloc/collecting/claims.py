# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Reports on a photo from several times are combined into one record.

Of each field the last value that is not empty counts. Of a place, the finest level and accuracy and the last time of its reports
count; of several places the finest counts, and of those the last. Both are the largest of all claims in some order, so that
neither the order in which they are combined nor repetitions matter.
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
    """What was reported about a place."""

    level: int
    accuracy: str
    reported: str
    """When (ISO 8601, UTC), the last time; empty: unknown, long ago."""


@dataclass(frozen=True)
class Claims:
    """All that was reported about a photo."""

    record: Record
    """The combined record."""
    reported: dict[str, str]
    """When each field's value was reported; without fields that have no value."""
    places: dict[tuple[float, float], Place]
    """By latitude and longitude."""

    @property
    def last(self) -> str:
        """The time of the last report."""
        return max(*self.reported.values(), self.place.reported, "")

    @property
    def place(self) -> Place:
        """The one that counts."""
        return self.places[self.record.lat, self.record.lng]

    def earlier(self) -> str:
        """JSON of the times of what was reported before the last report."""
        times = {**self.reported, _PLACE: self.place.reported}
        return json.dumps({name: reported for name, reported in sorted(times.items()) if reported != self.last})


def claims(record: Record, last: str, earlier: str, places: dict[tuple[float, float], Place]) -> Claims:
    """What is kept of a photo: its record, Claims.last, Claims.earlier(), and its places where there are several."""
    times = json.loads(earlier)
    reported = {name: times.get(name, last) for name in _FIELDS if getattr(record, name)}
    own = Place(record.level, record.accuracy, times.get(_PLACE, last))
    here = (record.lat, record.lng)
    return Claims(record, reported, {**places, here: _both(own, places[here]) if here in places else own})


def together(a: Claims, b: Claims) -> Claims:
    """Both claims about the same photo, combined."""
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
    """The rank of an accuracy; one that is not in ACCURACIES is above an empty one."""
    rank = len(ACCURACIES) - ACCURACIES.index(accuracy) if accuracy in ACCURACIES else 0
    return (rank, accuracy)
