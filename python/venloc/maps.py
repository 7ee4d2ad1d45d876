# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Maps of answers as self-contained HTML that loads nothing from the network, with a light and a dark theme.

In notebooks, which may not run scripts, a map is an inline SVG. In a file it is the interactive map of the web page.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venloc import answers as made
from venloc import errors, files
from venloc._core import (
    EastNorth,
    LatLng,
    LocalFrame,
    Locator,
    Metadata,
    Posterior,
    Prediction,
    read_for_describing,
    read_metadata,
)
from venloc.failures import Failure
from venloc.html import pages, rendering
from venloc.walks import comparable
from venloc.words import distance_text, summary, verdict

if TYPE_CHECKING:
    from markupsafe import Markup

MAP_PAGE = Path(__file__).parent / "web" / "static" / "map.html"
"""The web page as one file, into which write_page puts answers."""
_NO_ANSWERS = '<script type="application/json" id="venloc-answers">null</script>'
_PREVIEW_PX = 640  # longer side of a picture in that file

TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"

_CELL_M = 40.0  # side of a cell of the density of gallery pictures [m]
_MIN_CELLS = 90  # of that density from west to east, where the drawn area is small
_TALLEST = 0.9  # height of a drawing by its width
_SHADES = 5  # of that density
_SHOWN_PROBABILITY = 0.02  # of a candidate that must be on the map
_SPECK = 0.02  # of the box around the largest part of the regions
_TILE_PX = 256  # side of a tile of a map on the web [px]
_EQUATOR_M = 40_075_016.7  # circumference of the earth as maps on the web have it [m]
_SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000)  # lengths of scale bars
_KEY_PX = 22  # width of a mark in a key


class View:
    """Converts places to drawing coordinates [px]. The drawing shows the given points and a margin around them."""

    def __init__(
        self, points: Sequence[LatLng], *, width: int = 640, margin_m: float = 300.0, min_m: float = 1500.0
    ) -> None:
        self._frame = LocalFrame(points[0])
        local = [self._frame.to_local(point) for point in points]
        self._west, self._east = _widened([p.east for p in local], margin_m, min_m)
        self._south, self._north = _widened([p.north for p in local], margin_m, min_m)
        too_narrow = (self._north - self._south) / _TALLEST - (self._east - self._west)
        if too_narrow > 0:
            self._west, self._east = self._west - too_narrow / 2, self._east + too_narrow / 2
        self.scale = width / (self._east - self._west)  # [px/m]
        self.width = width
        self.height = round((self._north - self._south) * self.scale)
        self.cell_px = min(_CELL_M * self.scale, width / _MIN_CELLS)  # of the density of gallery pictures

    def xy(self, place: LatLng) -> tuple[float, float]:
        """Where the place is drawn."""
        position = self._frame.to_local(place)
        return (position.east - self._west) * self.scale, (self._north - position.north) * self.scale

    def cell(self, place: LatLng) -> tuple[int, int]:
        """Column and row of the place in a grid of cell_px."""
        x, y = self.xy(place)
        return math.floor(x / self.cell_px), math.floor(y / self.cell_px)

    def corners(self) -> tuple[LatLng, LatLng]:
        """The places of the north-west and the south-east corner."""
        return (
            self._frame.to_lat_lng(EastNorth(self._west, self._north)),
            self._frame.to_lat_lng(EastNorth(self._east, self._south)),
        )

    def svg(self, parts: Iterable[str], label: str) -> Markup:
        """The drawing of these parts, with a scale bar. The label is its text for screen readers."""
        bar = max(step for step in _SCALES_M if step * self.scale <= self.width / 3 or step == _SCALES_M[0])
        return _drawn("svg", self, parts, label, bar)


def _drawn(name: str, *values: Any) -> Markup:
    return rendering.part("drawing.svg", name, *values)


