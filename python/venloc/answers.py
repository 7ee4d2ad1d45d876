# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as the page draws them: what `venloc serve` sends, and `venloc locate --map` puts into a file.

Plain dictionaries in the form of JSON; `venloc.web.answers` describes their fields.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from venloc import files
from venloc._core import Exif, LatLng, LocalFrame, Locator, Prediction, distance_m, version
from venloc.errors import FormatError, InvalidArgumentError
from venloc.words import verdict

_MOST_EVIDENCE = 10  # known photos in an answer
_STAGE_PX = 1000  # longer side of the pictures in which points are told


class Gazetteer:
    """Names of places."""

    def __init__(self, places: list[tuple[str, LatLng]]) -> None:
        self.places = places

    @classmethod
    def read(cls, file: Path) -> Gazetteer:
        """From a CSV with the columns name, lat and lng (or lon). Raises FormatError that names the file and the line."""
        places = []
        with io.StringIO(files.read_text(file), newline="") as lines:
            rows = csv.DictReader(lines, strict=True)
            head = rows.fieldnames or []
            lng = "lng" if "lng" in head else "lon"
            if not {"name", "lat", lng} <= set(head):
                raise FormatError(f"'{file}' needs the columns name, lat and lng (or lon) in its first line")
            try:
                for row in rows:
                    place = LatLng(float(row["lat"]), float(row[lng]))
                    LocalFrame(place)
                    places.append((row["name"], place))
            except csv.Error as error:
                raise FormatError(f"'{file}', line {rows.line_num}: {error}") from None
            except (TypeError, ValueError):
                raise FormatError(f"'{file}', line {rows.line_num}: lat and lng are no place") from None
        return cls(places)

    def nearest(self, place: LatLng) -> dict[str, Any] | None:
        """The nearest of all, however far."""
        if not self.places:
            return None
        name, at = min(self.places, key=lambda entry: distance_m(entry[1], place))
        return {"name": name, **_from(at, place)}


def read_land(file: Path) -> dict[str, Any]:
    """GeoJSON of polygons to draw below answers. Raises FormatError where it is no FeatureCollection."""

    def refuse(name: str) -> float:
        raise ValueError(f"{name} is no coordinate")

    try:
        land = json.loads(files.read_text(file), parse_constant=refuse)
    except (ValueError, RecursionError):
        land = None
    if (
        not isinstance(land, dict)
        or land.get("type") != "FeatureCollection"
        or not isinstance(land.get("features"), list)
    ):
        raise FormatError(f"the base map '{file}' is no GeoJSON FeatureCollection")
    # RFC 7946 allows features that are nowhere.
    return {**land, "features": [f for f in land["features"] if isinstance(f, dict) and f.get("geometry")]}


def tiles(address: str, credit: str = "") -> dict[str, str] | None:
    """A street map that a reader may switch on; None where the address is empty.

    Raises InvalidArgumentError where the address has no place for the numbers of a tile.
    """
    if not address:
        return None
    if not address.startswith(("https://", "http://")) or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise InvalidArgumentError(f"tiles must be an address with {{z}}, {{x}} and {{y}}, got {address}")
    return {"url": address, "attribution": credit}


def about(locator: Locator) -> dict[str, Any]:
    """What answers are made with."""
    info = locator.info()
    return {
        "city": info.city,
        "kind": info.kind,
        "photos": info.photos,
        "version": version(),
        "area": info.area.to_dict(),
    }


def places(locator: Locator) -> list[list[float]]:
    """Where the known photos were made: latitude and longitude of each [deg], to a metre."""
    return [[round(photo.location.lat, 5), round(photo.location.lng, 5)] for photo in locator.photos]


def answer(
    file: str,
    prediction: Prediction,
    exif: Exif,
    size: tuple[int, int] | None = None,
    gazetteer: Gazetteer | None = None,
) -> dict[str, Any]:
    """The whole answer to a picture of this width and height [px]; without them it is not told where matches are."""
    values = prediction.to_dict()
    candidates = values.pop("candidates")[:_MOST_EVIDENCE]
    for candidate in candidates:
        for name in ("url", "thumbnail"):
            # Other schemes may be scripts.
            if not candidate[name].startswith(("https://", "http://")):
                candidate[name] = ""
    told = verdict(prediction)
    at = exif.position
    return {
        "file": file,
        **values,
        "verdict": told,
        "candidates": candidates,
        "matches": [] if size is None else _matches(prediction, size),
        "regions": json.loads(prediction.posterior.to_geojson()),
        "exif": None if at is None else _from(at, prediction.location),
        "nearest": None if gazetteer is None or told == "elsewhere" else gazetteer.nearest(prediction.location),
    }


def _from(place: LatLng, location: LatLng) -> dict[str, float]:
    return {"lat": place.lat, "lng": place.lng, "distance_m": distance_m(place, location)}


def _matches(prediction: Prediction, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Where the spots are that the picture shares with each candidate."""
    width, height = _scaled(size)
    found = []
    for candidate in prediction.candidates[:_MOST_EVIDENCE]:
        if not candidate.matches:
            continue
        other_width, other_height = _scaled((candidate.aspect, 1))
        pairs = [
            [round(m.x * width), round(m.y * height), round(m.photo_x * other_width), round(m.photo_y * other_height)]
            for m in candidate.matches
        ]
        found.append(
            {
                "photo_id": candidate.photo_id,
                "width": width,
                "height": height,
                "other_width": other_width,
                "other_height": other_height,
                "pairs": pairs,
            }
        )
    return found


def _scaled(size: Sequence[float]) -> tuple[int, int]:
    scale = _STAGE_PX / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
