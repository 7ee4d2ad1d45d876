# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The protocols of evaluation: splits, baselines, and figures with intervals over the folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from common import markdown_table
from venloc.evaluation import constant_baseline, densest_place_baseline, random_picture_baseline

SHARE = 0.1
FOLDS = 5
# Near-copies of a query may be in the gallery under the published protocol; so they may in calibration.
RANDOM: dict[str, Any] = {"calibration_grouped": False}
Records = list[venloc.EvaluationRecord]


def as_record(values: dict[str, Any]) -> venloc.EvaluationRecord:
    """A record from its JSON form."""
    place = {name: venloc.LatLng(values[name]["lat"], values[name]["lng"]) for name in ("truth", "predicted")}
    return venloc.EvaluationRecord(**{**values, **place})


def baselines(photos: Sequence[venloc.Photo], records: Records) -> dict[str, Records]:
    """What is answered to the same queries without looking at them."""
    return {
        "constant": constant_baseline(photos, records),
        "densest place": densest_place_baseline(photos, records),
        "random picture": random_picture_baseline(photos, records, 0),
    }


THRESHOLDS = (10, 25, 50, 100, 250, 500, 1000)


def figures_of(errors: np.ndarray) -> np.ndarray:
    """Mean, median and shares within the thresholds."""
    return np.array([errors.mean(), np.median(errors), *((errors <= t).mean() for t in THRESHOLDS)])


def mean_of_folds(folds: Sequence[Records], resamples: int) -> dict[str, dict[str, float]]:
    """Mean over the folds of each figure, with intervals by bootstrap of the groups of all folds together."""
    errors = [np.array([r.error_m for r in fold]) for fold in folds]
    numbers, positions = np.unique([r.group for fold in folds for r in fold], return_inverse=True)
    group_of = np.split(positions, np.cumsum([len(e) for e in errors])[:-1])
    value = np.mean([figures_of(e) for e in errors], axis=0)
    random = np.random.default_rng(0)
    draws = []
    for _ in range(resamples):
        times = np.bincount(random.integers(0, len(numbers), len(numbers)), minlength=len(numbers))
        drawn = [np.repeat(e, times[g]) for e, g in zip(errors, group_of, strict=True)]
        if all(len(d) > 0 for d in drawn):
            draws.append(np.mean([figures_of(d) for d in drawn], axis=0))
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    names = ["mean_m", "median_m", *(f"within_{t}_m" for t in THRESHOLDS)]
    return {
        name: {"value": float(v), "low": float(a), "high": float(b)}
        for name, v, a, b in zip(names, value, low, high, strict=True)
    }


def interval(estimate: Any, digits: int = 0) -> str:
    """Value and interval, e.g. `467 (430 to 502)`; takes an Estimate or its dict."""
    e = estimate if isinstance(estimate, dict) else estimate.to_dict()
    return f"{e['value']:.{digits}f} ({e['low']:.{digits}f} to {e['high']:.{digits}f})"


FIGURES = ("mean_m", "median_m", "within_25_m", "within_100_m")


def figure_cells(figures: dict[str, Any]) -> list[str]:
    """The FIGURES of a row as cells of a table."""
    return [interval(figures[name], 0 if name.endswith("n_m") else 3) for name in FIGURES]


def difference_figures(difference: venloc.PairedDifference) -> dict[str, Any]:
    """The figures of a paired difference, by the names of mean_of_folds."""
    within = zip(difference.thresholds_m, difference.within, strict=True)
    return {
        "mean_m": difference.mean_m.to_dict(),
        "median_m": difference.median_m.to_dict(),
        **{f"within_{threshold:.0f}_m": share.to_dict() for threshold, share in within},
    }


def interval_table(rows: dict[str, dict[str, dict[str, float]]]) -> str:
    """Rows of mean_of_folds."""
    return markdown_table(
        ["", "mean [m]", "median [m]", "within 25 m", "within 100 m", "within 250 m"],
        [
            [row, interval(m["mean_m"]), interval(m["median_m"])]
            + [interval(m[f"within_{t}_m"], 3) for t in (25, 100, 250)]
            for row, m in rows.items()
        ],
    )


ERROR_HEAD = ["", "queries", "mean [m]", "median [m]", "10 m", "25 m", "50 m", "100 m", "250 m", "500 m", "1000 m"]


def error_row(name: str, records: Records) -> list[str]:
    """Figures without intervals, for one split."""
    mean, median, *shares = figures_of(np.array([r.error_m for r in records]))
    return [name, str(len(records)), f"{mean:.0f}", f"{median:.0f}", *(f"{s:.3f}" for s in shares)]
