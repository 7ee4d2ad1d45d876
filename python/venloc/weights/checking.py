# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Checks a weights file and describes its content."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError
from venloc.weights.finding import digest
from venloc.weights.registry import REGISTRY


@dataclass(frozen=True)
class Checked:
    """The description of a valid weights file, as check() returns it."""

    file: Path
    """The file."""
    network: str
    """Name of the network."""
    stages: tuple[str, ...]
    """Stages whose weights are in the file."""
    types: Mapping[str, int]
    """Element type to number of arrays."""
    size: int
    """Size of the file [bytes]."""
    sha256: str
    """Digest of the file."""
    origin: str
    """Origin of the weights; empty when not in the file."""
    licence: str
    """Licence of the weights; empty when not in the file."""
    registered: str
    """Name of the file with this digest in the registry; empty when there is none."""


def check(file: str | os.PathLike[str], network: str = "") -> Checked:
    """Reads a weights file. The default network is the one of the registry, or the one in the metadata of the file.

    Raises FormatError for weights that cannot be used, for values that are not finite, and for a file that has the name of
    a registered file but another digest.
    """
    import venloc

    file = Path(file)
    if not file.is_file():
        raise MissingError(f"'{file}' is not a file: check the path")
    sha256 = digest(file)
    known = next((weights for weights in REGISTRY.values() if weights.sha256 == sha256), None)
    named = next((weights for weights in REGISTRY.values() if weights.file == file.name), None)
    if not network and known is not None:
        network = known.network
    loaded = venloc.Backbone.load(file, network, device="cpu")
    if named is not None and named is not known:
        raise FormatError(
            f"'{file}' is not the registered file of {named.name}: its SHA-256 is {sha256}, not {named.sha256}; "
            f"get it again with `venloc weights get {named.name}`, or rename the file if it is your own"
        )
    return Checked(
        file=file,
        network=loaded.network,
        stages=tuple(stage.name for stage in loaded.stages),
        types=_types(file),
        size=file.stat().st_size,
        sha256=sha256,
        origin=known.origin if known is not None else loaded.origin,
        licence=known.licence if known is not None else loaded.licence,
        registered=known.name if known is not None else "",
    )


def _types(file: Path) -> dict[str, int]:
    """Element types of a file that was read before, without the padding arrays."""
    with file.open("rb") as data:
        (length,) = struct.unpack("<Q", data.read(8))
        header = json.loads(data.read(length))
    types: dict[str, int] = {}
    for name, record in header.items():
        if not name.startswith("__"):
            types[record["dtype"]] = types.get(record["dtype"], 0) + 1
    return dict(sorted(types.items()))
