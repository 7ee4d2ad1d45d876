# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""SiftLocator on random and on grouped splits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import markdown_table
from protocols import ERROR_HEAD, FOLDS, RANDOM, SHARE, error_row, figures_of, interval, interval_table, mean_of_folds
from venloc.evaluation import Report, compute_metrics

from evaluate_protocols.study import Run


def protocol(
    run: Run, name: str, splits: Sequence[tuple[str, venloc.Split]], plots: Path, **options: Any
) -> tuple[dict, str]:
    """The figures of one protocol: pooled with intervals, each fold, the mean of the folds, calibration."""
    folds = [run.fold(label, split, **options) for label, split in splits]
    pooled = {row: [r for fold in folds for r in fold["rows"][row]] for row in folds[0]["rows"]}
    metrics = {row: compute_metrics(row, records, run.options) for row, records in pooled.items()}
    means = {row: mean_of_folds([fold["rows"][row] for fold in folds], run.resamples) for row in pooled}
    report = Report(
        name="SiftLocator",
        records=pooled["SiftLocator"],
        baselines={row: records for row, records in pooled.items() if row != "SiftLocator"},
        protocol={"protocol": name},
        fold_sizes=[len(fold["rows"]["SiftLocator"]) for fold in folds],
        gallery_places=[photo.location for photo in run.gallery],
        options=run.options,
    )
    for plot, figure in report.plot().items():
        figure.savefig(plots / f"{name}_{plot}.png", dpi=100, metadata={"Software": None})

    sift = metrics["SiftLocator"]
    text = f"Mean of the {len(folds)} splits, 95 % intervals by bootstrap of groups:\n\n"
    text += interval_table(means)
    text += "\nEach split, and all queries together:\n\n" + markdown_table(
        ERROR_HEAD,
        [error_row(f"{row}, {fold['name']}", fold["rows"][row]) for row in pooled for fold in folds]
        + [error_row(f"{row}, all", records) for row, records in pooled.items()],
    )
    recall = ", ".join(f"{k}: {interval(r, 3)}" for k, r in zip(sift.recall_at, sift.recall, strict=True))
    text += (
        f"\nOracle recall (a gallery picture within 25 m of the truth): {interval(sift.oracle_recall, 3)}. "
        f"A right candidate (within 25 m) among the first k: {recall}. "
        f"Features in the models: {', '.join(str(fold['features']) for fold in folds)}.\n"
    )
    text += "\nCalibration of the confidence (share of errors below 100 m), all queries together:\n\n"
    text += markdown_table(
        ["", "value", "goal"],
        [
            ["expected calibration error", interval(sift.calibration_error, 3), "<= .08"],
            ["truth inside the 50 % radius", interval(sift.coverage_50, 3), ".43 to .57"],
            ["truth inside the 90 % radius", interval(sift.coverage_90, 3), ".83 to .97"],
        ],
    )
    text += "\n" + markdown_table(
        ["decile", "mean confidence", "share within 100 m", "queries"],
        [
            [i, f"{b.mean_confidence:.3f}", f"{b.share_within:.3f}", b.count]
            for i, b in enumerate(sift.calibration, 1)
            if b.count
        ],
    )
    values = {
        "folds": [
            {
                "name": fold["name"],
                "features": fold["features"],
                "rows": {
                    row: dict(
                        zip(means[row], map(float, figures_of(np.array([r.error_m for r in records]))), strict=True)
                    )
                    for row, records in fold["rows"].items()
                },
            }
            for fold in folds
        ],
        "mean_of_folds": means,
        "pooled": [m.to_dict() for m in metrics.values()],
        "differences": {row: d.to_dict() for row, d in report.differences.items()},
    }
    return values, text


def part_random(run: Run, plots: Path) -> tuple[dict, str]:
    """The published protocol: random 10 % splits."""
    splits = [(f"seed {seed}", venloc.random_split(len(run.gallery), SHARE, seed)) for seed in run.seeds]
    values, text = protocol(run, "random", splits, plots, **RANDOM)
    mean = values["mean_of_folds"]["SiftLocator"]
    goals = (("mean_m", "mean [m]", 450, 0), ("median_m", "median [m]", 115, 0))
    shares = (("within_25_m", "within 25 m", 0.31, 3), ("within_100_m", "within 100 m", 0.49, 3))
    rows = [[name, f"{mean[key]['value']:.{d}f}", f"<= {goal}"] for key, name, goal, d in goals]
    rows += [[name, f"{mean[key]['value']:.{d}f}", f">= {goal}"] for key, name, goal, d in shares]
    note = (
        "Models hold all features of their photos, not only as many as the shipped one (see below what that costs), and are "
        "calibrated on folds that are not grouped, because near-copies of a query may be in the gallery here.\n\n"
    )
    return values, note + markdown_table(["mean of the splits", "SiftLocator", "goal"], rows) + "\n" + text


def part_grouped(run: Run, plots: Path) -> tuple[dict, str]:
    """Grouped folds: no near-copy, burst or same coordinate of a query in the gallery."""
    folds = 2 if run.quick else FOLDS
    splits = [(f"fold {i}", split) for i, split in enumerate(venloc.grouped_k_fold(run.groups, folds, 0))]
    values, text = protocol(run, "grouped", splits, plots)
    sizes = Counter(run.groups).values()
    values["groups"] = {"count": len(sizes), "largest": max(sizes)}
    head = f"{len(run.groups)} photos in {len(sizes)} groups, the largest of {max(sizes)}; {folds} folds. "
    head += "Models hold all features of their photos and are calibrated on grouped folds, as the shipped one.\n\n"
    return values, head + text
