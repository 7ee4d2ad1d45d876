# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Layers that are shown with answers and stored beside a model: place names, the outline of the land, a street map."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from venloc import files
from venloc._core import LatLng, distance_m, parse_place
from venloc.errors import FormatError, InvalidArgumentError


class Gazetteer:
    """Names of places."""

    def __init__(self, places: list[tuple[str, LatLng]]) -> None:
        self.places = places

    @classmethod
    def read(cls, file: Path) -> Gazetteer:
        """Reads a CSV file with the columns name, lat and lng (or lon), with degrees, separators and encodings as in label files.

        Raises FormatError with the file and the line.
        """
        places = []
        text = files.read_text(file)
        with io.StringIO(text, newline="") as lines:
            rows = csv.DictReader(lines, strict=True, delimiter=files.separator(text))
            head = rows.fieldnames or []
            lng = "lng" if "lng" in head else "lon"
            if not {"name", "lat", lng} <= set(head):
                raise FormatError(f"'{file}' needs the columns name, lat and lng (or lon) in its first line")
            try:
                for row in rows:
                    places.append((row["name"], parse_place(row["lat"], row[lng])))
            except csv.Error as error:
                raise FormatError(f"'{file}', line {rows.line_num}: {error}") from None
            except InvalidArgumentError as error:
                raise FormatError(f"'{file}', line {rows.line_num}: {error}") from None
            except TypeError:
                raise FormatError(f"'{file}', line {rows.line_num}: values are missing") from None
        return cls(places)

    def nearest(self, place: LatLng) -> dict[str, Any] | None:
        """The nearest named place, at any distance; None when there are no names."""
        if not self.places:
            return None
        name, at = min(self.places, key=lambda entry: distance_m(entry[1], place))
        return {"name": name, **seen_from(place, at)}


def read_land(file: Path) -> dict[str, Any]:
    """Reads GeoJSON polygons to draw below answers. Raises FormatError for anything but a FeatureCollection."""

    def refuse(name: str) -> float:
        raise ValueError(f"{name} is not a coordinate")

    try:
        land = json.loads(files.read_text(file), parse_constant=refuse)
    except (ValueError, RecursionError):
        land = None
    if (
        not isinstance(land, dict)
        or land.get("type") != "FeatureCollection"
        or not isinstance(land.get("features"), list)
    ):
        raise FormatError(f"the base map '{file}' is not a GeoJSON FeatureCollection: name another file")
    # RFC 7946 allows features without a geometry.
    return {**land, "features": [f for f in land["features"] if isinstance(f, dict) and f.get("geometry")]}


def tiles(address: str, credit: str = "") -> dict[str, str] | None:
    """A street map that a reader can switch on; None when the address is empty.

    Raises InvalidArgumentError when the address lacks {z}, {x} or {y}.
    """
    if not address:
        return None
    if not address.startswith(("https://", "http://")) or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise InvalidArgumentError(f"tiles must be an address with {{z}}, {{x}} and {{y}}, got {address}")
    return {"url": address, "attribution": credit}


def seen_from(location: LatLng, place: LatLng) -> dict[str, float]:
    """A place and its distance from the location of an answer [m]."""
    return {"lat": place.lat, "lng": place.lng, "distance_m": distance_m(place, location)}
