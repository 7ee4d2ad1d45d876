# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Predictions for all shared photos by ensembles that have seen nothing of their uploads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import venloc
from common import ensemble_cap, log, reporter
from venloc import EastNorth, LatLng, LocalFrame, Posterior, PosteriorComponent, Prediction

FOLDS = 5
UPLOAD_GAP = 10_000  # photo numbers of Flickr; an upload is a chain of photos at most this far apart
_BATCH = 64


@dataclass
class Query:
    """A photo and what its model found."""

    number: int  # of the photo on Flickr
    group: int  # of photos that no fold separates
    truth: LatLng
    single: Prediction


@dataclass
class Fold:
    """The queries of a fold in the order of their numbers, the uploads they are of, and the model that located them."""

    queries: list[Query]
    uploads: list[list[int]]  # positions in queries
    locator: venloc.Locator


def read(number: int, gallery: venloc.Gallery, work: Path) -> Fold:
    """A fold, whose model and predictions are kept in the folder."""
    groups = _groups(gallery, work)
    split = venloc.grouped_k_fold(groups, FOLDS, 0)[number]
    model, file = work / f"fold{number}.venloc", work / f"fold{number}.json"
    if not model.exists():
        _build(gallery.subset(split.train), model, work / "cache", number)
    locator = venloc.load(model)
    if not file.exists():
        _locate(locator, gallery, split.test, groups, file)
    rows = json.loads(file.read_text())["rows"]
    queries = sorted((_query(row) for row in rows), key=lambda query: query.number)
    uploads: list[list[int]] = []
    for position, query in enumerate(queries):
        if position == 0 or query.number - queries[position - 1].number > UPLOAD_GAP:
            uploads.append([])
        uploads[-1].append(position)
    return Fold(queries, uploads, locator)


def _groups(gallery: venloc.Gallery, work: Path) -> list[int]:
    file = work / "groups.json"
    if not file.exists():
        work.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(venloc.group_photos(gallery, flickr_id_gap=UPLOAD_GAP)))
    groups: list[int] = json.loads(file.read_text())
    return groups


def _build(gallery: venloc.Gallery, model: Path, cache: Path, number: int) -> None:
    from venloc.weights import backbone

    locator = venloc.EnsembleLocator.build(
        gallery,
        backbone(),
        cache=cache,
        seed=0,
        progress=reporter(f"fold {number}"),
        sift={"max_features_total": ensemble_cap(len(gallery))},
    )
    locator.save(model)


def _locate(locator: venloc.Locator, gallery: venloc.Gallery, test: list[int], groups: list[int], file: Path) -> None:
    rows = []
    for begin in range(0, len(test), _BATCH):
        photos = test[begin : begin + _BATCH]
        for index, prediction in zip(photos, locator.locate([gallery[i].file for i in photos]), strict=True):
            rows.append(_row(gallery[index], groups[index], prediction))
        log(f"located {len(rows)}/{len(test)}")
    temporary = file.with_suffix(".part")
    temporary.write_text(json.dumps({"rows": rows}))
    temporary.replace(file)


def _row(photo: venloc.Photo, group: int, prediction: Prediction) -> dict[str, Any]:
    posterior = prediction.posterior
    return {
        "id": photo.id,
        "group": group,
        "truth": [photo.location.lat, photo.location.lng],
        "location": [prediction.location.lat, prediction.location.lng],
        "confidence": prediction.confidence,
        "in_area": prediction.in_area,
        "background": posterior.background_weight,
        "outside": posterior.out_of_area_weight,
        "components": [[c.mean.east, c.mean.north, c.sigma_m, c.weight] for c in posterior.components],
        "origin": [posterior.frame.origin.lat, posterior.frame.origin.lng],
        "area": posterior.area.to_dict(),
    }


def _query(row: dict[str, Any]) -> Query:
    components = [
        PosteriorComponent(mean=EastNorth(east=east, north=north), sigma_m=sigma, weight=weight)
        for east, north, sigma, weight in row["components"]
    ]
    posterior = Posterior(
        LocalFrame(LatLng(*row["origin"])),
        venloc.BoundingBox(**row["area"]),
        components,
        row["background"],
        row["outside"],
    )
    location = LatLng(*row["location"])
    single = Prediction(
        location=location,
        confidence=row["confidence"],
        in_area=row["in_area"],
        radius_50_m=posterior.credible_radius_m(location, 0.5),
        radius_90_m=posterior.credible_radius_m(location, 0.9),
        posterior=posterior,
    )
    return Query(int(row["id"].removeprefix("flickr:")), row["group"], LatLng(*row["truth"]), single)
