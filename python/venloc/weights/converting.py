# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Conversion of the weights of other programs to venloc's format."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, InvalidArgumentError
from venloc.weights.finding import digest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing

    from venloc._core import Backbone

Type: TypeAlias = Literal["float32", "float16", "bfloat16", "int8"]
"""Number types that weights can be stored as."""
Arrays: TypeAlias = "dict[str, numpy.typing.NDArray[np.float32]]"


def convert(
    source: str | os.PathLike[str],
    network: str,
    output: str | os.PathLike[str],
    type: Type = "float32",  # noqa: A002 - the name in Backbone.save
    origin: str | None = None,
    licence: str = "",
) -> Backbone:
    """Converts weights of torchvision or timm (.pth, .pt), Keras (.h5) or a safetensors file to venloc's format.

    Raises FormatError that names the arrays that are missing, unexpected, of the wrong shape or not finite. The origin
    (default: name and digest of the source) and the licence are written into the file.
    """
    import venloc
    from venloc.io import write_safetensors

    source = Path(source)
    if not source.is_file():
        raise MissingError(f"'{source}' is not a file: give weights as .pth, .h5 or .safetensors")
    if network not in venloc.Backbone.networks():
        raise InvalidArgumentError(
            f"'{network}' is not a network of venloc: choose one of {', '.join(venloc.Backbone.networks())}"
        )
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name) / source.with_suffix(".safetensors").name
        kind = source.suffix.lower()
        metadata: dict[str, str] = {}
        if kind in (".pth", ".pt", ".bin"):
            arrays = timm_names(_checkpoint_arrays(source), network)
        elif kind in (".h5", ".hdf5"):
            from venloc.weights.keras import read_keras

            arrays = read_keras(source, network)
        elif kind == ".safetensors":
            arrays, metadata = _safetensors_arrays(source, network, plain)
        else:
            raise InvalidArgumentError(
                f"'{source}': weights must be a .pth, .h5 or .safetensors file, not {kind or 'a file without ending'}"
            )
        metadata["network"] = network
        if origin is not None or not metadata.get("origin"):
            metadata["origin"] = origin or f"converted from {source.name}, SHA-256 {digest(source)}"
        if licence or "licence" not in metadata:
            metadata["licence"] = licence
        write_safetensors(plain, arrays, metadata)
        try:
            made = venloc.Backbone.load(plain, device="cpu")
        except FormatError as error:
            raise FormatError(str(error).replace(str(plain), str(source))) from None
        made.save(output, type)
        return made


def _checkpoint_arrays(source: Path) -> Arrays:
    """The arrays of a PyTorch checkpoint, read without running code that it may contain."""
    import pickle

    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles of another kind, which are refused anyway
            held: Any = torch.load(source, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).strip().splitlines() or ["it is empty"]
        raise FormatError(
            f"'{source}' is refused: it is damaged, or contains more than arrays, such as code, which venloc never runs "
            f"({reason[0]}); save only the network's state_dict()"
        ) from None
    for key in ("state_dict", "model"):
        if isinstance(held, dict) and isinstance(held.get(key), dict):
            held = held[key]
            break
    if not isinstance(held, dict) or not held or not all(isinstance(value, torch.Tensor) for value in held.values()):
        raise FormatError(
            f"'{source}' is not a dictionary of arrays and has none as 'state_dict' or 'model': save the network's "
            "state_dict()"
        )
    parallel = all(name.startswith("module.") for name in held)
    return {
        name.removeprefix("module.") if parallel else name: value.to(torch.float32).contiguous().numpy()
        for name, value in held.items()
        if not name.endswith("num_batches_tracked")
    }


#: Blocks in the rows of a network, for names that count them through.
_BLOCKS = {"efficientnet_lite0": (1, 2, 2, 3, 3, 4, 1), "efficientnet_lite2": (1, 3, 3, 4, 4, 5, 1)}


def timm_names(arrays: Arrays, network: str) -> Arrays:
    """Renames the arrays of EfficientNet from the names of its first PyTorch implementation to those of timm."""
    if network not in _BLOCKS or "_conv_stem.weight" not in arrays:
        return arrays
    names = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
    places = [(i, j) for i, count in enumerate(_BLOCKS[network]) for j in range(count)]
    for number, (i, j) in enumerate(places):
        parts = ["_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        theirs = ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
        if i == 0:  # nothing is expanded
            parts, theirs = parts[2:], ["conv_dw", "bn1", "conv_pw", "bn2"]
        for part, timm in zip(parts, theirs, strict=True):
            names[f"_blocks.{number}.{part}"] = f"blocks.{i}.{j}.{timm}"
    renamed = {}
    for name, values in arrays.items():
        module, _, kind = name.rpartition(".")
        renamed[f"{names.get(module, module)}.{kind}"] = values
    return renamed


def _safetensors_arrays(source: Path, network: str, plain: Path) -> tuple[Arrays, dict[str, str]]:
    """The arrays of a safetensors file, converted from any type that Backbone reads to float32."""
    import venloc
    from venloc.io import read_safetensors

    venloc.Backbone.load(source, network, device="cpu").save(plain, "float32")
    arrays, metadata = read_safetensors(plain)
    return {name: values.copy() for name, values in arrays.items()}, dict(metadata)
