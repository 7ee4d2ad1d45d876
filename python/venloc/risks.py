# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Risk and coverage: the errors that remain when only the most confident answers are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from venloc._core import CONFIDENCE_RADIUS_M, Estimate, EvaluationOptions, EvaluationRecord
from venloc.errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RiskCoverage:
    """The risk of reporting only answers of high confidence. Entry i describes the i + 1 most confident answers."""

    coverage: list[float]
    """Share of the queries."""
    mean_error_m: list[float]
    """Mean error of these answers [m]."""
    share_beyond: list[float]
    """The share of these answers whose error is larger than CONFIDENCE_RADIUS_M."""
    best_mean_error_m: list[float]
    """The mean error if the answers were sorted by their errors: the best possible order."""
    best_share_beyond: list[float]
    """The share if the confidence were in the order of the errors."""
    aurc_m: Estimate
    """Area under the curve of mean errors, which is their mean over all coverages, and its 95 % interval [m]."""
    aurc_beyond: Estimate
    """Area under the curve of shares, and its 95 % interval."""


def risk_coverage(records: Sequence[EvaluationRecord], options: EvaluationOptions | None = None) -> RiskCoverage:
    """The risk of the most confident answers. Answers of equal confidence count as if they were in random order."""
    import numpy as np

    options = options or EvaluationOptions()
    if not records:
        raise InvalidArgumentError("risk and coverage need at least one located query, got none")
    order = sorted(range(len(records)), key=lambda i: -records[i].confidence)
    confidence = np.array([records[i].confidence for i in order])
    errors_m = np.array([records[i].error_m for i in order])
    beyond = (errors_m > CONFIDENCE_RADIUS_M).astype(np.float64)
    losses = np.stack([errors_m, beyond])
    # Groups are drawn, as for the other intervals.
    _, group = np.unique([records[i].group for i in order], return_inverse=True)
    groups = int(group.max()) + 1
    random = np.random.default_rng(options.seed)
    areas = np.zeros((options.bootstrap_resamples, 2))
    for i in range(options.bootstrap_resamples):
        drawn = np.bincount(random.integers(groups, size=groups), minlength=groups)
        again = np.repeat(np.arange(len(records)), drawn[group])
        areas[i] = _risks(losses[:, again], confidence[again]).mean(axis=1)
    curves = _risks(losses, confidence)
    best = np.cumsum(np.sort(losses, axis=1), axis=1) / np.arange(1, len(records) + 1)

    def area(kind: int) -> Estimate:
        low, high = np.quantile(areas[:, kind], (0.025, 0.975))
        return Estimate(value=float(curves[kind].mean()), low=float(low), high=float(high))

    return RiskCoverage(
        coverage=[(i + 1) / len(records) for i in range(len(records))],
        mean_error_m=curves[0].tolist(),
        share_beyond=curves[1].tolist(),
        best_mean_error_m=best[0].tolist(),
        best_share_beyond=best[1].tolist(),
        aurc_m=area(0),
        aurc_beyond=area(1),
    )


def _risks(losses: NDArray[np.float64], confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean losses of the first 1, 2, … answers, in falling order of confidence; a row for each kind of loss."""
    import numpy as np

    starts = np.flatnonzero(np.diff(confidence, prepend=np.inf))
    sizes = np.diff(starts, append=confidence.size)
    of_ties = np.repeat(np.add.reduceat(losses, starts, axis=1) / sizes, sizes, axis=1)
    means: NDArray[np.float64] = np.cumsum(of_ties, axis=1) / np.arange(1, confidence.size + 1)
    return means
