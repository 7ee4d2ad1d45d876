# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locates the benchmark's pictures in a folder with a model, and writes predictions for evaluate.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the benchmarks, whose modules are shared

import venloc
from common import log
from venloc.evaluation import constant_baseline, densest_place_baseline

from artworks.labels import Artwork, find_pictures, group_numbers, read_labels
from artworks.out_of_fold import DetectorMismatchError, out_of_fold
from artworks.predictions import write_predictions

METHODS = {
    "model": "what the model answers",
    "out-of-fold": "the same with a detector of artworks that was fitted without the picture's group",
    "sift": "what the SIFT part of the model answers by itself, in which nothing was fitted to artworks",
    "constant": "the mean place of the model's gallery",
    "densest": "the densest place of the model's gallery",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="predict.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the pictures, under any names")
    parser.add_argument("-o", "--output", type=Path, default=Path("predictions.csv"), help="default: predictions.csv")
    parser.add_argument("-m", "--model", type=Path, help="model file; default: that of Venice")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="model",
        help="; ".join(f"{name}: {what}" for name, what in METHODS.items()),
    )
    options = parser.parse_args(arguments)
    artworks = read_labels()
    try:
        found = find_pictures(options.folder, artworks).present
        locator = venloc.load(options.model, fast=options.method == "sift")
        chosen = [artwork for artwork in artworks if artwork.id in found]
        answers = predict(locator, chosen, [found[artwork.id] for artwork in chosen], options.method)
    except (venloc.Error, DetectorMismatchError) as error:
        print(f"predict.py: {error}", file=sys.stderr)
        return 2
    write_predictions(options.output, answers.items())
    lacking = len(artworks) - len(answers)
    if lacking:
        print(f"predict.py: {lacking} pictures have no prediction; see evaluate.py --check-pictures", file=sys.stderr)
    return 1 if lacking else 0


def predict(
    locator: venloc.Locator, artworks: Sequence[Artwork], pictures: Sequence[Path], method: str
) -> dict[str, dict[str, float]]:
    """The columns of a prediction, by id; a picture that cannot be read has none."""
    groups = group_numbers(artworks)
    if method == "out-of-fold":
        answers = out_of_fold(locator, pictures, groups)
        return {artwork.id: columns_of(answer) for artwork, answer in zip(artworks, answers, strict=True)}
    if method in ("model", "sift"):
        out = {}
        for artwork, picture in zip(artworks, pictures, strict=True):
            try:
                out[artwork.id] = columns_of(locator.locate(picture))
            except venloc.ImageError as error:
                log(str(error))
        return out
    baseline = {"constant": constant_baseline, "densest": densest_place_baseline}[method]
    queries = [venloc.EvaluationRecord(photo_id=artwork.id, truth=artwork.location) for artwork in artworks]
    return {
        record.photo_id: {
            "lat": record.predicted.lat,
            "lng": record.predicted.lng,
            "confidence": record.confidence,
            "radius_50_m": record.radius_50_m,
            "radius_90_m": record.radius_90_m,
        }
        for record in baseline(locator.photos, queries)
    }


def columns_of(answer: venloc.Prediction) -> dict[str, float]:
    """The columns of a prediction."""
    return {
        "lat": answer.location.lat,
        "lng": answer.location.lng,
        "confidence": answer.confidence,
        "radius_50_m": answer.radius_50_m,
        "radius_90_m": answer.radius_90_m,
        "in_area": answer.in_area,
    }


if __name__ == "__main__":
    sys.exit(main())
