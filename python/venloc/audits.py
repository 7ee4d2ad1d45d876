# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Findings of the geotag audit as a table, and as one HTML page with the photos and their matches."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from venloc import files, maps
from venloc._core import (
    Gallery,
    GeotagFinding,
    LatLng,
    Photo,
    PhotoMatch,
    SiftLocator,
    audit_geotags,
    distance_m,
    match_photos,
)
from venloc.html import rendering
from venloc.html.pages import Key, thumbnail
from venloc.words import distance_text

if TYPE_CHECKING:
    from markupsafe import Markup

    from venloc.evaluation import ProgressCallback

COLUMNS = (
    "photo_id",
    "file",
    "lat",
    "lng",
    "suggested_lat",
    "suggested_lng",
    "distance_m",
    "spread_m",
    "doubt",
    "certain",
    "claims",
    "evidence_id_inliers",
)

_SHOWN_MATCHES = 8  # of a finding
_MATCH_PX = 124  # longest side of the picture of a match


@dataclass(frozen=True)
class Audit:
    """What the geotag audit found."""

    photos: Gallery
    """The audited photos, then the other photos of the locator; findings and matches refer to these."""
    matches: list[PhotoMatch]
    """The verified matches between photos."""
    findings: list[GeotagFinding]
    """Findings about the audited photos only, the most doubtful first."""
    matched: frozenset[int]
    """Positions of the audited photos that match another photo."""


def audit(locator: SiftLocator, gallery: Gallery, progress: ProgressCallback | None = None, **options: Any) -> Audit:
    """Audits photos that the locator was built from, or new photos against the photos of the locator.

    Options are those of GeotagAuditOptions. Raises ImageError that lists the photos that cannot be read, CancelledError.
    """
    own = {photo.id for photo in gallery.photos}
    photos = Gallery([*gallery.photos, *(photo for photo in locator.photos if photo.id not in own)])
    matches = match_photos(locator, photos, progress=progress, **options)
    findings = [f for f in audit_geotags(photos, matches, **options) if f.photo < len(gallery)]
    matched = frozenset(i for m in matches for i in (m.first, m.second) if i < len(gallery))
    return Audit(photos, matches, findings, matched)


def other_photo(match: PhotoMatch, photo: int) -> int:
    """The position in the gallery of the other photo of the match."""
    return match.second if match.first == photo else match.first


def write_csv(findings: Sequence[GeotagFinding], gallery: Gallery, file: str | os.PathLike[str]) -> None:
    """Writes a table with a row for each finding; the columns are COLUMNS."""
    photos = gallery.photos
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for f in findings:
        evidence = " ".join(f"{photos[other_photo(m, f.photo)].id}:{m.inliers}" for m in f.evidence)
        places = [f"{degrees:.6f}" for place in (f.location, f.suggested) for degrees in place]
        numbers = [f"{f.distance_m:.0f}", f"{f.spread_m:.0f}", f"{f.doubt:.3f}", "yes" if f.certain else "no", f.claims]
        table.writerow([f.photo_id, photos[f.photo].file, *places, *numbers, evidence])
    files.write_text(file, text.getvalue())


def write_page(
    findings: Sequence[GeotagFinding],
    gallery: Gallery,
    file: str | os.PathLike[str],
    *,
    city: str = "",
    thumbnails: bool = True,
) -> None:
    """Writes a page with the photo of each finding, where it may have been made, and the matches that suggest it.

    The most doubtful photos come first. Photos are shown as thumbnails when their files can be read: check their licences
    before you publish the page.
    """
    photos = gallery.photos
    places = [photo.location for photo in photos]
    ordered = sorted(findings, key=lambda finding: -finding.doubt)
    title = "Doubtful geotags" + (f", {city}" if city else "")
    html = rendering.render(
        "audit.html",
        title=title,
        photos=len(photos),
        marks=_key(),
        findings=[_finding(finding, photos, places, thumbnails) for finding in ordered],
    )
    files.write_text(file, html)


def _key() -> Key:
    """What the marks on the maps mean."""
    return maps.key(
        (lambda view, place: maps.square(view, place, "--lost", ""), "where the geotag is"),
        (lambda view, place: maps.cross(view, place, "--near", ""), "where the matches are"),
        (lambda view, place: maps.dot(view, place, 5, "--far", ""), "a match; larger = more features agree"),
    )


def _finding(
    finding: GeotagFinding, photos: Sequence[Photo], places: Sequence[LatLng], thumbnails: bool
) -> dict[str, Any]:
    photo = photos[finding.photo]
    name = finding.photo_id
    matches = [(photos[other_photo(m, finding.photo)], m.inliers) for m in finding.evidence]
    return {
        "name": name,
        "url": photo.url,
        "picture": thumbnail(photo.file, f"The photo {name}") if thumbnails else None,
        "doubt": f"{100 * finding.doubt:.1f} %" if finding.doubt < 0.9995 else "over 99.9 %",
        "certain": finding.certain,
        "distance": distance_text(finding.distance_m),
        "location": finding.location,
        "suggested": finding.suggested,
        "spread": distance_text(finding.spread_m),
        "drawing": _map(finding, matches, places),
        "matches": [_match(match, inliers, finding, thumbnails) for match, inliers in matches[:_SHOWN_MATCHES]],
        "left_out": max(0, len(matches) - _SHOWN_MATCHES),
    }


def _match(photo: Photo, inliers: int, finding: GeotagFinding, thumbnails: bool) -> dict[str, Any]:
    return {
        "name": photo.id,
        "url": photo.url,
        "picture": thumbnail(photo.file, f"The match {photo.id}", _MATCH_PX) if thumbnails else None,
        "inliers": inliers,
        "away": f"{distance_text(distance_m(photo.location, finding.suggested))} from the suggested place",
        "location": photo.location,
    }


def _map(finding: GeotagFinding, matches: Sequence[tuple[Photo, int]], places: Sequence[LatLng]) -> Markup:
    points = [finding.location, finding.suggested, *(photo.location for photo, _ in matches)]
    view = maps.View(points, width=320, margin_m=120.0, min_m=500.0)
    parts = [
        maps.density(view, places),
        rendering.part("drawing.svg", "dashed_line", *view.xy(finding.location), *view.xy(finding.suggested)),
        *(
            maps.dot(view, photo.location, 3 + min(6, inliers**0.5 / 2), "--far", f"{photo.id}: {inliers} features")
            for photo, inliers in matches
        ),
        maps.square(view, finding.location, "--lost", "where the geotag is"),
        maps.cross(view, finding.suggested, "--near", "where the matches are"),
    ]
    label = (
        f"Map: the geotag of {finding.photo_id}, {distance_text(finding.distance_m)} from the suggested place, and the "
        f"{len(matches)} matches"
    )
    return view.svg(parts, label)
