# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The formats by name, and how a whole file of each is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from venloc.answers.outputs import geojson, gpx, iiif, json_list, kml

Entries: TypeAlias = Iterable[Mapping[str, Any]]
"""Entries of answers ("Entry" and "FailedLine"), which may be iterated over several times."""


@dataclass(frozen=True)
class Document:
    """A format whose file is written when all pictures are located."""

    write: Callable[[BinaryIO, Entries, str], int]
    """Writes the entries with the name of the city; returns how many have no place in this format."""
    regions: bool = True
    """Whether it has the credible regions."""


FORMATS: dict[str, Document | None] = {
    "text": None,
    "json": Document(json_list.write, regions=False),
    "jsonl": None,
    "csv": None,
    "geojson": Document(geojson.write),
    "kml": Document(kml.write),
    "kmz": Document(kml.write_with_pictures),
    "gpx": Document(gpx.write, regions=False),
    "iiif": Document(iiif.write, regions=False),
}
"""The formats of answers. Those without a document are written picture by picture."""

_ENDINGS = {f".{name}": name for name in FORMATS if name not in ("text", "iiif")} | {".ndjson": "jsonl"}


def format_of(file: Path) -> str:
    """The format that the ending of a file means; empty where it means none."""
    return _ENDINGS.get(file.suffix.lower(), "")
