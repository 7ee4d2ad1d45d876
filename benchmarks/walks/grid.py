# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Models of a walk on a grid of 50 m, which can have any kernel: for choosing one on the folds for development.

A model is judged by the mean gain of the logarithm of the density at the true place, smoothed by 40 m: a proper score with
less noise than shares within a distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from venloc import EastNorth, LatLng, LocalFrame, Posterior

from walks.folds import Fold

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]
Kernel = Callable[[Array], Array]
_CELL_M = 50.0
_PADDING = 60  # cells that a step may leave the grid by
_SMOOTHING_M = 40.0
_FLOOR = 0.02  # of an even spread in the score: nothing is impossible


def gaussian(sigma_m: float) -> Kernel:
    return lambda r: np.exp(-(r**2) / (2 * sigma_m**2))


def exponential(scale_m: float) -> Kernel:
    return lambda r: np.exp(-r / scale_m)


def student(scale_m: float, freedom: float = 2.0) -> Kernel:
    return lambda r: (1 + r**2 / (freedom * scale_m**2)) ** (-(freedom + 2) / 2)


def two_gaussians(near_m: float, far_m: float, near_share: float) -> Kernel:
    near, far = gaussian(near_m), gaussian(far_m)
    return lambda r: near_share * near(r) / near_m**2 + (1 - near_share) * far(r) / far_m**2


@dataclass(frozen=True)
class Model:
    """How a picture informs others. `by_prior`: whether agreement is measured against the places of the gallery."""

    kernel: Kernel
    break_probability: float
    kind: str = "chain"  # or "neighbours": the single posteriors of both; or "upload": the mean of all others
    by_prior: bool = True
    evidence: float = 1.0  # exponent of the evidence that is passed on


class Grid:
    """A fold's posteriors on a grid."""

    def __init__(self, fold: Fold) -> None:
        posterior = fold.queries[0].single.posterior
        frame, area = posterior.frame, posterior.area
        low, high = frame.to_local(LatLng(area.south, area.west)), frame.to_local(LatLng(area.north, area.east))
        self._east = np.arange(low.east + _CELL_M / 2, high.east, _CELL_M)
        self._north = np.arange(low.north + _CELL_M / 2, high.north, _CELL_M)
        self._shape = (len(self._north), len(self._east))
        self._padded = (len(self._north) + 2 * _PADDING, len(self._east) + 2 * _PADDING)
        self._smooth = self._transformed(gaussian(_SMOOTHING_M))
        self.prior = self._cells(fold.locator.prior(), frame)
        self.pictures = {i: self._cells(fold.queries[i].single.posterior, frame) for u in _walks(fold) for i in u}
        self._outside = {i: fold.queries[i].single.posterior.out_of_area_weight for i in self.pictures}
        self._truth = {i: self._cell(frame.to_local(fold.queries[i].truth)) for i in self.pictures}
        self._uploads = _walks(fold)

    def gains(self, model: Model) -> list[float]:
        """Gain of the logarithm of the density at the truth of each picture with a mate."""
        kernel = self._transformed(model.kernel)
        prior = self._stepped(self.prior, kernel) if model.by_prior else np.full(self._shape, 1 / self.prior.size)
        root = np.sqrt(np.maximum(prior, 1e-9))
        out = []
        for upload in self._uploads:
            for i, cells in zip(upload, self._combined(model, upload, kernel, root), strict=True):
                out.append(self._score(i, cells) - self._score(i, self.pictures[i]))
        return out

    def _combined(self, model: Model, upload: list[int], kernel: Spectrum, root: Array) -> list[Array]:
        def message(i: int, incoming: Array | float) -> Array:
            cells = (self.pictures[i] / self.prior) ** model.evidence * self.prior
            cells = cells / cells.sum() * incoming
            outside = self._outside[i] / (self._outside[i] + (1 - self._outside[i]) * cells.sum())
            moved = self._stepped(cells / cells.sum() / root, kernel) / root
            ratio = model.break_probability + (1 - model.break_probability) * moved
            total: Array = outside + (1 - outside) * ratio
            return total

        if model.kind == "upload":
            single = [message(i, 1.0) for i in upload]
            mean = [sum(m for k, m in enumerate(single) if k != t) / (len(upload) - 1) for t in range(len(upload))]
            return [self.pictures[i] * m for i, m in zip(upload, mean, strict=True)]
        forward, backward = _passes(upload, message, model.kind == "chain")
        return [self.pictures[i] * f * b for i, f, b in zip(upload, forward, backward, strict=True)]

    def _score(self, i: int, cells: Array) -> float:
        smooth = self._stepped(cells / cells.sum(), self._smooth)
        return float(np.log((1 - _FLOOR) * smooth[self._truth[i]] + _FLOOR / smooth.size))

    def _transformed(self, kernel: Kernel) -> Spectrum:
        north, east = (np.minimum(np.arange(n), n - np.arange(n)) * _CELL_M for n in self._padded)
        values = kernel(np.hypot(north[:, None], east[None, :]))
        return np.fft.rfft2(values / values.sum())

    def _stepped(self, cells: Array, kernel: Spectrum) -> Array:
        moved = np.fft.irfft2(np.fft.rfft2(cells, self._padded) * kernel, self._padded)
        return np.maximum(moved[: self._shape[0], : self._shape[1]], 1e-12)

    def _cells(self, posterior: Posterior, frame: LocalFrame) -> Array:
        """The share of each cell, given that the picture was made in the city, with each Gaussian at least a cell wide."""
        cells = np.full(self._shape, posterior.background_weight / (self._shape[0] * self._shape[1]))
        for c in posterior.components:
            sigma = max(c.sigma_m, _CELL_M / 2)
            east = np.exp(-((self._east - c.mean.east) ** 2) / (2 * sigma**2))
            north = np.exp(-((self._north - c.mean.north) ** 2) / (2 * sigma**2))
            if east.sum() > 0 and north.sum() > 0:
                cells += c.weight * np.outer(north / north.sum(), east / east.sum())
        normalised: Array = cells / cells.sum()
        return normalised

    def _cell(self, place: EastNorth) -> tuple[int, int]:
        return (
            int(np.argmin(np.abs(self._north - place.north))),
            int(np.argmin(np.abs(self._east - place.east))),
        )


