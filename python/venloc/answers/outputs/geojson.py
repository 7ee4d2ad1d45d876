# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as GeoJSON (RFC 7946), with the features that the web page saves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from venloc.answers.outputs.columns import extras, properties
from venloc.answers.outputs.texts import in_json


def write(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """A point and its credible regions for each answer; a failure is a feature without a geometry."""
    out.write(b'{"type": "FeatureCollection", "features": [')
    before = b"\n"
    for entry in entries:
        for feature in features(entry):
            out.write(before + in_json(feature))
            before = b",\n"
    out.write(b"\n]}\n")
    return 0


def features(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The features of a picture."""
    if "error" in entry:
        reason = {"file": entry["file"], "problem": entry["error"], **extras(entry)}
        yield {"type": "Feature", "geometry": None, "properties": reason}
        return
    yield {"type": "Feature", "geometry": point(entry), "properties": properties(entry)}
    for region in entry["regions"]["features"]:
        if region["geometry"]["type"] != "Point":
            yield {**region, "properties": {**region["properties"], "file": entry["file"]}}


def point(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The reported place."""
    return {"type": "Point", "coordinates": [entry["lng"], entry["lat"]]}
