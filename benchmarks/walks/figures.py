# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Photos located alone and together, in groups as they were uploaded or mixed, and the figures of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import venloc
from numpy.typing import NDArray
from venloc import LatLng, Prediction

from walks.folds import Fold

Array = NDArray[np.float64]
SIZES = {"1": (1, 1), "2": (2, 2), "3 to 5": (3, 5), "6 and more": (6, 99), "all with a mate": (2, 99)}
_RESAMPLES = 2000
_BINS = 10


@dataclass
class Located:
    """One picture, alone and together; the same columns for both, so that they are paired."""

    fold: int
    group: int
    mates: int
    alone: tuple[float, float, bool, bool]  # error [m], confidence, truth within the 50 % and within the 90 % radius
    together: tuple[float, float, bool, bool]
    baselines: tuple[float, float]  # errors of the mean place and of the densest place of the gallery [m]


def locate(number: int, fold: Fold, walks: Sequence[Sequence[int]], options: dict[str, float]) -> list[Located]:
    """The pictures of these groups, which are positions in the fold's queries."""
    constants = _baselines(fold.locator)
    out = []
    for walk in walks:
        queries = [fold.queries[i] for i in walk]
        combined = fold.locator.combine_walk([q.single for q in queries], walk=options)
        for query, prediction in zip(queries, combined, strict=True):
            errors = tuple(venloc.distance_m(place, query.truth) for place in constants)
            out.append(
                Located(
                    number,
                    query.group,
                    len(walk),
                    _measured(query.single, query.truth),
                    _measured(prediction, query.truth),
                    (errors[0], errors[1]),
                )
            )
    return out


def mixed(fold: Fold, share: float, seed: int) -> list[list[int]]:
    """The fold's groups of two and more, where this share of the pictures has changed places with one another."""
    walks = [upload for upload in fold.uploads if len(upload) > 1]
    everyone = np.array([i for walk in walks for i in walk])
    draw = np.random.default_rng(seed)
    moved = everyone[draw.random(len(everyone)) < share]
    place = dict(zip(moved.tolist(), draw.permutation(moved).tolist(), strict=True))
    return [[place.get(i, i) for i in walk] for walk in walks]


def _measured(prediction: Prediction, truth: LatLng) -> tuple[float, float, bool, bool]:
    error = venloc.distance_m(prediction.location, truth)
    return error, prediction.confidence, error <= prediction.radius_50_m, error <= prediction.radius_90_m


def _baselines(locator: venloc.Locator) -> list[LatLng]:
    places = [photo.location for photo in locator.photos]
    table = np.array([[p.lat, p.lng] for p in places])
    scale = np.array([111_195.0, 111_195.0 * np.cos(np.radians(table[0, 0]))])
    metres = (table - table[0]) * scale
    near = [int((np.hypot(*(metres - m).T) <= 100).sum()) for m in metres]
    return [LatLng(*table.mean(axis=0).tolist()), places[int(np.argmax(near))]]


def table(located: Sequence[Located]) -> dict[str, Any]:
    """The figures of each size of group."""
    out = {}
    for name, (low, high) in SIZES.items():
        some = [p for p in located if low <= p.mates <= high]
        if some:
            out[name] = figures(some)
    return out


def figures(some: Sequence[Located]) -> dict[str, Any]:
    """Alone, together, the paired differences with 95 % intervals by bootstrap of groups, and calibration."""
    groups = np.unique([(p.fold, p.group) for p in some], axis=0, return_inverse=True)[1].ravel()
    alone = np.array([p.alone for p in some], dtype=float)
    together = np.array([p.together for p in some], dtype=float)
    out: dict[str, Any] = {"pictures": len(some), "groups": int(groups.max()) + 1}
    out["baselines"] = {
        name: _summary(np.array([p.baselines[k] for p in some]))
        for k, name in enumerate(("mean place", "densest place"))
    }
    for name, columns in (("alone", alone), ("together", together)):
        out[name] = {**_summary(columns[:, 0]), **_calibration(columns)}
    out["difference"] = {
        name: _paired(of, alone[:, 0], together[:, 0], groups)
        for name, of in {
            "mean_m": lambda errors: errors.mean(),
            "median_m": lambda errors: np.median(errors),
            **{f"within_{t}": _within(t) for t in (25, 50, 100)},
        }.items()
    }
    return out


def _within(threshold_m: int) -> Callable[[Array], Any]:
    return lambda errors: (errors <= threshold_m).mean()


def _summary(errors: Array) -> dict[str, float]:
    shares = {f"within_{t}": float((errors <= t).mean()) for t in (25, 50, 100)}
    return {"mean_m": float(errors.mean()), "median_m": float(np.median(errors)), **shares}


def _calibration(columns: Array) -> dict[str, Any]:
    right, confidence = columns[:, 0] <= 100, columns[:, 1]
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    rows = [
        [float(confidence[bins == b].mean()), float(right[bins == b].mean()), int((bins == b).sum())]
        for b in range(_BINS)
        if (bins == b).any()
    ]
    ece = sum(abs(c - r) * n for c, r, n in rows) / len(columns)
    return {
        "confidence": float(confidence.mean()),
        "ece": ece,
        "ece_of_perfect": _ece_of_perfect(confidence, bins),
        "coverage_50": float(columns[:, 2].mean()),
        "coverage_90": float(columns[:, 3].mean()),
        "bins": rows,
    }


def _ece_of_perfect(confidence: Array, bins: NDArray[np.int_]) -> float:
    """The mean calibration error of so many pictures whose confidences are exactly right: what chance alone gives."""
    draw = np.random.default_rng(0)
    errors = []
    for _ in range(200):
        right = draw.random(len(confidence)) < confidence
        errors.append(sum(abs((confidence - right)[bins == b].sum()) for b in range(_BINS)) / len(confidence))
    return float(np.mean(errors))


def _paired(of: Callable[[Array], Any], alone: Array, together: Array, groups: NDArray[np.int_]) -> list[float]:
    """The difference and its 95 % interval."""
    members = [np.where(groups == g)[0] for g in range(groups.max() + 1)]
    draw = np.random.default_rng(0)
    differences = []
    for _ in range(_RESAMPLES):
        chosen = np.concatenate([members[g] for g in draw.integers(len(members), size=len(members))])
        differences.append(of(together[chosen]) - of(alone[chosen]))
    low, high = np.percentile(differences, [2.5, 97.5])
    return [float(of(together) - of(alone)), float(low), float(high)]
