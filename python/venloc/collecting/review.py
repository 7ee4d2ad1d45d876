# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Review of doubtful photos by a person: a page that shows them, and the file of decisions that the page saves.

The page needs no server. The browser stores the decisions until they are saved as a file, which
`venloc catalogue decide` imports.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from venloc import files, maps
from venloc._core import LatLng, is_valid
from venloc.collecting.catalogue import Catalogue, Decision
from venloc.collecting.verdicts import Verdict, verdicts
from venloc.errors import FormatError, InvalidArgumentError
from venloc.html import rendering
from venloc.html.pages import Key, thumbnail

DECISIONS = ("source", "id", "verdict", "lat", "lng", "note")
"""Columns of the file of decisions; lat and lng are empty when the place is right."""

_CELL_DEG = 0.01
_MOST_CELLS = 10_000


def write_page(catalogue: Catalogue, file: Path, *, most: int = 300) -> int:
    """Writes a page with the photos that are doubted or dropped and have no decision yet; returns the number of such photos.

    The least certain photos come first, at most `most` of them. For the others, import the decisions and write the page again.
    """
    all_of_them = list(verdicts(catalogue))
    kept = {(v.record.source, v.record.id) for v in all_of_them if v.verdict in ("keep", "copy")}
    open_ones = sorted(
        (v for v in all_of_them if v.decision is None and v.verdict in ("doubt", "drop") and v.copy_of not in kept),
        key=lambda v: (v.verdict != "doubt", v.record.source, v.record.id),
    )
    places = _Places([LatLng(v.record.lat, v.record.lng) for v in all_of_them if v.verdict == "keep"])
    paths = catalogue.picture_paths()
    html = rendering.render(
        "review.html",
        catalogue=hashlib.sha256(str(catalogue.file.resolve()).encode()).hexdigest()[:12],
        doubted=len(open_ones),
        photos=len(all_of_them),
        marks=_key(),
        articles=[_article(v, paths.get((v.record.source, v.record.id)), places) for v in open_ones[:most]],
    )
    files.write_text(file, html)
    return len(open_ones)


def _key() -> Key:
    return maps.key(
        (lambda view, place: maps.square(view, place, "--lost", ""), "place reported by the source"),
        (lambda view, place: maps.cross(view, place, "--near", ""), "possible other place"),
    )


class _Places:
    """The places of the kept photos, which are drawn on maps."""

    def __init__(self, places: list[LatLng]) -> None:
        self._cells: dict[tuple[int, int], list[LatLng]] = defaultdict(list)
        for place in places:
            self._cells[self._cell(place)].append(place)

    @staticmethod
    def _cell(place: LatLng) -> tuple[int, int]:
        return math.floor(place.lat / _CELL_DEG), math.floor(place.lng / _CELL_DEG)

    def around(self, points: list[LatLng]) -> list[LatLng]:
        """The places in the cells of the points, between them and next to them."""
        rows, columns = zip(*map(self._cell, points), strict=True)
        if (max(rows) - min(rows)) * (max(columns) - min(columns)) > _MOST_CELLS:
            return []  # where whole countries are between them, dots of a city show nothing
        near = itertools.product(range(min(rows) - 1, max(rows) + 2), range(min(columns) - 1, max(columns) + 2))
        return [place for cell in near for place in self._cells.get(cell, ())]


def _article(verdict: Verdict, picture: Path | None, places: _Places) -> dict[str, Any]:
    r = verdict.record
    here = LatLng(r.lat, r.lng)
    instead = _suggestions(verdict)
    points = [place for place in (here, *instead) if is_valid(place)]
    drawing = None
    if points:
        view = maps.View(points, width=320, margin_m=150.0, min_m=600.0)
        marks = [maps.density(view, places.around(points))] + (
            [maps.square(view, here, "--lost", "place reported by the source")] if is_valid(here) else []
        )
        marks += [maps.cross(view, place, "--near", "possible other place") for place in instead]
        drawing = view.svg(marks, f"Map of {r.key}: the place reported by the source, and {len(instead)} other places")
    choices = [("keep", "Keep it at this place"), ("drop", "Drop it")]
    choices[1:1] = [
        (f"keep {place.lat:.7f} {place.lng:.7f}", f"Keep it at {place.lat:.5f}, {place.lng:.5f}") for place in instead
    ]
    return {
        "record": r,
        "valid": is_valid(here),
        "findings": verdict.findings,
        "picture": thumbnail(picture, f"The photo {r.key}", 320),
        "drawing": drawing,
        "choices": choices,
    }


def _suggestions(verdict: Verdict) -> list[LatLng]:
    found = []
    for finding in verdict.findings:
        if finding.lat is not None and finding.lng is not None:
            place = LatLng(finding.lat, finding.lng)
            if is_valid(place) and place not in found:
                found.append(place)
    return found


def read_decisions(file: Path) -> list[Decision]:
    """Reads the file that the page saves. Raises FormatError that names the line."""
    try:
        return _decisions(files.read_text(file), file)
    except csv.Error as error:
        raise FormatError(f"'{file}' cannot be read as a table ({error}): save the decisions again") from None


def _decisions(text: str, file: Path) -> list[Decision]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if rows.fieldnames is None or not {"source", "id", "verdict"} <= set(rows.fieldnames):
        raise FormatError(f"'{file}' needs the columns {', '.join(DECISIONS)} in its first line")
    decisions = []
    for row in rows:
        try:
            lat, lng = (float(row[name]) if row.get(name) else None for name in ("lat", "lng"))
            decisions.append(Decision(row["source"], row["id"], row["verdict"], lat, lng, row.get("note") or ""))
        except (ValueError, TypeError) as error:
            reason = str(error) if isinstance(error, InvalidArgumentError) else "lat and lng are not a valid place"
            raise FormatError(f"'{file}', line {rows.line_num}: {reason}") from None
    return decisions
