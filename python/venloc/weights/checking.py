# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What a file of weights holds, and whether it can be used."""

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
    """What check() finds in a file of weights that is sound."""

    file: Path
    network: str
    stages: tuple[str, ...]
    types: Mapping[str, int]  # element type to number of arrays
    size: int  # [bytes]
    sha256: str
    origin: str  # empty: not in the file
    licence: str  # empty: not in the file
    registered: str  # name of the file with this digest in the registry; empty: there is none


def check(file: str | os.PathLike[str], network: str = "") -> Checked:
    """Reads a file of weights; without a network as that of the registry, or of the file's metadata.

    Raises FormatError for weights that cannot be used, that are not finite, or that have a registered file's name but
    not its digest.
    """
    import venloc

    file = Path(file)
    if not file.is_file():
        raise MissingError(f"'{file}' is not a file")
    sha256 = digest(file)
    known = next((weights for weights in REGISTRY.values() if weights.sha256 == sha256), None)
    named = next((weights for weights in REGISTRY.values() if weights.file == file.name), None)
    if not network and known is not None:
        network = known.network
    loaded = venloc.Backbone.load(file, network, device="cpu")
    if named is not None and named is not known:
        raise FormatError(
            f"'{file}' is not the registered file of {named.name}: its SHA-256 is {sha256}, not {named.sha256}; "
            f"get it again with `venloc weights get {named.name}`, or give weights of your own another name"
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
    """Element types of a file that has been read before; arrays of padding do not count."""
    with file.open("rb") as data:
        (length,) = struct.unpack("<Q", data.read(8))
        header = json.loads(data.read(length))
    types: dict[str, int] = {}
    for name, record in header.items():
        if not name.startswith("__"):
            types[record["dtype"]] = types.get(record["dtype"], 0) + 1
    return dict(sorted(types.items()))