def _widened(values: list[float], margin_m: float, min_m: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    extra = max(margin_m, (min_m - (high - low)) / 2)
    return low - extra, high + extra


def density(view: View, places: Iterable[LatLng]) -> Markup:
    """The places of the gallery's photos as dots; a dot is darker where there are more photos."""
    cells = Counter(map(view.cell, places))
    most = max(cells.values(), default=1)
    size = view.cell_px
    shades: dict[int, list[str]] = defaultdict(list)
    for (column, row), count in sorted(cells.items()):
        x, y = (column + 0.5) * size, (row + 0.5) * size
        if -size <= x <= view.width + size and -size <= y <= view.height + size:
            shade = math.ceil(_SHADES * math.log1p(count) / math.log1p(most))
            shades[shade].append(f"M{x:.0f} {y:.0f}h.1")
    return rendering.safe("").join(
        _drawn("dots", "".join(dots), 1.8 * size, 0.12 + 0.4 * shade / _SHADES)
        for shade, dots in sorted(shades.items())
    )


def dot(view: View, place: LatLng, radius: float, colour: str, title: str) -> Markup:
    """A disc of this radius [px]. Its title is shown when the pointer is on it."""
    return _drawn("dot", *view.xy(place), radius, colour, title)


def cross(view: View, place: LatLng, colour: str, title: str) -> Markup:
    """A ring with a cross, for a reported or suggested place."""
    return _drawn("cross", *view.xy(place), colour, title)


def square(view: View, place: LatLng, colour: str, title: str) -> Markup:
    """A square, for a known or recorded place."""
    return _drawn("square", *view.xy(place), colour, title)


def key(*marks: tuple[Callable[[View, LatLng], Markup], str]) -> pages.Key:
    """The key of a map. Each mark is drawn by the function that draws it on the map."""
    here = LatLng(0, 0)
    view = View([here], width=_KEY_PX, margin_m=0, min_m=_KEY_PX)
    return pages.Key(view.width, view.height, [(draw(view, here), words) for draw, words in marks])


def regions(posterior: Posterior) -> list[tuple[float, list[list[LatLng]]]]:
    """Level (0.5 and 0.9) and rings of each region of highest density; outer rings and holes follow each other."""
    features = json.loads(posterior.to_geojson())["features"]
    return [
        (feature["properties"]["level"], _rings(feature["geometry"]))
        for feature in features
        if feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
    ]


def _rings(geometry: dict[str, Any]) -> list[list[LatLng]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[LatLng(point[1], point[0]) for point in ring] for polygon in polygons for ring in polygon]


def _leading(rings: Iterable[list[LatLng]]) -> list[list[LatLng]]:
    """The rings without tiny ones, which do not influence the section that the map shows."""

    def size(ring: list[LatLng]) -> float:
        lats, lngs = [p.lat for p in ring], [p.lng for p in ring]
        return (max(lats) - min(lats)) * (max(lngs) - min(lngs))

    sizes = [(size(ring), ring) for ring in rings]
    largest = max((s for s, _ in sizes), default=0.0)
    return [ring for s, ring in sizes if s >= _SPECK * largest]


def _tiles(view: View, address: str) -> Markup:
    """Tiles of a web map below the drawing, each at the position of its corners."""
    north_west, south_east = view.corners()
    across_m = _EQUATOR_M * math.cos(math.radians(north_west.lat))
    zoom = max(0, min(19, round(math.log2(across_m * view.scale / _TILE_PX))))
    count = 1 << zoom

    def number(place: LatLng) -> tuple[int, int]:
        x = (place.lng + 180) / 360 * count
        y = (1 - math.asinh(math.tan(math.radians(place.lat))) / math.pi) / 2 * count
        return math.floor(x), math.floor(y)

    def corner(x: int, y: int) -> LatLng:
        return LatLng(math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / count)))), x / count * 360 - 180)

    (left, top), (right, bottom) = number(north_west), number(south_east)
    if right < left:  # across the antimeridian
        right += count
    parts = []
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            west, north = view.xy(corner(x, y))
            east, south = view.xy(corner(x + 1, y + 1))
            source = address.format(z=zoom, x=x % count, y=y)
            parts.append(_drawn("tile", source, west, north, east - west + 0.5, south - north + 0.5))
    return rendering.safe("").join(parts)


