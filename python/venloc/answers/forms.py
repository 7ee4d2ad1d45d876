# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Creates answers in the form that the schema describes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from venloc._core import Locator, Metadata, Prediction, content_text, version
from venloc.answers.layers import Gazetteer, seen_from
from venloc.answers.schema import SCHEMA_VERSION
from venloc.answers.walks import Walk
from venloc.failures import Failure
from venloc.words import verdict

_MAX_EVIDENCE = 10  # known photos in an answer
_STAGE_PX = 1000  # longer side of the pictures in which matches are given
_VERSIONED = {"schema_version": SCHEMA_VERSION}
_NO_REGIONS: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def line(file: str, result: Prediction | Failure, columns: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `venloc locate --json` prints about a picture ("Line" or "FailedLine").

    `columns` are the further columns of the list that named the picture.
    """
    values = result.to_dict() if isinstance(result, Failure) else {**_VERSIONED, "file": file, **result.to_dict()}
    return {**values, "columns": dict(columns)} if columns else values


def entry(
    file: str,
    result: Prediction | Failure,
    metadata: Metadata,
    *,
    gazetteer: Gazetteer | None = None,
    columns: Mapping[str, str] | None = None,
    target: str = "",
    regions: bool = True,
) -> dict[str, Any]:
    """What all formats are written from ("Entry" or "FailedLine"); without `regions` it has none of them."""
    values = line(file, result, columns)
    if isinstance(result, Failure):
        return values
    return {**values, **_complete(result, metadata, gazetteer, regions), "taken": metadata.taken, "target": target}


def model(
    locator: Locator,
    *,
    limits: dict[str, int] | None = None,
    tiles: dict[str, str] | None = None,
    basemap: bool = False,
    contributions: bool = False,
) -> dict[str, Any]:
    """The model that makes the answers, and what the page offers ("Model"). Without limits it accepts no pictures."""
    info = locator.info()
    return {
        "city": info.city,
        "kind": info.kind,
        "photos": info.photos,
        "version": version(),
        "area": info.area.to_dict(),
        "limits": limits or {"max_bytes": 0, "max_pixels": 0, "max_pictures": 0},
        "tiles": tiles,
        "basemap": basemap,
        "contributions": contributions,
    }


def places(locator: Locator) -> dict[str, Any]:
    """Where the known photos were made ("Gallery"): latitude and longitude of each [deg], to a metre."""
    return {"places": [[round(photo.location.lat, 5), round(photo.location.lng, 5)] for photo in locator.photos]}


def answer(
    file: str,
    prediction: Prediction,
    metadata: Metadata,
    size: tuple[int, int] | None = None,
    gazetteer: Gazetteer | None = None,
    walk: Walk | None = None,
) -> dict[str, Any]:
    """The complete answer for a picture ("Answer").

    `size` is the width and height of the picture as it was read [px]; without it the answer has no matches. `walk` is that
    of a picture which was located together with others.
    """
    values = prediction.to_dict()
    candidates = values.pop("candidates")[:_MAX_EVIDENCE]
    for candidate in candidates:
        for name in ("url", "thumbnail"):
            # Other schemes may be scripts.
            if not candidate[name].startswith(("https://", "http://")):
                candidate[name] = ""
    return {
        **_VERSIONED,
        "file": file,
        **values,
        "candidates": candidates,
        "matches": [] if size is None else _matches(prediction, size),
        **_complete(prediction, metadata, gazetteer),
        "walk": None if walk is None else {"position": walk.position, "pictures": walk.pictures},
    }


def _complete(
    prediction: Prediction, metadata: Metadata, gazetteer: Gazetteer | None, regions: bool = True
) -> dict[str, Any]:
    """What "Answer" and "Entry" have beside the members of "Prediction"."""
    kind = verdict(prediction)
    recorded = metadata.position
    return {
        "verdict": kind,
        "regions": json.loads(prediction.posterior.to_geojson()) if regions else _NO_REGIONS,
        "exif": None if recorded is None else seen_from(prediction.location, recorded),
        "nearest": None if gazetteer is None or kind == "elsewhere" else gazetteer.nearest(prediction.location),
    }


def refusal(prediction: Prediction) -> str | None:
    """Why the picture should not be placed, as the end of a sentence that begins with its file; None when it should."""
    return content_text(prediction.content) or None


def failure(file: str, reason: dict[str, Any]) -> dict[str, Any]:
    """The answer for a picture that could not be located, with the reason ("Failure")."""
    return {**_VERSIONED, "file": file, "problem": reason}


def problem(status: int, detail: str) -> dict[str, Any]:
    """A description of an error ("Problem") with its HTTP status."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def _matches(prediction: Prediction, size: tuple[int, int]) -> list[dict[str, Any]]:
    """The matching points of the picture, turned as it was located, and each candidate."""
    width, height = _scaled(size if prediction.turned_degrees % 180 == 0 else size[::-1])
    found = []
    for candidate in prediction.candidates[:_MAX_EVIDENCE]:
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
