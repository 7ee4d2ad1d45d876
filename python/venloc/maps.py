# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Maps of answers as self-contained HTML: one inline SVG, nothing from the network, light and dark."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from venloc._core import LatLng, LocalFrame, Prediction
from venloc.words import distance_text, summary

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 640  # of the drawing [px]
_CELL_M = 40.0  # of the density of gallery pictures [m]
_MARGIN_M = 300.0  # around everything that is drawn [m]
_LEAST_VIEW_M = 1500.0  # smallest side of the drawn area [m]

_STYLE = """
.venloc{--paper:#f7f5f0;--ink:#22303a;--soft:#6b7a85;--place:#9db4c0;--region:#c0392b;--dot:#0b6e99;color-scheme:light dark;
font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);border-radius:8px;padding:12px;max-width:664px}
@media(prefers-color-scheme:dark){.venloc{--paper:#172027;--ink:#e8eef2;--soft:#93a4b0;--place:#4a6270;--region:#ff7a66;
--dot:#5cc4ee}}
.venloc svg{width:100%;height:auto;display:block;border-radius:6px}
.venloc table{border-collapse:collapse;margin-top:8px;font-size:13px;background:none;color:inherit}
.venloc td,.venloc th{padding:2px 12px 2px 0;text-align:left;border:0;background:none}.venloc th{color:var(--soft);font-weight:500}
.venloc a{color:var(--dot)}.venloc p{margin:0 0 8px}.venloc small{color:var(--soft)}
"""


class _View:
    """From places to drawing coordinates [px]."""

    def __init__(self, center: LatLng, points: Iterable[tuple[float, float]]) -> None:
        self._frame = LocalFrame(center)
        local = [self._local(lng, lat) for lng, lat in points] or [(0.0, 0.0)]
        east = [e for e, _ in local]
        north = [n for _, n in local]
        self._west, self._east = _widened(min(east), max(east))
        self._south, self._north = _widened(min(north), max(north))
        self.scale = _WIDTH / (self._east - self._west)  # [px/m]
        self.width = _WIDTH
        self.height = round((self._north - self._south) * self.scale)

    def _local(self, lng: float, lat: float) -> tuple[float, float]:
        position = self._frame.to_local(LatLng(lat, lng))
        return position.east, position.north

    def xy(self, lng: float, lat: float) -> tuple[float, float]:
        east, north = self._local(lng, lat)
        return (east - self._west) * self.scale, (self._north - north) * self.scale

    def cell(self, place: LatLng) -> tuple[int, int]:
        east, north = self._local(place.lng, place.lat)
        return math.floor((east - self._west) / _CELL_M), math.floor((self._north - north) / _CELL_M)


def _widened(low: float, high: float) -> tuple[float, float]:
    extra = max(_MARGIN_M, (_LEAST_VIEW_M - (high - low)) / 2)
    return low - extra, high + extra


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


def _scale_bar(view: _View) -> str:
    length = max(
        step for step in (50, 100, 200, 500, 1000, 2000, 5000) if step * view.scale <= _WIDTH / 3 or step == 50
    )
    y = view.height - 14
    label = f"{length} m" if length < 1000 else f"{length // 1000} km"
    return (
        f'<path d="M14 {y - 4}v4h{length * view.scale:.1f}v-4" fill="none" stroke="var(--soft)"/>'
        f'<text x="18" y="{y - 6}" fill="var(--soft)" font-size="11">{label}</text>'
    )


