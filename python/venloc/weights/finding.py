# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Finds weights files on this computer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError
from venloc.files import require_file
from venloc.weights.registry import REGISTRY, Weights, registered

PIECE = 1 << 18  # [bytes] read at once


def folders() -> list[Path]:
    """The folders that are searched for weights: $VENLOC_WEIGHTS when it is set, then the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "venloc" / "weights"
    named = os.environ.get("VENLOC_WEIGHTS")
    return [Path(named), cache] if named else [cache]


def folder() -> Path:
    """The folder for new weights: the first of folders() that is writable. It need not exist yet."""
    *named, cache = folders()
    return next((path for path in named if not path.exists() or os.access(path, os.W_OK)), cache)


def at_hand(name: str) -> Path | None:
    """The file of these weights in folders(), checked by its size only; find() checks the whole file."""
    weights = registered(name)
    return next((file for file in files_of(weights) if file.stat().st_size == weights.size), None)


def files_of(weights: Weights) -> list[Path]:
    """The files in folders() that have the name of these weights, whether valid or not."""
    return [file for path in folders() if (file := path / weights.file).is_file()]


def is_sound(file: Path, weights: Weights) -> bool:
    return file.stat().st_size == weights.size and digest(file) == weights.sha256


def find(name: str | os.PathLike[str]) -> Path:
    """The weights file with this name. The path of an existing file is returned unchanged.

    Raises FileNotFoundError with the command that gets the weights, and FormatError when all files of that name are damaged.
    """
    if Path(name).is_file():
        return Path(name)
    if os.fspath(name) not in REGISTRY:
        raise MissingError(f"'{name}' is neither a file nor a registered name: choose one of {', '.join(REGISTRY)}")
    weights = registered(os.fspath(name))
    files = files_of(weights)
    for file in files:
        if is_sound(file, weights):
            return file
    if files:
        raise FormatError(f"{damage_of(files, weights)}: run `venloc weights get {name}` to replace the file")
    places = " or ".join(f"'{path}'" for path in folders())
    raise MissingError(
        f"the weights {name} are not in {places}: run `venloc weights get {name}`, or set VENLOC_WEIGHTS to the folder "
        "of the weights"
    )


def damage_of(files: Sequence[Path], weights: Weights) -> str:
    named = " and ".join(f"'{file}'" for file in files)
    do = "does" if len(files) == 1 else "do"
    return f"{named} {do} not have the SHA-256 of {weights.name}"


def digest(file: str | os.PathLike[str]) -> str:
    """SHA-256 of a file."""
    sha256 = hashlib.sha256()
    require_file(Path(file))
    with Path(file).open("rb") as data:
        while piece := data.read(PIECE):
            sha256.update(piece)
    return sha256.hexdigest()
