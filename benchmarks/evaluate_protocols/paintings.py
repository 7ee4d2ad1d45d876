# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Paintings, drawings and old photographs, and pictures from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import venloc
from artworks.labels import picture_of
from common import SHIPPED_MODEL, kept, key_of, markdown_table, read_csv
from protocols import ERROR_HEAD, as_record, baselines, error_row, interval_table, mean_of_folds
from venloc.evaluation import run_queries

from evaluate_protocols.study import Run


def part_paintings(run: Run, plots: Path) -> tuple[dict, str]:
    """Paintings, drawings and old photographs, and pictures from elsewhere: information, no goal."""
    if SHIPPED_MODEL.exists():
        locator = venloc.SiftLocator.load(SHIPPED_MODEL)
        model = "the shipped model"
    else:
        locator = run.build(run.gallery, "whole city", max_features_total=run.cap_for(len(run.gallery)))
        model = "a model of all shared photos"
    rows = read_csv(run.data / "paintings" / "labels.csv")
    photos, kinds = [], []
    for row in rows[: 10 if run.quick else None]:
        place = venloc.LatLng(float(row["lat"]), float(row["lon"]))
        photos.append(venloc.Photo(id=row["file"], file=run.data / "paintings" / row["file"], location=place))
        kinds.append((kind_of(row["medium"]), row["kind"], row["confidence"]))
    key = key_of(run.ids, [p.id for p in photos], run.cap, library_of(locator))
    stored = kept(
        run.cache / f"paintings-{key}.json",
        lambda: [r.to_dict() for r in run_queries(locator, venloc.Gallery(photos), [], run.threads)],
    )
    records = [as_record(r) for r in stored]
    others = baselines(locator.photos, records)
    selections: dict[str, list[int]] = {"all": list(range(len(records)))}
    for column in range(3):
        for value in sorted({kind[column] for kind in kinds}):
            label = value if column == 0 else f"{('', 'place of the', 'confidence')[column]} {value}"
            selections[label] = [i for i, kind in enumerate(kinds) if kind[column] == value]
    table = [error_row(name, [records[i] for i in chosen]) for name, chosen in selections.items()]
    table += [error_row(f"{name}, all", rows) for name, rows in others.items()]
    means = {name: mean_of_folds([r], run.resamples) for name, r in {"SiftLocator": records, **others}.items()}
    photographs = [r for r, k in zip(records, kinds, strict=True) if k[0] == "photograph"]
    best = sorted(photographs, key=lambda r: r.error_m)[:6]

    foreign = run.data / "out_of_area" / "labels.csv"
    away = read_csv(foreign)[: 5 if run.quick else None] if foreign.exists() else []
    key = key_of(run.ids, [row["file"] for row in away], run.cap, library_of(locator))
    elsewhere = kept(
        run.cache / f"out-of-area-{key}.json",
        lambda: [
            {"file": row["file"], "in_area": answer.in_area, "confidence": answer.confidence}
            for row in away
            for answer in [locator.locate(run.data / "out_of_area" / row["file"])]
        ],
    )
    in_area = {
        "paintings of Venice": [r.in_area for r in records],
        "elsewhere": [row["in_area"] for row in elsewhere],
    }
    confidence = {
        "paintings of Venice": [r.confidence for r in records],
        "elsewhere": [row["confidence"] for row in elsewhere],
    }
    quartiles = markdown_table(
        ["", "pictures", "in_area: quartiles", "confidence: quartiles", "largest confidence"],
        [
            [name, len(in_area[name])]
            + [" / ".join(f"{q:.2f}" for q in np.percentile(v[name], [25, 50, 75])) for v in (in_area, confidence)]
            + [f"{max(confidence[name]):.2f}"]
            for name in in_area
            if in_area[name]
        ],
    )
    text = (
        f"Located by {model}. Places were assigned by hand, to about 50 m (confidence high) or 100 to 200 m (medium). "
        "Information, no goal.\n\n"
        + markdown_table(ERROR_HEAD, table)
        + "\nAll, each picture a group of its own, with 95 % intervals:\n\n"
        + interval_table(means)
        + "\nThe best located old photographs: "
        + ", ".join(f"{Path(r.photo_id).name} ({r.error_m:.0f} m)" for r in best)
        + ".\n\nPictures from elsewhere:\n\n"
        + quartiles
    )
    values = {
        "errors": {row[0]: dict(zip(ERROR_HEAD[1:], row[1:], strict=True)) for row in table},
        "intervals": means,
        "pictures": [
            {"file": r.photo_id, "kind": k[0], "error_m": r.error_m, "confidence": r.confidence, "in_area": r.in_area}
            for r, k in zip(records, kinds, strict=True)
        ],
        "elsewhere": elsewhere,
    }
    return values, text


def library_of(locator: venloc.SiftLocator) -> list[Any]:
    """What distinguishes one model from another."""
    info = locator.info()
    return [info.photos, info.features, info.options]


def kind_of(medium: str) -> str:
    """painting, drawing or photograph, from the words of the label."""
    kinds = {"painting": "painting or colour plate", "photograph": "photograph"}
    return kinds.get(picture_of(medium), "drawing or engraving")
