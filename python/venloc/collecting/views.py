# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that show no place: food, documents, animals, things.

By the classes of ImageNet (Russakovsky et al., 2015), as a network tells them. None of them is "people" or "a room": groups of
classes stand for what a picture is of, and what no group covers passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from venloc.collecting.catalogue import Catalogue, Finding
from venloc.collecting.running import Progress
from venloc.errors import ImageError, InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing

    from venloc._torch import Backbone

REASON = "no view"

GROUPS: Mapping[str, tuple[range, ...]] = {
    # Without the great cats, which in towns are of stone.
    "an animal": (range(0, 286), range(294, 398)),
    "food": (range(924, 970),),
    "a page": (range(916, 919), range(921, 923)),
    "clothes or a portrait": (range(981, 984),),
}
"""Classes of ImageNet (0 to 999) that stand for pictures which show no place."""

_CLASSES = 1000
_BATCH = 64  # pictures described at once
LEAST = 0.5
"""Probability of a group from which on it counts."""
_TRUST = 0.6  # in the classes: the doubt where one of the groups is certain


def load_classifier(weights: str) -> Backbone:
    """SqueezeNet 1.1 (Iandola et al., 2016) with its classes, from a file of its weights.

    Raises InvalidArgumentError where the network has no classes.
    """
    from venloc._torch import Backbone

    network = Backbone.load(weights, "squeezenet1_1", stage="classifier", pooling="average", long_sides_px=[227])
    if network.dimension != _CLASSES:
        raise InvalidArgumentError(f"'{weights}' has no classes: give weights of squeezenet1_1")
    return network


def shares(classifier: Backbone, files: list[str]) -> numpy.typing.NDArray[np.float64]:
    """Probability of each group for each picture (pictures x GROUPS). Raises ImageError for one that can not be read."""
    logits = np.asarray(classifier.describe(files), dtype=np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    columns = [np.concatenate([np.arange(part.start, part.stop) for part in parts]) for parts in GROUPS.values()]
    return np.stack([odds[:, column].sum(axis=1) for column in columns], axis=1)


def no_views(catalogue: Catalogue, classifier: Backbone, progress: Progress | None = None) -> list[Finding]:
    """Findings for pictures of a catalogue that show no place."""
    pictures = sorted(catalogue.picture_paths().items())
    groups = list(GROUPS)
    findings = []
    for start in range(0, len(pictures), _BATCH):
        batch = pictures[start : start + _BATCH]
        try:
            told = shares(classifier, [str(file) for _, file in batch])
        except ImageError:
            # One of them is gone or damaged since; the others are looked at one by one.
            told = np.stack([_one(classifier, str(file)) for _, file in batch])
        for (key, _), share in zip(batch, told, strict=True):
            best = int(share.argmax())
            if share[best] >= LEAST:
                detail = f"the picture seems to show {groups[best]} ({share[best]:.0%}), not a place"
                findings.append(Finding(key[0], key[1], REASON, _TRUST * float(share[best]), detail))
        if progress is not None:
            progress("looking for views", min(start + _BATCH, len(pictures)), len(pictures))
    return findings


def _one(classifier: Backbone, file: str) -> Any:
    try:
        told = shares(classifier, [file])
    except ImageError:
        told = np.zeros((1, len(GROUPS)))
    return told[0]