def _walks(fold: Fold) -> list[list[int]]:
    return [upload for upload in fold.uploads if len(upload) > 1]


def _passes(
    upload: Sequence[int], message: Callable[[int, Array | float], Array], on: bool
) -> tuple[list[Array | float], list[Array | float]]:
    """Messages from before and after each picture; `on`: whether a picture passes on what it received."""
    forward: list[Array | float] = [1.0]
    for i in upload[:-1]:
        forward.append(message(i, forward[-1] if on else 1.0))
    backward: list[Array | float] = [1.0]
    for i in upload[:0:-1]:
        backward.append(message(i, backward[-1] if on else 1.0))
    return forward, backward[::-1]


MODELS: dict[str, Model] = {
    "chain, Gaussian 350 m, break .3": Model(gaussian(350), 0.3),
    "chain, Gaussian 150 m, break .3": Model(gaussian(150), 0.3),
    "chain, Gaussian 250 m, break .3": Model(gaussian(250), 0.3),
    "chain, Gaussian 500 m, break .3": Model(gaussian(500), 0.3),
    "chain, Gaussian 350 m, break .1": Model(gaussian(350), 0.1),
    "chain, Gaussian 350 m, break .5": Model(gaussian(350), 0.5),
    "chain, Gaussian 350 m, break .8": Model(gaussian(350), 0.8),
    "chain, exponential 150 m, break .3": Model(exponential(150), 0.3),
    "chain, exponential 250 m, break .3": Model(exponential(250), 0.3),
    "chain, Student's t 250 m, break .3": Model(student(250), 0.3),
    "chain, Gaussians 60 and 250 m, break .3": Model(two_gaussians(60, 250, 0.5), 0.3),
    "chain, Gaussian 350 m, break .3, not relative to the gallery's places": Model(gaussian(350), 0.3, by_prior=False),
    "chain, Gaussian 350 m, break .3, evidence to the power .5": Model(gaussian(350), 0.3, evidence=0.5),
    "neighbours alone, Gaussian 350 m, break .3": Model(gaussian(350), 0.3, "neighbours"),
    "whole upload, Gaussian 350 m, break .3": Model(gaussian(350), 0.3, "upload"),
    "neighbours alone, exponential 150 m, break .7, not relative (the pilot)": Model(
        exponential(150), 0.7, "neighbours", by_prior=False
    ),
}
