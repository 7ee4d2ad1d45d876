# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The form of an answer, for the interface's description. `venloc.answers` makes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field


class Evidence(BaseModel):
    """A known photo that speaks for a place."""

    photo_id: str
    lat: float = Field(description="[deg]")
    lng: float = Field(description="[deg]")
    probability: float = Field(description="that the picture was made there")
    inliers: int = Field(description="geometrically verified feature matches")
    url: str = Field(description="public page, or empty")
    thumbnail: str = Field(description="address of a small picture, or empty")


class Matches(BaseModel):
    """Spots that the picture shares with a known photo."""

    photo_id: str
    width: int = Field(description="of the picture [px], its longer side 1000")
    height: int
    other_width: int = Field(description="of the known photo [px], its longer side 1000")
    other_height: int
    pairs: list[Annotated[list[int], Field(min_length=4, max_length=4)]] = Field(
        description="x and y in the picture, then in the known photo [px], from the top left"
    )


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
    matches: list[Matches] = Field(description="for those of the candidates that share spots with the picture")
    regions: dict[str, Any] = Field(
        description="GeoJSON: the mode, and the regions of highest density of 50 % and 90 %"
    )
    exif: ExifPlace | None
    nearest: NamedPlace | None
