# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""How far apart neighbouring photos of an upload are made: distances by gap, and maximum-likelihood fits."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import venloc
from numpy.typing import NDArray
from venloc import LocalFrame

from walks.folds import UPLOAD_GAP

Array = NDArray[np.float64]
GAPS = (0, 300, 1_000, 3_000, 10_000, 30_000, 100_000)  # the last two are beyond an upload
SCALES_M = tuple(float(s) for s in np.geomspace(30, 1000, 36))
_SMOOTHING_M = 100.0  # of the density of the gallery


class Pairs:
    """Neighbouring photos: gaps between their numbers, distances, and the gallery's density where the second was made."""

    def __init__(self, gallery: venloc.Gallery, left_out: Collection[int] = ()) -> None:
        photos = sorted((int(p.id.removeprefix("flickr:")), p.location) for p in gallery)
        kept = [(number, place) for number, place in photos if number not in left_out]
        frame = LocalFrame(kept[0][1])
        local = [frame.to_local(place) for _, place in kept]
        places = np.array([[p.east, p.north] for p in local])
        self.gaps = np.diff(np.array([number for number, _ in kept]))
        self.distances_m = np.hypot(*np.diff(places, axis=0).T)
        self._places = places

    def density(self, chosen: NDArray[np.bool_]) -> Array:
        """The density of all photos at the second photo of the chosen pairs [1/m²]."""
        out = []
        for east, north in self._places[1:][chosen]:
            squares = (self._places[:, 0] - east) ** 2 + (self._places[:, 1] - north) ** 2
            out.append(np.mean(np.exp(-squares / (2 * _SMOOTHING_M**2))) / (2 * np.pi * _SMOOTHING_M**2))
        return np.array(out)


def by_gap(pairs: Pairs) -> list[dict[str, Any]]:
    """Distances of neighbours, by the gap between their numbers."""
    rows = []
    for low, high in itertools.pairwise(GAPS):
        d = pairs.distances_m[(pairs.gaps > low) & (pairs.gaps <= high)]
        rows.append(
            {
                "gap": [low, high],
                "pairs": len(d),
                "median_m": float(np.median(d)),
                "within": {str(t): float((d <= t).mean()) for t in (25, 100, 250, 500, 1000)},
            }
        )
    return rows


def fit(pairs: Pairs) -> dict[str, Any]:
    """Maximum likelihood within uploads: one Gaussian and unrelated, and two Gaussians and unrelated."""
    chosen = pairs.gaps <= UPLOAD_GAP
    d, unrelated = pairs.distances_m[chosen], pairs.density(chosen)
    one = max((_weights(d, unrelated, [s]) for s in SCALES_M), key=lambda fitted: fitted["log_likelihood"])
    # Neighbours at one place show one scene, about which their evidence is not independent.
    moved = d > 25
    wide = max(
        (_weights(d[moved], unrelated[moved], [s]) for s in SCALES_M), key=lambda fitted: fitted["log_likelihood"]
    )
    two = max((_weights(d, unrelated, [10.0, s]) for s in SCALES_M), key=lambda fitted: fitted["log_likelihood"])
    return {"pairs": int(chosen.sum()), "one": one, "more than 25 m apart": wide, "two": two}


def _weights(distances_m: Array, unrelated: Array, scales_m: Sequence[float]) -> dict[str, Any]:
    """Weights of Gaussians of these scales, and of unrelated places, by expectation maximisation."""
    gaussians = [np.exp(-(distances_m**2) / (2 * s * s)) / (2 * np.pi * s * s) for s in scales_m]
    densities = np.stack([unrelated, *gaussians], axis=1)
    weights = np.full(densities.shape[1], 1 / densities.shape[1])
    for _ in range(200):
        parts = densities * weights
        weights = (parts / parts.sum(axis=1, keepdims=True)).mean(axis=0)
    return {
        "scales_m": [float(s) for s in scales_m],
        "unrelated": float(weights[0]),
        "weights": [float(w) for w in weights[1:]],
        "log_likelihood": float(np.log(densities @ weights).mean()),
    }
