# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Coverage of a gallery: the number of photos in each part of a city, as a table and as a page with a map."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from venloc import files, maps
from venloc._core import EastNorth, LatLng, LocalFrame, distance_m
from venloc.answers import Gazetteer
from venloc.errors import InvalidArgumentError
from venloc.html import rendering
from venloc.words import distance_text

if TYPE_CHECKING:
    from markupsafe import Markup

_Points: TypeAlias = np.typing.NDArray[np.float64]

CELL_M = 150.0
NEAR_M = 100.0  # around a named place
_FAR_M = 1000.0  # of no photos: a named place of somewhere else
_LISTED = 40
_SHADES = ((0, "no photo"), (1, "1 or 2"), (3, "3 to 9"), (10, "10 to 29"), (30, "30 or more"))
COLUMNS = ("name", "lat", "lng", "photos", "nearest_m")


@dataclass(frozen=True)
class Spot:
    """A square of the city, or a named place."""

    name: str
    """Empty for a square."""
    center: LatLng
    photos: int
    """Number of photos in the square, or within NEAR_M of the named place."""
    nearest_m: float
    """Distance from the centre to the nearest photo."""


def squares(photos: Sequence[LatLng], cell_m: float = CELL_M) -> list[Spot]:
    """Squares of this side [m] that cover the city, from south-west to north-east: those with photos, and those enclosed.

    A square is enclosed when there are photos to the north, the south, the west and the east of it. Raises
    InvalidArgumentError for a side that is not above 0.
    """
    if not cell_m > 0:
        raise InvalidArgumentError(f"the side of a square must be above 0, got {cell_m}")
    if not photos:
        return []
    frame = LocalFrame(photos[0])
    local = np.array([(p.east, p.north) for p in map(frame.to_local, photos)])
    cells = np.floor(local / cell_m).astype(int)
    least = cells.min(axis=0)
    counts = np.zeros(cells.max(axis=0) - least + 1, int)
    np.add.at(counts, tuple((cells - least).T), 1)
    has = counts > 0
    enclosed = has.copy()
    enclosed |= np.logical_and.reduce([_seen(has, axis, step) for axis in (0, 1) for step in (1, -1)])
    found = []
    by_cell = _Nearest(local, cells - least)
    for y, x in sorted((y, x) for x, y in np.argwhere(enclosed).tolist()):
        middle = (np.array([x, y]) + least + 0.5) * cell_m
        nearest = by_cell.distance(middle, (x, y), cell_m)
        found.append(Spot("", frame.to_lat_lng(EastNorth(*middle.tolist())), int(counts[x, y]), nearest))
    return found


class _Nearest:
    """Distances to the nearest of many points, using a grid of cells."""

    def __init__(self, points: _Points, cells: np.typing.NDArray[np.int_]) -> None:
        order = np.lexsort(cells.T)
        points, cells = points[order], cells[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(cells, axis=0) != 0).any(axis=1)])
        self._points = {
            (int(x), int(y)): part for (x, y), part in zip(cells[starts], np.split(points, starts[1:]), strict=True)
        }
        self._farthest = int(cells.max(initial=0)) + 1

    def distance(self, middle: _Points, cell: tuple[int, int], cell_m: float) -> float:
        """Distance from the centre of a cell. Searches ring by ring until no farther ring can have a nearer point."""
        nearest, (x, y) = np.inf, cell
        for ring in range(self._farthest + 1):
            if nearest <= (ring - 0.5) * cell_m:
                break
            for i, j in _ring(ring):
                part = self._points.get((x + i, y + j))
                if part is not None:
                    nearest = min(nearest, float(np.hypot(*(part - middle).T).min()))
        return nearest


def _ring(radius: int) -> list[tuple[int, int]]:
    """Offsets of the cells on the square ring of this radius."""
    side = range(-radius, radius + 1)
    if radius == 0:
        return [(0, 0)]
    return [(i, j) for i in side for j in (side if abs(i) == radius else (-radius, radius))]