def svg(
    prediction: Prediction,
    places: Sequence[LatLng] = (),
    *,
    truth: LatLng | None = None,
    width: int = 640,
    tiles: str = "",
) -> Markup:
    """The map without text: the 50 % and 90 % regions, the evidence, and the density of the gallery's places.

    A cross marks the reported place when the confidence is high enough for a point; otherwise a dashed ring shows the
    50 % radius. A square marks the true place when it is given. `tiles` is the address of a web map to draw on, like TILES.
    """
    kind = verdict(prediction)
    found = regions(prediction.posterior)
    shown = prediction.candidates[:10]
    # A candidate that hardly counts does not make the map small.
    points = [prediction.location, *(c.location for c in shown if c.probability >= _SHOWN_PROBABILITY)]
    points += [] if truth is None else [truth]
    points += [point for ring in _leading(ring for _, rings in found for ring in rings) for point in ring]
    if kind == "around":
        frame, radius = LocalFrame(prediction.location), prediction.radius_50_m
        points += [frame.to_lat_lng(EastNorth(side * radius, side * radius)) for side in (-1, 1)]
    view = View(points, width=width)
    parts = [_tiles(view, tiles) if tiles else density(view, places)]
    for level, rings in sorted(found, key=lambda region: -region[0]):
        path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(view.xy, ring)) + "Z" for ring in rings)
        opacity = (0.35 if level <= 0.5 else 0.16) * (0.4 if kind == "elsewhere" else 1)
        parts.append(_drawn("region", path, opacity, f"{level:.0%} region"))
    parts += [
        dot(view, c.location, 3 + 4 * math.sqrt(c.probability), "--dot", f"{c.photo_id}: {c.probability:.0%}")
        for c in reversed(shown)
    ]
    if truth is not None:
        parts.append(square(view, truth, "--ink", "the true place"))
    if kind == "pin":
        parts.append(cross(view, prediction.location, "--region", "the answer"))
    elif kind == "around":
        radius_px = prediction.radius_50_m * view.scale
        parts.append(_drawn("ring", *view.xy(prediction.location), radius_px, "50 % radius"))
    return view.svg(parts, f"Map of the answer: {summary(prediction)}")


def prediction_html(
    prediction: Prediction,
    places: Sequence[LatLng] | None = None,
    title: str = "",
    *,
    city: str | None = None,
    truth: LatLng | None = None,
    tiles: str = "",
) -> str:
    """HTML for a notebook: the answer in words, the map and the evidence. Default places and city: the locator's."""
    locator = getattr(prediction, "_locator", None)
    if places is None:
        places = [] if locator is None else [photo.location for photo in locator.photos]
    if city is None:
        city = "" if locator is None else locator.info().city
    return rendering.render(
        "prediction.html",
        title=title,
        summary=summary(prediction, city),
        city=city or "this city",
        confidence=f"{prediction.confidence:.0%}",
        in_area=f"{prediction.in_area:.0%}",
        radius_50=distance_text(prediction.radius_50_m),
        radius_90=distance_text(prediction.radius_90_m),
        drawing=svg(prediction, places, truth=truth, tiles=tiles),
        tiles=bool(tiles),
        candidates=[
            {"name": c.photo_id, "url": c.url, "probability": f"{c.probability:.0%}", "inliers": c.inliers}
            for c in prediction.candidates[:5]
        ],
    )


@dataclass(frozen=True)
class Shown:
    """HTML that a notebook displays."""

    html: str
    """The HTML."""

    def _repr_html_(self) -> str:
        return self.html


def show(prediction: Prediction, *, truth: LatLng | None = None, tiles: bool | str = False) -> Shown:
    """Displays a prediction in a notebook, optionally on a street map from the network.

    A square marks the true place when it is given. With `tiles`, the browser loads map tiles from OpenStreetMap, or from
    the server whose address is given like TILES. That server can infer the reported place from the requests. Nothing
    else leaves the computer.
    """
    return Shown(prediction_html(prediction, truth=truth, tiles=TILES if tiles is True else tiles or ""))


def require_page() -> None:
    """Raises FileNotFoundError when the page that write_page fills was not built."""
    if not MAP_PAGE.exists():
        raise errors.FileNotFoundError(
            f"'{MAP_PAGE}' does not exist: run `make web` in the checkout of venloc, or install a wheel, which contains it"
        )


