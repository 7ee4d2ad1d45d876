# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sample pictures for visitors, from a folder of the server's owner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from venloc._core import encode_jpeg, picture_formats, read_for_describing

_SHOWN = ("jpeg", "png", "webp", "avif")  # formats that every browser shows
_SMALL_PX = 320  # longer side of the small copy


@dataclass(frozen=True)
class Sample:
    """A sample picture."""

    file: Path
    small: bytes
    """A small copy, as JPEG."""
    about: dict[str, Any]
    """The description that visitors receive ("Sample")."""


def read_samples(folder: Path | None) -> dict[str, Sample]:
    """The pictures of a folder by name; empty without a folder.

    Lines `file | title | credit` of its CREDITS.md give titles. The title of any other picture is its file name.
    Raises ImageError for a picture that cannot be read.
    """
    if folder is None:
        return {}
    credits_file = folder / "CREDITS.md"
    lines = credits_file.read_text(encoding="utf-8", errors="replace").splitlines() if credits_file.exists() else []
    rows = {cells[0]: cells[1:] for cells in map(_cells, lines) if cells}
    endings = {
        ending for kind in picture_formats() if kind.readable and kind.format in _SHOWN for ending in kind.endings
    }
    files = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in endings]
    return {file.name: _sample(file, rows.get(file.name, [])) for file in files}


def _cells(line: str) -> list[str]:
    """The cells of a line of a table."""
    return [re.sub(r"[`*]", "", cell).strip() for cell in line.strip("|- ").split("|")]


def _sample(file: Path, cells: list[str]) -> Sample:
    title = next(filter(None, cells), file.stem.replace("-", " "))
    about = {
        "name": file.name,
        "title": title[0].upper() + title[1:],
        "credit": "; ".join(cells[1:]),
        "url": f"samples/{quote(file.name)}",
        "thumbnail": f"samples/small/{quote(file.name)}",
    }
    return Sample(file, encode_jpeg(read_for_describing(file).shrunk_to(_SMALL_PX), quality=72), about)
