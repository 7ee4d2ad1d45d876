# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Checks whether photos were made at the places that their sources report.

Each check returns findings with a reason and a doubt: the probability that such a place is wrong. The findings of a photo
together determine its verdict (see verdicts.py). The doubts are estimates; some were measured by
benchmarks/coordinate_check.py.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from venloc._core import BoundingBox, LatLng, distance_m, is_valid
from venloc.collecting.catalogue import Catalogue, Finding
from venloc.collecting.records import Record
from venloc.collecting.running import Progress
from venloc.collecting.verdicts import CERTAIN
from venloc.errors import InvalidArgumentError
from venloc.longitudes import unrolled, within_turn
from venloc.words import distance_text

if TYPE_CHECKING:
    from venloc._core import SiftLocator
    from venloc.collecting.views import ViewClassifier

PLACE_REASONS = (
    "outside",
    "swapped",
    "impossible",
    "rounded",
    "default point",
    "accuracy",
    "two places",
    "exif",
    "copy elsewhere",
)
"""Reasons of the checks that do not open pictures."""

_CORRECTED_DOUBT = 0.2  # a later place is more often the right one
_ACCURACY_DOUBT = {
    "district": 0.3,
    "city": CERTAIN,
    "region": CERTAIN,
}  # the source itself reports that it is no position


@dataclass(frozen=True)
class CheckOptions:
    """Limits of the checks. Raises InvalidArgumentError for values out of range."""

    boxes: tuple[BoundingBox, ...] = ()
    """Areas that the photos should be in; empty: within `around_m` of the median place."""
    around_m: float = 15_000.0
    crowd: int = 7
    """Minimum number of photos on one point (equal to seven decimals) that make it suspicious as a default of a site or album."""
    apart_m: float = 250.0
    """Minimum distance at which two places of one photo contradict each other."""

    def __post_init__(self) -> None:
        if self.crowd < 2:
            raise InvalidArgumentError(f"crowd must be at least 2, got {self.crowd}")
        for name in ("around_m", "apart_m"):
            if not getattr(self, name) > 0:
                raise InvalidArgumentError(f"{name} must be above 0, got {getattr(self, name)}")


def check(
    catalogue: Catalogue,
    options: CheckOptions | None = None,
    *,
    locator: SiftLocator | None = None,
    classifier: ViewClassifier | None = None,
    progress: Progress | None = None,
) -> None:
    """Checks all photos again. Earlier findings with the same reasons are replaced; decisions of people stay.

    With a locator of the city, the geotag audit compares the pictures with each other and with those of the locator. With a
    classifier (see views.py), pictures that show no place are found. Both need the pictures. Without a locator or classifier,
    its earlier findings stay.
    """
    chosen = options or CheckOptions()
    records = list(catalogue.records())
    findings = [
        *outside(records, chosen),
        *unlikely_points(records, chosen),
        *coarse(records),
        *contradictions(catalogue, records, chosen),
    ]
    reasons = list(PLACE_REASONS)
    if locator is not None:
        from venloc.collecting import auditing

        reasons.append(auditing.REASON)
        findings += auditing.contradicted(catalogue, locator, progress)
    if classifier is not None:
        from venloc.collecting import views

        reasons.append(views.REASON)
        findings += views.no_views(catalogue, classifier, progress)
    catalogue.put_findings(findings, reasons)


def areas(records: Iterable[Record], options: CheckOptions) -> tuple[BoundingBox, ...]:
    """The areas that photos should be in; empty without photos."""
    if options.boxes:
        return options.boxes
    places = [record for record in records if is_valid(LatLng(record.lat, record.lng))]
    if not places:
        return ()
    lng = statistics.median(unrolled([p.lng for p in places]))
    middle = LatLng(statistics.median(p.lat for p in places), within_turn(lng))
    return (BoundingBox.around([middle], options.around_m),)


