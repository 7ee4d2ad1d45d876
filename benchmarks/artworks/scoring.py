# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of predictions, with the baselines beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from common import markdown_table
from protocols import Records, as_record, difference_figures, figure_cells, interval
from venloc.evaluation import (
    EvaluationOptions,
    compare,
    compute_metrics,
    constant_baseline,
    densest_place_baseline,
)

from artworks.labels import LABELS, PICTURES, Artwork, group_numbers, nearer
from artworks.predictions import OPTIONAL, Predictions

THRESHOLDS_M = (25, 50, 100, 250, 500)
# The error of a picture without a prediction: beyond all distances in the city.
MISSING_ERROR_M = 10_000.0
TO_VIEWPOINT = "error to the viewpoint"


def records_of(artworks: Sequence[Artwork], predictions: Predictions) -> Records:
    """A record for each artwork, with the error to the nearer of viewpoint and subject."""
    records = []
    for artwork, group in zip(artworks, group_numbers(artworks), strict=True):
        values = predictions.values.get(artwork.id)
        if values is None:
            missing = {"predicted": artwork.location, "error_m": MISSING_ERROR_M, "in_area": 0.0}
            records.append(venloc.EvaluationRecord(photo_id=artwork.id, truth=artwork.location, group=group, **missing))
            continue
        further = {name: values[name] for name in OPTIONAL if name in values}
        record = venloc.EvaluationRecord(
            photo_id=artwork.id,
            truth=artwork.location,
            predicted=venloc.LatLng(values["lat"], values["lng"]),
            group=group,
            **further,
        )
        records.append(nearer(record, artwork.places))
    return records


def to_viewpoint(artworks: Sequence[Artwork], records: Records) -> Records:
    """The records of the artworks whose viewpoint is known, with the error to it."""
    return [
        record if record.error_m == MISSING_ERROR_M else nearer(record, [artwork.viewpoint])
        for artwork, record in zip(artworks, records, strict=True)
        if artwork.viewpoint is not None
    ]


def baselines(artworks: Sequence[Artwork]) -> dict[str, Records]:
    """Answers that do not depend on the picture, from the labels of the other groups."""
    groups = group_numbers(artworks)
    found: dict[str, list[Any]] = {
        name: [None] * len(artworks) for name in ("mean place", "geometric median", "densest place")
    }
    for group in set(groups):
        inside = [i for i, number in enumerate(groups) if number == group]
        known = [a.location for a, number in zip(artworks, groups, strict=True) if number != group]
        photos = [venloc.Photo(id=str(i), location=place) for i, place in enumerate(known)]
        queries = [
            venloc.EvaluationRecord(photo_id=artworks[i].id, truth=artworks[i].location, group=group) for i in inside
        ]
        middle = geometric_median(known)
        answers = {
            "mean place": constant_baseline(photos, queries),
            "geometric median": [as_record({**r.to_dict(), "predicted": middle.to_dict()}) for r in queries],
            "densest place": densest_place_baseline(photos, queries),
        }
        for name, records in answers.items():
            for i, record in zip(inside, records, strict=True):
                found[name][i] = nearer(record, artworks[i].places)
    return found


def geometric_median(places: Sequence[venloc.LatLng]) -> venloc.LatLng:
    """The place with the smallest mean distance to all (Weiszfeld's algorithm)."""
    frame = venloc.LocalFrame(places[0])
    points = np.array([[p.east, p.north] for p in map(frame.to_local, places)])
    middle = points.mean(axis=0)
    for _ in range(1000):
        weights = 1 / np.maximum(np.linalg.norm(points - middle, axis=1), 1e-3)
        moved = weights @ points / weights.sum()
        if np.linalg.norm(moved - middle) < 1e-4:
            break
        middle = moved
    return frame.to_lat_lng(venloc.EastNorth(*middle))


def splits(artworks: Sequence[Artwork]) -> dict[str, list[int]]:
    """Positions of the artworks of each part of the table."""
    out = {"all": list(range(len(artworks)))}
    names = [(f"confidence {artwork.confidence}", PICTURES[artwork.picture]) for artwork in artworks]
    for column in (0, 1):
        for name in sorted({of[column] for of in names}):
            out[name] = [i for i, of in enumerate(names) if of[column] == name]
    return out


def row_of(split: str, name: str, records: Records, columns: frozenset[str], resamples: int) -> dict[str, Any]:
    """The figures of one method on one part."""
    options = EvaluationOptions(thresholds_m=THRESHOLDS_M, bootstrap_resamples=resamples)
    metrics = compute_metrics(name, records, options)
    row: dict[str, Any] = {"split": split, "name": name, "queries": metrics.queries, "groups": metrics.groups}
    row |= {"mean_m": metrics.mean_m.to_dict(), "median_m": metrics.median_m.to_dict()}
    row |= {f"within_{t}_m": share.to_dict() for t, share in zip(THRESHOLDS_M, metrics.within, strict=True)}
    if "confidence" in columns:
        row["calibration_error"] = metrics.calibration_error.to_dict()
    if "radius_50_m" in columns:
        row["coverage_50"] = metrics.coverage_50.to_dict()
    if "radius_90_m" in columns:
        row["coverage_90"] = metrics.coverage_90.to_dict()
    if "in_area" in columns:
        row["mean_in_area"] = float(np.mean([record.in_area for record in records]))
    return row


