# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as KML 2.2, and as KMZ with small copies of the pictures."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from venloc._core import encode_jpeg, read_image
from venloc.answers.outputs.columns import texts
from venloc.answers.outputs.texts import element, encoded, in_xml
from venloc.answers.outputs.wording import name_of, sentence
from venloc.errors import Error

_SIDE_PX = 320  # longer side of the copies
_QUALITY = 75  # of the copies, as JPEG
_AT_ONCE = 64  # copies in memory
# Colours are alpha, blue, green, red.
_STYLES = """
<Style id="pin"><IconStyle><color>ff3c3cdc</color></IconStyle></Style>
<Style id="around"><IconStyle><color>ff00a5ff</color></IconStyle></Style>
<Style id="elsewhere"><IconStyle><color>ff999999</color></IconStyle></Style>
<Style id="region50"><LineStyle><color>ff3c3cdc</color></LineStyle><PolyStyle><color>593c3cdc</color></PolyStyle></Style>
<Style id="region90"><LineStyle><color>803c3cdc</color></LineStyle><PolyStyle><color>293c3cdc</color></PolyStyle></Style>
"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'


def write(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """A folder of the pictures, and a hidden one of their credible regions. A failure has no place, but its reason."""
    _write(out, entries, city, {})
    return 0


def write_with_pictures(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """The same as KMZ, with a small copy of each picture that is a file of this computer."""
    with zipfile.ZipFile(out, "w") as archive:
        copies = _add_copies(archive, entries)
        with archive.open(_entry("doc.kml", zipfile.ZIP_DEFLATED), "w", force_zip64=True) as document:
            _write(document, entries, city, copies)
    return 0


def _write(out: Any, entries: Iterable[Mapping[str, Any]], city: str, copies: Mapping[int, str]) -> None:
    title = in_xml(f"Pictures of {city}" if city else "Pictures")
    out.write(_HEAD.encode() + encoded(element(None, "name", title)) + _STYLES.encode())
    out.write(b"<Folder><name>Pictures</name>\n")
    for number, entry in enumerate(entries):
        out.write(encoded(_placemark(entry, city, copies.get(number, ""))))
    out.write(b"</Folder>\n<Folder><name>Credible regions</name><visibility>0</visibility>\n")
    for entry in entries:
        for region in _regions(entry):
            out.write(encoded(region))
    out.write(b"</Folder>\n</Document></kml>\n")


def _placemark(entry: Mapping[str, Any], city: str, copy: str) -> Element:
    placemark = element(None, "Placemark")
    element(placemark, "name", name_of(entry))
    if "error" in entry:
        element(placemark, "description", entry["error"])
        _add_data(placemark, entry)
        return placemark
    if entry["verdict"] == "elsewhere":
        element(placemark, "visibility", "0")
    description = element(None, "div")
    if copy:
        element(element(description, "p"), "img", src=copy)
    element(description, "p", sentence(entry, city))
    element(placemark, "description", encoded(description).decode().strip())
    if entry["taken"]:
        element(element(placemark, "TimeStamp"), "when", entry["taken"])
    element(placemark, "styleUrl", f"#{entry['verdict']}")
    _add_data(placemark, entry)
    element(element(placemark, "Point"), "coordinates", f"{entry['lng']:.6f},{entry['lat']:.6f}")
    return placemark


def _add_data(placemark: Element, entry: Mapping[str, Any]) -> None:
    """The values of an entry as further data of its placemark."""
    data = element(placemark, "ExtendedData")
    for name, text in texts(entry).items():
        element(element(data, "Data", name=name), "value", text)


def _regions(entry: Mapping[str, Any]) -> Iterable[Element]:
    for region in () if "error" in entry else entry["regions"]["features"]:
        if region["geometry"]["type"] != "MultiPolygon":
            continue
        level = round(100 * region["properties"]["level"])
        placemark = element(None, "Placemark")
        element(placemark, "name", f"{name_of(entry)}: {level} %")
        element(placemark, "visibility", "0")
        element(placemark, "styleUrl", f"#region{level}")
        polygons = element(placemark, "MultiGeometry")
        for rings in region["geometry"]["coordinates"]:
            polygon = element(polygons, "Polygon")
            for i, ring in enumerate(rings):
                line = element(element(polygon, "innerBoundaryIs" if i else "outerBoundaryIs"), "LinearRing")
                element(line, "coordinates", " ".join(f"{lng:.6f},{lat:.6f}" for lng, lat in ring))
        yield placemark


def _add_copies(archive: zipfile.ZipFile, entries: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Adds the small copies; returns their paths in the archive by the number of the entry."""
    paths: dict[int, str] = {}
    numbered = ((number, entry) for number, entry in enumerate(entries) if "error" not in entry)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        while batch := list(islice(numbered, _AT_ONCE)):
            for (number, _), copy in zip(batch, pool.map(_copy, [entry["file"] for _, entry in batch]), strict=True):
                if copy:
                    paths[number] = f"pictures/{number + 1}.jpg"
                    archive.writestr(_entry(paths[number], zipfile.ZIP_STORED), copy)
    return paths


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    """A file of the archive, without the time, so that the same answers give the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = compression
    return entry


def _copy(file: str) -> bytes:
    """A small copy as JPEG; empty for what is no file, or is one no longer."""
    if not Path(file).is_file():
        return b""
    try:
        return encode_jpeg(read_image(file).shrunk_to(_SIDE_PX), quality=_QUALITY)
    except Error:
        return b""
