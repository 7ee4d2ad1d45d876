# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Fits the multinomial logistic regression of venloc.content_of, and writes its constants for the library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import venloc
from common import ROOT

WEIGHTS = ROOT / "src" / "image" / "content_weights.hpp"
ONLY_BLANK = ("brightness", "warmth", "unevenness")  # which only the rule for blank pictures uses
STATISTICS = [name for name in venloc.ContentStatistics().to_dict() if name not in ONLY_BLANK]
CLASSES = ("picture", "text", "screenshot")

STANDARDISED = 3.0  # bound of a standardised statistic, as in the library
PRODUCT_SCALE = 3.0  # products of two statistics are divided by this, as in the library
PICTURE_WEIGHT = 3.0  # of all pictures together, with each other class having 1
L2 = 1e-4
STEPS = 25  # of Newton's method
MARGIN = 1.0  # logits between the threshold and the picture that is nearest to it
LEAST_THRESHOLD = 2.0


@dataclass(frozen=True)
class Fit:
    """A fitted regression: logits of text and screenshot against picture."""

    mean: np.ndarray
    sigma: np.ndarray
    weights: np.ndarray  # terms x 2; the first is the constant
    threshold: float

    def logits(self, statistics: np.ndarray) -> np.ndarray:
        """N x 2."""
        return np.asarray(terms((statistics - self.mean) / self.sigma) @ self.weights)

    def contents(self, statistics: np.ndarray) -> np.ndarray:
        """The class of each row, as a number of CLASSES."""
        logits = self.logits(statistics)
        return np.where(logits.max(1) < self.threshold, 0, 1 + logits.argmax(1))


def terms(standardised: np.ndarray) -> np.ndarray:
    """1, the statistics, and the products of every two of them, each with itself as well."""
    bounded = np.clip(standardised, -STANDARDISED, STANDARDISED)
    first, second = np.triu_indices(bounded.shape[1])
    products = bounded[:, first] * bounded[:, second] / PRODUCT_SCALE
    return np.hstack([np.ones((len(bounded), 1)), bounded, products])


def fit(statistics: np.ndarray, classes: np.ndarray) -> Fit:
    """Fits by Newton's method; the threshold is MARGIN above the logits of all pictures that it was fitted to."""
    mean, sigma = statistics.mean(0), statistics.std(0) + 1e-9
    rows = terms((statistics - mean) / sigma)
    share = np.array([(PICTURE_WEIGHT if c == 0 else 1.0) / max(1, int((classes == c).sum())) for c in range(3)])
    weight = share[classes] / share[classes].sum()
    wanted = np.eye(3)[classes][:, 1:]
    many = rows.shape[1]
    solution = np.zeros((many, 2))
    for _ in range(STEPS):
        odds = np.exp(np.clip(rows @ solution, -60, 60))
        probabilities = odds / (1 + odds.sum(1, keepdims=True))
        gradient = rows.T @ ((probabilities - wanted) * weight[:, None]) + L2 * solution
        hessian = L2 * np.eye(2 * many)
        for k in range(2):
            for m in range(2):
                curvature = weight * probabilities[:, k] * ((k == m) - probabilities[:, m])
                hessian[k * many : (k + 1) * many, m * many : (m + 1) * many] += (rows * curvature[:, None]).T @ rows
        step = np.linalg.solve(hessian, gradient.T.reshape(-1)).reshape(2, many).T
        solution -= step * min(1.0, 5.0 / np.abs(rows @ step).max())
    made = Fit(mean, sigma, solution, 0.0)
    highest = float(made.logits(statistics[classes == 0]).max())
    return Fit(mean, sigma, solution, max(LEAST_THRESHOLD, highest + MARGIN))


def write_weights(made: Fit, file: Path = WEIGHTS) -> None:
    """Replaces the constants of the library."""
    statistics = [
        f"    {{&ContentStatistics::{name}, {mean:.6g}, {sigma:.6g}}},"
        for name, mean, sigma in zip(STATISTICS, made.mean, made.sigma, strict=True)
    ]
    numbers = [f"{{{text:.5g}, {screenshot:.5g}}}" for text, screenshot in made.weights]
    weights = ["    " + ", ".join(numbers[i : i + 6]) + "," for i in range(0, len(numbers), 6)]
    text = HEAD.replace("@threshold", f"{made.threshold:.4f}").replace("@statistics", "\n".join(statistics))
    text = text.replace("@standardised", f"{STANDARDISED:g}.0").replace("@scale", f"{PRODUCT_SCALE:g}.0")
    file.write_text(text.replace("@weights", "\n".join(weights)))


HEAD = """\
// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Written by `python benchmarks/non_pictures`; do not edit.
#pragma once

#include <array>

#include "venloc/image/content.hpp"

// clang-format off
namespace venloc::content_weights {

/// A statistic of the regression with its mean and standard deviation in what it was fitted to.
struct Statistic {
  double ContentStatistics::*member;
  double mean, sigma;
};

/// What a term adds to the logits of text and of a screenshot against a picture.
struct Weight {
  double text, screenshot;
};

/// The larger logit of what is no picture is at least this.
inline constexpr double kThreshold = @threshold;

/// Bound of a standardised statistic, and the divisor of products of two of them.
inline constexpr double kStandardised = @standardised, kProductScale = @scale;

inline constexpr auto kStatistics = std::to_array<Statistic>({
@statistics
});

/// Of 1, of each statistic, and of the products of each with itself and with those after it.
inline constexpr auto kWeights = std::to_array<Weight>({
@weights
});

}  // namespace venloc::content_weights
"""
