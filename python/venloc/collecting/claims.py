# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What has been told of a photo, at several times, comes to one record.

Of each field the last thing counts that was told and was something. Of a place, the finest level and accuracy and the last time
count that it was told with; of several places the finest counts, and of those the last. Both are the largest of all claims in some
order, so that it makes no difference in which order they are put together, or how often.
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
    """With what a place was told."""

    level: int
    accuracy: str
    told: str
    """When (ISO 8601, UTC), the last time; empty: unknown, long ago."""


@dataclass(frozen=True)
class Claims:
    """All that was told of a photo."""

    record: Record
    """What it comes to."""
    told: dict[str, str]
    """When each field's value was told; without those that nothing was told of."""
    places: dict[tuple[float, float], Place]
    """By latitude and longitude."""

    @property
    def last(self) -> str:
        """When something was told last."""
        return max(*self.told.values(), self.place.told, "")

    @property
    def place(self) -> Place:
        """The one that counts."""
        return self.places[self.record.lat, self.record.lng]

    def earlier(self) -> str:
        """JSON of the times of what was not told last."""
        times = {**self.told, _PLACE: self.place.told}
        return json.dumps({name: told for name, told in sorted(times.items()) if told != self.last})


def claims(record: Record, last: str, earlier: str, places: dict[tuple[float, float], Place]) -> Claims:
    """What is kept of a photo: its record, Claims.last, Claims.earlier(), and its places where there are several."""
    times = json.loads(earlier)
    told = {name: times.get(name, last) for name in _FIELDS if getattr(record, name)}
    own = Place(record.level, record.accuracy, times.get(_PLACE, last))
    here = (record.lat, record.lng)
    return Claims(record, told, {**places, here: _both(own, places[here]) if here in places else own})


def together(a: Claims, b: Claims) -> Claims:
    """All that either tells of the same photo."""
    values: dict[str, Any] = {}
    told = {}
    for name in _FIELDS:
        said = [(one.told[name], getattr(one.record, name)) for one in (a, b) if name in one.told]
        if said:
            told[name], values[name] = max(said, key=lambda claim: (claim[0], _order(claim[1])))
    places = dict(a.places)
    for here, place in b.places.items():
        places[here] = _both(places[here], place) if here in places else place
    (lat, lng), place = max(places.items(), key=lambda entry: (entry[1].level, entry[1].told, entry[0]))
    record = Record(a.record.source, a.record.id, lat, lng, accuracy=place.accuracy, level=place.level, **values)
    return Claims(record, told, places)


def _order(value: Any) -> Any:
    return [astuple(size) for size in value] if isinstance(value, tuple) else value


def _both(a: Place, b: Place) -> Place:
    return Place(max(a.level, b.level), max(a.accuracy, b.accuracy, key=_fineness), max(a.told, b.told))


def _fineness(accuracy: str) -> tuple[int, str]:
    """One that is none of ACCURACIES is finer than nothing."""
    rank = len(ACCURACIES) - ACCURACIES.index(accuracy) if accuracy in ACCURACIES else 0
    return (rank, accuracy)