def svg(prediction: Prediction, places: Sequence[LatLng] = ()) -> str:
    """The drawing alone: the 50 % and 90 % regions, the evidence, and the gallery's places as a soft density."""
    features = json.loads(prediction.posterior.to_geojson())["features"]
    regions = [
        (feature["properties"]["level"], _rings(feature["geometry"]))
        for feature in features
        if feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
    ]
    best = [c.location for c in prediction.candidates[:10]]
    points = [(prediction.location.lng, prediction.location.lat), *((p.lng, p.lat) for p in best)]
    points += [point for _, rings in regions for ring in rings for point in ring]
    view = _View(prediction.location, points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {view.width} {view.height}" role="img" '
        f'aria-label="Map of the answer">'
    ]
    cells = Counter(view.cell(place) for place in places)
    most = max(cells.values(), default=1)
    radius = _CELL_M * view.scale * 0.9
    for (column, row), count in sorted(cells.items()):
        x, y = (column + 0.5) * _CELL_M * view.scale, (row + 0.5) * _CELL_M * view.scale
        if -radius <= x <= view.width + radius and -radius <= y <= view.height + radius:
            opacity = 0.12 + 0.4 * math.log1p(count) / math.log1p(most)
            parts.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.1f}" fill="var(--place)" opacity="{opacity:.2f}"/>'
            )
    for level, rings in sorted(regions, reverse=True):
        path = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (view.xy(*p) for p in ring)) + "Z" for ring in rings
        )
        opacity = 0.35 if level <= 0.5 else 0.16
        parts.append(
            f'<path d="{path}" fill="var(--region)" fill-opacity="{opacity}" fill-rule="evenodd" stroke="var(--region)" '
            f'stroke-opacity=".6"><title>{level:.0%} region</title></path>'
        )
    for candidate in reversed(prediction.candidates[:10]):
        x, y = view.xy(candidate.location.lng, candidate.location.lat)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 4 * math.sqrt(candidate.probability):.1f}" fill="var(--dot)" '
            f'fill-opacity=".75"><title>{escape(candidate.photo_id)}</title></circle>'
        )
    x, y = view.xy(prediction.location.lng, prediction.location.lat)
    parts.append(
        f'<path d="M{x - 9:.1f} {y:.1f}h18M{x:.1f} {y - 9:.1f}v18" stroke="var(--region)" stroke-width="2.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none" stroke="var(--region)" stroke-width="2.5"/>'
    )
    parts.append(_scale_bar(view) + "</svg>")
    return "".join(parts)


def _link(candidate_id: str, url: str) -> str:
    # Only web pages: a model file must not be able to bring a script into a notebook.
    if not url.startswith(("https://", "http://")):
        return escape(candidate_id)
    return f'<a href="{escape(url, quote=True)}" rel="noopener">{escape(candidate_id)}</a>'


def prediction_html(prediction: Prediction, places: Sequence[LatLng] | None = None, title: str = "") -> str:
    """What a notebook shows: the answer in words, the map, the evidence. Default places: those of the locator."""
    if places is None:
        locator = getattr(prediction, "_locator", None)
        places = [] if locator is None else [photo.location for photo in locator.photos]
    rows = "".join(
        f"<tr><td>{_link(c.photo_id, c.url)}</td><td>{c.probability:.0%}</td><td>{c.inliers}</td></tr>"
        for c in prediction.candidates[:5]
    )
    evidence = f"<table><tr><th>evidence</th><th>probability</th><th>matches</th></tr>{rows}</table>" if rows else ""
    heading = f"<p><small>{escape(title)}</small></p>" if title else ""
    return (
        f'<div class="venloc"><style>{_STYLE}</style>{heading}<p><strong>{escape(summary(prediction))}</strong><br>'
        f"<small>within 100 m: {prediction.confidence:.0%} · in this city: {prediction.in_area:.0%} · "
        f"50 %: {distance_text(prediction.radius_50_m)} · 90 %: {distance_text(prediction.radius_90_m)}</small></p>"
        f"{svg(prediction, places)}{evidence}</div>"
    )


def write_page(answers: Sequence[tuple[str, Prediction]], file: Path, places: Sequence[LatLng]) -> None:
    """A page with the maps of several answers, each a pair of a title and a prediction."""
    body = "\n".join(prediction_html(prediction, places, title) for title, prediction in answers)
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>venloc</title><style>body{margin:24px auto;max-width:690px;display:grid;gap:24px;color-scheme:light dark}"
        f"</style><body>{body}</body></html>\n"
    )
    file.write_text(page, encoding="utf-8")
