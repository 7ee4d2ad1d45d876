# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The values that pages are filled with: embedded pictures, and figures with their intervals."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass

from venloc._core import Image, encode_jpeg, read_for_describing
from venloc.errors import Error

THUMBNAIL_PX = 160  # longest side of a picture in a page


@dataclass(frozen=True)
class Picture:
    """A picture inside a page."""

    address: str
    """The picture itself, as a data: address."""
    width: int
    height: int
    text: str
    """Alternative text for readers who cannot see the picture."""


@dataclass(frozen=True)
class Interval:
    """A cell of a table: a value with its 95 % interval."""

    value: str
    low: str
    high: str
    between: str = "–"


@dataclass(frozen=True)
class Key:
    """The key of a map: the meaning of its marks."""

    width: int
    height: int
    """Size of each drawing [px]."""
    marks: Sequence[tuple[str, str]]
    """A drawing and a text for each mark."""


def thumbnail(file: str | os.PathLike[str] | None, text: str, side_px: int = THUMBNAIL_PX) -> Picture | None:
    """A small copy of the picture; None when there is no file or it cannot be read.

    Metadata of the file, such as its GPS position, is removed.
    """
    if file is None:
        return None
    try:
        small = read_for_describing(file).shrunk_to(side_px)
    except (Error, OSError):
        return None
    return Picture(data_address(small), small.width, small.height, text)


def data_address(picture: Image, quality: int = 72) -> str:
    """The picture as a data: address, to embed it in a page."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(picture, quality=quality)).decode()
