# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Detection of pictures that show people, food, a room or a thing instead of a place.

The classifier uses the last feature map of the network in the default model. GeM pooling (Radenović et al., "Fine-tuning CNN
image retrieval with no human annotation", TPAMI 2019) of each channel is followed by one linear layer and a softmax. The layer
was fitted to photos of Venice that were labelled one by one (benchmarks/views.py), so its outputs are probabilities for such
photos; docs/results/views.md has its accuracy.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from venloc._core import default_model_path, read_safetensors
from venloc.collecting.catalogue import Catalogue, Finding
from venloc.collecting.running import Progress
from venloc.errors import Error, FormatError, InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing

    from venloc._core import Backbone

REASON = "no view"

KINDS = ("a place", "people", "food", "a room", "a thing")
"""The classes, in the order of the rows of the layer."""

NETWORK, STAGE = "efficientnet_lite2", "e17"
LEAST = 0.5
"""Minimum probability of showing no place for a picture to be reported."""
_TRUST = 0.85  # in that: nothing is dropped by it alone
_POWER = 3.0  # of GeM
_BATCH = 64  # pictures between two calls of the progress callback
_LAYER = Path(__file__).with_name("views.safetensors")


class ViewClassifier:
    """Classifies what pictures show. May be used by several threads."""

    def __init__(self, network: Backbone, layer: Path = _LAYER) -> None:
        """Reads the layer. Raises InvalidArgumentError when it was fitted to another network, and FormatError or IoError."""
        if network.network != NETWORK or STAGE not in {stage.name for stage in network.stages}:
            raise InvalidArgumentError(f"views are classified with {NETWORK} up to {STAGE}, not with {network.network}")
        arrays, _ = read_safetensors(layer)
        self._network = network
        try:
            self._weights = arrays["weights"].astype(np.float64)
            self._bias = arrays["bias"].astype(np.float64)
        except KeyError as error:
            raise FormatError(f"'{layer}' has no array {error}: install venloc again") from None

    def shares(self, file: str | Path) -> numpy.typing.NDArray[np.float64]:
        """The probability of each of KINDS. Raises FileNotFoundError or ImageError when the file cannot be read."""
        logits = self._weights @ features(self._network, file) + self._bias
        odds = np.exp(logits - logits.max())
        shares: numpy.typing.NDArray[np.float64] = odds / odds.sum()
        return shares


def load() -> ViewClassifier:
    """The classifier with the network of the default model. Raises the exceptions of venloc.load()."""
    import venloc

    city = venloc.load(default_model_path())
    network: Backbone | None = getattr(city, "backbone", None)
    if network is None:
        raise InvalidArgumentError(
            "classifying views needs the network of the model of Venice, but the default model has none: unset VENLOC_MODEL"
        )
    return ViewClassifier(network)


def features(network: Backbone, file: str | Path) -> numpy.typing.NDArray[np.float64]:
    """One value for each channel of STAGE. Raises FileNotFoundError or ImageError when the file cannot be read."""
    channels = np.asarray(network.map(str(file), STAGE), np.float64)
    means = np.mean(np.maximum(channels.reshape(len(channels), -1), 0) ** _POWER, axis=1)
    pooled: numpy.typing.NDArray[np.float64] = means ** (1 / _POWER)
    return pooled


def no_views(catalogue: Catalogue, classifier: ViewClassifier, progress: Progress | None = None) -> list[Finding]:
    """Findings for the pictures of a catalogue that show no place. Missing and damaged files are skipped."""
    pictures = sorted(catalogue.picture_paths().items())
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(pictures), _BATCH):
            batch = pictures[start : start + _BATCH]
            shares_of = pool.map(lambda picture: _shares(classifier, picture[1]), batch)
            found += [_finding(*key, shares) for (key, _), shares in zip(batch, shares_of, strict=True) if len(shares)]
            if progress is not None:
                progress("classifying views", start + len(batch), len(pictures))
    return [finding for finding in found if finding is not None]


def _shares(classifier: ViewClassifier, file: Path) -> Sequence[float]:
    """The probabilities of a picture; empty when it cannot be read."""
    try:
        shares: list[float] = classifier.shares(file).tolist()
    except (Error, OSError):
        return ()
    return shares


def _finding(source: str, identity: str, shares: Sequence[float]) -> Finding | None:
    no_place = 1 - shares[0]
    if no_place < LEAST:
        return None
    kind = KINDS[1 + int(np.argmax(shares[1:]))]
    return Finding(
        source, identity, REASON, _TRUST * no_place, f"the picture seems to show {kind}, not a place ({no_place:.0%})"
    )
