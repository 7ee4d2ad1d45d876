# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Weights of keras.applications with the names and the order of axes of venloc's networks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from venloc.errors import FormatError, InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing

Values: TypeAlias = "numpy.typing.NDArray[np.float32]"
Layers: TypeAlias = "dict[str, dict[str, Values]]"
#: Name of a layer to the beginning of the names of its arrays in venloc; None when the network has no such layer.
Naming: TypeAlias = Callable[[str], "str | None"]

_CLASSIFIERS = ("predictions", "probs", "fc1000", "dense")
_ARRAYS = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def read_keras(source: Path, network: str) -> dict[str, Values]:
    """The arrays of a Keras file: one written by model.save("….h5"), or the weights of keras.applications."""
    import numpy as np

    if network not in _NAMINGS:
        raise InvalidArgumentError(
            f"'{network}' is not a network whose weights come from Keras: choose one of {', '.join(_NAMINGS)}"
        )
    layers = _read_layers(source)
    naming = _NAMINGS[network](layers)
    result: dict[str, Values] = {}
    for layer, arrays in layers.items():
        if layer.startswith(_CLASSIFIERS):
            continue
        own = naming(layer)
        for key, values in arrays.items():
            if own is None or key not in _ARRAYS:
                result[f"{layer}/{key}"] = values  # to be named as unexpected
                continue
            if key == "kernel" and values.ndim == 4:
                values = values.transpose(3, 2, 0, 1)  # height, width, in, out to out, in, height, width
            result[f"{own}.{_ARRAYS[key]}"] = np.ascontiguousarray(values)
        if own is not None and "moving_mean" in arrays and "gamma" not in arrays:
            result[f"{own}.weight"] = np.ones_like(arrays["moving_mean"])
    if network in ("resnet50_keras", "resnet101_keras") and "conv1.weight" in result:
        # These see blue first.
        result["conv1.weight"] = np.ascontiguousarray(result["conv1.weight"][:, ::-1])
    return result


def _read_layers(source: Path) -> Layers:
    try:
        import h5py
    except ImportError as error:
        raise ImportError("reading Keras files needs the package h5py: pip install h5py") from error
    import numpy as np

    layers: Layers = {}
    try:
        with h5py.File(source, "r") as file:
            root = file.get("model_weights", file)
            if "layers" in root or "_layer_checkpoint_dependencies" in root:
                raise FormatError(
                    f"'{source}' does not contain the names of the layers, like all files of save_weights(): write it "
                    'with model.save("….h5")'
                )
            for layer, group in root.items():

                def keep(path: str, item: Any, layer: str = layer) -> None:
                    if isinstance(item, h5py.Dataset):
                        key = path.rpartition("/")[2].partition(":")[0]
                        layers.setdefault(layer, {})[key] = np.asarray(item, np.float32)

                if isinstance(group, h5py.Group) and layer != "top_level_model_weights":
                    group.visititems(keep)
    except (OSError, KeyError, ValueError, TypeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"'{source}' cannot be read as a Keras file ({error}): fetch it again") from error
    return layers


# --- ResNet -----------------------------------------------------------------------------------------------------------


def _resnet(_: Layers) -> Naming:
    def name(layer: str) -> str | None:
        if layer in ("conv1_conv", "conv1_bn"):
            return "conv1" if layer == "conv1_conv" else "bn1"
        found = re.fullmatch(r"conv([2-5])_block(\d+)_([0-3])_(conv|bn)", layer)
        if found is None:
            return None
        row, block, part, kind = int(found[1]) - 1, int(found[2]) - 1, int(found[3]), found[4]
        if part == 0:
            return f"layer{row}.{block}.downsample.{0 if kind == 'conv' else 1}"
        return f"layer{row}.{block}.{kind}{part}"

    return name


def _resnet_v2(_: Layers) -> Naming:
    parts = {
        "preact_bn": "norm1",
        "0_conv": "downsample.conv",
        "1_conv": "conv1",
        "1_bn": "norm2",
        "2_conv": "conv2",
        "2_bn": "norm3",
        "3_conv": "conv3",
    }

    def name(layer: str) -> str | None:
        if layer in ("conv1_conv", "post_bn"):
            return "stem.conv" if layer == "conv1_conv" else "norm"
        found = re.fullmatch(r"conv([2-5])_block(\d+)_(\w+)", layer)
        if found is None or found[3] not in parts:
            return None
        return f"stages.{int(found[1]) - 2}.blocks.{int(found[2]) - 1}.{parts[found[3]]}"

    return name


