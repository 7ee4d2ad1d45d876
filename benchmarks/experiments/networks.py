# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The networks that are compared, and the ways to locate with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LITE2 = "efficientnet_lite2_s32_fp16"


@dataclass(frozen=True)
class Network:
    """Weights, and how pictures are described with them."""

    name: str
    weights: str  # a file of the shared folder, or a name of `venloc weights list`
    network: str
    stages: tuple[str, ...] = ()  # none: the network's own choice
    sizes_px: tuple[int, ...] = (352,)
    options: tuple[tuple[str, Any], ...] = (("region_grids", (1, 2, 3, 4)),)  # further ones of venloc.BackboneOptions


DEFAULT = Network(
    "Lite2 e15 at 352, 480, 640 px, e17, regions",
    LITE2,
    "efficientnet_lite2",
    ("e15", "e17"),
    (352, 480, 640),
    (("region_grids", (1, 2, 3, 4)), ("region_long_side_px", 480)),
)
NETWORKS = (
    DEFAULT,
    Network("EfficientNet-Lite2 e15", LITE2, "efficientnet_lite2", ("e15",)),
    Network("ResNet50-v2 stage 3", "resnet50v2_gluon_stage3_fp16", "resnet50v2"),
    Network("MobileNetV2", "mobilenetv2_gluon_trunk", "mobilenet_v2_gluon"),
    Network("SqueezeNet 1.1", "squeezenet1_1", "squeezenet1_1"),
    Network("EfficientNet-Lite0", "efficientnet_lite0", "efficientnet_lite0"),
)


@dataclass(frozen=True)
class Kind:
    """A way to locate with a network."""

    name: str
    locator: str  # class of venloc
    options: dict[str, Any] = field(default_factory=dict)


DESCRIPTOR = Kind("descriptor", "DescriptorLocator")
S2 = Kind("S2 classifier", "S2CellClassifierLocator")
MIXTURE = Kind("mixture regression", "RegressionLocator")
ENSEMBLE = Kind("ensemble", "EnsembleLocator")
KINDS = (Kind("published regression", "RegressionLocator", {"form": "published"}), MIXTURE, S2, DESCRIPTOR)