def score(artworks: Sequence[Artwork], predictions: dict[str, Predictions], resamples: int = 2000) -> dict[str, Any]:
    """All figures of these predictions and of the baselines."""
    found = {name: records_of(artworks, of) for name, of in predictions.items()}
    beside = baselines(artworks)
    columns = {name: of.columns for name, of in predictions.items()}
    options = EvaluationOptions(thresholds_m=THRESHOLDS_M, bootstrap_resamples=resamples)
    rows = []
    for name, records in {**found, **beside}.items():
        given = columns.get(name, frozenset())
        rows += [
            row_of(split, name, [records[i] for i in of], given, resamples) for split, of in splits(artworks).items()
        ]
        rows.append(row_of(TO_VIEWPOINT, name, to_viewpoint(artworks, records), frozenset(), resamples))
    names = [*splits(artworks), TO_VIEWPOINT]
    return {
        "benchmark": {
            "labels_sha256": hashlib.sha256(LABELS.read_bytes()).hexdigest(),
            "bootstrap_resamples": resamples,
            "missing_error_m": MISSING_ERROR_M,
        },
        "rows": sorted(rows, key=lambda row: names.index(row["split"])),
        "differences": [
            {"name": name, "baseline": baseline, **difference_figures(compare(records, others, options))}
            for name, records in found.items()
            for baseline, others in beside.items()
        ],
        "missing": {
            name: [artwork.id for artwork in artworks if artwork.id not in of.values]
            for name, of in predictions.items()
        },
        "errors": {name: errors_of(artworks, records) for name, records in found.items()},
    }


def errors_of(artworks: Sequence[Artwork], records: Records) -> dict[str, dict[str, float]]:
    """The error of each artwork, and that to the viewpoint where it is known."""
    to_viewpoints = {record.photo_id: record.error_m for record in to_viewpoint(artworks, records)}
    errors = {record.photo_id: {"error_m": round(record.error_m, 1)} for record in records}
    for name, error in to_viewpoints.items():
        errors[name]["viewpoint_error_m"] = round(error, 1)
    return errors


def tables(results: dict[str, Any]) -> str:
    """The figures as Markdown."""
    shares = [f"within_{t}_m" for t in THRESHOLDS_M]
    head = ["", "mean [m]", "median [m]", *(f"within {t} m" for t in THRESHOLDS_M)]
    text = ""
    for split in dict.fromkeys(row["split"] for row in results["rows"]):
        rows = [row for row in results["rows"] if row["split"] == split]
        text += f"### {split[0].upper()}{split[1:]}\n\n{rows[0]['queries']} pictures in {rows[0]['groups']} groups.\n\n"
        text += markdown_table(
            head,
            [
                [row["name"], interval(row["mean_m"]), interval(row["median_m"])]
                + [interval(row[name], 3) for name in shares]
                for row in rows
            ],
        )
        text += "\n"
    return text + calibration_table(results) + difference_table(results) + missing_text(results)


def calibration_table(results: dict[str, Any]) -> str:
    """Confidences and radii of the predictions that have them."""
    names = ("calibration_error", "coverage_50", "coverage_90")
    rows = [row for row in results["rows"] if row["split"] == "all" and any(n in row for n in (*names, "mean_in_area"))]
    if not rows:
        return ""
    cells = [
        [
            row["name"],
            *(interval(row[name], 3) if name in row else "" for name in names),
            f"{row['mean_in_area']:.3f}" if "mean_in_area" in row else "",
        ]
        for row in rows
    ]
    return (
        "### Calibration\n\nExpected calibration error (ECE) of the confidence, share of pictures inside the radii of 50 % and "
        "90 %, mean of in_area (1 is ideal).\n\n"
        + markdown_table(["", "ECE", "inside 50 %", "inside 90 %", "in_area"], cells)
        + "\n"
    )


def difference_table(results: dict[str, Any]) -> str:
    """Predictions minus baselines."""
    return (
        "### Paired differences\n\nPredictions minus baseline, picture by picture; of the errors less is better, of the shares "
        "more.\n\n"
        + markdown_table(
            ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
            [[f"{d['name']} − {d['baseline']}", *figure_cells(d)] for d in results["differences"]],
        )
        + "\n"
    )


def missing_text(results: dict[str, Any]) -> str:
    """The pictures without a prediction."""
    return "".join(
        f"{name}: {len(ids)} pictures without a prediction count as failures (error {MISSING_ERROR_M:.0f} m, confidence 0): "
        f"{', '.join(ids)}.\n"
        for name, ids in results["missing"].items()
        if ids
    )