def outside(records: list[Record], options: CheckOptions) -> Iterator[Finding]:
    """Finds photos outside the area, and those that would be inside with latitude and longitude exchanged."""
    boxes = areas(records, options)

    def inside(lat: float, lng: float) -> bool:
        return is_valid(LatLng(lat, lng)) and any(box.contains(LatLng(lat, lng)) for box in boxes)

    for r in records:
        if inside(r.lat, r.lng):
            continue
        if inside(r.lng, r.lat):
            detail = "latitude and longitude are exchanged"
            yield Finding(r.source, r.id, "swapped", CERTAIN, detail, r.lng, r.lat)
        elif is_valid(LatLng(r.lat, r.lng)):
            away = distance_text(min(distance_m(LatLng(r.lat, r.lng), b.center()) for b in boxes))
            yield Finding(r.source, r.id, "outside", CERTAIN, f"{away} from the middle of the area")
        else:
            yield Finding(r.source, r.id, "impossible", CERTAIN, f"{r.lat:g}, {r.lng:g} is not a place on earth")


def unlikely_points(records: list[Record], options: CheckOptions) -> Iterator[Finding]:
    """Finds photos with rounded coordinates, and points with so many photos that they may be a default place."""
    crowds = Counter((round(r.lat, 7), round(r.lng, 7)) for r in records)
    for r in records:
        # A hundredth of a degree is a kilometre.
        if round(r.lat, 2) == r.lat and round(r.lng, 2) == r.lng:
            # Of positions to seven decimals, one in 10,000,000,000 is such by chance.
            yield Finding(r.source, r.id, "rounded", CERTAIN, f"{r.lat:g}, {r.lng:g} is rounded to about a kilometre")
        number = crowds[(round(r.lat, 7), round(r.lng, 7))]
        if number >= options.crowd:
            detail = f"{number} photos are on exactly this point, as if a whole album had been placed there"
            yield Finding(r.source, r.id, "default point", crowd_doubt(number, options.crowd), detail)


def crowd_doubt(number: int, crowd: int) -> float:
    """The doubt for a point with this number of photos: .5 at the limit `crowd`, .8 at twice as many."""
    return 1 - 0.5 * math.pow(crowd / number, 1.32)


def coarse(records: list[Record]) -> Iterator[Finding]:
    """Finds photos whose source reports only a rough place."""
    for r in records:
        doubt = _ACCURACY_DOUBT.get(r.accuracy)
        if doubt is not None:
            yield Finding(r.source, r.id, "accuracy", doubt, f"{r.source} reports the place only to the {r.accuracy}")


def contradictions(catalogue: Catalogue, records: list[Record], options: CheckOptions) -> Iterator[Finding]:
    """Finds photos with a second place: from an earlier report of the source, in the file, or of a copy."""
    places = {(r.source, r.id): LatLng(r.lat, r.lng) for r in records if is_valid(LatLng(r.lat, r.lng))}

    def away(key: tuple[str, str], other: LatLng) -> float:
        known = key in places and is_valid(other)
        return distance_m(places[key], other) if known else 0.0

    for photo in catalogue.positions():
        key = (photo.source, photo.id)
        lat, lng = max(photo.places, key=lambda place: away(key, LatLng(*place)))
        if (far := away(key, LatLng(lat, lng))) > options.apart_m:
            reports = "reported before" if photo.corrected else "also reports"
            detail = f"{photo.source} {reports} a place {distance_text(far)} away"
            yield Finding(*key, "two places", _CORRECTED_DOUBT if photo.corrected else 0.5, detail, lat, lng)
    for p in catalogue.pictures():
        if p.exif_lat is None or p.exif_lng is None:
            continue
        if (far := away((p.source, p.id), LatLng(p.exif_lat, p.exif_lng))) > options.apart_m:
            detail = f"the GPS position in the file is {distance_text(far)} away"
            yield Finding(p.source, p.id, "exif", 0.7, detail, p.exif_lat, p.exif_lng)
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for copy, original in catalogue.copies().items():
        groups[original].append(copy)
    for original, copies in sorted(groups.items()):
        members = [key for key in (original, *copies) if key in places]
        for key in members:
            other = max(members, key=lambda one: away(key, places[one]))
            if (far := away(key, places[other])) > options.apart_m:
                detail = f"the copy {other[0]}:{other[1]} of this picture is {distance_text(far)} away"
                yield Finding(*key, "copy elsewhere", 0.6, detail, places[other].lat, places[other].lng)
