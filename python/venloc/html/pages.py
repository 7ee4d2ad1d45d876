# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What pages are filled with: pictures inside the page, and values with their intervals."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass

from venloc._core import Image, encode_jpeg, read_image
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
    """What a reader who cannot see it learns."""


@dataclass(frozen=True)
class Interval:
    """A cell of a table: a value with its 95 % interval."""

    value: str
    low: str
    high: str
    between: str = "–"


@dataclass(frozen=True)
class Key:
    """What marks on maps mean."""

    width: int
    height: int
    """Of each drawing [px]."""
    marks: Sequence[tuple[str, str]]
    """A drawing and words each."""


def thumbnail(file: str | os.PathLike[str] | None, text: str, side_px: int = THUMBNAIL_PX) -> Picture | None:
    """The picture made small; None where there is no file, or one that cannot be read.

    Metadata of the file, such as where it was made, is removed.
    """
    if file is None:
        return None
    try:
        small = read_image(file).shrunk_to(side_px)
    except (Error, OSError):
        return None
    return Picture(data_address(small), small.width, small.height, text)


def data_address(picture: Image, quality: int = 72) -> str:
    """The picture itself as an address that a page can hold."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(picture, quality=quality)).decode()
