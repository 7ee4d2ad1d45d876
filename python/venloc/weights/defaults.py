# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The default network of locators."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from venloc.weights.finding import at_hand, find
from venloc.weights.registry import REGISTRY

if TYPE_CHECKING:
    from venloc._core import Backbone

DEFAULT = ("efficientnet_lite2", "efficientnet_lite2_s32_fp16")
"""Names of the default weights, complete and without what is not used: the first of them that is at hand is taken.

Of the networks that were measured theirs is the best single descriptor."""
_DEFAULT_STAGES = ("e15", "e17")
_DEFAULT_SIZES_PX = (352, 480, 640)
_DEFAULT_REGIONS = {"region_grids": [1, 2, 3, 4], "region_long_side_px": 480}


def backbone(
    weights: str | os.PathLike[str] | None = None,
    network: str = "",
    stages: Sequence[str] | None = None,
    sizes_px: Sequence[int] | None = None,
    **options: Any,
) -> Backbone:
    """The network with these weights, set up to build locators. `weights` is a weights file, a model file with a network,
    or a registered name.

    Without weights it is EfficientNet-Lite2, from its weights file or from the default model, with the stages, sizes and
    regions that measured best. Other networks use their default stage and size unless some are given. The first stage is
    used at every size [px], the others at the first size. Further options are those of BackboneOptions.
    """
    from venloc._core import Backbone, default_model_path

    if weights is None:
        weights = next((name for name in DEFAULT if at_hand(name)), None) or default_model_path()
        stages = stages or _DEFAULT_STAGES
        if sizes_px is None:
            sizes_px = _DEFAULT_SIZES_PX
            options = _DEFAULT_REGIONS | options
    file = find(weights)
    if not network and os.fspath(weights) in REGISTRY:
        network = REGISTRY[os.fspath(weights)].network
    if stages:
        options |= {"stage": stages[0], "further_stages": list(stages[1:])}
    if sizes_px:
        options["long_sides_px"] = list(sizes_px)
    return Backbone.load(file, network, **options)
