# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Error against the number of photos; smaller galleries are parts of larger ones."""

from __future__ import annotations

import numpy as np
import venloc
from protocols import mean_of_folds

from experiments import networks
from experiments.figures import lines
from experiments.study import FEW, Fold, Result, Row, Study

TITLE = "How many photos does a gallery need?"


def run(study: Study) -> Result:
    """Error against the number of photos; smaller galleries are parts of larger ones."""
    network = networks.NETWORKS[1] if study.quick else networks.DEFAULT
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    folds = study.folds(most=FEW)
    smallest = min(len(fold.split.train) for fold in folds)
    sizes = [s for s in ((20, 30) if study.quick else (100, 200, 400, 800, 1200)) if s < smallest]
    rows: list[Row] = []
    for size in [*sizes, 0]:
        smaller = [part(fold, size) for fold in folds]
        located = [
            row
            for kind in (networks.DESCRIPTOR, networks.S2, networks.MIXTURE)
            for row, _ in study.rows(kind.name, kind, lambda: backbone, network.name, smaller)
        ]
        for row in [*study.baseline_rows(smaller, located), *located]:
            row.name = f"{size or 'all'} photos: {row.name}"
            rows.append(row)
    series: dict[str, dict[str, list[tuple[float, dict[str, float]]]]] = {}
    for row in rows:
        size, _, name = row.name.partition(" photos: ")
        at = (
            float(np.mean([len(f.split.train) for f in folds if f.protocol == row.protocol]))
            if size == "all"
            else float(size)
        )
        curve = series.setdefault(row.protocol, {}).setdefault(name, [])
        curve.append((at, mean_of_folds(row.folds, study.resamples)["median_m"]))
    return rows, {"gallery-size": lines(series, "photos in the gallery", "median error [m]")}, ""


def part(fold: Fold, size: int) -> Fold:
    """The fold with the first `size` photos of a shuffled gallery; 0 = all."""
    if size == 0:
        return fold
    order = np.random.default_rng(0).permutation(len(fold.split.train))[:size]
    train = sorted(fold.split.train[i] for i in order)
    return Fold(fold.protocol, fold.name, venloc.Split(train=train, test=fold.split.test))
