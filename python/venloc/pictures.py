# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Conversion of paths, bytes, PIL images and arrays to images."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from venloc._core import Image, decode_image, read_image
from venloc.errors import Error
from venloc.failures import Failure

if TYPE_CHECKING:
    import numpy.typing
    import PIL.Image

_Read = TypeVar("_Read")

Picture: TypeAlias = (
    "Image | str | os.PathLike[str] | bytes | bytearray | memoryview | PIL.Image.Image | numpy.typing.NDArray[Any]"
)
"""What is accepted as a picture: an Image, a path, the bytes of a file, a PIL image, or an array of uint8, grey or RGB."""


def as_image(picture: Picture, name: str = "the picture") -> Image:
    """The picture as an Image. `name` is used in messages about pictures that are not files."""
    if isinstance(picture, Image):
        return picture
    if isinstance(picture, str | os.PathLike):
        return read_image(picture)
    if isinstance(picture, bytes | bytearray) or (isinstance(picture, memoryview) and picture.ndim == 1):
        return decode_image(picture, name)
    # A PIL image exists only where PIL was imported.
    pil = sys.modules.get("PIL.Image")
    if pil is not None and isinstance(picture, pil.Image):
        return _from_pil(picture)
    if hasattr(picture, "__array__") or isinstance(picture, memoryview):
        import numpy as np

        return Image(np.asarray(picture))
    raise TypeError(
        f"{name} is a {type(picture).__name__}; give a path, the bytes of a picture file, a PIL image, or an array of "
        "height x width or height x width x 3"
    )


def names_of(pictures: Sequence[Picture], first: int = 0) -> list[str]:
    """Paths, and for pictures that are no files "picture 3", counted from `first`."""
    return [
        str(Path(picture)) if isinstance(picture, str | os.PathLike) else f"picture {first + i}"
        for i, picture in enumerate(pictures)
    ]


def as_images(pictures: Sequence[Picture], first: int = 0) -> list[Image]:
    """The same for several pictures, decoded in parallel. Messages number them from `first`."""
    return _parallel(as_image, pictures, names_of(pictures, first))


def images_or_failures(pictures: Sequence[Picture], first: int = 0) -> list[Image | Failure]:
    """The same, with a Failure in the place of each picture that cannot be read."""

    def read(picture: Picture, name: str) -> Image | Failure:
        try:
            return as_image(picture, name)
        except (Error, OSError) as error:  # PIL raises the latter for a damaged file
            return Failure(name, str(error))

    return _parallel(read, pictures, names_of(pictures, first))


def _parallel(read: Callable[[Picture, str], _Read], pictures: Sequence[Picture], names: Sequence[str]) -> list[_Read]:
    if len(pictures) < 2:
        return list(map(read, pictures, names))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(read, pictures, names))


def _from_pil(picture: PIL.Image.Image) -> Image:
    import numpy as np
    import PIL.Image
    import PIL.ImageOps

    upright = PIL.ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):
        return Image((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = PIL.Image.new("RGBA", layer.size, "white")
        return Image(np.asarray(PIL.Image.alpha_composite(paper, layer).convert("RGB")))
    return Image(np.asarray(upright.convert("L" if upright.mode in ("1", "L") else "RGB")))
