# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as the server sends them: those of `venloc locate --json`, and what a page draws."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from venloc._core import Exif, LatLng, LocalFrame, Prediction, distance_m
from venloc.errors import FormatError
from venloc.words import Verdict, verdict

_MOST_EVIDENCE = 10  # known photos in an answer


class Evidence(BaseModel):
    """A known photo that speaks for a place."""

    photo_id: str
    lat: float = Field(description="[deg]")
    lng: float = Field(description="[deg]")
    probability: float = Field(description="that the picture was made there")
    inliers: int = Field(description="geometrically verified feature matches")
    url: str = Field(description="public page, or empty")
    thumbnail: str = Field(description="address of a small picture, or empty")


class ExifPlace(BaseModel):
    """The GPS position inside the picture."""

    lat: float
    lng: float
    distance_m: float = Field(description="from there to the answer [m]")


class NamedPlace(BaseModel):
    """The nearest place of the gazetteer."""

    name: str
    lat: float
    lng: float
    distance_m: float = Field(description="from there to the answer [m]")


class Answer(BaseModel):
    """Where a picture was made."""

    file: str
    lat: float = Field(description="[deg]")
    lng: float = Field(description="[deg]")
    confidence: float = Field(description="probability that the error is below 100 m")
    in_area: float = Field(description="probability that the picture shows this city at all")
    radius_50_m: float = Field(description="the true place is inside with 50 % probability [m]")
    radius_90_m: float = Field(description="the true place is inside with 90 % probability [m]")
    verdict: Literal["pin", "around", "elsewhere"] = Field(
        description="how the answer is to be told: as a place, as a neighbourhood, or as a picture of somewhere else"
    )
    candidates: list[Evidence] = Field(description="the evidence, best first")
    regions: dict[str, Any] = Field(
        description="GeoJSON: the mode, and the regions of highest density of 50 % and 90 %"
    )
    exif: ExifPlace | None
    nearest: NamedPlace | None


class Gazetteer:
    """Names of places."""

    def __init__(self, places: list[tuple[str, LatLng]]) -> None:
        self._places = places

    @classmethod
    def read(cls, file: Path) -> Gazetteer:
        """From a CSV with the columns name, lat and lng (or lon). Raises FormatError that names the file and the line."""
        places = []
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines)
            head = rows.fieldnames or []
            lng = "lng" if "lng" in head else "lon"
            if not {"name", "lat", lng} <= set(head):
                raise FormatError(f"'{file}' needs the columns name, lat and lng (or lon) in its first line")
            for row in rows:
                try:
                    place = LatLng(float(row["lat"]), float(row[lng]))
                    LocalFrame(place)
                except (TypeError, ValueError):
                    raise FormatError(f"'{file}', line {rows.line_num}: lat and lng are no place") from None
                places.append((row["name"], place))
        return cls(places)

    def nearest(self, place: LatLng) -> NamedPlace | None:
        """The nearest of all, however far."""
        if not self._places:
            return None
        name, at = min(self._places, key=lambda entry: distance_m(entry[1], place))
        return NamedPlace(name=name, lat=at.lat, lng=at.lng, distance_m=distance_m(at, place))


def answer(file: str, prediction: Prediction, exif: Exif, gazetteer: Gazetteer | None) -> Answer:
    """The whole answer to a picture."""
    told: Verdict = verdict(prediction)
    values = prediction.to_dict()
    candidates = []
    for candidate in values.pop("candidates")[:_MOST_EVIDENCE]:
        page, thumbnail = addresses(candidate["url"])
        candidates.append(Evidence(**{**candidate, "url": page}, thumbnail=thumbnail))
    at = exif.position
    return Answer(
        file=file,
        **values,
        verdict=told,
        candidates=candidates,
        regions=json.loads(prediction.posterior.to_geojson()),
        exif=None if at is None else ExifPlace(lat=at.lat, lng=at.lng, distance_m=distance_m(at, prediction.location)),
        nearest=None if gazetteer is None or told == "elsewhere" else gazetteer.nearest(prediction.location),
    )


# A file on Flickr's servers: https://live.staticflickr.com/65535/50579161651_5099179cf3.jpg or …_5099179cf3_b.jpg.
_FLICKR_FILE = re.compile(r"https://live\.staticflickr\.com/(\d+)/(\d+)_([0-9a-f]+)(?:_[a-z0-9])?\.jpg")


def addresses(url: str) -> tuple[str, str]:
    """The public page of a known photo and its thumbnail, from the address that the gallery knows; empty: none."""
    file = _FLICKR_FILE.fullmatch(url)
    if file is not None:
        folder, photo, secret = file.groups()
        return (
            f"https://www.flickr.com/photo.gne?id={photo}",
            f"https://live.staticflickr.com/{folder}/{photo}_{secret}_m.jpg",
        )
    return (url if url.startswith(("https://", "http://")) else ""), ""
