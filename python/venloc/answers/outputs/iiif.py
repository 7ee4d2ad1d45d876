# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as annotations of IIIF pictures, with navPlace."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from venloc.answers.outputs.columns import properties
from venloc.answers.outputs.geojson import point
from venloc.answers.outputs.texts import in_json, readable
from venloc.answers.outputs.wording import sentence

_CONTEXT = ["http://iiif.io/api/extension/navplace/context.json", "http://iiif.io/api/presentation/3/context.json"]
_NAMESPACE = uuid.UUID("0f5bb2f0-6c52-5a5c-9c1e-0d6f4f3c7a11")  # of the names of the annotations


def write(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """An AnnotationPage with an annotation of each picture of this city; the others are left out and counted.

    The body is a GeoJSON Feature. The target of a picture of a IIIF manifest is its canvas, with the same feature as navPlace;
    that of other pictures is their address.
    """
    every = list(entries)
    located = [entry for entry in every if entry.get("verdict") not in (None, "elsewhere")]
    page = {
        "@context": _CONTEXT,
        "id": _id("page", "\n".join(entry["file"] for entry in located)),
        "type": "AnnotationPage",
        "items": [_annotation(entry, city) for entry in located],
    }
    out.write(in_json(page, indent=1) + b"\n")
    return len(every) - len(located)


def _annotation(entry: Mapping[str, Any], city: str) -> dict[str, Any]:
    file = entry["file"]
    feature = {
        "id": _id("feature", file),
        "type": "Feature",
        "properties": {"label": {"en": [sentence(entry, city)]}, **properties(entry)},
        "geometry": point(entry),
    }
    return {
        "id": _id("annotation", file),
        "type": "Annotation",
        "motivation": "tagging",
        "body": feature,
        "target": _target(entry, feature),
    }


def _target(entry: Mapping[str, Any], feature: dict[str, Any]) -> Any:
    if entry["target"] and "manifest" in entry.get("columns", {}):
        places = {"id": _id("places", entry["file"]), "type": "FeatureCollection", "features": [feature]}
        manifest = [{"id": entry["columns"]["manifest"], "type": "Manifest"}]
        return {"id": entry["target"], "type": "Canvas", "partOf": manifest, "navPlace": places}
    return entry["target"] or quote(readable(entry["file"]))


def _id(kind: str, name: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{kind} {readable(name)}").urn
