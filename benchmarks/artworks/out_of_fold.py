# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers of an ensemble whose detector of artworks was fitted without the group of the query.

Of an ensemble only this detector is fitted to artworks: it decides whether a query is answered as an artwork or as a
photo. It is a logistic regression, and is fitted here as src/ranking/artwork_detector.cpp does it; the fit to all
artworks has to reproduce the one in the model.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import venloc
from venloc import io

RIDGE = 1e-3
NEWTON_STEPS = 30
TOLERANCE = 1e-3  # of weights of up to about 4, from descriptors in single precision
IS_ARTWORK = 0.5


class DetectorMismatchError(RuntimeError):
    """The model's detector is not one that was fitted to these pictures."""


def out_of_fold(locator: venloc.Locator, pictures: Sequence[Path], groups: Sequence[int]) -> list[venloc.Prediction]:
    """A prediction for each picture; all pictures that the locator's detector was fitted to have to be there."""
    if not isinstance(locator, venloc.EnsembleLocator):
        raise DetectorMismatchError(
            f"{locator!r} has no detector of artworks; give a model that was built with artworks"
        )
    described, found = [], []
    for picture in pictures:
        image = venloc.read_image(picture)
        described.append(locator.describe(image))
        found.append(json.loads(locator.evidence(image).to_json()))
    weights, scales = stored_detector(locator)
    artworks, photos = strong(np.array(described), scales), strong(locator.descriptors, scales)
    apart = np.abs(fit(artworks, photos) - weights).max()
    if apart > TOLERANCE:
        raise DetectorMismatchError(
            f"a detector fitted to these pictures differs from the model's by {apart:.2g}; give the pictures that the "
            "model was built with, and a model to which no photo was added"
        )
    probabilities = held_out(artworks, photos, np.asarray(groups))
    answers = []
    for evidence, probability in zip(found, probabilities, strict=True):
        statistics = evidence["list"]
        if statistics["artwork_probability"] <= IS_ARTWORK < probability:
            raise DetectorMismatchError("the model takes a picture for a photo, which has no evidence of maps then")
        statistics["artwork_probability"] = float(probability)
        answers.append(locator.answer(venloc.Evidence.from_json(json.dumps(evidence))))
    return answers


def stored_detector(locator: venloc.EnsembleLocator) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the detector, and the factors of the components that it is given."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.venloc"
        locator.save(file)  # in the present format, whatever the one it was read from
        arrays, _ = io.read_safetensors(file)
        if "artworks.weights" not in arrays:
            raise DetectorMismatchError("the model was built without artworks; it answers all pictures as photos")
        weights = np.array(arrays["artworks.weights"])
        projection = np.array(arrays["whitening.projection"][:, : len(weights) - 1], dtype=float)
    return weights, (projection**2).sum(axis=0) ** -0.25


def strong(whitened: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The strong components, as StrongComponents of src/ranking/out_of_area.hpp."""
    values = whitened[:, : len(scales)] * scales
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def fit(artworks: np.ndarray, photos: np.ndarray) -> np.ndarray:
    """Weights of the logistic regression, the intercept last."""
    rows = np.vstack([artworks, photos])
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    truth = np.repeat([1.0, 0.0], [len(artworks), len(photos)])
    share = np.repeat([0.5 / len(artworks), 0.5 / len(photos)], [len(artworks), len(photos)])
    ridge = np.full(rows.shape[1], RIDGE)
    ridge[-1] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        p = probability(rows, weights)
        curvature = rows.T @ (rows * (share * p * (1 - p))[:, None]) + np.diag(ridge)
        weights -= np.linalg.solve(curvature, rows.T @ (share * (p - truth)) + ridge * weights)
    return weights


def probability(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """That a picture is an artwork."""
    return np.asarray(1 / (1 + np.exp(-rows @ weights)))


def held_out(artworks: np.ndarray, photos: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The probability of each artwork by a detector that was fitted without its group."""
    out = np.empty(len(artworks))
    rows = np.hstack([artworks, np.ones((len(artworks), 1))])
    for group in np.unique(groups):
        inside = groups == group
        out[inside] = probability(rows[inside], fit(artworks[~inside], photos))
    return out