def write_page(
    answers: Iterable[tuple[str | os.PathLike[str], Prediction | Failure]],
    file: str | os.PathLike[str],
    locator: Locator,
    *,
    land: Mapping[str, Any] | None = None,
    gazetteer: made.Gazetteer | None = None,
    tiles: str = "",
    tiles_credit: str = "",
    together: bool = False,
) -> None:
    """Writes one self-contained HTML file with the answers for pictures, which the code of the web page displays.

    Each answer is given with the file of its picture. The page contains small copies of the pictures: check their licences
    before you publish it. A picture whose file no longer exists has no copy. A failure is shown with its reason. `land` is
    GeoJSON of polygons to draw below the answers (default: the places of the known photos are drawn). `gazetteer` has the
    names of places. `tiles` is the address of a street map, like TILES, and `tiles_credit` its attribution. A reader can
    switch it on; nothing is loaded before. With `together`, the answers are those of pictures of one walk, which the map
    draws.
    Raises InvalidArgumentError when that address is invalid, and FileNotFoundError when the page was not built.
    """
    require_page()
    street_map = made.tiles(tiles, tiles_credit)
    page = MAP_PAGE.read_text(encoding="utf-8")
    given = [(Path(picture), answer) for picture, answer in answers]
    walks = _walks(given) if together else [None] * len(given)
    content = {
        "model": made.model(locator, tiles=street_map, basemap=land is not None),
        "gallery": made.places(locator),
        "basemap": land,
        "answers": [_entry(*each, gazetteer, walk) for each, walk in zip(given, walks, strict=True)],
    }
    # Whatever a name or a record holds, it cannot end the element.
    text = json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    before, _, after = page.partition(_NO_ANSWERS)
    files.write_text(Path(file), f"{before}{_NO_ANSWERS.replace('null', text)}{after}")


def _walks(answers: Sequence[tuple[Path, Prediction | Failure]]) -> list[made.Walk | None]:
    """Each picture in the walk of all that were located; None for the others."""
    located = [number for number, (_, answer) in enumerate(answers) if isinstance(answer, Prediction)]
    times = comparable([_taken(answers[number][0]) for number in located])
    found = dict(zip(located, made.walks(times), strict=True))
    return [found.get(number) for number in range(len(answers))]


def _taken(file: Path) -> str | None:
    try:
        return read_metadata(file).taken
    except errors.Error:
        return None  # it is gone


def _entry(
    file: Path, answer: Prediction | Failure, gazetteer: made.Gazetteer | None, walk: made.Walk | None
) -> dict[str, Any]:
    # The folders that contain the file are private.
    if isinstance(answer, Failure):
        detail = answer.error.replace(str(file), file.name)
        return {"picture": "", "reply": made.failure(file.name, made.problem(422, detail))}
    try:
        picture = read_for_describing(file)
        metadata = read_metadata(file)
    except errors.Error:
        # It was read before and is gone since, as what comes through a pipe.
        return {"picture": "", "reply": made.answer(file.name, answer, Metadata(), None, gazetteer, walk)}
    return {
        "picture": pages.data_address(picture.shrunk_to(_PREVIEW_PX).turned(answer.turned_degrees)),
        "reply": made.answer(file.name, answer, metadata, (picture.width, picture.height), gazetteer, walk),
    }


def walk_svg(predictions: Sequence[Prediction], places: Sequence[LatLng] = (), *, width: int = 640) -> Markup:
    """The map of a walk: the reported places, numbered in the order given and joined by lines, with their 50 % radii.

    The radius of a picture that is not located to within the drawn area is left out. Below it is the density of the
    gallery's places.
    """
    view = View([prediction.location for prediction in predictions], width=width)
    points = [view.xy(prediction.location) for prediction in predictions]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts = [density(view, places), _drawn("walk_line", path)]
    for number, (prediction, (x, y)) in enumerate(zip(predictions, points, strict=True), 1):
        radius = prediction.radius_50_m * view.scale
        title = f"{number}: {summary(prediction)}"
        if radius <= width / 2:
            parts.append(_drawn("ring", x, y, radius, title))
        parts += [dot(view, prediction.location, 5, "--dot", title), _drawn("number", x + 7, y - 7, number)]
    return view.svg(parts, f"Map of a walk of {len(predictions)} pictures")


def show_walk(predictions: Sequence[Prediction]) -> Shown:
    """Displays the predictions of a walk in a notebook, in the order given; see walk_svg."""
    if not predictions:
        raise errors.InvalidArgumentError("a walk needs at least one prediction, got none")
    locator = getattr(predictions[0], "_locator", None)
    places = [] if locator is None else [photo.location for photo in locator.photos]
    return Shown(rendering.render("walk.html", drawing=walk_svg(predictions, places)))
