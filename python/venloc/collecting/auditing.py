# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The geotag audit of a catalogue: pictures whose verified matches agree on another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venloc import audits
from venloc._core import Gallery, LatLng, Photo, is_valid
from venloc.collecting.catalogue import Catalogue, Finding
from venloc.collecting.running import Progress
from venloc.collecting.verdicts import CERTAIN
from venloc.words import distance_text

if TYPE_CHECKING:
    from venloc._core import SiftLocator

REASON = "matches"


def contradicted(catalogue: Catalogue, locator: SiftLocator, progress: Progress | None = None) -> list[Finding]:
    """The findings of the geotag audit about the pictures of a catalogue, compared with each other and with the locator's.

    Copies of a picture give no further evidence of its place, so only one of them is audited. Missing pictures are skipped.
    """
    files = catalogue.picture_paths()
    copies = catalogue.copies()
    keys: dict[str, tuple[str, str]] = {}
    photos = []
    for r in catalogue.records():
        file = files.get((r.source, r.id))
        if file is None or not file.is_file() or (r.source, r.id) in copies or not is_valid(LatLng(r.lat, r.lng)):
            continue
        keys[r.key] = (r.source, r.id)
        photos.append(Photo(id=r.key, file=file, location=LatLng(r.lat, r.lng), source=r.source))
    if not photos:
        return []

    found = audits.audit(locator, Gallery(photos), progress)
    return [
        Finding(
            *keys[f.photo_id],
            REASON,
            CERTAIN if f.certain else f.doubt,
            f"{len(f.evidence)} pictures of the same scene agree on a place {distance_text(f.distance_m)} away",
            f.suggested.lat,
            f.suggested.lng,
        )
        for f in found.findings
    ]
