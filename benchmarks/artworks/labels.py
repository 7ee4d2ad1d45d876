# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The labels of the benchmark, the pictures that they are of, and the error of a prediction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import venloc
from common import read_csv
from protocols import as_record

LABELS = Path(__file__).resolve().parent / "labels.csv"
# Parts of the table, by kind of picture.
PICTURES = {
    "painting": "paintings",
    "drawing": "drawings and engravings",
    "engraving": "drawings and engravings",
    "photograph": "old photographs",
}
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Artwork:
    """A row of labels.csv; README.txt describes the columns."""

    id: str
    sha256: str
    file: str
    title: str
    artist: str
    medium: str
    picture: str
    place: str
    confidence: str
    viewpoint: venloc.LatLng | None
    subject: venloc.LatLng
    spot: venloc.LatLng | None
    group: str
    repository: str
    commit: str
    path: str

    @property
    def location(self) -> venloc.LatLng:
        """The one place of the label: the viewpoint, or else what is shown."""
        return self.viewpoint or self.spot or self.subject

    @property
    def places(self) -> list[venloc.LatLng]:
        """The places of which a prediction may be near any."""
        return [place for place in (self.viewpoint, self.spot, self.subject) if place is not None]


def read_labels(file: Path = LABELS) -> list[Artwork]:
    """The rows of labels.csv."""

    def place(row: dict[str, str], name: str) -> venloc.LatLng | None:
        lat, lng = row.pop(f"{name}_lat"), row.pop(f"{name}_lng")
        return venloc.LatLng(float(lat), float(lng)) if lat else None

    artworks = []
    for row in read_csv(file):
        # The kind states whether there is a viewpoint.
        del row["kind"]
        places = {name: place(row, name) for name in ("viewpoint", "subject", "spot")}
        artworks.append(Artwork(**row, **places))
    return artworks


def group_numbers(artworks: Sequence[Artwork]) -> list[int]:
    """The group of each artwork as a number."""
    names = sorted({artwork.group for artwork in artworks})
    return [names.index(artwork.group) for artwork in artworks]


def picture_of(medium: str) -> str:
    """painting, drawing, engraving or photograph, from the words of a label."""
    if medium.startswith("photograph"):
        return "photograph"
    return next((picture for picture in ("engraving", "drawing") if picture in medium), "painting")


def nearer(record: venloc.EvaluationRecord, places: Sequence[venloc.LatLng]) -> venloc.EvaluationRecord:
    """The record with the error to the nearest of the places, for an artwork its viewpoint and its subject."""
    error = min(venloc.distance_m(record.predicted, place) for place in places)
    return as_record({**record.to_dict(), "error_m": error})


@dataclass(frozen=True)
class FoundPictures:
    """What a folder has of the benchmark's pictures."""

    present: dict[str, Path]
    """Files by id, recognised by their digest, whatever their name."""
    different: dict[str, Path]
    """Files that have the name of a picture, but not its content."""
    missing: list[str]
    """Ids of the pictures of which there is neither."""
    others: int
    """Number of pictures that are not the benchmark's."""


def find_pictures(folder: Path, artworks: Sequence[Artwork]) -> FoundPictures:
    """Looks for the pictures in a folder and the folders in it."""
    if not folder.is_dir():
        raise venloc.errors.FileNotFoundError(f"'{folder}' is not a folder; give the folder with the pictures")
    by_digest = {artwork.sha256: artwork for artwork in artworks}
    by_name = {artwork.file: artwork for artwork in artworks}
    present: dict[str, Path] = {}
    unknown = []
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in PICTURE_SUFFIXES or not file.is_file():
            continue
        artwork = by_digest.get(hashlib.sha256(file.read_bytes()).hexdigest())
        if artwork is None:
            unknown.append(file)
        else:
            present.setdefault(artwork.id, file)
    different: dict[str, Path] = {}
    others = 0
    for file in unknown:
        artwork = by_name.get(file.name)
        if artwork is None or artwork.id in present or artwork.id in different:
            others += 1
        else:
            different[artwork.id] = file
    missing = [artwork.id for artwork in artworks if artwork.id not in present and artwork.id not in different]
    return FoundPictures(present, different, missing, others)
