# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Fixed levels and adaptive partitions, with the error a perfect classifier would still make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from common import markdown_table
from matplotlib.figure import Figure
from protocols import figure_cells, mean_of_folds

from experiments import networks
from experiments.study import FEW, Fold, Result, Study

TITLE = "Which level of S2 cells?"


def run(study: Study) -> Result:
    """Fixed levels and adaptive partitions, with the error a perfect classifier would still make."""
    network = networks.NETWORKS[1] if study.quick else networks.DEFAULT
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    folds = study.folds(most=FEW)
    levels = (14, 16) if study.quick else range(12, 19)
    variants: dict[str, list[dict[str, Any]]] = {
        f"level {level}": [venloc.CellPartitionOptions.fixed_level(level).to_dict()] for level in levels
    }
    variants["adaptive"] = [venloc.CellPartitionOptions().to_dict()]
    variants["adaptive, 14 and 16"] = [p.to_dict() for p in venloc.S2CellClassifierLocatorOptions().partitions]
    rows, floors = [], {}
    for name, partitions in variants.items():
        for row, _ in study.rows(name, networks.S2, lambda: backbone, network.name, folds, partitions=partitions):
            of_protocol = [fold for fold in folds if fold.protocol == row.protocol]
            found = [floor(study, fold, partitions) for fold in of_protocol]
            row.facts |= {
                "cells": round(np.mean([f["cells"] for f in found])),
                "photos a cell": f"{np.mean([f['photos'] for f in found]):.1f}",
            }
            rows.append(row)
            records = [
                [replaced(record, error) for record, error in zip(fold_records, f["errors"], strict=True)]
                for fold_records, f in zip(row.folds, found, strict=True)
            ]
            floors[row.protocol, name] = mean_of_folds(records, study.resamples)
    baseline = study.baseline_rows(folds, rows)
    text = ""
    for protocol in dict.fromkeys(row.protocol for row in rows):
        text += f"\n### The floor, {protocol}\n\nErrors of a perfect classifier whose answer is the mean place of the "
        text += (
            "photos in the cell (of several partitions: of the photos in the right cell of each).\n\n"
            + markdown_table(
                ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
                [[name, *figure_cells(f)] for (of, name), f in floors.items() if of == protocol],
            )
        )
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    protocols = list(dict.fromkeys(row.protocol for row in rows))
    for axes, protocol in zip(
        figure.subplots(1, len(protocols), sharey=True, squeeze=False)[0], protocols, strict=True
    ):
        for key, label, colour in (("median_m", "median error", "C3"), ("mean_m", "mean error", "C0")):
            values = [mean_of_folds(r.folds, study.resamples)[key]["value"] for r in rows if r.protocol == protocol]
            axes.plot(list(variants), values, "o-", color=colour, label=label)
            perfect = [floors[protocol, name][key]["value"] for name in variants]
            axes.plot(
                list(variants), perfect, "o--", color=colour, alpha=0.6, label=f"{label} with the right cell known"
            )
        axes.set(title=protocol, ylabel="[m]")
        axes.tick_params(axis="x", rotation=45)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(fontsize=8, loc="center right")
    return baseline + rows, {"s2-levels": figure}, text


def floor(study: Study, fold: Fold, partitions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The errors of a perfect classifier on a fold."""
    places = [study.gallery[i].location for i in fold.split.train]
    queries = [study.gallery[i].location for i in fold.split.test]
    made = [venloc.CellPartition(places, options) for options in partitions]
    known = np.stack([p.classes_of(places) for p in made], axis=1)
    right = np.stack([p.classes_of(queries) for p in made], axis=1)
    frame = venloc.LocalFrame(places[0])
    local = np.array([(p.east, p.north) for p in map(frame.to_local, places)])
    errors = []
    for place, classes in zip(queries, right, strict=True):
        same = known == classes
        # With several partitions no photo may be in the right cell of each: then those in most of them.
        inside = local[same.sum(axis=1) == same.sum(axis=1).max()]
        truth = frame.to_local(place)
        errors.append(float(np.hypot(*(inside.mean(axis=0) - (truth.east, truth.north)))))
    return {
        "cells": sum(len(p) for p in made),
        "photos": len(places) * len(made) / sum(len(p) for p in made),
        "errors": errors,
    }


def replaced(record: venloc.EvaluationRecord, error_m: float) -> venloc.EvaluationRecord:
    """The same query with another error."""
    return venloc.EvaluationRecord(photo_id=record.photo_id, error_m=error_m, group=record.group)