def _seen(has: np.typing.NDArray[np.bool_], axis: int, step: int) -> np.typing.NDArray[np.bool_]:
    """For each cell, whether an earlier cell along the axis is set."""
    turned = np.flip(has, axis) if step < 0 else has
    any_before = np.logical_or.accumulate(turned, axis=axis)
    return np.flip(any_before, axis) if step < 0 else any_before


def around(photos: Sequence[LatLng], gazetteer: Gazetteer) -> list[Spot]:
    """The named places in ascending order of the number of photos around them, without places far from all photos."""
    found = []
    for name, place in gazetteer.places:
        away = [distance_m(place, photo) for photo in photos]
        if min(away, default=_FAR_M) < _FAR_M:
            found.append(Spot(name, place, sum(d <= NEAR_M for d in away), min(away)))
    return sorted(found, key=lambda spot: (spot.photos, -spot.nearest_m, spot.name))


def write_csv(spots: Sequence[Spot], file: Path) -> None:
    """Writes a table with the columns COLUMNS."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for s in spots:
        table.writerow([s.name, f"{s.center.lat:.6f}", f"{s.center.lng:.6f}", s.photos, f"{s.nearest_m:.0f}"])
    files.write_text(file, text.getvalue())


def write_page(cells: Sequence[Spot], file: Path, *, named: Sequence[Spot] = (), cell_m: float = CELL_M) -> None:
    """Writes a page about the results of squares() with this side [m] and, if given, of around().

    It contains a map of the squares, a table of their numbers of photos, and a list of the named places, or else of the
    squares, with the lowest coverage.
    """
    if named:
        listed = _listed("Named places by the number of photos around them", named)
    else:
        thin = sorted((c for c in cells if c.photos == 0), key=lambda c: -c.nearest_m)
        listed = _listed("Squares without photos, the most remote first", thin)
    html = rendering.render(
        "coverage.html",
        photos=sum(cell.photos for cell in cells),
        squares=len(cells),
        cell_m=f"{cell_m:g}",
        drawing=_map(cells, cell_m) if cells else None,
        shares=[
            (_part("swatch", i, text), str(n), f"{n / max(1, len(cells)):.0%}")
            for i, (text, n) in enumerate(_shares(cells))
        ],
        listed=listed,
    )
    files.write_text(file, html)


def _part(name: str, *values: Any) -> Markup:
    return rendering.part("coverage_parts.html", name, *values)


def _listed(caption: str, spots: Sequence[Spot]) -> dict[str, Any]:
    shown = spots[:_LISTED]
    head = ["place", "photos", "nearest photo"]
    rows: list[list[str]] = [
        [rendering.part("parts.html", "place_link", s.center), str(s.photos), distance_text(s.nearest_m)] for s in shown
    ]
    if any(s.name for s in shown):
        head = ["name", *head]
        rows = [[s.name, *row] for s, row in zip(shown, rows, strict=True)]
    return {"caption": caption, "head": head, "rows": rows}


def _shares(cells: Sequence[Spot]) -> list[tuple[str, int]]:
    least = [*(n for n, _ in _SHADES), 1 << 62]
    return [
        (text, sum(least[i] <= cell.photos < least[i + 1] for cell in cells)) for i, (_, text) in enumerate(_SHADES)
    ]


def _map(cells: Sequence[Spot], cell_m: float) -> Markup:
    view = maps.View([cell.center for cell in cells], width=900, margin_m=cell_m, min_m=4 * cell_m)
    side = cell_m * view.scale
    parts = []
    for cell in cells:
        shade = sum(cell.photos >= n for n, _ in _SHADES) - 1
        title = f"{cell.photos} photos, the nearest {distance_text(cell.nearest_m)} from the centre"
        parts.append(_part("square", *view.xy(cell.center), side, shade, title))
    empty = sum(cell.photos == 0 for cell in cells)
    return view.svg(parts, f"Map of {len(cells)} squares, {empty} of them without a photo")
