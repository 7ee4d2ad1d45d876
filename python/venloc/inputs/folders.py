# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath

from venloc._core import picture_formats

_METADATA = {".xmp", ".json"}  # sidecars of photo managers and of Google Takeout


@dataclass
class Contents:
    """What was found in a folder and its subfolders."""

    pictures: list[Path] = field(default_factory=list)
    """The pictures in the order of their paths."""
    others: int = 0
    """Number of files that are neither pictures nor metadata of pictures by their names."""
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that cannot be listed, with the reason of the system."""


def is_picture(file: PurePath) -> bool:
    """Whether this is a picture that can be read, by its name."""
    return file.suffix.lower() in _endings()


@cache
def _endings() -> frozenset[str]:
    """The endings of the files that this build reads."""
    return frozenset(ending for kind in picture_formats() if kind.readable for ending in kind.endings)


def contents_of(folder: Path) -> Contents:
    """The files of a folder and its subfolders, those behind links included, each folder once.

    Files and folders whose names begin with a point are skipped: they belong to programs.
    """
    found = Contents()
    known: set[tuple[int, int]] = set()

    def failed(error: OSError) -> None:
        found.unreadable.append((Path(error.filename), error.strerror or "unknown error"))

    for path, folders, files in os.walk(folder, onerror=failed, followlinks=True):
        status = os.stat(path)  # noqa: PTH116 - as os.walk gives it
        if (status.st_dev, status.st_ino) in known:  # a link that leads back
            folders.clear()
            continue
        known.add((status.st_dev, status.st_ino))
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            file = Path(path, name)
            if name.startswith("."):
                continue
            if is_picture(file):
                found.pictures.append(file)
            elif file.suffix.lower() not in _METADATA:
                found.others += 1
    found.pictures.sort()
    return found


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder and its subfolders, in the order of their paths."""
    return contents_of(folder).pictures