# --- Inception --------------------------------------------------------------------------------------------------------


def _counted(layers: Layers, paths: Iterable[str], named: dict[str, str]) -> Naming:
    """The names of layers that Keras numbers in the order of their creation, from any first number."""
    order = list(paths)

    def number(layer: str) -> tuple[str, int] | None:
        found = re.fullmatch(r"(conv2d|batch_normalization)(?:_(\d+))?", layer)
        return None if found is None else (found[1], int(found[2] or 0))

    first: dict[str, int] = {}
    for layer in layers:
        counted = number(layer)
        if counted is not None:
            first[counted[0]] = min(counted[1], first.get(counted[0], counted[1]))

    def name(layer: str) -> str | None:
        counted = number(layer)
        if counted is None:
            return named.get(layer)
        kind, place = counted[0], counted[1] - first[counted[0]]
        if place >= len(order):
            return None
        return f"{order[place]}.{'conv' if kind == 'conv2d' else 'bn'}"

    return name


def _inception_v3(layers: Layers) -> Naming:
    rows = (
        ("5b 5c 5d", "1x1 5x5_1 5x5_2 3x3dbl_1 3x3dbl_2 3x3dbl_3 _pool"),
        ("6a", "3x3 3x3dbl_1 3x3dbl_2 3x3dbl_3"),
        ("6b 6c 6d 6e", "1x1 7x7_1 7x7_2 7x7_3 7x7dbl_1 7x7dbl_2 7x7dbl_3 7x7dbl_4 7x7dbl_5 _pool"),
        ("7a", "3x3_1 3x3_2 7x7x3_1 7x7x3_2 7x7x3_3 7x7x3_4"),
        ("7b 7c", "1x1 3x3_1 3x3_2a 3x3_2b 3x3dbl_1 3x3dbl_2 3x3dbl_3a 3x3dbl_3b _pool"),
    )
    paths = [f"Conv2d_{part}" for part in ("1a_3x3", "2a_3x3", "2b_3x3", "3b_1x1", "4a_3x3")]
    for blocks, branches in rows:
        paths += [f"Mixed_{block}.branch{branch}" for block in blocks.split() for branch in branches.split()]
    return _counted(layers, paths, {})


def _inception_resnet_v2(layers: Layers) -> Naming:
    rows = (
        (["mixed_5b"], "0 1.0 1.1 2.0 2.1 2.2 3.1"),
        ([f"repeat.{i}" for i in range(10)], "0 1.0 1.1 2.0 2.1 2.2"),
        (["mixed_6a"], "0 1.0 1.1 1.2"),
        ([f"repeat_1.{i}" for i in range(20)], "0 1.0 1.1 1.2"),
        (["mixed_7a"], "0.0 0.1 1.0 1.1 2.0 2.1 2.2"),
        ([*(f"repeat_2.{i}" for i in range(9)), "block8"], "0 1.0 1.1 1.2"),
    )
    paths = [f"conv2d_{part}" for part in ("1a", "2a", "2b", "3b", "4a")]
    for blocks, branches in rows:
        paths += [f"{block}.branch{branch}" for block in blocks for branch in branches.split()]
    named = {"conv_7b": "conv2d_7b.conv", "conv_7b_bn": "conv2d_7b.bn", "block8_10_conv": "block8.conv2d"}
    for theirs, ours, count in (("block35", "repeat", 10), ("block17", "repeat_1", 20), ("block8", "repeat_2", 9)):
        named |= {f"{theirs}_{i + 1}_conv": f"{ours}.{i}.conv2d" for i in range(count)}
    return _counted(layers, paths, named)


_NAMINGS: dict[str, Callable[[Layers], Naming]] = {
    "inception_resnet_v2": _inception_resnet_v2,
    "inception_v3_keras": _inception_v3,
    "resnet101_keras": _resnet,
    "resnet101v2_keras": _resnet_v2,
    "resnet50_keras": _resnet,
    "resnet50v2_keras": _resnet_v2,
}
