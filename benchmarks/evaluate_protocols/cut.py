# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The cost of the limit on the size of a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import SHARED_PHOTOS, markdown_table
from protocols import RANDOM, SHARE, Records, interval
from venloc.evaluation import compare

from evaluate_protocols.study import Run

EXACT: dict[str, Any] = {"keep_descriptors": True, "query": {"rerank_places": 80}}


def part_cut(run: Run, plots: Path) -> tuple[dict, str]:
    """What the limit on the size of the shipped model costs, and what a larger one gains."""
    values: dict[str, Any] = {"cap": run.cap, "splits": []}
    rows = []

    def add(name: str, other: Records, usual: Records, features: list[int | str]) -> None:
        difference = compare(other, usual, run.options)
        within = dict(zip(difference.thresholds_m, difference.within, strict=True))
        values["splits"].append({"name": name, "features": features, "difference": difference.to_dict()})
        errors = [np.array([r.error_m for r in records]) for records in (other, usual)]
        rows.append(
            [
                name,
                *features,
                *(f"{e.mean():.0f} / {np.median(e):.0f} / {(e <= 25).mean():.3f}" for e in errors),
                *(interval(difference.mean_m, 1), interval(within[25], 4), interval(within[100], 4)),
            ]
        )

    variants: dict[str, Callable[[int], dict[str, Any]]] = {
        "shipped": lambda photos: {"max_features_total": run.cap_for(photos)},
        "descriptors kept": lambda photos: EXACT,
    }
    for variant, options_for in variants.items():
        pairs: tuple[Records, Records] = ([], [])
        for seed in run.cut_seeds:
            split = venloc.random_split(len(run.gallery), SHARE, seed)
            other = run.fold(f"seed {seed}, {variant}", split, **RANDOM, **options_for(len(split.train)))
            usual = run.fold(f"seed {seed}", split, **RANDOM)
            answers = [fold["rows"]["SiftLocator"] for fold in (other, usual)]
            for kept_records, records in zip(pairs, answers, strict=True):
                # A photo may be a query in both splits.
                kept_records += [
                    venloc.EvaluationRecord(**{**shallow(r), "photo_id": f"{seed}/{r.photo_id}"}) for r in records
                ]
            add(f"{variant}, seed {seed}", *answers, [other["features"], usual["features"]])
        add(f"{variant}, together", *pairs, ["", ""])
    text = (
        f"Against the models of the random splits, which hold all features by their codes. *Shipped*: at most {run.cap} "
        f"features of {SHARED_PHOTOS} photos, here as many a photo. *Descriptors kept*: the nearest features "
        f"of {EXACT['query']['rerank_places']} places are compared again by descriptor (`keep_descriptors`, "
        "`query.rerank_places`), about nine times the size. "
        "Errors are mean [m] / median [m] / within 25 m; differences are query by query, the variant's minus the usual.\n\n"
    )
    head = ["", "its features", "usual", "its errors", "usual errors", "mean [m]", "within 25 m", "within 100 m"]
    return values, text + markdown_table(head, rows)


def shallow(record: venloc.EvaluationRecord) -> dict[str, Any]:
    """The fields of a record."""
    return {name: getattr(record, name) for name in record.to_dict()}
